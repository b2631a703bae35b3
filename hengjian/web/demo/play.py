"""The main job played from beginning to end, and told in twenty lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from hengjian.base import clock
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.scope import EVERYTHING
from hengjian.base.working_days import seed_calendar
from hengjian.campaigns.models import Campaign, StatEdition, StatReturn, Submission
from hengjian.campaigns.states import TASK_FORM
from hengjian.forms.services import load_definitions
from hengjian.parties.actors import everything_actor
from hengjian.rectification.models import Problem
from hengjian.registry.models import Institution, Person
from hengjian.registry.services import load_staffing_rules
from hengjian.web.demo import acts, aftermath, corrections, courses, pressing, stage, stories
from hengjian.web.demo.geography import PASSWORD, make_land, make_officers
from hengjian.web.demo.holdings import make_users
from hengjian.web.demo.people import make_staff

Told = Callable[[int, int, str], None]
SEED = 20240611


def play(out: Path, told: Told, *, people: int = 2000) -> list[str]:
    """Make the province and run the campaign, unless that was done before; return the summary, a line each."""
    if (campaign := Campaign.objects.within(EVERYTHING).order_by("launched_at").first()) is not None:
        start_clock()
        aftermath.export(campaign, told, out)
        return summary(out, again=True)
    stage.forget()
    running = _make(told, people)
    running.mornings = pressing.mornings(running)
    for act in (
        courses.routine, acts.launch, acts.relay, acts.receive_notice, courses.midsummer, acts.self_check,
        pressing.ask_for_time, acts.check, pressing.answer_tasks, aftermath.put_right, corrections.correct, pressing.supplement, aftermath.inspect, pressing.press, acts.come_late, stories.tell, courses.follow_up, aftermath.collate,
    ):
        act(running)
    stage.at(7, 24, 9)
    for path in out.glob("附件2-全省.*"):
        path.unlink()  # of another demonstration
    aftermath.export(running.running, told, out)
    told(0, 1, "存证封存")
    sequence_all()
    told(1, 1, "存证封存")
    _keep_clock()
    return summary(out, again=False)


def _make(told: Told, people: int) -> acts.Play:
    rng, used = Random(SEED), set[str]()  # noqa: S311  a generator of fiction, not of secrets
    actor = everything_actor("演示")
    clock.set_for_process(clock.at(datetime(2024, 6, 3, tzinfo=UTC).date(), 9))
    told(0, 4, "生成演示省份")
    seed_calendar(actor=actor)
    load_definitions(actor=actor)
    load_staffing_rules(actor=actor)
    told(1, 4, "生成演示省份")
    land = make_land(actor=actor)
    hashed = make_password(PASSWORD)
    make_officers(land, rng, used, actor=actor, hashed=hashed)
    told(2, 4, "生成演示省份")
    staff = make_staff(land, rng, used, actor=actor, hashed=hashed, people=people)
    make_users(land, Random(SEED), actor=actor)  # noqa: S311
    told(4, 4, "生成演示省份")
    return acts.Play(rng, told, staff)


def _keep_clock() -> None:
    """Remember by how much the demonstration's time lies behind the machine's."""
    shift = clock.now() - clock.real_now()
    (settings.VAR_DIR / "demo").write_text(str(int(shift.total_seconds())))


def start_clock() -> None:
    """Let the process live in the demonstration's time, if this is a demonstration."""
    marker = settings.VAR_DIR / "demo"
    if marker.exists() and (said := marker.read_text().strip()):
        from_now = clock.real_now().timestamp() + int(said)
        clock.set_for_process(clock.running_from(datetime.fromtimestamp(from_now, UTC)))


def summary(out: Path, *, again: bool) -> list[str]:
    """What was played, in twenty lines."""
    campaign = Campaign.objects.within(EVERYTHING).order_by("launched_at")[0]
    ret = StatReturn.objects.within(EVERYTHING).filter(campaign=campaign, authority__level="province", round=1)[0]
    edition = StatEdition.objects.within(EVERYTHING).filter(stat_return=ret).last()
    figures = {c["key"]: c["shown"] for c in edition.figures["cells"]} if edition else {}
    states = dict.fromkeys(("accepted", "filed", "returned", "draft", "idle"), 0)
    for state in Submission.objects.within(EVERYTHING).filter(campaign=campaign).exclude(form_code=TASK_FORM).values_list("state", flat=True):
        states[state] += 1
    problems = Problem.objects.within(EVERYTHING).filter(campaign_id=campaign.id)
    people = Person.objects.within(EVERYTHING).count()
    return [
        f"{'接着上次的演示' if again else '演示完成'}：{campaign.title}",
        f"澜川省：4个市、14个县、1个开发区；机构{Institution.objects.within(EVERYTHING).count()}家，人员{people}人",
        f"自查：已接收{states['accepted']}，已报送{states['filed']}，已退回{states['returned']}，填报中{states['draft']}，未开始{states['idle']}",
        f"问题：{problems.count()}个，已销号{problems.filter(state='closed').count()}个",
        "附件2 全省（第一次）：",
        f"  自查机构{figures.get('institutions_self_checked')}家，排查人员{figures.get('people_checked')}人",
        f"  真实执业问题{figures.get('practice_problem_people')}人，已取消执业公示{figures.get('practice_cancelled_people')}人",
        f"  学历问题{figures.get('education_problem_people')}人，职称问题{figures.get('title_problem_people')}人",
        f"  监督检查{figures.get('institutions_inspected')}家，违法违规{figures.get('institutions_with_violations')}家，"
        f"指令书{figures.get('orders_issued')}份，立案{figures.get('cases_filed')}件",
        f"文件：{out}/附件2-全省.xlsx、.docx、.pdf",
        f"账号（密码均为 {PASSWORD}）：",
        "  省局监管员 province　省局分管负责人 province-leader　省局管理员 province-admin",
        "  青麓市局 9901　东浦区局 990101　高新区局 zone",
        "  机构质量负责人 inst02　机构管理员 inst02-admin　机构主要负责人 inst02-head",
        "  技术负责人 inst02-tech　填表人 inst02-filler　检验检测人员 inst02-inspector",
        "  系统管理员 system-admin　安全管理员 security-admin　审计管理员 audit-admin",
        f"网页：任务台 /　进度看板 /campaigns/{campaign.id}/board/　统计表 {reverse('campaigns:statistics', args=[ret.id])}",
        "核对存证：hengjian ledger verify　逐行比对：hengjian ledger reconcile",
        "演示时间从2024年7月24日9:00走起；人名、机构名、编号全部虚构。",
    ]

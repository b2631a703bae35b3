"""The acts of the campaign of 2024 as the people of the demonstration play them, each through the services that pages use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from hengjian.base import clock
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import Campaign, Contradiction, Plan, Submission
from hengjian.campaigns.states import TASK_FORM
from hengjian.dossier import services as dossier
from hengjian.forms import queries as forms
from hengjian.forms import services as sheets
from hengjian.forms.models import SheetLine
from hengjian.parties.models import Authority
from hengjian.registry.models import Institution, Title
from hengjian.web.demo import stage
from hengjian.web.demo.answers import answers, fates
from hengjian.web.demo.holdings import official_paper, picture
from hengjian.web.demo.people import Staff

Told = Callable[[int, int, str], None]
TEMPLATE = "cn-43.2024-standardisation.campaign"
CITY_TASK = {
    "title": "无损检测底片复评5%", "text": "各检验检测机构随机抽取5%的底片交市局组织复评，报送抽取数量、复评结论和处理情况。",
    "due": "2024-07-22", "checked_by": "own",
}
CITY_DATES = {"9901": 19, "9902": 19, "9903": 18, "9904": 22}


@dataclass
class Play:
    """What the acts hand on to each other."""

    rng: Random
    told: Told
    staff: Staff
    campaign: Campaign | None = None
    fates: dict[Any, str] = field(default_factory=dict)
    mornings: Callable[[int], None] = lambda _day: None
    later: list[Any] = field(default_factory=list)

    @property
    def running(self) -> Campaign:
        """The campaign, once launched."""
        assert self.campaign is not None
        return self.campaign


def launch(play: Play) -> None:
    """The province draws the campaign up from the document of Hunan and launches it on 11 June."""
    stage.at(6, 11, 10)
    province = stage.authority("99")
    leader = stage.officer(province, "leader")
    play.told(0, 2, "发起专项行动")
    phases = [
        {"key": "mobilise", "title": "动员部署", "ends_on": "2024-06-30"}, {"key": "selfcheck", "title": "自查自纠", "starts_on": "2024-07-01", "ends_on": "2024-07-31"},
        {"key": "inspect", "title": "监督检查", "starts_on": "2024-08-01", "ends_on": "2024-10-31"}, {"key": "sum_up", "title": "总结提升", "ends_on": "2024-11-30"},
    ]
    closed = Institution.objects.within(EVERYTHING).filter(kind="testing").order_by("-name")[0]
    draft = campaigns.draft_campaign(
        forms.definition(leader.scope, TEMPLATE), actor=leader, issuer=province, campaign_title="澜川省特种设备检验检测机构规范化专业化建设年行动",
        short_title="规范化专业化建设年行动", document_number="澜市监办特设〔2024〕21号", issued_on=date(2024, 6, 11),
        changes={"phases": phases, "exceptions": {str(closed.pk): "已停业，正在办理核准证注销手续"}},
    )
    paper = official_paper(f"{province.area_name}市场监督管理局办公室", draft.document_number, draft.title, draft.body)
    campaigns.keep_papers(draft, [SimpleUploadedFile("通知原件.docx", paper)], actor=leader)
    draft.refresh_from_db()
    play.told(1, 2, "发起专项行动")
    play.campaign = campaigns.launch_campaign(draft, actor=leader)
    play.told(2, 2, "发起专项行动")


def relay(play: Play) -> None:
    """Cities, counties and the zone acknowledge and issue their own plans, most of them with earlier dates."""
    plans = list(Plan.objects.within(EVERYTHING).filter(campaign=play.running, state="draft").select_related("authority"))
    waiting, done = plans, 0
    day = 14
    while waiting:
        for plan in waiting:
            stage.at(6, min(day, 28), 9 + done % 8, done % 60)
            _relay_one(play, plan)
            done += 1
            play.told(done, 19, "逐级转发")
        waiting = list(Plan.objects.within(EVERYTHING).filter(campaign=play.running, state="draft").select_related("authority"))
        day += 5


def _relay_one(play: Play, plan: Plan) -> None:
    authority: Authority = plan.authority
    actor = stage.officer(authority)
    plan = campaigns.acknowledge_plan(plan, actor=actor)
    number = f"{authority.area_name[0]}市监特〔2024〕{7 + int(authority.key[-1]) if authority.key[-1].isdigit() else 3}号"
    day = CITY_DATES.get(authority.key)
    dates = {("self_check", 1): date(2024, 7, day)} if day else {}
    tasks = [CITY_TASK] if authority.key == "9903" else []
    if authority.key == "9904":
        _try_too_late(plan, actor)
    campaigns.issue_plan(plan, actor=actor, number=number, issued_on=clock.today(), dates=dates, tasks=tasks)


def _try_too_late(plan: Plan, actor: Any) -> None:
    """One city tries a date later than the province's: it is refused with the reason, and the refusal stays on record."""
    try:
        campaigns.issue_plan(plan, actor=actor, number="", issued_on=clock.today(), dates={("self_check", 1): date(2024, 8, 5)})
    except BadInput:
        return


def receive_notice(play: Play) -> None:
    """Most institutions acknowledge the notice in June."""
    targets = list(play.running.targets.filter(included=True).select_related("institution"))
    for n, target in enumerate(targets, start=1):
        stage.at(6, 24 + n % 5, 9 + n % 8, n % 60)
        if play.rng.random() < 0.94:
            campaigns.acknowledge_target(target, actor=stage.clerk(target.org_id))
        play.told(n, len(targets), "机构签收通知")


def self_check(play: Play) -> None:
    """Institutions fill their rosters in July; some file, some are returned, some are late, some have not begun."""
    held = Submission.objects.within(EVERYTHING).filter(campaign=play.running).exclude(form_code=TASK_FORM)
    submissions = sorted(held.select_related("target__institution", "checker", "campaign"), key=lambda s: (s.due_on, str(s.id)))
    titled = set(Title.objects.within(EVERYTHING).values_list("person_id", flat=True))
    plan = sorted(zip(submissions, fates(play.rng, len(submissions)), strict=True), key=lambda pair: pair[0].due_on)
    days = sorted(play.rng.randint(2, 18) for _ in plan)
    for n, ((submission, fate), day) in enumerate(zip(plan, days, strict=True), start=1):
        play.fates[submission.id] = fate
        play.mornings(day)
        if fate not in ("idle", "late"):
            stage.at(7, day, 9 + n % 9, (n * 7) % 60)
            _fill(play, submission, fate, titled)
        play.told(n, len(plan), "机构自查填报")


def come_late(play: Play) -> None:
    """A day or two after their date the last ones file."""
    titled = set(Title.objects.within(EVERYTHING).values_list("person_id", flat=True))
    late = [key for key, fate in play.fates.items() if fate == "late"]
    held = Submission.objects.within(EVERYTHING).filter(pk__in=late).select_related("target__institution", "checker", "campaign")
    for n, submission in enumerate(held.order_by("id"), start=1):
        stage.at(7, 23, 16, n * 7)
        _fill(play, submission, "filed", titled)
        play.told(n, len(late), "逾期补报")


def _prove(lines: list[SheetLine], submission: Submission, actor: Any) -> None:
    """Two of the claims come with a scan beside them."""
    for line in lines[:2]:
        name = f"{line.label}-缴费明细.png"
        dossier.keep_evidence(
            name, picture(name), actor=actor, owner_row=submission, note="社保缴费明细（演示图片）", object_type="forms.sheetline", object_id=line.pk,
            item="real_practice",
        )


def _fill(play: Play, submission: Submission, fate: str, titled: set[Any]) -> None:
    actor = stage.clerk(submission.org_id)
    submission = campaigns.begin_selfcheck(submission, actor=actor)
    sheet = submission.sheet
    assert sheet is not None
    lines = list(forms.sheet_lines(EVERYTHING, sheet))
    cells = answers(lines, play.staff.plant, titled, honest=play.rng.random() < 0.55)
    if fate == "draft":
        cells = dict(list(cells.items())[: max(1, len(cells) * 2 // 3)])
    sheets.fill_cells(sheet, actor=actor, cells=cells)
    if len(lines) < 20:  # small units, so that a page of theirs shows it at a glance
        _prove(lines, submission, actor)
    if fate == "draft":
        campaigns.check_claims(submission, actor=actor)
        return
    submission.refresh_from_db()
    campaigns.file_selfcheck(submission, actor=actor, filler_name=actor.name, filler_phone="0000-8801234", filled_on=clock.today())
    _explain_some(play, submission, actor)


def _explain_some(play: Play, submission: Submission, actor: Any) -> None:
    for one in Contradiction.objects.within(actor.scope).filter(submission=submission, state="open")[:2]:
        if play.rng.random() < 0.5:
            campaigns.explain_contradiction(one, actor=actor, text="该同志属分支机构参保，已补充参保证明，请审核。")


def check(play: Play) -> None:
    """Counties look at what was filed: accept, return with remarks, or leave it waiting."""
    held = Submission.objects.within(EVERYTHING).filter(campaign=play.running, state="filed").select_related("checker", "sheet__definition", "target__institution")
    submissions = list(held.order_by("filed_at"))
    for n, submission in enumerate(submissions, start=1):
        fate = play.fates.get(submission.id)
        day = 19 + n * 4 // (len(submissions) + 1)
        play.mornings(day)
        stage.at(7, day, 9 + n % 8, n % 60)
        actor = stage.officer(submission.checker)
        if fate == "accepted":
            _judge(play, submission, actor)
            campaigns.accept_submission(submission, actor=actor)
        elif fate == "returned":
            _return(submission, actor)
        play.told(n, len(submissions), "县级审核")


def _judge(play: Play, submission: Submission, actor: Any) -> None:
    for one in Contradiction.objects.within(actor.scope).filter(submission=submission, state__in=["open", "explained"]):
        confirm = one.state == "open" or play.rng.random() < 0.4
        campaigns.judge_contradiction(one, actor=actor, confirm=confirm, note="经核对社保和核验记录，填报与事实不符。" if confirm else "补充材料可以说明。")


def _return(submission: Submission, actor: Any) -> None:
    sheet = submission.sheet
    assert sheet is not None
    line = forms.sheet_lines(EVERYTHING, sheet).first()
    assert line is not None
    sheets.remark_cell(sheet, actor=actor, line_key=line.key, column="real_practice", text="请补社保缴纳证明，并写明现任岗位。")
    campaigns.return_submission(submission, actor=actor, reason="1处填报缺少证明材料，请补充后重报。")

"""What goes with deadlines in the demonstration: reminders, more time asked for, a task of a city, letters, a notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import documents
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import Plan, Submission
from hengjian.campaigns.states import TASK_FORM
from hengjian.parties.actors import everything_actor
from hengjian.web.demo import stage
from hengjian.web.demo.acts import Play
from hengjian.web.demo.holdings import picture

REMINDED_ON = (11, 12, 15, 16, 18, 19, 20, 22, 23)
"""Days of July on which a rung of the ladder falls on some city's date."""

REASONS = ("近一周集中停电检修，人事档案系统无法登录，需延后核对社保记录。", "单位正在办理法定代表人变更，公章停用。", "两名经办人同时外出培训，需要时间核对。")
ANSWERS = (
    "填表人7月上旬离职未及时交接，已指派质量负责人接手，7月24日12:00前报送。已对责任人批评教育。",
    "名单中3人正在核对社保转移记录，已完成九成，7月24日17:00前报送。",
)


def mornings(play: Play) -> Callable[[int], None]:
    """Let the worker's reminders go out on every morning up to the day of July that is asked for, each once."""
    waiting = list(REMINDED_ON)

    def up_to(day: int) -> None:
        while waiting and waiting[0] <= day:
            stage.at(7, waiting.pop(0), 8)
            campaigns.remind_all(play.running, actor=everything_actor("系统"))

    return up_to


def ask_for_time(play: Play) -> None:
    """Two of those that are not done ask for more time: one is granted it, one is refused."""
    fated = [key for key, fate in play.fates.items() if fate in ("draft", "idle")]
    held = Submission.objects.within(EVERYTHING).filter(pk__in=fated, state__in=["idle", "draft"]).select_related("checker", "target__institution", "campaign")
    for n, (submission, reason) in enumerate(zip(held.order_by("due_on", "id")[:2], REASONS, strict=False)):
        stage.at(7, 18, 17, 10 + 20 * n)
        asked = campaigns.ask_extension(submission, actor=stage.clerk(submission.org_id), wanted_on=date(2024, 7, 26), reason=reason)
        stage.at(7, 18, 17, 45 + 5 * n)
        said = "情况属实，同意延期。" if n == 0 else "变更公章不影响填报，请按期报送。"
        campaigns.decide_extension(asked, actor=stage.officer(submission.checker), grant=n == 0, decision=said)
        play.told(n + 1, 2, "延期申请")


def answer_tasks(play: Play) -> None:
    """The institutions of 9903 report the task that their city added; one is late, some are received."""
    held = Submission.objects.within(EVERYTHING).filter(campaign=play.running, form_code=TASK_FORM).select_related("checker", "target__institution", "campaign")
    rows = list(held.order_by("org_area", "id"))
    for n, row in enumerate(rows[:-2], start=1):
        stage.at(7, 22, 9 + n % 8, n * 3 % 60)
        paper = [("底片复评记录.png", picture("底片复评记录"))] if n < 4 else []
        done = campaigns.report_task(row, actor=stage.clerk(row.org_id), text=f"抽取底片{40 + 7 * n}张，占本季度总数的5%，复评结论与原评定一致。", papers=paper)
        if n % 3:
            campaigns.accept_submission(done, actor=stage.officer(done.checker))
        play.told(n, len(rows) - 2, "任务完成情况")


def press(play: Play) -> None:
    """On the day after: the last one asks for time, cities issue letters; one is answered and crossed off, one answered, the others stand."""
    held = Submission.objects.within(EVERYTHING).filter(campaign=play.running, state__in=["idle", "draft"], due_on__lt=date(2024, 7, 23)).exclude(form_code=TASK_FORM)
    late = list(held.select_related("checker__parent", "target__institution", "campaign").order_by("due_on", "id"))
    if not late:
        return
    play.mornings(23)
    stage.at(7, 23, 9, 20)
    letters = [_issued(play, row) for row in late[:3]]
    for n, (letter, text) in enumerate(zip(letters, ANSWERS, strict=False)):
        stage.at(7, 23, 14 + n, 25)
        paper = [("情况说明.png", picture("情况说明"))] if n == 0 else []
        answered = campaigns.answer_notice(letter, actor=stage.clerk(letter.org_id), text=text, papers=paper)
        if n == 0:
            stage.at(7, 23, 16, 50)
            campaigns.close_notice(answered, actor=stage.officer(letter.issuer), note="情况已核实，按答复的时间报送，逾期再报分管负责人。")
        play.told(n + 1, 3, "督办")
    last = late[-1]
    stage.at(7, 23, 17, 5)
    campaigns.ask_extension(last, actor=stage.clerk(last.org_id), wanted_on=date(2024, 7, 31), reason=REASONS[2])
    play.told(3, 3, "督办")


def _issued(play: Play, row: Submission) -> Any:
    issuer = row.checker.parent if row.checker.parent is not None and row.checker.level == "county" else row.checker
    leader = stage.officer(issuer, "leader")
    made = campaigns.issue_notice(play.running, actor=leader, issuer=issuer, rows=[row], matter="自查表逾期未报送，请立即报送并书面说明原因。", paper=documents.letter_paper)
    return made[0]


def supplement(play: Play) -> None:
    """The province brings the second table forward from a Saturday to the Friday before it, by supplementary notice."""
    stage.at(7, 22, 17, 30)
    province = stage.authority("99")
    plan = Plan.objects.within(EVERYTHING).select_related("campaign", "authority").get(campaign=play.running, authority=province)
    campaigns.issue_supplement(
        plan, actor=stage.officer(province, "leader"), number="澜市监办特设〔2024〕29号", issued_on=clock.today(),
        reason="11月30日为周六，为便于各级汇总核对，第二次统计表提前到11月29日报送。", dates={("statistics_2", 2): date(2024, 11, 29)},
    )
    play.told(1, 1, "补充通知")

"""Campaigns of the two provinces: launched, relayed, supplemented, filled in, filed, returned, rolled up, told."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.campaigns import documents, services
from hengjian.campaigns.models import (
    AnswerCorrection,
    Campaign,
    Contradiction,
    Extension,
    Notice,
    Plan,
    StatCorrection,
    StatReturn,
    Submission,
    Supplement,
    Target,
    WorkReport,
)
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.services import papers, reports, selfcheck, selfcheck_filing, stories, tasks
from hengjian.campaigns.states import TASK_FORM
from hengjian.forms import queries as forms
from hengjian.forms import services as filling
from hengjian.forms.models import CellRemark
from hengjian.forms.services import CellWrite
from tests.factories import all_of
from tests.trust.ground import MARK, World, at, mark

HUNAN = "cn-43.2024-standardisation.campaign"
FIGURE = "institutions_inspected"
FILED_AGAIN = ("a11x", "a12x", "a21x", "b11x")
BY_ID = (
    ("plan", Plan, "plan_id"), ("target", Target, "target_id"), ("letter", Notice, "letter_id"), ("return", StatReturn, "return_id"),
    ("report", WorkReport, "report_id"), ("extension", Extension, "extension_id"), ("correction", StatCorrection, "correction_id"),
    ("supplement", Supplement, "supplement_id"),
)


class Upload:
    """A file as a browser hands it in."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data

    def read(self) -> bytes:
        return self.data


WITH_PAPER = ("a000", "a100", "a110", "b110")
"""Whose draft has a file already: one above the other, and one of the other province."""


def add(world: World) -> None:
    """One campaign of each province to the end; one of each city that has begun; a draft of every authority."""
    at(2024, 6, 11, 10)
    for key in world.authorities:
        draft = _draft(world, key, "draft")
        world.note("draft", key, campaign_id=draft.pk)
        if key in WITH_PAPER:
            papers.keep_papers(draft, [Upload(f"{mark(key, 'draftpaper')}.txt", mark(key, "draftpapercell").encode())], actor=world.officer(key))
    for key in world.level("province"):
        world.campaigns[key] = _launched(world, key)
        _relay(world, world.campaigns[key], key)
    for key in world.level("city"):
        world.campaigns[key] = _launched(world, key)
    _self_checks(world)
    _late(world)
    _tables(world)
    _note(world)


def _draft(world: World, key: str, what: str) -> Campaign:
    officer = world.officer(key)
    contact = [{"name": mark(key, what + "contact"), "phone": mark(key, what + "tel"), "unit": mark(key, what + "unit")}]
    return services.draft_campaign(
        forms.definition(officer.scope, HUNAN), actor=officer, issuer=world.authorities[key], campaign_title=f"{mark(key, what + 'title')}年行动",
        short_title=mark(key, what + "short"), document_number=mark(key, what + "number"), issued_on=date(2024, 6, 11),
        changes={"purpose": mark(key, what + "purpose"), "contacts": contact, "contacts_note": mark(key, what + "contactnote")},
    )


def _launched(world: World, key: str) -> Campaign:
    officer = world.officer(key)
    campaign = _draft(world, key, "campaign")
    file = Upload(f"{mark(key, 'campaignpaper')}.txt", mark(key, "campaignpapercell").encode())
    papers.keep_papers(campaign, [file], actor=officer)
    return services.launch_campaign(all_of(Campaign).get(pk=campaign.pk), actor=officer)


def _relay(world: World, campaign: Campaign, province: str) -> None:
    """Cities, then counties, take it on, each with a task of its own that institutions answer; then each adds something."""
    mine = [key for key in [*world.level("city"), *world.level("county")] if key[0] == province[0]]
    for key in mine:
        officer = world.officer(key)
        plan = services.acknowledge_plan(_plan(world, campaign, key), actor=officer)
        contact = {"name": mark(key, "plancontact"), "phone": mark(key, "plantel"), "unit": mark(key, "planunit")}
        own = [{"title": mark(key, "tasktitle"), "text": mark(key, "tasktext"), "due": "2024-07-22", "checked_by": "own"}]
        plan = services.issue_plan(plan, actor=officer, number=mark(key, "plannumber"), issued_on=date(2024, 6, 20), dates={("self_check", 1): _day(key)},
                                   tasks=own, contacts=[contact])
        papers.keep_papers(plan, [Upload(f"{mark(key, 'planpaper')}.txt", mark(key, "planpapercell").encode())], actor=officer)
    at(2024, 6, 25, 9)
    for key in [province, *mine]:
        services.issue_supplement(
            _plan(world, campaign, key), actor=world.officer(key), number=mark(key, "supplementnumber"), issued_on=date(2024, 6, 25),
            reason=f"{mark(key, 'supplementreason')}便于汇总", dates={}, tasks=[{"title": mark(key, "addedtitle"), "text": mark(key, "addedtext")}],
        )


def _day(key: str) -> date:
    return date(2024, 7, 26) if key.endswith("00") else date(2024, 7, 24)


def _plan(world: World, campaign: Campaign, key: str) -> Plan:
    return all_of(Plan).select_related("authority", "campaign", "parent").get(campaign=campaign, authority=world.authorities[key])


def submission(world: World, key: str, which: str = "self_check") -> Submission:
    """The filing of an institution in the campaign of its province, fresh."""
    held = all_of(Submission).filter(campaign=world.campaigns[f"{key[0]}000"], org_id=world.institutions[key].org_id)
    return queries.submission_by_id(world.clerk(key).scope, held.filter(key=which)[0].pk)


def _self_checks(world: World) -> None:
    """Some file, are returned, correct and file again; two are accepted. The others have begun, and ask for more time."""
    at(2024, 7, 10, 10)
    for key in world.lively():
        selfcheck.begin_selfcheck(submission(world, key), actor=world.clerk(key))
        services.acknowledge_target(_target(world, key), actor=world.clerk(key))
        if key in FILED_AGAIN:
            _filed_again(world, key)
        else:
            _fill(world, key, {"first": "是", "second": "是"})
            services.ask_extension(submission(world, key), actor=world.clerk(key), wanted_on=date(2024, 8, 20), reason=f"{mark(key, 'extensionreason')}核验排队")


def _target(world: World, key: str) -> Target:
    return all_of(Target).get(campaign=world.campaigns[f"{key[0]}000"], institution=world.institutions[key])


def _fill(world: World, key: str, answers: dict[str, str], said: str = "已核") -> None:
    """Fill the lines of people named by their field: the answer on the diploma, and a remark."""
    row = submission(world, key)
    writes = []
    for line in forms.sheet_lines(world.clerk(key).scope, row.sheet):
        _key, who, _about = MARK.findall(line.label)[0]
        if answer := answers.get(who):
            given = {"real_practice": "是", "education_genuine": answer, "title_genuine": "是", "remarks": f"{mark(key, 'remark')}{said}"}
            writes += [CellWrite(line.key, column, value) for column, value in given.items()]
    selfcheck.fill_selfcheck(row, actor=world.clerk(key), writes=writes)


def _file(world: World, key: str) -> None:
    foot = {"filler_name": mark(key, "filler"), "filler_phone": "13800005678", "filled_on": date(2024, 7, 10)}
    selfcheck_filing.file_selfcheck(submission(world, key), actor=world.clerk(key), **foot)


def _filed_again(world: World, key: str) -> None:
    clerk, county = world.clerk(key), world.officer(world.above(key))
    services.assign_filler(submission(world, key), actor=clerk, account_id=world.actor(key, "filler").id, name=mark(key, "assigned"))
    _fill(world, key, {"first": "是", "second": "否", "third": "是"})
    for clash in _clashes(world, key):
        services.explain_contradiction(clash, actor=clerk, text=f"{mark(key, 'explained')}由他处缴纳")
    _file(world, key)
    line = forms.sheet_lines(county.scope, submission(world, key).sheet)[0]
    remark = filling.remark_cell(submission(world, key).sheet, actor=county, line_key=line.key, column="remarks", text=f"{mark(county_key(key), 'remarked', key)}请补充")
    services.return_submission(submission(world, key), actor=county, reason=f"{mark(county_key(key), 'returned', key)}请按意见补充")
    filling.answer_remark(remark, actor=clerk, answer=f"{mark(key, 'answered')}已补")
    _fill(world, key, {"second": "是"}, "院校已补发学籍证明")
    _file(world, key)
    if key[1:3] == "11":
        services.accept_submission(submission(world, key), actor=county)


def county_key(key: str) -> str:
    """The county of an institution."""
    return f"{key[:3]}0"


def _clashes(world: World, key: str) -> list[Contradiction]:
    return list(all_of(Contradiction).filter(submission=submission(world, key), state="open").select_related("submission"))


def _late(world: World) -> None:
    """Letters to what is late, from county and province; answered and sent back; tasks answered."""
    at(2024, 8, 2, 9)
    for key in world.lively():
        _task(world, key)
        if key not in FILED_AGAIN:
            county, above = county_key(key), f"{key[0]}000"
            letter = _letter(world, county, submission(world, key), key)
            file = (f"{mark(key, 'answerpaper')}.txt", mark(key, "answerpapercell").encode())
            letter = services.answer_notice(letter, actor=world.clerk(key), text=f"{mark(key, 'letteranswer')}已办理", papers=[file])
            if key[1] == "2":
                services.return_notice(letter, actor=world.officer(county), reason=f"{mark(county, 'letterback', key)}不完整", due_on=date(2024, 8, 9))
            _letter(world, above, submission(world, key), key)


def _task(world: World, key: str) -> None:
    """The institution reports on the task of its county."""
    row = all_of(Submission).filter(campaign=world.campaigns[f"{key[0]}000"], org_id=world.institutions[key].org_id, title=mark(county_key(key), "tasktitle"))[0]
    file = (f"{mark(key, 'taskpaper')}.txt", mark(key, "taskpapercell").encode())
    tasks.report_task(queries.submission_by_id(world.clerk(key).scope, row.pk), actor=world.clerk(key), text=f"{mark(key, 'taskreport')}已经完成", papers=[file])


def _letter(world: World, issuer: str, row: Any, about: str) -> Notice:
    return services.issue_notice(
        row.campaign, actor=world.officer(issuer), issuer=world.authorities[issuer], rows=[row], matter=f"{mark(issuer, 'lettermatter', about)}逾期未报送",
        paper=documents.letter_paper,
    )[0]


def _tables(world: World) -> None:
    """Counties file a corrected table and a report; cities have begun theirs and are late; everybody tells a story."""
    at(2024, 9, 2, 9)
    for key in [*world.level("county"), *world.level("city"), *world.level("province")]:
        officer, campaign = world.officer(key), world.campaigns[f"{key[0]}000"]
        ret = _of(StatReturn, campaign, world.authorities[key])
        services.correct_figure(ret, actor=officer, figure=FIGURE, computed=0, corrected=1, reason=f"{mark(key, 'correction')}补录检查")
        report = _of(WorkReport, campaign, world.authorities[key])
        sections = [{"key": "own", "title": mark(key, "reportsection"), "paragraphs": [mark(key, "reporttext")]}]
        report = reports.save_report(report, actor=officer, report_title=mark(key, "reporttitle"), sections=sections, figures={})
        if key in world.level("county"):
            services.file_return(ret, actor=officer, drawn=documents.draw_table(officer.scope, ret))
            reports.file_report(report, actor=officer, sections=sections, figures=[])
        elif key in world.level("city"):
            services.ask_extension(ret, actor=officer, wanted_on=date(2024, 9, 20), reason=f"{mark(key, 'tableextension')}尚在核对")
        story = stories.tell_story(
            campaign, actor=officer, authority=world.authorities[key], kind="practice", story_title=mark(key, "storytitle"), keywords=mark(key, "storyword"),
            text=f"{mark(key, 'storytext')}组织辖区机构集中核验，一周内全部完成。", checked=True,
        )
        world.note("story", key, story_id=story.pk)
    for key in world.level("county"):
        if key[2] == "2":
            services.return_return(_of(StatReturn, world.campaigns[f"{key[0]}000"], world.authorities[key]), actor=world.officer(f"{key[:2]}00"),
                                   reason=f"{mark(f'{key[:2]}00', 'tableback', key)}请核对")
    for key in world.level("city"):
        _letter(world, f"{key[0]}000", _of(StatReturn, world.campaigns[f"{key[0]}000"], world.authorities[key]), key)


def _of(model: Any, campaign: Campaign, authority: Any) -> Any:
    held = all_of(model).select_related("authority__parent", "campaign").filter(campaign=campaign, authority=authority)
    return held.order_by("round", "key")[0]


def _note(world: World) -> None:
    """Note each row under the name by which addresses ask for it."""
    owner = {one.pk: key for key, one in [*world.authorities.items(), *world.institutions.items()]}
    for key, campaign in world.campaigns.items():
        world.note("campaign", key, campaign_id=campaign.pk)
        world.note("campaign_paper", key, campaign_id=campaign.pk, evidence_id=all_of(Campaign).get(pk=campaign.pk).document_evidence_id)
    for kind, model, name in BY_ID:
        for row in all_of(model):
            world.note(kind, owner[row.org_id], world.key_of(row.area), getattr(row, "state", ""), **{name: row.pk})
    for row in all_of(Submission):
        world.note("task" if row.form_code == TASK_FORM else "submission", owner[row.org_id], world.key_of(row.area), row.state, submission_id=row.pk)
    _note_below(world, owner)


def _note_below(world: World, owner: dict[Any, str]) -> None:
    """Rows of rows: their address names the row above as well."""
    for kind, model, name in (("contradiction", Contradiction, "contradiction_id"), ("answer", AnswerCorrection, "correction_id")):
        for row in all_of(model):
            world.note(kind, owner[row.org_id], world.key_of(row.area), row.state, submission_id=row.submission_id, **{name: row.pk})
    for row in all_of(CellRemark).select_related("sheet__submission"):
        world.note("remark", owner[row.org_id], world.key_of(row.area), submission_id=row.sheet.submission.pk, remark_id=row.pk)

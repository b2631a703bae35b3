"""Commands of self-checks: begun, filled, filed, sealed, checked; tasks that a level added."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl

from hengjian.base.actions import audited_action
from hengjian.campaigns import services
from hengjian.campaigns.models import AnswerCorrection, Contradiction, Submission
from hengjian.campaigns.queries.selfcheck_print import filling_workbook
from hengjian.forms import services as forms
from hengjian.forms.models import CellRemark
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.campaigns.selfchecks import ALL_YES, Scene
from tests.campaigns.test_corrections import PUT_RIGHT
from tests.campaigns.test_filing import NOT_GENUINE
from tests.dossier.files import photo
from tests.factories import all_of
from tests.trust.commands.action import zone_clerk
from tests.trust.commands.small import kept
from tests.trust.commands.stage import File, Sent, Stage, command

PEOPLE = ("江知白", "郑微照")


def scene(at: Stage) -> Scene:
    """The institution in the zone, with two people and nothing begun."""
    institution = at.world.institutions[2]
    for name in PEOPLE:
        selfchecks.verified_person(name, institution)
    checker = all_of(Submission).select_related("checker").get(pk=scenes.submission_of(at.campaign, institution).pk).checker
    return Scene(at.world, at.campaign, institution, zone_clerk(at), at.world.officer(checker))


def begun(at: Stage, answers: dict[str, dict[str, str]] | None = None) -> tuple[Scene, Submission]:
    """Its sheet open, and filled in if there are answers."""
    held = scene(at)
    submission = held.begun()
    if answers is not None:
        selfchecks.fill(submission, held.clerk, {name: {**ALL_YES, **answers.get(name, {})} for name in PEOPLE})
    return held, held.submission()


def filed(at: Stage, answers: dict[str, dict[str, str]] | None = None) -> tuple[Scene, Submission]:
    held, _row = begun(at, answers or {})
    return held, held.file()


WRONG = {"江知白": {"title_genuine": "是"}}
"""An answer that the register does not bear out."""


def clash(row: Submission) -> Contradiction:
    return all_of(Contradiction).filter(submission=row).order_by("id")[0]


@command("campaigns:begin_selfcheck")
def begin(at: Stage) -> Sent:
    held = scene(at)
    return Sent(held.clerk, (held.submission().pk,))


@command("campaigns:assign_filler")
def assign(at: Stage) -> Sent:
    held = scene(at)
    mate = at.post("filler", held.institution, "filler-z")
    return Sent(at.post("institution_admin", held.institution), (held.submission().pk,), {"account": str(mate.id)}, refs={"account": at.foreign.clerk.id})


@command("campaigns:check_selfcheck")
def file(at: Stage) -> Sent:
    held, row = begun(at, {})
    return Sent(held.clerk, (row.pk,), {"filler_name": "许若谷", "filler_phone": "13800005678", "filled_on": "2024-07-10"})


@command("campaigns:withdraw_submission")
def withdraw(at: Stage) -> Sent:
    held, row = filed(at)
    return Sent(held.clerk, (row.pk,), {"reason": "发现一处填写有误"})


@command("campaigns:seal_filing")
def seal(at: Stage) -> Sent:
    held, row = filed(at)
    return Sent(held.clerk, (row.pk,), {"file": File("盖章页.jpg")})


@command("campaigns:file_written_report")
def written_report(at: Stage) -> Sent:
    held = scene(at)
    with audited_action("test.report", actor=factories.SYSTEM) as act:
        act.take(held.submission()).form_code = "self_check_report"
    return Sent(held.clerk, (held.submission().pk,), {"file": File("报告.jpg"), "filler_name": "许若谷"})


def cell_of(row: Submission) -> str:
    return str(selfchecks.lines(row)[0].key)


@command("campaigns:sheet_cell", reads=("base_version",))
def cell(at: Stage) -> Sent:
    held, row = begun(at)
    return Sent(held.clerk, (row.pk,), {"line": cell_of(row), "column": "real_practice", "value": "是"}, refs={"line": foreign_line(at), "column": "state"})


def foreign_line(at: Stage) -> str:
    """A line of the sheet of another institution."""
    return cell_of(at.facts.dong.submission())


@command("campaigns:sheet_block")
def block(at: Stage) -> Sent:
    held, row = begun(at)
    cells = [{"line": one.key, "column": "real_practice", "value": "是"} for one in selfchecks.lines(row)]
    return Sent(held.clerk, (row.pk,), json={"cells": cells})


@command("campaigns:claim_staffing")
def claim(at: Stage) -> Sent:
    held, row = begun(at)
    return Sent(held.clerk, (row.pk,), {"value": "否"})


@command("campaigns:apply_proposals")
def propose(at: Stage) -> Sent:
    held, row = begun(at)
    return Sent(held.clerk, (row.pk,))


@command("campaigns:refresh_roster")
def refresh(at: Stage) -> Sent:
    held, row = begun(at)
    selfchecks.verified_person("姚行止", held.institution)
    return Sent(held.clerk, (row.pk,))


@command("campaigns:add_person")
def add_person(at: Stage) -> Sent:
    held, row = begun(at)
    return Sent(held.clerk, (row.pk,), {"name": "秦晦明"})


@command("campaigns:remove_person")
def remove_person(at: Stage) -> Sent:
    held, row = begun(at)
    return Sent(held.clerk, (row.pk,), {"line": cell_of(row), "reason": "已经调离本单位"}, refs={"line": foreign_line(at)})


@command("campaigns:line_evidence")
def line_evidence(at: Stage) -> Sent:
    held, row = begun(at)
    return Sent(held.clerk, (row.pk,), {"line": cell_of(row), "column": "real_practice", "file": File("社保记录.jpg"), "note": "", "evidence": ""}, refs={"evidence": at.foreign.evidence.pk, "line": foreign_line(at)})


@command("campaigns:line_evidence", "kept before")
def line_evidence_again(at: Stage) -> Sent:
    dong = at.facts.dong
    row = dong.submission()
    return Sent(dong.clerk, (row.pk,), {"line": cell_of(row), "column": "real_practice", "evidence": str(kept(at).pk)}, refs={"evidence": at.foreign.evidence.pk})


@command("campaigns:explain_contradiction")
def explain(at: Stage) -> Sent:
    held, row = begun(at, WRONG)
    return Sent(held.clerk, (row.pk, clash(row).pk), {"reason": "职称证书尚未录入档案"})


@command("campaigns:concede_contradiction")
def concede(at: Stage) -> Sent:
    held, row = begun(at, WRONG)
    return Sent(held.clerk, (row.pk, clash(row).pk))


def remarked(at: Stage) -> tuple[Scene, Submission, CellRemark]:
    held, row = filed(at)
    made = forms.remark_cell(row.sheet, actor=held.county, line_key=cell_of(row), column="real_practice", text="请补充社保记录")
    return held, row, made


@command("campaigns:remark_cell")
def remark(at: Stage) -> Sent:
    held, row = filed(at)
    return Sent(held.county, (row.pk,), {"line": cell_of(row), "column": "real_practice", "reason": "请补充社保记录"}, refs={"line": foreign_line(at)})


@command("campaigns:answer_remark")
def answer(at: Stage) -> Sent:
    held, row, made = remarked(at)
    services.return_submission(row, actor=held.county, reason="请按意见补充后重新报送")
    return Sent(held.clerk, (row.pk, made.pk), {"reason": "社保记录已附在本行"})


@command("campaigns:settle_remark")
def settle(at: Stage) -> Sent:
    held, row, made = remarked(at)
    services.return_submission(row, actor=held.county, reason="请按意见补充后重新报送")
    forms.answer_remark(made, actor=held.clerk, answer="社保记录已附在本行")
    held.file()
    return Sent(held.county, (row.pk, made.pk))


@command("campaigns:return_submission")
def send_back(at: Stage) -> Sent:
    held, row = filed(at)
    return Sent(held.county, (row.pk,), {"reason": "请按意见补充后重新报送"})


@command("campaigns:accept_submission")
def accept(at: Stage) -> Sent:
    held, row = filed(at)
    return Sent(held.county, (row.pk,))


@command("campaigns:judge_contradiction")
def judge(at: Stage) -> Sent:
    held, row = begun(at, WRONG)
    services.explain_contradiction(clash(row), actor=held.clerk, text="职称证书尚未录入档案")
    return Sent(held.county, (held.file().pk, clash(row).pk), {"judgement": "confirm", "reason": "查无职称记录"})


@command("campaigns:judge_correction")
def judge_correction(at: Stage) -> Sent:
    held, row = filed(at, {"江知白": NOT_GENUINE})
    services.return_submission(row, actor=held.county, reason="请按意见补充后重新报送")
    selfchecks.fill(held.submission(), held.clerk, {"江知白": PUT_RIGHT})
    row = held.file()
    services.accept_submission(row, actor=held.county)
    correction = all_of(AnswerCorrection).get(state="proposed")
    return Sent(held.county, (row.pk, correction.pk), {"outcome": "mistaken", "reason": "查学信网属实，原系误填"})


def workbook_of(held: Scene, row: Submission) -> File:
    """The workbook of the sheet with other answers for the first person."""
    _name, data = filling_workbook(held.clerk.scope, row)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for line in book.worksheets[0].iter_rows():
        at = next((one for one in line if one.value == PEOPLE[0]), None)
        if at is not None:
            free = [one for one in line if one.column > at.column and not isinstance(one, openpyxl.cell.cell.MergedCell)]
            free[0].value = "否"
    out = io.BytesIO()
    book.save(out)
    return File("自查表.xlsx", out.getvalue())


@command("campaigns:workbook")
def workbook(at: Stage) -> Sent:
    held, row = begun(at, {})
    return Sent(held.clerk, (row.pk,), {"file": workbook_of(held, row)})


@command("campaigns:apply_workbook")
def apply_workbook(at: Stage) -> Sent:
    held, row = begun(at, {})
    book = workbook_of(held, row)
    forms.read_workbook(row.sheet, actor=held.clerk, file_name=book.name, data=book.data)
    key = selfchecks.line(row, PEOPLE[0]).key
    return Sent(held.clerk, (row.pk,), {f"take-{key}|real_practice": "theirs"})


@command("campaigns:report_task")
def report_task(at: Stage) -> Sent:
    of = at.world.cities[0]
    officer = at.world.officer(of)
    plan = services.acknowledge_plan(scenes.plan_of(at.campaign, of), actor=officer)
    tasks: list[dict[str, Any]] = [{"title": "底片复评5%", "text": "抽取5%复评", "due": "2024-07-25"}]
    services.issue_plan(plan, actor=officer, number="青市监〔2024〕9号", issued_on=date(2024, 7, 10), dates={}, tasks=tasks)
    row = all_of(Submission).get(org_id=at.institution.pk, form_code="task_report")
    return Sent(at.clerk, (row.pk,), {"text": "已抽取12张底片复评，全部合格。", "papers": [File(), File("二.png", photo("PNG"))]})


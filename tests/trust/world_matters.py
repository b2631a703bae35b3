"""What happens to institutions of the two provinces: problems, orders, cases, visits, changes of the tree, sign-ins."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.base.actions import audited_action
from hengjian.base.ids import uuid7
from hengjian.base.models import LedgerCheck, LedgerEntry
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import Campaign
from hengjian.campaigns.services import stories
from hengjian.dossier import services as dossier
from hengjian.dossier.models import Document, EvidenceUse
from hengjian.enforcement import documents as orders_on_paper
from hengjian.enforcement import services as enforcement
from hengjian.enforcement.models import Case, Order
from hengjian.forms.models import FormDefinition
from hengjian.parties import services as parties
from hengjian.parties.actors import own_actor
from hengjian.parties.models import Message, TreeChange
from hengjian.parties.services import Origin, note_sign_in
from hengjian.rectification import services as rectification
from hengjian.rectification.models import Problem
from hengjian.registry.models import ImportRun
from hengjian.supervision import documents as visits_on_paper
from hengjian.supervision import services as supervision
from hengjian.supervision.models import Visit
from tests import factories
from tests.factories import all_of
from tests.trust.ground import ELSEWHERE, World, at, mark, officers
from tests.trust.world_register import paper


def add(world: World) -> None:
    """A problem, an order, a case and a visit of each institution; the same where it works elsewhere; what is removed again."""
    at(2024, 9, 3, 9)
    for key in world.lively():
        _problem(world, key)
        _taken_up(world, key, world.above(key), "")
        _drawn_up(world, key)
    for key, there in ELSEWHERE.items():
        _taken_up(world, key, there, "away")
    for key in world.level("province"):
        _tree_changes(world, key)
    for account in world.accounts.values():
        note_sign_in(account, actor=own_actor(account), method="password", origin=Origin("10.20.30.40", "Firefox"))
    _remove_some(world)
    _note(world)


def _problem(world: World, key: str) -> None:
    """Found by the institution itself, confirmed, planned, more time asked for it; that of each y reported as put right."""
    clerk, county = world.clerk(key), world.officer(world.above(key))
    problem = rectification.report_problem(
        world.institutions[key], actor=clerk, kind="system", severity=1, title=mark(key, "problemtitle"), facts=mark(key, "problemfacts"),
        clause=mark(key, "clause"), subject_label=mark(key, "subject"),
    )
    problem = rectification.confirm_problem(problem, actor=county, severity=1, due_on=date(2024, 9, 27), note=mark(county_of(key), "confirmnote", key))
    problem = rectification.plan_rectification(
        problem, actor=clerk, measure=mark(key, "measure"), responsible_name=mark(key, "responsible"), responsible_department=mark(key, "department"),
    )
    asked = rectification.ask_extension(problem, actor=clerk, until=date(2024, 10, 18), reason=f"{mark(key, 'problemextension')}配件未到")
    world.note("problem_extension", key, world.above(key), problem_id=problem.pk, extension_id=asked.pk)
    paper(world, key, problem, "rectification.problem", problem.pk, "problempaper", by=clerk)
    if key.endswith("y"):
        rectification.report_rectified(problem, actor=clerk, text=mark(key, "rectified"))


def county_of(key: str) -> str:
    return f"{key[:3]}0"


def _taken_up(world: World, key: str, authority: str, where: str) -> None:
    """An officer of an authority visits an institution, orders it to put something right, files a case against it."""
    officer, institution = world.officer(authority), world.institutions[key]
    visit = supervision.record_visit(
        institution, actor=officer, kind="campaign", visited_on=date(2024, 9, 2), on_site=True, officers=officers(authority),
        findings=mark(authority, "findings", key), items=[{"item": "reports", "result": "unsound", "note": mark(authority, "item", key)}],
        handling=mark(authority, "handling", key), plan_ref=mark(authority, "planref", key), place_name=mark(key, f"place{where}"),
    )
    given = {name: mark(authority, f"order{name}", key) for name in ("facts", "provisions", "measure")}
    order = enforcement.draft_order(actor=officer, owner_row=institution, due_on=date(2024, 9, 20), officers=officers(authority), **given)
    order = enforcement.serve_order(order, actor=officer, receipt_kind="signed", received_by=mark(key, f"receiver{where}"))
    order = enforcement.answer_order(order, actor=world.clerk(key), text=mark(key, f"orderanswer{where}"))
    case = enforcement.file_case(
        actor=officer, owner_row=institution, cause=mark(authority, "cause", key), facts=mark(authority, "casefacts", key), provisions=["false_result"],
        officers=officers(authority), source=mark(authority, "source", key)[:40], visit_id=visit.pk, order_id=order.pk,
    )
    for kind, row, object_type in (("visit", visit, "supervision.visit"), ("order", order, "enforcement.order"), ("case", case, "enforcement.case")):
        world.note(kind, key, authority, **{f"{kind}_id": row.pk})
        paper(world, authority, row, object_type, row.pk, f"{kind}paper", by=officer, about=key)
    orders_on_paper.issue_order(order, actor=officer)
    orders_on_paper.issue_case(case, actor=officer)
    visits_on_paper.issue_record(visit, actor=officer)


def _drawn_up(world: World, key: str) -> None:
    """A second order, which the institution does not know of before it is served."""
    authority = county_of(key)
    officer = world.officer(authority)
    given = {name: mark(authority, f"unserved{name}", key) for name in ("facts", "provisions", "measure")}
    order = enforcement.draft_order(actor=officer, owner_row=world.institutions[key], due_on=date(2024, 9, 20), officers=officers(authority), **given)
    world.note("drafted_order", key, authority, order_id=order.pk)
    paper(world, authority, order, "enforcement.order", order.pk, "unservedpaper", by=officer, about=key)
    orders_on_paper.issue_order(order, actor=officer)


def _tree_changes(world: World, key: str) -> None:
    """A change of the tree that is dated ahead."""
    admin = world.actor(key, "authority_admin")
    parties.rename_authority(world.authorities[f"{key[0]}120"], actor=admin, name=f"{mark(key, 'renamed')}局", on=date(2025, 1, 1), reason=mark(key, "treereason"))
    for change in all_of(TreeChange).filter(authority=world.authorities[f"{key[0]}120"]):
        world.note("change", key, change_id=change.pk)


def _remove_some(world: World) -> None:
    """A draft, a story, a use of a file that were there and are there no more."""
    key = "a110"
    officer = world.officer(key)
    draft = campaigns.draft_campaign(None, actor=officer, issuer=world.authorities[key], campaign_title="将删除", short_title="将删除", document_number="",
                                     issued_on=date(2024, 9, 3))
    campaigns.discard_draft(draft, actor=officer)
    story = stories.tell_story(world.campaigns["a000"], actor=officer, authority=world.authorities[key], kind="practice", story_title="将撤回",
                               text="组织辖区机构集中核验学历和职称，一周之内全部完成。", checked=True)
    stories.drop_story(story, actor=officer, reason="重复登记，予以撤回")
    problem = all_of(Problem).get(org_id=world.institutions["a11x"].org_id, title=mark("a11x", "problemtitle"))
    clerk = world.clerk("a11x")
    kept = all_of(EvidenceUse).filter(object_id=problem.pk)[0]
    use = dossier.attach_evidence(kept.evidence, actor=clerk, object_type="rectification.problem", object_id=problem.pk, item="after")
    dossier.detach_evidence(use, actor=clerk, reason="附错了地方")
    world.removed.update(campaign_id=str(draft.pk), story_id=str(story.pk), use_id=str(use.pk))
    for name, model in (("visit_id", Visit), ("order_id", Order), ("case_id", Case), ("problem_id", Problem), ("run_id", ImportRun)):
        world.removed[name] = str(_struck_off(model, world.institutions["a11x"]))


def _struck_off(model: Any, institution: Any) -> Any:
    """Let a second row like one of the institution's come and go; return its id."""
    row = all_of(model).filter(org_id=institution.org_id)[0]
    row.pk, row._state.adding = uuid7(), True
    if hasattr(row, "number"):
        row.number = f"{row.number}-0"
    if hasattr(row, "merge_key"):
        row.merge_key = "struck off"
    factories.keep(row)
    with audited_action("test.strike_off", actor=factories.SYSTEM) as act:
        act.remove(row)
    return row.pk


def _note(world: World) -> None:
    owner = {one.pk: key for key, one in [*world.authorities.items(), *world.institutions.items()]}
    for row in all_of(Problem):
        world.note("problem", owner[row.org_id], world.key_of(row.area), row.state, problem_id=row.pk)
    for row in all_of(Document):
        world.note(f"{_kind(row.object_type, row.object_id)}_document", owner[row.org_id], world.key_of(row.area), document_id=row.pk)
        world.note("code", owner[row.org_id], world.key_of(row.area), row.object_type, code=row.code)
    for use in all_of(EvidenceUse):
        kind, place = _kind(use.object_type, use.object_id), world.key_of(use.area)
        world.note(f"{kind}_file", owner[use.org_id], place, evidence_id=use.evidence_id)
        world.note(f"{kind}_use", owner[use.org_id], place, use_id=use.pk)
    for row in world.held["return"]:
        world.note("return_row", row.owner, row.at, row.state, kind="return", row_id=row.kwargs["return_id"])
    for row in world.held["submission"]:
        world.note("filing_row", row.owner, row.at, row.state, kind="submission", row_id=row.kwargs["submission_id"])
    for key, authority in world.authorities.items():
        if key[0] == "a":
            world.note("branch", key, campaign_id=world.campaigns["a000"].pk, authority_id=authority.pk)
    holder = {account.pk: key for (key, _role), account in world.accounts.items()}
    for row in all_of(Message):
        world.note("message", holder[row.account_id], "", str(row.account_id), message_id=row.pk)
    for row in all_of(FormDefinition).filter(code__contains=".campaign")[:1]:
        world.note("definition", "", definition_id=row.pk)


def _kind(object_type: str, object_id: Any) -> str:
    """Files and documents by who may read them: those on cases and visits are internal to authorities, an order is known when it is served, a campaign when it is launched."""
    if object_type == "enforcement.order":
        return "drafted" if all_of(Order).get(pk=object_id).state == "drafted" else "order"
    if object_type == "campaigns.campaign":
        return "draft" if all_of(Campaign).get(pk=object_id).state == "draft" else "campaign"
    return {"enforcement.case": "inner", "supervision.visit": "inner", "campaigns.plan": "plan"}.get(object_type, "open")


def note_ledger(world: World) -> None:
    """Entries and checks of the ledger; called when the entries have their place in the tree."""
    owner = {str(one.pk): key for key, one in world.institutions.items()}
    for row in LedgerEntry.objects.filter(object_type="registry.institution"):
        if str(row.object_id) in owner:
            key = owner[str(row.object_id)]
            world.note("entry", key, ELSEWHERE.get(key, world.above(key)), entry_id=row.pk)
    for row in all_of(LedgerCheck):
        world.note("check", "", check_id=row.pk)


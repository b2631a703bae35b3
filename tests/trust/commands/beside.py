"""Services that no page calls: the jobs of the day, what a set-up writes, what signing in leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from hengjian.base import working_days
from hengjian.base.actions import audited_action
from hengjian.base.data_keys import note_active_key
from hengjian.base.errors import BadInput
from hengjian.base.ledger import checks
from hengjian.base.models import CalendarDay, DataKey
from hengjian.campaigns import documents
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import AnswerCorrection
from hengjian.campaigns.services import reports, selfcheck_rechecks
from hengjian.dossier import services as dossier
from hengjian.enforcement import services as enforcement
from hengjian.forms import services as forms
from hengjian.forms.models import FormDefinition
from hengjian.parties import services as parties
from hengjian.parties.actors import own_actor
from hengjian.parties.models import Account, SignIn
from hengjian.rectification import services as problems
from hengjian.registry import services as registry
from hengjian.registry.models import Enterprise, InsuranceMonth, Person, StaffingRule
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.campaigns.selfchecks import Scene
from tests.campaigns.test_corrections import PUT_RIGHT
from tests.campaigns.test_filing import NOT_GENUINE
from tests.dossier import files
from tests.factories import SYSTEM, all_of
from tests.trust.commands import action, register, small, trade
from tests.trust.commands import checks as filings
from tests.trust.commands.stage import Stage

Act = Callable[[], Any]
SCENES: dict[str, Callable[[Stage], Act]] = {}

STEPS = {"the_ledger_is_checked": {"ledger_check", "ledger_entry"}}
"""Acts that go on by steps, each whole for itself, and the tables in which a step may stay: a check that was begun and broke
off is found by the next run and entered as broken off."""


def beside(make: Callable[[Stage], Act]) -> Callable[[Stage], Act]:
    """Enter a scene: it makes everything ready and hands out the act."""
    SCENES[make.__name__] = make
    return make


def _without(model: Any, **which: Any) -> None:
    with audited_action("test.without", actor=SYSTEM) as act:
        for row in all_of(model).filter(**which):
            act.remove(row)


@beside
def reminders_of_the_day(at: Stage) -> Act:
    at.clock.set(2024, 7, 31, 9)
    return lambda: campaigns.remind_running(actor=SYSTEM)


@beside
def new_institutions_join(at: Stage) -> Act:
    factories.institution("青麓晚到检验有限公司", at.world.counties[0])
    return lambda: campaigns.join_running_campaigns(actor=SYSTEM)


@beside
def claims_held_against_the_register(at: Stage) -> Act:
    held, _row = filings.filed(at)
    _without(InsuranceMonth, payer_id=held.institution.organisation.uscc)
    return lambda: selfcheck_rechecks.recheck_standing(actor=SYSTEM)


@beside
def orders_lapse(at: Stage) -> Act:
    at.clock.set(2024, 7, 26, 9)  # only the order of the facts is late: each order lapses for itself
    return lambda: enforcement.lapse_orders()


@beside
def overdue_problems_climb(at: Stage) -> Act:
    at.clock.set(2024, 8, 5, 9)  # one problem is late; of several, each would climb for itself
    return lambda: problems.escalate_overdue()


@beside
def rechecks_are_asked_for(at: Stage) -> Act:
    problems.verify_and_close(trade.reported(at), actor=at.county, reason="现场核查属实，无须另附材料。")
    at.clock.set(2024, 10, 20, 9)
    return lambda: problems.remind_rechecks()


@beside
def messages_are_mailed(at: Stage) -> Act:
    with audited_action("test.mail", actor=SYSTEM) as act:
        act.take(Account.objects.get(pk=at.clerk.id)).email = "clerk@example.org"
    small.told(at)
    return lambda: parties.mail_pending(actor=SYSTEM)


@beside
def a_change_of_the_tree_takes_effect(at: Stage) -> Act:
    small.withdraw_tree_change(at)
    at.clock.set(2024, 8, 1, 1)
    return lambda: parties.apply_due_changes(actor=SYSTEM)


@beside
def late_rows_follow_the_tree(at: Stage) -> Act:
    west = at.world.counties[1]
    was = west.path
    parties.move_authority(west, actor=small.admin(at), parent=at.world.cities[1], on=date(2024, 7, 10), reason="按省政府批复调整")
    with audited_action("test.late", actor=SYSTEM) as act:
        act.take(at.facts.exam).area = was
    return lambda: parties.follow_late_rows(actor=SYSTEM)


@beside
def the_ledger_is_checked(at: Stage) -> Act:
    checks.ask("verify", actor=at.post("audit_admin"))
    return checks.run_asked


@beside
def faults_of_the_ledger_are_told(at: Stage) -> Act:
    at.post("audit_admin")
    row = checks.ask("verify", actor=SYSTEM)
    with audited_action("test.faulty", actor=SYSTEM) as act:
        held = act.take(row)
        held.state, held.found, held.ended_at = "faulty", 1, at.clock.now()
    return lambda: parties.tell_of_ledger_faults([row.pk], actor=SYSTEM)


@beside
def definitions_are_loaded(at: Stage) -> Act:
    _without(FormDefinition, code=scenes.HEILONGJIANG)
    return lambda: forms.load_definitions(actor=SYSTEM)


@beside
def staffing_rules_are_loaded(at: Stage) -> Act:
    _without(StaffingRule)
    return lambda: registry.load_staffing_rules(actor=SYSTEM)


@beside
def the_calendar_is_seeded(at: Stage) -> Act:
    _without(CalendarDay)
    return lambda: working_days.seed_calendar(actor=SYSTEM)


def clerk_account(at: Stage) -> Account:
    return Account.objects.get(pk=at.clerk.id)


@beside
def somebody_signs_in(at: Stage) -> Act:
    account = clerk_account(at)
    return lambda: parties.note_sign_in(account, actor=own_actor(account), method="password", origin=parties.Origin("127.0.0.1", ""))


@beside
def somebody_leaves(at: Stage) -> Act:
    account = clerk_account(at)
    row = parties.note_sign_in(account, actor=own_actor(account), method="password", origin=parties.Origin("127.0.0.1", ""))
    assert isinstance(row, SignIn)
    return lambda: parties.end_sign_in(row.pk, actor=own_actor(account), how="left")


@beside
def a_second_factor_is_set_up(at: Stage) -> Act:
    account = clerk_account(at)
    return lambda: parties.note_second_factor(account, actor=own_actor(account), what="activate")


@beside
def a_password_is_changed(at: Stage) -> Act:
    account = clerk_account(at)
    return lambda: parties.change_own_password(account, actor=own_actor(account), password="riverside-granite-71")


@beside
def a_key_that_seals_is_noted(at: Stage) -> Act:
    _without(DataKey)
    return lambda: note_active_key(actor=SYSTEM)


@beside
def a_later_date_is_refused_and_kept(at: Stage) -> Act:
    plan = action.acknowledged(at)

    def refused() -> None:
        with suppress(BadInput):
            campaigns.issue_plan(plan, actor=at.city, number="", issued_on=date(2024, 7, 10), dates={("self_check", 1): date(2024, 9, 30)})

    return refused


@beside
def a_report_is_begun(at: Stage) -> Act:
    row = action.report_of(at)
    sections = documents.report_draft_of(at.county.scope, row, documents.report_figures(at.county.scope, row))
    return lambda: reports.begin_report(row, actor=at.county, sections=sections)


@beside
def a_contradiction_that_is_new_is_told(at: Stage) -> Act:
    held, _row = filings.filed(at)
    person = all_of(Person).get(name=filings.PEOPLE[0], employments__institution=held.institution)
    selfchecks.unpaid(person, factories.months_back(13)[-7:])
    return lambda: selfcheck_rechecks.recheck_standing(actor=SYSTEM)


@beside
def a_cell_is_filled(at: Stage) -> Act:
    held, row = filings.begun(at)
    line = selfchecks.lines(row)[0]
    return lambda: forms.fill_cell(line, actor=held.clerk, column="real_practice", value="是")


@beside
def a_change_of_the_tree_is_registered(at: Stage) -> Act:
    who = small.admin(at)
    return lambda: parties.rename_authority(at.world.counties[1], actor=who, name="西岭新区市场监督管理局", on=date(2024, 8, 1), reason="按省政府批复调整")


@beside
def a_change_of_the_tree_cannot_take_effect(at: Stage) -> Act:
    small.withdraw_tree_change(at)
    parties.close_authority(at.world.counties[1], actor=small.admin(at), successor=at.world.counties[0], on=date(2024, 7, 10), reason="按省政府批复调整")
    at.clock.set(2024, 8, 1, 1)
    return lambda: parties.apply_due_changes(actor=SYSTEM)


def _refiled(at: Stage) -> tuple[Scene, Act]:
    held, row = filings.filed(at, {filings.PEOPLE[0]: NOT_GENUINE})
    campaigns.return_submission(row, actor=held.county, reason="请按意见补充后重新报送")
    selfchecks.fill(held.submission(), held.clerk, {filings.PEOPLE[0]: PUT_RIGHT})
    return held, held.file


@beside
def a_corrected_answer_is_noted_on_its_problem(at: Stage) -> Act:
    return _refiled(at)[1]


@beside
def a_correction_is_accepted(at: Stage) -> Act:
    held, file = _refiled(at)
    file()
    campaigns.accept_submission(held.submission(), actor=held.county)
    correction = all_of(AnswerCorrection).get(state="proposed")
    dossier.keep_evidence(
        "学籍证明.jpg", files.photo(), actor=held.clerk, owner_row=held.submission(), object_type="forms.sheetline",
        object_id=selfchecks.line(held.submission(), filings.PEOPLE[0]).pk, item="education_genuine",
    )
    return lambda: campaigns.judge_correction(correction, actor=held.county, outcome="rectified", note="院校证明属实")


@beside
def equipment_is_corrected(at: Stage) -> Act:
    register.add_equipment(at)
    owner = all_of(Enterprise).order_by("-id")[0]
    row = registry.add_equipment(owner, actor=at.county, code="31009901012024000002", category="3100")
    return lambda: registry.change_equipment(row, actor=at.county, changes={"category": "3000"})


@beside
def months_of_insurance_are_added(at: Stage) -> Act:
    person = register.somebody(at)
    return lambda: registry.add_insurance_months(person, actor=at.clerk, months=[date(2023, 1, 1)], payer_id=at.institution.organisation.uscc)

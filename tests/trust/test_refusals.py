"""What is refused below the pages, and words of an address that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.urls import reverse

from hengjian.base.actions import audited_action
from hengjian.base.errors import NotAllowed, OutOfScope, StaleRow
from hengjian.base.receipts import fingerprint
from hengjian.base.scope import EVERYTHING, NOTHING
from hengjian.campaigns import queries, services
from hengjian.campaigns.models import Submission, WorkReport
from hengjian.campaigns.queries import letters
from hengjian.campaigns.services import reports, selfcheck
from hengjian.forms import services as forms
from hengjian.parties import services as parties
from hengjian.parties.models import Message
from tests.campaigns import selfchecks
from tests.factories import all_of
from tests.trust.commands import catalogue
from tests.trust.commands.attack import taken_back
from tests.trust.commands.stage import COMMANDS, Stage, signed_in

pytestmark = pytest.mark.django_db

catalogue.commands()


@pytest.fixture
def stage(staged_world: Stage) -> Iterator[Stage]:
    was = staged_world.clock.now()
    with taken_back():
        yield staged_world
    staged_world.clock.set(was)


# Words of an address


@pytest.mark.parametrize(("command", "route", "more"), [
    ("campaigns:correct_figure", "campaigns:figure", ("nothing-of-ours",)),
    ("campaigns:correct_figure", "campaigns:figure_rows", ("nothing-of-ours",)),
    ("campaigns:correct_figure", "campaigns:statistics_file", ("exe",)),
    ("campaigns:edit_report", "campaigns:report_file", ("exe",)),
])
def test_a_word_that_means_nothing_leads_nowhere(stage, command, route, more):
    sent = COMMANDS[command].make(stage)
    assert signed_in(sent.actor).get(reverse(route, args=[sent.args[0], *more])).status_code == 404


@pytest.mark.parametrize("word", ["nothing.ofours", "campaigns", "sessions.session", "parties.account.x"])
@pytest.mark.parametrize("route", ["web:open", "web:history", "web:proofs", "dossier:evidence_of"])
def test_an_object_of_no_kind_of_ours_is_not_there(stage, route, word):
    assert signed_in(stage.province).get(reverse(route, args=[word, stage.campaign.pk])).status_code == 404


def test_a_story_names_a_problem_that_is_seen(stage):
    sent = COMMANDS["campaigns:tell_story"].make(stage)
    page = reverse("campaigns:tell_story", args=sent.args)
    assert [signed_in(sent.actor).get(page, {"problem": word}).status_code for word in ("not-an-id", str(uuid4()), str(stage.foreign.problem.pk))] == [404] * 3


# Rows that are not the actor's


def test_many_rows_are_changed_together_only_where_all_are_ones_own(stage):
    rows = list(all_of(Submission).order_by("pk"))
    clerk = stage.clerk
    own = [row for row in rows if row.org_id == clerk.org_id]
    with pytest.raises(OutOfScope), audited_action("campaigns.urge_submissions", actor=clerk) as act:
        act.change_many(rows, lambda row: None, fields=())
    with audited_action("campaigns.urge_submissions", actor=clerk) as act:
        assert len(act.change_many(own, lambda row: None, fields=())) == len(own) > 0


def test_nobody_reads_the_messages_of_another(stage):
    message = all_of(Message).exclude(account_id=stage.province.id).first()
    with pytest.raises(NotAllowed):
        parties.read_messages([message], actor=stage.province)
    assert all_of(Message).get(pk=message.pk).read_at == message.read_at


def test_letters_go_out_about_filings_of_ones_own_area(stage):
    rows = list(all_of(Submission).filter(campaign=stage.campaign).values_list("pk", flat=True))
    assert {one.pk for one in letters.chosen_filings(EVERYTHING, stage.campaign, rows)} <= set(rows)
    for scope, ids in ((NOTHING, rows), (stage.county.scope, rows), (EVERYTHING, [*rows, uuid4()])):
        with pytest.raises(OutOfScope):
            letters.chosen_filings(scope, stage.campaign, ids)


def test_a_filing_of_no_kind_is_not_there(stage):
    row = all_of(Submission).first()
    assert queries.filing_by_id(EVERYTHING, "submission", row.pk) == row
    for scope, kind, key in ((EVERYTHING, "letter", row.pk), (EVERYTHING, "return", row.pk), (NOTHING, "submission", row.pk)):
        with pytest.raises(OutOfScope):
            queries.filing_by_id(scope, kind, key)


def test_who_is_not_named_by_a_campaign_has_no_target_in_it(stage):
    assert queries.own_target(EVERYTHING, stage.campaign, stage.institution.pk).institution == stage.institution
    for scope, unit in ((EVERYTHING, None), (EVERYTHING, stage.foreign.institution.pk), (stage.foreign.clerk.scope, stage.institution.pk)):
        with pytest.raises(OutOfScope):
            queries.own_target(scope, stage.campaign, unit)


def test_a_draft_reaches_no_further_than_its_issuer(stage):
    sent = COMMANDS["campaigns:draft"].make(stage)
    draft = queries.campaign_by_id(stage.province.scope, sent.args[0])
    for changes in ({"areas": [stage.foreign.county.pk]}, {"exceptions": {stage.foreign.institution.pk: "核准证已经注销"}}):
        with pytest.raises(OutOfScope):
            services.edit_draft(draft, actor=stage.province, changes=changes)


def test_a_person_of_another_sheet_is_not_taken_off(stage):
    sent = COMMANDS["campaigns:remove_person"].make(stage)
    own = all_of(Submission).get(pk=sent.args[0])
    for key in ("nothing-of-ours", selfchecks.lines(stage.facts.dong.submission())[0].key):
        with pytest.raises(OutOfScope):
            selfcheck.remove_person(own, actor=sent.actor, line_key=key, reason="已经调离本单位")


def test_a_cell_that_somebody_else_has_changed_is_not_written_over(stage):
    sent = COMMANDS["campaigns:remove_person"].make(stage)
    line = selfchecks.lines(all_of(Submission).get(pk=sent.args[0]))[0]
    was = line.version
    forms.fill_cell(line, actor=sent.actor, column="real_practice", value="是", base_version=was)
    with pytest.raises(StaleRow):
        forms.fill_cell(line, actor=sent.actor, column="real_practice", value="否", base_version=was)
    with pytest.raises(OutOfScope):
        forms.fill_cell(line, actor=stage.foreign.clerk, column="real_practice", value="否")


def test_a_report_is_saved_by_its_own_authority_alone(stage):
    sent = COMMANDS["campaigns:edit_report"].make(stage)
    row = all_of(WorkReport).select_related("authority", "campaign").get(pk=sent.args[0])
    other = stage.world.officer(stage.world.counties[1])
    with pytest.raises(OutOfScope):
        reports.save_report(row, actor=other, report_title="别的县", sections=[{"key": "a", "title": "一", "paragraphs": ["一段。"]}], figures={})
    with pytest.raises(NotAllowed):
        reports.save_report(row, actor=stage.city, report_title="上级改写", sections=[{"key": "a", "title": "一", "paragraphs": ["一段。"]}], figures={})


# What a receipt covers


def test_a_receipt_tells_bodies_of_every_type_apart():
    make = RequestFactory()
    prints = [
        fingerprint(make.post("/a/", data, content_type=kind))
        for kind, data in (("application/json", '{"a": 1}'), ("application/json", '{"a": 2}'), ("text/plain", "a"), ("text/plain", "b"))
    ]
    assert len(set(prints)) == len(prints)
    assert fingerprint(make.post("/a/", {"a": "1", "csrfmiddlewaretoken": "x"})) == fingerprint(make.post("/a/", {"a": "1", "csrfmiddlewaretoken": "y"}))

"""The register changes: claims of open self-checks are held against it again, on both sides' pages, with one effect."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from hengjian.campaigns import jobs
from hengjian.campaigns.models import Contradiction
from hengjian.campaigns.services import filing, recheck_changed
from hengjian.parties.models import Account, Message
from hengjian.registry import exchange
from hengjian.registry import services as registry
from hengjian.registry.models import Education, Employment, InsuranceMonth, Person
from tests import factories
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import ALL_YES, fill, line, names
from tests.factories import SYSTEM, all_of
from tests.registry.books import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


def standing():
    return [(one.rule, one.state) for one in all_of(Contradiction).exclude(state="settled").order_by("rule")]


def cancel(scene, name="沈砚秋"):
    registry.end_employment(all_of(Employment).get(person__name=name), actor=scene.clerk, on=date(2024, 7, 9), reason="本人辞职，已办结手续")


def test_a_persons_record_changed_reaches_a_sheet_that_is_being_filled(scene, django_capture_on_commit_callbacks):
    submission = scene.begun()
    fill(submission, scene.clerk, dict.fromkeys(names(submission), ALL_YES))
    assert standing() == []
    with django_capture_on_commit_callbacks(execute=True):
        cancel(scene)
    assert standing() == [("practice.employment_ended", "open")]
    assert not Message.objects.filter(kind="clash").exists()


def test_a_new_contradiction_of_a_filed_sheet_is_told_to_both_sides_shown_and_explained(scene, client, django_capture_on_commit_callbacks):
    submission = scene.filed()
    with django_capture_on_commit_callbacks(execute=True):
        cancel(scene)

    told = {(one.account.name, one.title) for one in Message.objects.filter(kind="clash").select_related("account")}
    assert told == {(scene.county.name, f"{scene.institution.name}：1处新的矛盾"), (scene.clerk.name, "自查表有1处新的矛盾")}
    url = reverse("campaigns:submission", args=[submission.pk])
    client.force_login(Account.objects.get(pk=scene.county.id))
    page = client.get(url).content.decode()
    assert "名录记载已于2024年7月9日离职" in page
    held = all_of(Contradiction).get()
    explain = reverse("campaigns:explain_contradiction", args=[submission.pk, held.pk])
    assert reverse("campaigns:judge_contradiction", args=[submission.pk, held.pk]) in page
    client.force_login(Account.objects.get(pk=scene.clerk.id))
    assert explain in client.get(url).content.decode()
    client.post(explain, {"reason": "7月10日已重新聘用"})
    assert all_of(Contradiction).get().state == "explained"


def test_what_the_register_bears_out_by_now_is_settled(scene, django_capture_on_commit_callbacks):
    education = all_of(Education).get(person__name="沈砚秋")
    registry.record_verification(education, actor=scene.clerk, method="chsi", result="not_found", on=date(2024, 7, 1))
    scene.filed()
    assert standing() == [("education.refuted", "open")]
    with django_capture_on_commit_callbacks(execute=True):
        registry.record_verification(education, actor=scene.clerk, method="chsi", result="genuine", on=date(2024, 7, 9))
    assert standing() == []


def test_an_import_of_insurance_is_followed_in_words_and_once(scene, django_capture_on_commit_callbacks):
    person, payer = all_of(Person).get(name="沈砚秋"), scene.world.institutions[1].organisation.uscc
    months = factories.months_back(5)
    selfchecks.unpaid(person, months)
    scene.filed()
    assert standing() == [("practice.insurance_gap", "open")]

    heads = ("身份证号", "缴费月份", "缴费单位")
    data = workbook(社保=[heads, *[(person.id_number.reveal(), f"{month:%Y-%m}", payer) for month in months]])
    run = exchange.check_file(actor=scene.clerk, file_name="社保.xlsx", data=data)
    assert run.fault_count == 0
    with django_capture_on_commit_callbacks(execute=True):
        exchange.confirm_run(run, actor=scene.clerk, sha256=run.sha256)

    assert standing() == [("practice.insured_elsewhere", "open")]
    assert Message.objects.filter(kind="clash").count() == 2
    ids = {"registry.insurancemonth": list(all_of(InsuranceMonth).filter(person=person).values_list("pk", flat=True))}
    assert recheck_changed(ids, actor=SYSTEM) == 0
    assert Message.objects.filter(kind="clash").count() == 2


def test_accepted_filings_are_left_alone_and_the_daily_look_finds_what_ran_out(scene, clock, django_capture_on_commit_callbacks):
    scene.filed()
    filing.accept_submission(scene.submission(), actor=scene.county)
    cancel(scene)
    assert jobs.recheck() == 0

    filing.return_submission(scene.submission(), actor=scene.county, reason="请按意见补充后重新报送")
    assert jobs.recheck() == 1
    assert jobs.recheck() == 0


def test_the_work_does_not_grow_with_what_is_untouched(scene, django_assert_max_num_queries):
    scene.filed()
    untouched = all_of(Person).exclude(pk__in=[line(scene.submission(), name).subject_id for name in names(scene.submission())])
    with django_assert_max_num_queries(4):
        recheck_changed({"registry.person": list(untouched.values_list("pk", flat=True))}, actor=SYSTEM)

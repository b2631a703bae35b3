"""Commands of the register: what they do, and each refusal (scope, post, state, input)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope, StaleRow
from hengjian.base.guard import UnscopedRead, WriteOutsideAction
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import Scope
from hengjian.base.states import WrongState
from hengjian.parties.models import Organisation
from hengjian.registry import services
from hengjian.registry.models import Credential, Employment, InsuranceMonth, Person, Training
from hengjian.registry.states import APPROVAL_CHART, IMPORT_CHART, INSTITUTION_CHART, ApprovalState, ImportState, InstitutionState
from tests import factories
from tests.factories import World, all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def job_of(world: World, name: str = "沈砚秋", at: int = 0) -> Employment:
    person = factories.person(name, world.institutions[at])
    return all_of(Employment).get(person=person)


def clerk(world: World, at: int = 0) -> Any:
    return world.clerk(world.institutions[at])


def test_all_states_can_be_reached() -> None:
    assert INSTITUTION_CHART.unreachable(set(InstitutionState.values)) == set()
    assert APPROVAL_CHART.unreachable(set(ApprovalState.values)) == set()
    assert IMPORT_CHART.unreachable(set(ImportState.values)) == set()


def test_people_are_not_read_without_a_scope(world: World) -> None:
    with pytest.raises(UnscopedRead):
        list(Person.objects.filter(name="沈砚秋"))
    with pytest.raises(UnscopedRead):
        Credential.objects.count()


def test_people_are_not_written_outside_an_action(world: World) -> None:
    with pytest.raises(WriteOutsideAction):
        Person(name="沈砚秋", id_number="X").save()


def test_a_person_is_seen_by_those_who_see_an_employment(world: World) -> None:
    job = job_of(world)
    seat, other = world.counties[0], world.counties[2]
    assert Person.objects.within(world.officer(seat).scope).filter(pk=job.person_id).exists()
    assert Person.objects.within(world.officer(world.province).scope).filter(pk=job.person_id).exists()
    assert not Person.objects.within(world.officer(other).scope).filter(pk=job.person_id).exists()
    assert not Credential.objects.within(world.clerk(world.institutions[1]).scope).filter(person=job.person_id).exists()


def test_a_person_is_added_once_and_employed_in_two(world: World) -> None:
    given = {"name": "许若谷", "id_number": "110105 19491231002x", "started_on": date(2024, 1, 1)}
    first = services.add_person(world.institutions[0], actor=clerk(world), **given)
    assert first.person.born_on == date(1949, 12, 31)
    second = services.add_person(world.institutions[1], actor=clerk(world, 1), **given)
    assert second.person_id == first.person_id
    with pytest.raises(BadInput, match="名册"):
        services.add_person(world.institutions[0], actor=clerk(world), **given)
    with pytest.raises(BadInput, match="另一姓名"):
        services.add_person(world.institutions[1], actor=clerk(world, 1), **{**given, "name": "江照野"})


def test_an_impossible_identity_number_is_refused(world: World) -> None:
    with pytest.raises(BadInput) as refusal:
        services.add_person(world.institutions[0], actor=clerk(world), name="许若谷", id_number="110105194912310021")
    assert refusal.value.field == "id_number"


def test_people_of_another_institution_cannot_be_added_to(world: World) -> None:
    with pytest.raises(OutOfScope):
        services.add_person(world.institutions[1], actor=clerk(world), name="许若谷", id_number="11010519491231002X")
    inspector = factories.actor(factories.account("i9", "检验员九", "inspector", world.institutions[0]))
    with pytest.raises(NotAllowed):
        services.add_person(world.institutions[0], actor=inspector, name="许若谷", id_number="11010519491231002X")


def test_the_identity_number_is_in_no_ledger_entry(world: World) -> None:
    services.add_person(world.institutions[0], actor=clerk(world), name="许若谷", id_number="11010519491231002X")
    assert not LedgerEntry.objects.filter(body__contains="11010519491231002X").exists()


def test_nobody_is_registered_for_practice_in_two_institutions(world: World) -> None:
    here = job_of(world)
    there = services.add_person(
        world.institutions[1], actor=clerk(world, 1), name="沈砚秋", id_number=here.person.id_number.reveal(),
        started_on=date(2024, 1, 1),
    )
    with pytest.raises(BadInput, match="另一机构"):
        services.register_practice(there, actor=clerk(world, 1), on=date(2024, 2, 1))
    services.cancel_practice(here, actor=clerk(world), on=date(2024, 1, 31), reason="本人调往另一机构")
    done = services.register_practice(there, actor=clerk(world, 1), on=date(2024, 2, 1))
    assert done.practice_registered_on == date(2024, 2, 1)


def test_practice_is_cancelled_with_a_reason_and_once(world: World) -> None:
    job = job_of(world)
    with pytest.raises(BadInput, match="原因"):
        services.cancel_practice(job, actor=clerk(world), on=date(2024, 6, 1), reason="。")
    with pytest.raises(BadInput, match="早于"):
        services.cancel_practice(job, actor=clerk(world), on=date(2019, 6, 1), reason="未在本单位真实执业")
    done = services.cancel_practice(job, actor=clerk(world), on=date(2024, 6, 1), reason="未在本单位真实执业")
    assert done.practice_cancel_reason == "未在本单位真实执业"
    with pytest.raises(BadInput, match="无须取消"):
        services.cancel_practice(job, actor=clerk(world), on=date(2024, 6, 2), reason="未在本单位真实执业")


def test_certificates_are_cancelled_by_authorities_alone(world: World) -> None:
    job = job_of(world)
    paper = all_of(Credential).get(person=job.person)
    given = {"on": date(2024, 6, 1), "reason": "学历证明不属实"}
    with pytest.raises(NotAllowed):
        services.cancel_credential(paper, actor=clerk(world), **given)
    with pytest.raises(OutOfScope):
        services.cancel_credential(paper, actor=world.officer(world.counties[2]), **given)
    done = services.cancel_credential(paper, actor=world.officer(world.province), **given)
    assert done.cancelled_on == date(2024, 6, 1)
    with pytest.raises(BadInput, match="已于"):
        services.cancel_credential(paper, actor=world.officer(world.province), **given)


def test_a_stale_change_is_refused(world: World) -> None:
    paper = all_of(Credential).get(person=job_of(world).person)
    services.change_credential(paper, actor=clerk(world), version=1, changes={"issuer": "澜川省市场监督管理局"})
    with pytest.raises(StaleRow):
        services.change_credential(paper, actor=clerk(world), version=1, changes={"issuer": "别处"})


def test_a_verification_names_method_person_day_and_result(world: World) -> None:
    job = job_of(world)
    education = job.person.educations.all()[0]
    with pytest.raises(BadInput, match="核验方式"):
        services.record_verification(education, actor=clerk(world), method="review_form", result="genuine", on=date(2024, 6, 1))
    with pytest.raises(BadInput, match="今天"):
        services.record_verification(education, actor=clerk(world), method="chsi", result="genuine", on=date(2030, 6, 1))
    made = services.record_verification(
        education, actor=clerk(world), method="chsi", result="not_found", on=date(2024, 6, 1), code="abc123",
    )
    assert (made.code, made.verified_by_name, made.education_id, made.title_id) == (
        "ABC123", clerk(world).name, education.pk, None,
    )


def test_those_who_left_are_no_longer_kept_by_the_institution(world: World) -> None:
    job = job_of(world)
    services.end_employment(job, actor=clerk(world), on=date(2024, 5, 1), reason="本人辞职离开")
    with pytest.raises(NotAllowed):
        services.add_title(job.person, actor=clerk(world), title="工程师")
    assert services.add_title(job.person, actor=world.officer(world.counties[0]), title="工程师").title == "工程师"


def test_training_is_recorded_once_for_each_year(world: World) -> None:
    person = job_of(world).person
    for hours in (10, 26):
        services.record_training(person, actor=clerk(world), year=2023, technical_hours=Decimal(hours))
    assert all_of(Training).get().technical_hours == Decimal(26)
    with pytest.raises(BadInput):
        services.record_training(person, actor=clerk(world), year=2023, technical_hours=Decimal(-1))


def test_insurance_months_are_added_once(world: World) -> None:
    person, code = job_of(world).person, world.institutions[0].organisation.uscc
    months = [date(2024, 1, 15), date(2024, 2, 1)]
    for _ in range(2):
        services.add_insurance_months(person, actor=clerk(world), months=months, payer_id=code)
    assert [str(one.month) for one in all_of(InsuranceMonth)] == ["2024-01-01", "2024-02-01"]


def test_an_institution_is_registered_in_the_regulators_area_only(world: World) -> None:
    new = Organisation(name="青麓云汀燃管检验有限公司", uscc="91110000600037341L", kind="institution", area=world.counties[0].path)
    with pytest.raises(NotAllowed):
        services.add_institution(new, actor=world.officer(world.counties[2]), kind="inspection")
    made = services.add_institution(new, actor=world.officer(world.counties[0]), kind="inspection", specialities=["gas_pipeline"])
    assert made.pk == made.organisation_id
    with pytest.raises(BadInput, match="已在名录"):
        services.add_institution(
            Organisation(name="又一家", uscc="91110000600037341L", kind="institution", area=world.counties[0].path),
            actor=world.officer(world.counties[0]), kind="testing",
        )


def test_an_institution_moves_only_along_its_chart(world: World) -> None:
    officer, at = world.officer(world.counties[0]), world.institutions[0]
    given = {"on": date(2024, 6, 1), "reason": "不再符合核准条件"}
    with pytest.raises(WrongState):
        services.move_institution(at, actor=officer, move="resume", **given)
    assert services.move_institution(at, actor=officer, move="revoke", **given).state == "revoked"
    with pytest.raises(WrongState):
        services.move_institution(at, actor=officer, move="suspend", **given)
    with pytest.raises(NotAllowed):
        services.move_institution(at, actor=clerk(world), move="cancel", **given)


def test_a_work_area_lets_its_authority_see_but_not_change(world: World) -> None:
    at, there = world.institutions[0], world.counties[2]
    services.add_work_area(at, actor=world.officer(world.counties[0]), area=there.path)
    job = job_of(world)
    scope: Scope = world.officer(there).scope
    assert Person.objects.within(scope).filter(pk=job.person_id).exists()
    with pytest.raises(NotAllowed):
        services.change_institution(at, actor=world.officer(there), changes={"approval_class": "甲A1"})
    with pytest.raises(BadInput, match="已经登记"):
        services.add_work_area(at, actor=world.officer(world.counties[0]), area=there.path)

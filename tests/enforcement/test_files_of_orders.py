"""Files with an order: a unit knows of none before it is served, and takes away nothing that an officer put there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.base.errors import NotAllowed, OutOfScope
from hengjian.dossier import services as dossier
from hengjian.dossier.models import EvidenceUse
from hengjian.enforcement import documents
from tests import factories
from tests.campaigns.scenes import signed_in
from tests.dossier import files
from tests.enforcement.test_orders_and_cases import clerk, county, drafted, filed, services
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def kept(row, *, by, object_type="enforcement.order"):
    """A workbook with a row."""
    return dossier.keep_evidence("现场.xlsx", files.xlsx(), actor=by, owner_row=row, object_type=object_type, object_id=row.pk, item="facts")


def use_of(evidence):
    return all_of(EvidenceUse).get(evidence=evidence)


def statuses(who, order, evidence, paper):
    go = signed_in(who)
    return [go.get(url).status_code for url in (
        reverse("dossier:evidence", args=[evidence.pk]), reverse("dossier:original", args=[evidence.pk]), reverse("dossier:document", args=[paper.pk]),
        reverse("dossier:document_file", args=[paper.pk, "docx"]), reverse("dossier:evidence_of", args=["enforcement.order", order.pk]),
        reverse("web:history", args=["dossier.document", paper.pk]), reverse("web:history", args=["dossier.evidence", evidence.pk]),
    )] + [go.get(reverse("web:open", args=["enforcement.order", order.pk])).status_code]


def test_the_papers_and_files_of_an_order_are_there_for_the_unit_when_it_is_served(world):
    order = drafted(world)
    evidence, paper = kept(order, by=county(world)), documents.issue_order(order, actor=county(world))
    assert statuses(clerk(world), order, evidence, paper) == [404] * 8
    assert statuses(county(world), order, evidence, paper) == [200] * 7 + [302]
    services.serve_order(order, actor=county(world), receipt_kind="signed", received_by="许若谷")
    assert statuses(clerk(world), order, evidence, paper) == [200] * 7 + [302]


def test_a_unit_neither_takes_away_nor_replaces_what_an_officer_put_to_its_order(world):
    order = services.serve_order(drafted(world), actor=county(world), receipt_kind="signed", received_by="许若谷")
    evidence = kept(order, by=county(world))
    with pytest.raises(NotAllowed):
        dossier.detach_evidence(use_of(evidence), actor=clerk(world), reason="不属实")
    with pytest.raises(NotAllowed):
        dossier.replace_evidence(evidence, "新.xlsx", files.xlsx([["新"]]), actor=clerk(world))
    dossier.detach_evidence(use_of(evidence), actor=county(world), reason="附错了地方")
    assert all_of(EvidenceUse).filter(evidence=evidence).count() == 0


def test_colleagues_replace_what_their_own_unit_handed_in(world):
    order = services.serve_order(drafted(world), actor=county(world), receipt_kind="signed", received_by="许若谷")
    evidence = kept(order, by=clerk(world))
    colleague = factories.actor(factories.account("head", "主要负责人", "unit_head", world.institutions[0]))
    assert dossier.replace_evidence(evidence, "新.xlsx", files.xlsx([["新"]]), actor=colleague).supersedes_id == evidence.pk


def test_a_unit_does_not_learn_of_a_case_from_its_files(world):
    case = filed(world)
    evidence = kept(case, by=county(world), object_type="enforcement.case")
    with pytest.raises(OutOfScope):
        dossier.detach_evidence(use_of(evidence), actor=clerk(world), reason="")
    go = signed_in(clerk(world))
    assert go.post(reverse("dossier:detach", args=[use_of(evidence).pk]), {"reason": "不属实"}).status_code == 404
    assert go.get(reverse("web:open", args=["enforcement.case", case.pk])).status_code == 404
    shared = kept(world.institutions[0], by=clerk(world), object_type="registry.institution")
    dossier.attach_evidence(shared, actor=county(world), object_type="enforcement.case", object_id=case.pk)
    shown = go.get(reverse("dossier:evidence", args=[shared.pk])).context["uses"]
    assert [use.object_type for use, _kind in shown] == ["registry.institution"]

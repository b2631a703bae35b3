"""Evidence taken in and replaced; documents given out, printed once, sealed; what the public learns."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.models import LedgerEntry
from hengjian.dossier import queries, services
from hengjian.dossier.intake.vault import FileDamaged, place_of
from hengjian.dossier.models import Document, Evidence
from hengjian.dossier.render.stored import frozen, thawed
from hengjian.dossier.signing import verify_seals
from tests import factories
from tests.dossier import files
from tests.dossier.authority import PASSPHRASE, TestAuthority
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD

pytestmark = pytest.mark.django_db
TYPE = "registry.institution"


@pytest.fixture
def world(clock):
    return factories.world()


@pytest.fixture
def unit(world):
    return world.institutions[0]


@pytest.fixture
def clerk(world, unit):
    return world.clerk(unit)


@pytest.fixture
def officer(world):
    return world.officer(world.counties[0])


def put(unit, actor, data: bytes | None = None, name: str = "社保.xlsx", **more) -> Evidence:
    return services.keep_evidence(
        name, data or files.xlsx(), actor=actor, owner_row=unit, object_type=TYPE, object_id=unit.pk, **more
    )


def paper(unit, actor, **more) -> Document:
    return services.issue_document(
        actor=actor, owner_row=unit, definition="test.annex-1", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD,
        title="自查情况统计表", object_type=TYPE, object_id=unit.pk, **more,
    )


def test_evidence_lies_under_its_hash_and_is_put_to_its_object(unit, clerk):
    data = files.xlsx()
    row = put(unit, clerk, data, item="insurance", note="6月社保", valid_until=date(2025, 6, 30))
    sha = hashlib.sha256(data).hexdigest()
    assert (row.sha256, row.size, row.uploaded_by_name, row.note) == (sha, len(data), clerk.name, "6月社保")
    assert (Path(settings.EVIDENCE_DIR) / sha[:2] / sha).read_bytes() == data
    assert list(queries.evidence_for(clerk.scope, TYPE, unit.pk)) == [row]
    assert list(queries.evidence_for(clerk.scope, TYPE, unit.pk, "other")) == []
    assert queries.evidence_counts(clerk.scope, TYPE, [unit.pk]) == {(unit.pk, "insurance"): 1}
    assert queries.original_bytes(row) == data


def test_a_refused_file_says_why_and_leaves_nothing(unit, clerk):
    with pytest.raises(BadInput, match="可执行程序"):
        put(unit, clerk, b"MZ" + bytes(100), name="a.pdf")
    assert list(queries.current(clerk.scope)) == []


def test_the_same_bytes_again_are_noticed(unit, clerk):
    data = files.xlsx()
    put(unit, clerk, data, name="甲.xlsx")
    again = put(unit, clerk, data, name="乙.xlsx", note="另附")
    assert again.note == "另附；与2024-06-03入卷的“甲.xlsx”内容相同"


def test_evidence_of_others_is_not_found_and_not_accepted(world, unit, clerk):
    row = put(unit, clerk)
    stranger = world.clerk(world.institutions[1])
    with pytest.raises(OutOfScope):
        queries.evidence_of(stranger.scope, row.pk)
    with pytest.raises(NotAllowed):
        put(unit, stranger)
    with pytest.raises(OutOfScope):
        services.verify_evidence(row, actor=stranger, method="original")
    with pytest.raises(OutOfScope):
        queries.owner_of(stranger.scope, TYPE, unit.pk)
    with pytest.raises(OutOfScope):
        queries.owner_of(clerk.scope, "parties.account", clerk.id)


def test_nobody_verifies_what_he_handed_in(unit, clerk, officer, clock):
    row = put(unit, clerk)
    with pytest.raises(NotAllowed):
        services.verify_evidence(row, actor=clerk, method="original")
    with pytest.raises(BadInput):
        services.verify_evidence(row, actor=officer, method="guess")
    done = services.verify_evidence(row, actor=officer, method="issuer")
    assert (done.verified_by_name, done.verified_at, done.verification_method) == (officer.name, clock.now(), "issuer")


def test_a_new_version_takes_over_the_uses(unit, clerk):
    old = put(unit, clerk, item="a")
    services.attach_evidence(old, actor=clerk, object_type=TYPE, object_id=unit.pk, item="b")
    with pytest.raises(BadInput, match="完全相同"):
        services.replace_evidence(old, "x.xlsx", queries.original_bytes(old), actor=clerk)
    new = services.replace_evidence(old, "新.xlsx", files.xlsx([["新"]]), actor=clerk, note="补全")
    assert [list(queries.evidence_for(clerk.scope, TYPE, unit.pk, item)) for item in ("a", "b")] == [[new], [new]]
    assert queries.versions_of(clerk.scope, old) == [new, old]
    with pytest.raises(BadInput, match="取代"):
        services.replace_evidence(old, "再.xlsx", files.xlsx([["再"]]), actor=clerk)


def test_attaching_twice_is_once_and_detaching_needs_a_reason(unit, clerk, officer):
    row = put(unit, clerk, item="a")
    use = services.attach_evidence(row, actor=clerk, object_type=TYPE, object_id=unit.pk, item="a")
    assert list(queries.uses_of(clerk.scope, row)) == [use]
    with pytest.raises(BadInput):
        services.detach_evidence(use, actor=clerk, reason="")
    services.detach_evidence(use, actor=clerk, reason="放错了项目")
    assert list(queries.uses_of(clerk.scope, row)) == []
    assert list(queries.current(clerk.scope)) == [row]


def test_a_kept_file_that_was_changed_is_found(unit, clerk):
    row = put(unit, clerk, files.xlsx([["改动"]]))
    place = place_of(row.sha256)
    place.chmod(0o640)
    place.write_bytes(b"other")
    with pytest.raises(FileDamaged, match="不一致"):
        queries.original_bytes(row)
    place.unlink()
    with pytest.raises(FileDamaged, match="找不到"):
        queries.original_bytes(row)


def test_a_payload_comes_back_with_its_types():
    payload = {"a": date(2024, 7, 1), "b": Decimal("1.50"), "c": [True, None, 3, "字"]}
    assert thawed(frozen(payload)) == payload
    with pytest.raises(TypeError):
        frozen({"a": 1.5})


def test_a_document_has_a_code_a_digest_and_the_same_bytes_ever_after(unit, clerk, clock):
    document = paper(unit, clerk, number="1号")
    prefix, year, *rest = document.code.split("-")
    assert (prefix, year, [len(part) for part in rest]) == ("HJ", "2024", [4, 4])
    assert (document.issuer_name, document.revision, document.pdf_sha256) == (unit.name, 1, "")
    name, first = services.document_file(clerk.scope, document, "docx")
    clock.forward(days=30)
    _, again = services.document_file(clerk.scope, document, "docx")
    assert (name, first) == ("自查情况统计表1号.docx", again)
    place_of(hashlib.sha256(first).hexdigest()).unlink()
    assert services.document_file(clerk.scope, document, "docx")[1] == first
    assert paper(unit, clerk).revision == 2


def test_documents_of_others_are_not_found_and_odd_formats_refused(world, unit, clerk):
    document = paper(unit, clerk)
    with pytest.raises(OutOfScope):
        services.document_file(world.clerk(world.institutions[1]).scope, document, "pdf")
    with pytest.raises(BadInput):
        services.document_file(clerk.scope, document, "exe")
    with pytest.raises(BadInput):
        services.issue_document(
            actor=clerk, owner_row=unit, definition="x", layout={}, payload={}, title="x", object_type=TYPE, object_id=unit.pk
        )


def test_a_scan_seals_one_version_once(world, unit, clerk):
    document = paper(unit, clerk)
    with pytest.raises(BadInput, match="图片或 PDF"):
        services.seal_with_scan(document, actor=clerk, evidence=put(unit, clerk))
    scan = put(unit, clerk, files.photo(), name="盖章页.jpg")
    sealed = services.seal_with_scan(document, actor=clerk, evidence=scan)
    assert (sealed.seal_kind, sealed.seal_evidence, sealed.sealed_by_name) == ("scan", scan, clerk.name)
    with pytest.raises(BadInput, match="已经签章"):
        services.seal_with_scan(document, actor=clerk, evidence=scan)


def test_a_certificate_seals_the_pdf_and_a_wrong_password_does_not(unit, clerk):
    authority = TestAuthority()
    document, certificate = paper(unit, clerk), authority.organisation(unit.name)
    with pytest.raises(BadInput, match="打不开"):
        services.sign_with_certificate(document, actor=clerk, pkcs12=certificate, passphrase="wrong")
    services.sign_with_certificate(document, actor=clerk, pkcs12=certificate, passphrase=PASSPHRASE.decode(), meaning="报送")
    _, signed = services.document_file(clerk.scope, document, "pdf")
    assert verify_seals(signed, roots=[authority.root_pem]).valid is True


def test_the_public_learns_title_issuer_and_seal_and_nothing_else(unit, clerk, clock):
    document = paper(unit, clerk)
    _, data = services.document_file(clerk.scope, document, "xlsx")
    known = queries.known_document(f" {document.code.lower().replace('-', '—')} ")
    assert known is not None
    assert (known.title, known.issuer, known.digest, known.superseded) == ("自查情况统计表", unit.name, document.digest, False)
    assert queries.known_file(hashlib.sha256(data).hexdigest()) == (known, "xlsx")
    assert queries.known_file("0" * 64) is None
    assert queries.known_document("HJ-2024-AAAA-AAAA") is None
    clock.forward(days=1)
    paper(unit, clerk)
    assert queries.known_document(document.code).superseded is True


def test_the_ledger_agrees_and_holds_no_name_of_the_form(unit, clerk):
    put(unit, clerk, item="a")
    document = paper(unit, clerk)
    services.document_file(clerk.scope, document, "docx")
    bodies = "".join(LedgerEntry.objects.filter(object_id=document.pk).values_list("body", flat=True))
    assert "沈砚秋" not in bodies
    assert document.digest in bodies
    verdict = reconcile([Document, Evidence])
    assert (verdict.ok, verdict.faults) == (True, [])

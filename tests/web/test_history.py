"""The history of an object: sentences, proofs, a check on the spot; the ledger as auditors see it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from hengjian.base.ledger import sequencer, verify_proof
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.models import LedgerEntry
from hengjian.dossier import services as dossier
from hengjian.parties import services
from hengjian.parties.states import Role
from hengjian.registry import services as registry
from tests.dossier import files
from tests.factories import past_the_wire
from tests.web.people import Cast, cast

KIND = "registry.institution"


@pytest.fixture
def people(db, clock) -> Cast:
    made = cast()
    sequencer.sequence_all()
    return made


def url(name: str, *args: object) -> str:
    return reverse(f"web:{name}", args=args)


def test_a_unit_reads_its_own_history_with_proof_states(people):
    unit = people.world.institutions[0]
    page = people.client(Role.QUALITY_MANAGER).get(url("history", KIND, unit.pk)).content.decode()
    assert f"履历：{unit.name}" in page
    assert "1条已封存" in page
    assert "登记了" in page
    assert "已封存" in page


def test_changes_are_shown_from_what_to_what(people):
    row = people.accounts[Role.FILLER]
    services.set_active(row, actor=people.actor(Role.INSTITUTION_ADMIN), active=False, reason="离岗")
    page = people.client(Role.INSTITUTION_ADMIN).get(url("history", "parties.account", row.pk)).content.decode()
    assert "<del>是</del> → <ins>否</ins>" in page
    assert "理由：离岗" in page
    assert "1条待封存" in page


def test_an_entry_proves_itself_to_a_stranger(people):
    unit = people.world.institutions[0]
    entry = LedgerEntry.objects.get(object_type=KIND, object_id=unit.pk)
    client = people.client(Role.QUALITY_MANAGER)
    answer = client.get(url("proof", entry.pk))
    proof = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert verify_proof.check(proof, proof["key"])["object"]["id"] == str(unit.pk)
    archive = zipfile.ZipFile(io.BytesIO(client.get(url("proofs", KIND, unit.pk)).content))
    assert sorted(archive.namelist()) == sorted([f"{entry.sequence}.hjproof", "verify_proof.py", "履历.txt"])
    stranger = people.world.clerk(people.world.institutions[1])
    assert stranger.id is not None
    other = LedgerEntry.objects.get(object_type=KIND, object_id=people.world.institutions[1].pk)
    assert client.get(url("proof", other.pk)).status_code == 404


def test_a_check_finds_a_row_that_was_changed_behind_the_ledger(people):
    unit, client = people.world.institutions[0], people.client(Role.QUALITY_MANAGER)
    assert "全部与数据一致" in client.post(url("check", KIND, unit.pk)).content.decode()
    with past_the_wire(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_institution SET name = 'X' WHERE id = %s", [unit.pk.hex if connection.vendor == "sqlite" else unit.pk])
    assert "疑为绕过系统改写" in client.post(url("check", KIND, unit.pk)).content.decode()


def test_a_check_finds_an_entry_that_was_changed(people):
    unit = people.world.institutions[0]
    entry = LedgerEntry.objects.get(object_type=KIND, object_id=unit.pk)
    with without_triggers():
        LedgerEntry.objects.filter(pk=entry.pk).update(body=entry.body.replace(unit.name, "别家"))
    page = people.client(Role.QUALITY_MANAGER).post(url("check", KIND, unit.pk)).content.decode()
    assert "不符" in page
    assert "核对不符" in page


def test_superiors_stay_nameless_where_the_deployment_says_so(people, settings):
    settings.HIDE_SUPERIORS = True
    unit, officer = people.world.institutions[0], people.actor(Role.SUPERVISOR)
    given = {"object_type": KIND, "object_id": unit.pk}
    row = dossier.keep_evidence("a.xlsx", files.xlsx(), actor=people.actor(Role.FILLER), owner_row=unit, **given)
    dossier.verify_evidence(row, actor=officer, method="original")
    address = url("history", "dossier.evidence", row.pk)
    page = people.client(Role.QUALITY_MANAGER).get(address).content.decode()
    assert f"<b>{officer.name}</b>" not in page
    assert "核验证据" in page
    assert f"<b>{people.actor(Role.FILLER).name}</b>" in page
    assert f"<b>{officer.name}</b>" in people.client(Role.LEADER).get(address).content.decode()


def test_auditors_read_what_was_done_but_not_the_data(people):
    unit = people.world.institutions[0]
    client = people.client(Role.AUDIT_ADMIN)
    page = client.get(url("ledger"), {"kind": KIND}).content.decode()
    assert unit.name not in page
    history = client.get(url("history", "parties.account", people.accounts[Role.FILLER].pk)).content.decode()
    assert "<del>" not in history
    registry.move_institution(unit, actor=people.actor(Role.SUPERVISOR), move="suspend", on=date(2024, 6, 1), reason="管理评审没有做，停业整顿")
    history = client.get(url("history", KIND, unit.pk)).content.decode()
    assert "暂停" in history
    assert [word for word in (unit.name, "管理评审") if word in history] == []
    assert "管理评审" in people.client(Role.LEADER).get(url("history", KIND, unit.pk)).content.decode()
    entry = LedgerEntry.objects.filter(object_type=KIND, object_id=unit.pk)[0]
    assert client.get(url("proof", entry.pk)).status_code == 403

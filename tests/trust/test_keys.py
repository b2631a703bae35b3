"""Keys: a start with a wrong one is refused with the reason; one passes to a new key while others write, and may be killed at it."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from hengjian.base import crypto, data_keys, sealed
from hengjian.base.actions import audited_action
from hengjian.base.fields import blind_index
from hengjian.base.guard import the_door_writes
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.models import DataKey, LedgerEntry
from hengjian.cli.backup import key_fits, key_prints
from hengjian.registry.models import Person
from tests import factories


@pytest.fixture
def keys(db, clock, tmp_path, settings):
    """A key folder of the test's own, known to the database."""
    settings.KEY_DIR = tmp_path / "keys"
    crypto.forget_keys()
    factories.person("孟小川", factories.institution("青麓检验站", factories.authority("东浦区", "9901", "county")))
    data_keys.note_active_key()
    yield settings.KEY_DIR
    crypto.forget_keys()


def rotated():
    return data_keys.rotate(actor=factories.SYSTEM, pause=0)


def _gone(name):
    return lambda folder: (folder / name).unlink()


def _cut(name):
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-20])


def _no_file(folder):
    (folder / "master.key").unlink()
    (folder / "master.key").mkdir()


def _another_set(folder):
    shutil.rmtree(folder)
    crypto.create_keys(folder)


def _another_master(folder):
    (folder / "master.key").write_bytes(crypto.base64.b64encode(b"x" * 32))
    (folder / "master.key").chmod(0o600)


def _open_to_others(folder):
    (folder / "keyring.json").chmod(0o644)


FAULTS = {
    "master missing": (_gone("master.key"), "master.key 不见了"),
    "ring missing": (_gone("keyring.json"), "keyring.json 不见了"),
    "master cut": (_cut("master.key"), "master.key 不完整"),
    "ring cut": (_cut("keyring.json"), "keyring.json 不完整"),
    "unreadable": (_no_file, "master.key 读不了"),
    "of another installation": (_another_set, "不是这套数据的"),
    "another master": (_another_master, "不是一套"),
    "open to others": (_open_to_others, "chmod 600"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_keys_that_do_not_fit_are_told_with_the_reason(keys, case):
    assert data_keys.key_problems() == []
    spoil, reason = FAULTS[case]
    spoil(keys)
    crypto.forget_keys()
    before = sorted((path.name, path.stat().st_mtime_ns) for path in keys.iterdir())
    assert reason in "".join(data_keys.key_problems())
    assert before == sorted((path.name, path.stat().st_mtime_ns) for path in keys.iterdir()), "no key was made up on the way"


def test_keys_from_before_the_last_one_are_told_apart(keys):
    old = (keys / "keyring.json").read_bytes()
    made = rotated()
    (keys / "keyring.json").write_bytes(old)
    crypto.forget_keys()
    assert f"数据密钥 {made.key_id} 打不开" in "".join(data_keys.key_problems())


def test_another_index_key_is_told_although_everything_opens(keys):
    kept = json.loads((keys / "keyring.json").read_text())
    master = crypto.base64.b64decode((keys / "master.key").read_bytes())
    kept["index_key"] = crypto._wrap(master, "index", os.urandom(32))
    (keys / "keyring.json").write_text(json.dumps(kept))
    crypto.forget_keys()
    assert "索引密钥不是这个数据库的" in "".join(data_keys.key_problems())


def test_a_database_from_before_keys_were_noted_is_judged_by_its_content(keys):
    with the_door_writes():
        DataKey.objects.all().delete()
    assert data_keys.key_problems() == []
    _another_set(keys)
    crypto.forget_keys()
    assert "不是这套数据的" in "".join(data_keys.key_problems())


def test_after_a_passage_all_is_under_the_new_key_and_nothing_else_has_changed(keys, tmp_path):
    told = {pk: (one.id_number.reveal(), one.id_index) for pk, one in _people().items()}
    account = factories.account("officer", "监管员", "supervisor", factories.authority("湘南省", "43", "province"), phone="13900001234")
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    entries, was = LedgerEntry.objects.count(), crypto.keyring().active[0].hex()
    made = rotated()
    assert (made.is_new, made.left, made.broken, made.done) == (True, 0, [], 3)
    assert made.key_id != was
    assert {crypto.key_id_of(value.sealed) for place in sealed.places() for value in place.values(most=100)} == {made.key_id}
    crypto.forget_keys()
    assert {pk: (one.id_number.reveal(), one.id_index) for pk, one in _people().items()} == told
    number, _index = next(iter(told.values()))
    assert factories.all_of(Person).filter(id_index=blind_index("person.id_number", number)).count() == 1
    assert get_adapter().decrypt(Authenticator.objects.get(user=account).data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert type(account).objects.get(pk=account.pk).phone.reveal() == "13900001234"
    assert [one.action for one in LedgerEntry.objects.order_by("-id")[: LedgerEntry.objects.count() - entries]] == ["base.begin_data_key"]
    assert reconcile().faults == []
    assert crypto.keyring().key_ids == [was, made.key_id]


def _people():
    return {one.pk: one for one in factories.all_of(Person)}


def test_a_passage_that_was_broken_off_is_finished_and_makes_no_third_key(keys, monkeypatch):
    for n in range(5):
        factories.person(f"人员{n}")
    monkeypatch.setattr(sealed, "BATCH", 2)
    monkeypatch.setattr(data_keys, "_seal_place", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rotated()
    monkeypatch.undo()
    assert data_keys.under_other_keys() > 0
    assert all(one.id_number.reveal() for one in _people().values())
    made = rotated()
    assert (made.is_new, made.left, len(crypto.keyring().key_ids)) == (False, 0, 2)


def _calls(person, number):
    with audited_action("test.phone", actor=factories.SYSTEM) as act:
        act.take(person).phone = number


def test_what_somebody_writes_meanwhile_is_not_overwritten(keys):
    person = next(iter(_people().values()))
    place = next(one for one in sealed.places() if one.model is Person and one.name == "phone")
    _calls(person, "13900001234")
    old = place.values()
    crypto.keyring().rotate()
    _calls(person, "13900005678")
    assert sealed.seal_anew(place, old) == (0, [])
    assert _people()[person.pk].phone.reveal() == "13900005678"


def test_a_value_that_does_not_open_is_named_and_stops_nothing(keys):
    place = next(one for one in sealed.places() if one.model is Person and one.name == "id_number")
    value = place.values()[0]
    with the_door_writes():
        place.replace(value, value.sealed[:-1] + bytes([value.sealed[-1] ^ 1]))
    factories.person("另一人")
    made = rotated()
    assert len(made.broken) == 1
    assert made.broken[0].startswith("人员·证件号码")
    assert made.done >= 1


def test_a_backup_knows_its_keys_also_with_later_ones_beside_them(keys):
    before = key_prints()
    assert key_fits(keys / "keyring.json", before["keyring.json"])
    earlier = (keys / "keyring.json").read_bytes()
    rotated()
    assert key_fits(keys / "keyring.json", before["keyring.json"])
    after = key_prints()
    (keys / "keyring.json").write_bytes(earlier)
    assert not key_fits(keys / "keyring.json", after["keyring.json"])

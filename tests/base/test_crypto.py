"""Keys are made once and kept close; a sealed value opens only at its own place."""

import json
import multiprocessing
import stat
from collections import Counter

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from hengjian.base import crypto

HERE = crypto.context_of("registry_person", "id_number", "0190")


@pytest.fixture(autouse=True)
def _key_folder(tmp_path_factory, settings):
    settings.KEY_DIR = tmp_path_factory.mktemp("keys")
    crypto.forget_keys()
    yield
    crypto.forget_keys()


def test_a_value_opens_at_its_place():
    assert crypto.unseal(crypto.seal("110105", HERE), HERE) == "110105"


@pytest.mark.parametrize(
    "elsewhere",
    [
        crypto.context_of("registry_person", "id_number", "0191"),
        crypto.context_of("registry_person", "phone", "0190"),
        crypto.context_of("parties_account", "id_number", "0190"),
    ],
)
def test_a_value_moved_to_another_row_column_or_table_does_not_open(elsewhere):
    with pytest.raises(crypto.Tampered):
        crypto.unseal(crypto.seal("110105", HERE), elsewhere)


def test_any_changed_byte_is_found():
    sealed = crypto.seal("110105", HERE)
    opened = []
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        try:
            opened.append(crypto.unseal(bytes(changed), HERE))
        except crypto.Tampered:
            continue
    assert opened == []


@pytest.mark.parametrize("length", [0, 1, 4, 5, 16, 32])
def test_a_value_cut_short_is_found(length):
    with pytest.raises(crypto.Tampered):
        crypto.unseal(crypto.seal("110105", HERE)[:length], HERE)


@given(st.text(max_size=200))
def test_every_text_comes_back(text):
    assert crypto.unseal(crypto.seal(text, HERE), HERE) == text


def test_equal_texts_are_sealed_differently():
    assert len({crypto.seal("110105", HERE) for _ in range(100)}) == 100


def test_the_ciphertext_says_suite_and_key():
    sealed = crypto.seal("110105", HERE)
    assert sealed[0] == 1
    assert crypto.key_id_of(sealed) == crypto.keyring().key_ids[0]
    assert len(sealed) == 6 + 1 + 4 + 12 + 16


def test_values_of_a_key_that_was_rotated_out_stay_readable():
    old = crypto.seal("老值", HERE)
    crypto.keyring().rotate()
    new = crypto.seal("新值", HERE)
    assert crypto.key_id_of(old) != crypto.key_id_of(new)
    crypto.forget_keys()
    assert [crypto.unseal(old, HERE), crypto.unseal(new, HERE)] == ["老值", "新值"]
    assert len(crypto.keyring().key_ids) == 2


def test_a_process_learns_of_a_rotation_by_another(settings):
    mine = crypto.keyring()
    crypto.Keyring(settings.KEY_DIR).rotate()
    theirs = crypto.Keyring(settings.KEY_DIR)
    assert mine.data_key(theirs.active[0]) == theirs.active[1]


def test_a_value_of_an_unknown_key_does_not_open():
    sealed = bytearray(crypto.seal("110105", HERE))
    sealed[1:5] = b"\0\0\0\0"
    with pytest.raises(crypto.Tampered, match="no data key"):
        crypto.unseal(bytes(sealed), HERE)


def test_indexes_survive_a_rotation():
    before = crypto.index_of("person.id_number", "110105")
    crypto.keyring().rotate()
    crypto.forget_keys()
    assert crypto.index_of("person.id_number", "110105") == before


def test_an_index_differs_by_name_and_is_empty_for_nothing():
    assert crypto.index_of("person.id_number", "110105") != crypto.index_of("person.phone", "110105")
    assert len(crypto.index_of("person.phone", "110105")) == 32
    assert crypto.index_of("person.phone", "") == ""


def test_an_index_cannot_be_computed_without_the_key(settings, tmp_path):
    mine = crypto.index_of("person.phone", "110105")
    settings.KEY_DIR = tmp_path
    assert crypto.index_of("person.phone", "110105") != mine


def test_key_files_are_for_their_owner_only(settings):
    crypto.keyring()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in settings.KEY_DIR.glob("*.*") if p.suffix}
    assert modes == {"master.key": 0o600, "keyring.json": 0o600}


def test_the_keyring_holds_no_key_in_clear(settings):
    key_id, key = crypto.keyring().active
    kept = (settings.KEY_DIR / "keyring.json").read_bytes()
    assert key_id.hex() in kept.decode()
    assert key not in kept
    assert crypto.base64.b64encode(key) not in kept


def test_another_master_key_opens_nothing(settings):
    crypto.keyring()
    crypto.forget_keys()
    (settings.KEY_DIR / "master.key").write_bytes(crypto.base64.b64encode(b"x" * 32))
    with pytest.raises(ImproperlyConfigured, match="不是一套"):
        crypto.keyring()


def test_production_refuses_to_start_without_keys(settings):
    settings.ENV = "prod"
    with pytest.raises(ImproperlyConfigured, match="不见了"):
        crypto.keyring()
    assert list(settings.KEY_DIR.iterdir()) == []


def test_production_refuses_keys_open_to_others(settings):
    crypto.create_keys(settings.KEY_DIR)
    settings.ENV = "prod"
    assert crypto.key_faults(settings.KEY_DIR) == []
    (settings.KEY_DIR / "master.key").chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        crypto.keyring()


def test_nothing_beside_the_keys_is_open_to_others(settings):
    crypto.create_keys(settings.KEY_DIR)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.KEY_DIR.iterdir()} == dict.fromkeys(
        [".lock", "keyring.json", "master.key"], 0o600
    )


def test_creating_keys_again_changes_nothing(settings):
    crypto.create_keys(settings.KEY_DIR)
    first = {p.name: p.read_bytes() for p in settings.KEY_DIR.iterdir()}
    crypto.create_keys(settings.KEY_DIR)
    assert {p.name: p.read_bytes() for p in settings.KEY_DIR.iterdir()} == first


def test_processes_that_start_together_make_one_keyring(settings):
    fork = multiprocessing.get_context("fork")
    starting = [fork.Process(target=crypto.create_keys, args=(settings.KEY_DIR,)) for _ in range(6)]
    for process in starting:
        process.start()
    for process in starting:
        process.join()
    assert Counter(p.exitcode for p in starting) == {0: 6}
    assert len(json.loads((settings.KEY_DIR / "keyring.json").read_text())["data_keys"]) == 1
    assert sorted(p.name for p in settings.KEY_DIR.iterdir()) == [".lock", "keyring.json", "master.key"]

"""Personal columns: sealed for their row, shown masked, found by a blind index."""

import copy
import pickle

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from hengjian.base import crypto
from hengjian.base.fields import (
    BlindIndexField,
    EncryptedTextField,
    IdField,
    Secret,
    blind_index,
    mask_middle,
    personal_fields,
    with_blind_indexes,
)
from hengjian.base.ids import uuid7
from hengjian.base.normalising import normalise_code, normalise_phone
from tests import roles

ID_NUMBER, PHONE = "110105194912310021", "10012345678"

with isolate_apps("hengjian.base"):

    class Contact(models.Model):
        """Abstract, to see that inherited columns work."""

        id = IdField()
        phone = EncryptedTextField("电话", null=True, blank=True, normalise=normalise_phone, mask=mask_middle(3, 4))
        phone_index = BlindIndexField(source="phone", name_of_key="everyone.phone")

        class Meta:
            abstract = True
            app_label = "base"

        def __str__(self):
            return str(self.phone)

    class Guest(Contact):
        name = models.CharField(max_length=20)
        id_number = EncryptedTextField(
            "证件号", blank=True, normalise=normalise_code, mask=mask_middle(4, 4), validators=[RegexValidator(r"^[0-9X]{18}$")]
        )
        id_index = BlindIndexField(source="id_number")

        class Meta:
            app_label = "base"
            db_table = "test_guest"

    class Host(Contact):
        class Meta:
            app_label = "base"
            db_table = "test_host"


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with roles.as_owner(), connection.schema_editor() as editor:
            editor.create_model(Guest)
            editor.create_model(Host)
        with roles.as_owner():
            roles.grant()
        yield
        with roles.as_owner(), connection.schema_editor() as editor:
            editor.delete_model(Guest)
            editor.delete_model(Host)


@pytest.fixture
def guest(db):
    return Guest.objects.create(name="张示例", id_number=ID_NUMBER, phone="+86 100-1234-5678")


@pytest.fixture
def opened(monkeypatch):
    """Count how often a value is decrypted."""
    places = []
    real = crypto.unseal
    monkeypatch.setattr(crypto, "unseal", lambda sealed, place: places.append(place) or real(sealed, place))
    return places


def raw(guest):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone, id_index FROM test_guest WHERE name = %s", [guest.name])
        row = cursor.fetchone()
    return bytes(row[0]), bytes(row[1]) if row[1] is not None else None, row[2]


def test_the_text_comes_back_normalised_and_shows_masked(guest):
    kept = Guest.objects.get(pk=guest.pk)
    assert (kept.id_number.reveal(), kept.phone.reveal()) == (ID_NUMBER, PHONE)
    assert (str(kept.id_number), f"{kept.phone:>12}") == ("1101**********0021", " 100****5678")
    assert repr(kept.phone) == "Secret('100****5678')"
    assert (kept.phone == PHONE, kept.phone == guest.phone, kept.phone == kept.id_number) == (True, True, False)


def test_the_database_holds_no_plain_text(guest):
    id_number, phone, index = raw(guest)
    assert ID_NUMBER.encode() not in id_number
    assert PHONE.encode() not in phone
    assert len(index) == 32


def test_a_list_decrypts_only_what_it_shows(db, opened):
    Guest.objects.bulk_create([Guest(name=str(n), id_number=ID_NUMBER, phone=PHONE) for n in range(50)])
    guests = list(Guest.objects.all())
    assert [bool(g.phone) for g in guests] == [True] * 50
    assert opened == []
    assert str(guests[0].phone) == str(guests[0].phone) == "100****5678"
    assert opened == [crypto.context_of("test_guest", "phone", guests[0].pk)]


def test_a_ciphertext_moved_to_another_row_does_not_open(guest):
    other = Guest.objects.create(name="李示例", id_number=ID_NUMBER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_guest SET id_number = %s WHERE name = %s", [raw(guest)[0], other.name])
    with pytest.raises(crypto.Tampered):
        Guest.objects.get(pk=other.pk).id_number.reveal()


def test_a_ciphertext_moved_to_another_column_does_not_open(guest):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_guest SET phone = id_number")
    with pytest.raises(crypto.Tampered):
        str(Guest.objects.get(pk=guest.pk).phone)


def test_an_exact_search_goes_by_the_blind_index(guest):
    Guest.objects.create(name="李示例", id_number="110105194912310049")
    found = Guest.objects.filter(id_index=blind_index("guest.id_number", f" {ID_NUMBER} "))
    assert [g.name for g in found] == ["张示例"]


def test_a_new_row_knows_its_index_before_it_is_saved(db):
    new = Guest(id_number=ID_NUMBER)
    assert (new.id_index, new.phone_index) == (blind_index("guest.id_number", ID_NUMBER), "")


def test_tables_that_share_the_name_of_an_index_can_be_joined(guest):
    host = Host.objects.create(phone="100 1234 5678")
    assert host.phone_index == guest.phone_index == blind_index("everyone.phone", PHONE)


@pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__startswith", "phone__in", "phone__gt"])
def test_any_other_search_is_refused(db, lookup):
    with pytest.raises(FieldError):
        Guest.objects.filter(**{lookup: PHONE})


def test_absent_values_can_be_asked_for(guest):
    Guest.objects.create(name="李示例", id_number=ID_NUMBER)
    assert Guest.objects.get(phone__isnull=True).phone is None
    assert Guest.objects.get(phone__isnull=True).phone_index == ""


def test_an_empty_text_stays_empty(db):
    Guest.objects.create(name="空")
    kept = Guest.objects.get(name="空")
    assert (kept.id_number.reveal(), bool(kept.id_number), kept.id_index) == ("", False, "")


def test_changing_the_text_changes_its_index(guest):
    kept = Guest.objects.get(pk=guest.pk)
    kept.phone = "10087654321"
    assert kept.phone_index == blind_index("everyone.phone", "10087654321")
    kept.save()
    assert Guest.objects.get(phone_index=blind_index("everyone.phone", "10087654321")).pk == guest.pk
    kept.phone = None
    kept.save()
    assert Guest.objects.get(pk=guest.pk).phone_index == ""


def test_saving_an_unchanged_row_keeps_the_ciphertext(guest):
    before = raw(guest)
    kept = Guest.objects.get(pk=guest.pk)
    kept.name = guest.name
    kept.save()
    guest.save()
    assert raw(guest) == before


def test_a_bulk_update_seals_each_value_for_its_row(db):
    Guest.objects.bulk_create([Guest(name=str(n), id_number=ID_NUMBER, phone=PHONE) for n in range(30)])
    guests = list(Guest.objects.all())
    for number, guest in enumerate(guests):
        guest.phone = f"100{number:08d}"
    Guest.objects.bulk_update(guests, with_blind_indexes(Guest, ["name", "phone"]), batch_size=7)
    kept = list(Guest.objects.order_by("phone_index"))
    assert sorted(g.phone.reveal() for g in kept) == [f"100{n:08d}" for n in range(30)]
    assert [g.phone_index for g in kept] == [blind_index("everyone.phone", g.phone.reveal()) for g in kept]
    assert {g.id_number.reveal() for g in kept} == {ID_NUMBER}


def test_a_bulk_update_to_nothing(guest):
    guest.phone = None
    Guest.objects.bulk_update([guest], with_blind_indexes(Guest, ["phone"]))
    kept = Guest.objects.get(pk=guest.pk)
    assert (kept.phone, kept.phone_index) == (None, "")


def test_the_columns_to_update_include_the_indexes():
    assert with_blind_indexes(Guest, ["phone", "name"]) == ["phone", "name", "phone_index"]
    assert personal_fields(Guest) == {"phone", "id_number"}


def test_a_copied_row_is_sealed_anew(guest):
    twin = Guest.objects.get(pk=guest.pk)
    twin.pk, twin.name, twin._state.adding = uuid7(), "副本", True
    twin.save()
    assert Guest.objects.get(pk=twin.pk).id_number == ID_NUMBER
    assert raw(twin)[0] != raw(guest)[0]


def test_a_value_handed_to_another_row_is_sealed_anew(guest):
    other = Guest.objects.create(name="李示例", id_number=Guest.objects.get(pk=guest.pk).id_number)
    assert Guest.objects.get(pk=other.pk).id_number.reveal() == ID_NUMBER
    assert other.id_index == guest.id_index


def test_deferred_columns_load_when_asked_for(guest):
    lean = Guest.objects.only("name").get(pk=guest.pk)
    assert lean.get_deferred_fields() == {"phone", "phone_index", "id_number", "id_index"}
    assert lean.phone == PHONE
    less = Guest.objects.defer("phone", "phone_index").get(pk=guest.pk)
    less.name = "改名"
    less.save()
    assert Guest.objects.get(pk=guest.pk).phone == PHONE


def test_refreshing_brings_the_stored_text_back(guest):
    guest.phone = "10000000000"
    guest.refresh_from_db()
    assert guest.phone == PHONE


def test_an_old_data_key_is_read_and_the_next_change_takes_the_new_one(guest, settings, tmp_path):
    settings.KEY_DIR = tmp_path  # so that the ring of the other tests is not touched
    guest = Guest.objects.create(name="轮换", id_number=ID_NUMBER)
    old = crypto.keyring().key_ids[0]
    new = crypto.keyring().rotate()
    kept = Guest.objects.get(pk=guest.pk)
    kept.id_number = "110105194912310049"
    assert crypto.key_id_of(raw(guest)[0]) == old
    kept.save()
    assert crypto.key_id_of(raw(guest)[0]) == new
    crypto.forget_keys()


def test_values_lists_show_no_plain_text(guest):
    row = Guest.objects.values_list("phone", "id_number").get()
    assert all(str(value).startswith("<sealed ") for value in row)


def test_a_bare_text_cannot_be_written_past_the_row(guest):
    with pytest.raises(TypeError, match="bare text"):
        Guest.objects.update(phone=PHONE)
    with pytest.raises(TypeError, match="a text is wanted"):
        guest.phone = 138


def test_secrets_are_not_pickled_and_may_be_copied(guest):
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(guest.phone)
    assert copy.deepcopy(guest.phone) == copy.copy(guest.phone) == PHONE
    assert {guest.phone, PHONE} == {PHONE}


def test_validators_see_the_plain_text(guest):
    guest.clean_fields()
    guest.id_number = "1234"
    with pytest.raises(ValidationError):
        guest.clean_fields()


def test_a_mask_hides_short_texts_whole():
    assert [mask_middle(1, 1)(text) for text in ("", "张", "张三", "张三丰")] == ["", "*", "**", "张*丰"]
    assert str(Secret("张三", mask=mask_middle(1, 0), place=b"")) == "张*"


def test_a_blind_index_needs_a_known_name():
    with pytest.raises(ImproperlyConfigured, match="no blind index"):
        blind_index("guest.nickname", "x")


def test_one_index_name_cannot_be_normalised_in_two_ways():
    with isolate_apps("hengjian.base"), pytest.raises(ImproperlyConfigured, match="two ways"):

        class Stranger(models.Model):
            id = IdField()
            phone = EncryptedTextField(normalise=normalise_code)
            phone_index = BlindIndexField(source="phone", name_of_key="everyone.phone")

            class Meta:
                app_label = "base"

            def __str__(self):
                return str(self.phone)


def test_migrations_import_nothing_of_ours():
    state = ModelState.from_model(Guest)
    written = "".join(MigrationWriter.serialize(field)[0] for field in state.fields.values())
    assert "hengjian" not in written
    assert {name: type(field).__name__ for name, field in state.fields.items()} == {
        "id": "UUIDField",
        "name": "CharField",
        "phone": "BinaryField",
        "phone_index": "CharField",
        "id_number": "BinaryField",
        "id_index": "CharField",
    }


def test_migrations_see_no_change_where_there_is_none():
    plain, ours = ProjectState(), ProjectState()
    ours.add_model(ModelState.from_model(Guest))
    fields = [
        (name, type(field)(*field.deconstruct()[2], **field.deconstruct()[3]))
        for name, field in ModelState.from_model(Guest).fields.items()
    ]
    plain.add_model(ModelState("base", "Guest", fields, {"db_table": "test_guest"}))
    assert MigrationAutodetector(plain, ours)._detect_changes() == {}

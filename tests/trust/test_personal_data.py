"""Identity and telephone numbers lie nowhere in clear: not in the database, its log, a dump, logs, temporary files, mails, names of files, pages or exports."""

from __future__ import annotations

import io
import logging
import os
import random
import subprocess
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from hengjian.base import crypto
from hengjian.base.models import LedgerEntry, Receipt
from hengjian.dossier.intake import safe_name
from hengjian.parties import jobs, services
from hengjian.parties.models import Account
from hengjian.parties.states import Role
from hengjian.registry.identifiers import fake_phone, fake_resident_id
from hengjian.registry.models import Person, Reveal
from tests import factories
from tests.dossier import files
from tests.registry.books import ROSTER_HEADS, roster_line, workbook
from tests.trust.personal import Reader, Sought, temporary_files_read

SEEDED = int(os.environ.get("HENGJIAN_SEEDED_NUMBERS", "1000"))
BY_FORM, BY_CLERKS = 5, 3


@dataclass
class Seeded:
    """Numbers that are handed in at the doors, and where they may have gone."""

    ids: list[str]
    phones: list[str]
    world: Any = None
    logs: Path = Path()
    leaks: list[Any] = field(default_factory=list)

    @property
    def misread(self) -> str:
        """The second number with another check digit: refused, and yet nearly somebody's."""
        return self.ids[1][:-1] + ("0" if self.ids[1][-1] != "0" else "1")

    @property
    def sought(self) -> Sought:
        return Sought([*self.ids, *self.phones, self.misread])


def numbers(count: int) -> Seeded:
    rng, ids, phones = random.Random(99), {}, {}
    while len(ids) < count:
        born = date(1970, 1, 1) + timedelta(days=len(ids) * 11 % 9000)
        ids[fake_resident_id(rng, born=born, male=bool(len(ids) % 2))] = None
    while len(phones) < count:
        phones[fake_phone(rng)] = None
    return Seeded(list(ids), list(phones))


def clerk_of(seeded: Seeded) -> Reader:
    return _entered(seeded, seeded.world.clerk(seeded.world.institutions[0]).id)


def _entered(seeded: Seeded, account_id: Any) -> Reader:
    browser = Reader(seeded.sought)
    browser.force_login(Account.objects.get(pk=account_id))
    return browser


def handed_in(seeded: Seeded) -> None:
    """By the form of one person, by a roster in Excel, by the forms of accounts and of one's own details."""
    clerk, at = clerk_of(seeded), seeded.world.institutions[0]
    for n in range(BY_FORM):
        given = {"name": f"许若{n}", "id_kind": "resident", "id_number": seeded.ids[n], "phone": seeded.phones[n], "post": "inspector",
                 "full_time": "on", "started_on": "2024-01-01", "_receipt": f"person-{n}"}
        assert clerk.post(reverse("registry:act", args=["institution", at.pk, "add-person"]), given).status_code == 302
    rng = random.Random(3)
    lines = [roster_line(n, rng, 身份证号=seeded.ids[n], 手机号=seeded.phones[n]) for n in range(BY_FORM, len(seeded.ids) - BY_CLERKS)]
    book = workbook(人员花名册=[ROSTER_HEADS, *lines])
    assert Sought(seeded.ids[BY_FORM : BY_FORM + 1]).found_in(book), "the search itself sees into a workbook"
    there = clerk.post(reverse("registry:imports"), {"file": SimpleUploadedFile("名册.xlsx", book)}, follow=True)
    run = there.redirect_chain[-1][0]
    page = clerk.get(run).content.decode()
    sha = page.partition('name="sha256" value="')[2].partition('"')[0]
    assert clerk.post(f"{run}confirm/", {"sha256": sha, "_receipt": "confirm"}).status_code == 302
    boss = _entered(seeded, factories.account("boss", "管理员", Role.AUTHORITY_ADMIN, seeded.world.province).pk)
    for n in range(BY_CLERKS):
        given = {"username": f"new{n}", "name": f"新人{n}", "phone": seeded.phones[-1 - n], "role": "supervisor",
                 "holder": seeded.world.cities[0].name, "_receipt": f"account-{n}"}
        assert boss.post(reverse("parties:open_account"), given).status_code == 200
    own = {"email": "clerk@example.test", "phone": seeded.phones[-1], "language": "zh-hans", "density": "normal"}
    clerk.post(reverse("parties:change_own"), own)
    seeded.leaks += clerk.leaks + boss.leaks


def gone_wrong(seeded: Seeded, monkeypatch: Any) -> None:
    """Searches, faults of forms and of files, a failure of the program with a number in hand."""
    clerk, at, known = clerk_of(seeded), seeded.world.institutions[0], seeded.ids[0]
    clerk.sought = Sought(seeded.ids[1:] + seeded.phones[1:])  # what one has just typed comes back in one's own form
    clerk.post(reverse("web:search"), {"q": known})
    again = {"name": "许若谷", "id_kind": "resident", "id_number": known, "phone": "12", "post": "inspector", "started_on": "2024-01-01"}
    url = reverse("registry:act", args=["institution", at.pk, "add-person"])
    assert clerk.post(url, again).status_code == 422
    bad = workbook(人员花名册=[ROSTER_HEADS, roster_line(1, random.Random(1), 身份证号=seeded.misread, 级别="特级")])
    named = f"证件{seeded.ids[2]}电话{seeded.phones[2]}.xlsx"
    run = clerk.post(reverse("registry:imports"), {"file": SimpleUploadedFile(named, bad)}, follow=True)
    assert "第2行" in run.content.decode()
    photo = SimpleUploadedFile(named.replace("xlsx", "png"), files.photo("PNG"))
    kept = {"object_type": "registry.institution", "object_id": str(at.pk), "item": "", "file": photo, "_receipt": "photo"}
    assert clerk.post(reverse("dossier:keep"), kept).status_code in (200, 302)

    def breaks(*_args: Any, **given: Any) -> None:
        raise RuntimeError(f"no such column for {given}")

    monkeypatch.setattr("hengjian.base.actions.Action.add", lambda _act, row: breaks(row=row, number=getattr(row, "id_number", row)))
    answer = clerk.post(url, {**again, "id_number": seeded.ids[-1], "phone": seeded.phones[0]})
    assert answer.status_code == 500
    monkeypatch.undo()
    seeded.leaks += clerk.leaks


def mailed(seeded: Seeded) -> None:
    """Messages go out by mail, with what they tell of people."""
    account = Account.objects.get(username="clerk0")
    for one in factories.all_of(Person)[:5]:
        services.send_message(account, actor=factories.SYSTEM, kind="reminder", title=f"{one.name}的证书即将到期", body=f"{one.id_number} {one.phone}", url="/")
    jobs.mail_messages()
    assert mail.outbox
    seeded.leaks += [("mail", one.subject) for one in mail.outbox if seeded.sought.found_in(one.message().as_bytes() + f"{one.subject}{one.body}".encode())]


def exported(seeded: Seeded) -> None:
    """Pages, exports and documents, read by an officer and by the clerk."""
    officer = _entered(seeded, seeded.world.officer(seeded.world.counties[0]).id)
    clerk = clerk_of(seeded)
    asked = {"purpose": "verification", "reason": "核对名录数据"}
    for browser in (officer, clerk):
        for form in ("xlsx", "csv", "parquet"):
            assert browser.post(reverse("registry:export"), {**asked, "form": form}).status_code == 200
        for url in (reverse("registry:people"), f"{reverse('registry:people')}?q=许", reverse("registry:institution", args=[seeded.world.institutions[0].pk])):
            assert browser.get(url).status_code == 200
        for one in factories.all_of(Person)[:10]:
            assert browser.get(reverse("registry:person", args=[one.pk])).status_code == 200
            assert browser.get(reverse("web:history", args=["registry.person", one.pk])).status_code == 200
        seeded.leaks += browser.leaks


def stored() -> list[tuple[str, bytes]]:
    """The database with its log, a dump of it, and every file of the data folder."""
    found = [(str(path), path.read_bytes()) for path in Path(house.VAR_DIR).rglob("*") if path.is_file() and path.suffix not in {".ttf", ".otf", ".key"}]
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return found + [(str(path), path.read_bytes()) for path in Path(str(held["NAME"])).parent.glob(f"{Path(str(held['NAME'])).name}*")]
    env = {**os.environ, "PGPASSWORD": str(held.get("PASSWORD") or "")}
    command = ["pg_dump", "--inserts", "-h", str(held["HOST"]), "-p", str(held["PORT"]), "-U", str(held["USER"]), str(held["NAME"])]
    dump = subprocess.run(command, capture_output=True, env=env, check=True).stdout
    return [*found, ("pg_dump", dump)]


def proved(count: int, tmp_path: Path, monkeypatch: Any) -> Seeded:
    seeded = numbers(count)
    seeded.world, seeded.logs = factories.world(), tmp_path / "server.log"
    handler = logging.FileHandler(seeded.logs, encoding="utf-8")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with temporary_files_read(tmp_path / "tmp", seeded.sought) as in_temporary_files:
            handed_in(seeded)
            gone_wrong(seeded, monkeypatch)
            mailed(seeded)
            exported(seeded)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert factories.all_of(Person).count() == count - BY_CLERKS
    assert in_temporary_files == []
    assert seeded.leaks == []
    assert seeded.logs.stat().st_size > 500
    assert seeded.sought.found_in(seeded.logs.read_bytes()) == set()
    in_store = {name: seeded.sought.found_in(data) for name, data in stored()}
    assert {name: found for name, found in in_store.items() if found} == {}
    assert not [name for name in in_store if seeded.sought.found_in(name.encode())]
    return seeded


def revealed(seeded: Seeded) -> int:
    """Look at everybody in full, each time for a purpose; how many looks the ledger tells of."""
    officer = _entered(seeded, seeded.world.officer(seeded.world.counties[0]).id)
    officer.sought = Sought([])
    people = list(factories.all_of(Person))
    for one in people:
        given = {"fields_wanted": ["id_number", "phone"], "purpose": "verification", "reason": "逐人核对证件"}
        shown = officer.post(reverse("registry:reveal", args=[one.pk]), given)
        assert one.id_number.reveal() in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
    looks = factories.all_of(Reveal).filter(object_type="registry.person")
    assert set(looks.values_list("purpose", flat=True)) == {"verification"}
    assert looks.count() == len(people)
    assert not [row for row in Receipt.objects.all() if seeded.sought.found_in(bytes(row.body))]
    return LedgerEntry.objects.filter(action="registry.reveal").values("object_id").distinct().count()


@pytest.mark.django_db(transaction=True)
def test_numbers_that_came_in_by_every_door_are_nowhere_in_clear(clock, tmp_path, monkeypatch):
    seeded = proved(30, tmp_path, monkeypatch)
    assert revealed(seeded) == 30 - BY_CLERKS


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_thousand_numbers_are_nowhere_in_clear_and_a_thousand_looks_are_entered(clock, tmp_path, monkeypatch):
    seeded = proved(SEEDED + BY_CLERKS, tmp_path, monkeypatch)
    assert revealed(seeded) == SEEDED


def test_the_search_sees_through_every_wrapping():
    sought, number = Sought(["430102199003071234", "13900001234"]), b"430102199003071234"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "13900001234".encode("utf-16"))
    forms = [number, number.hex().encode(), number.decode().encode("utf-16-le"), b'x"' + crypto.base64.b64encode(b"....." + number + b"....."), held.getvalue()]
    assert [len(sought.found_in(form)) for form in forms] == [1] * len(forms)
    assert sought.found_in(b"4301**********1234 139****1234") == set()


@pytest.mark.parametrize(("given", "kept"), [
    ("孟小川430102199003071234.jpg", "孟小川4301__________1234.jpg"),
    ("13900001234体检表.pdf", "139____1234体检表.pdf"),
    ("４３０１０２１９９００３０７１２３Ｘ.pdf", "４３０１__________１２３Ｘ.pdf"),
    ("报告TS99000123-20240715.pdf", "报告TS99000123-20240715.pdf"),
    ("统一社会信用代码91430100MA4L12345X.pdf", "统一社会信用代码91430100MA4L12345X.pdf"),
])
def test_names_of_files_keep_no_number_of_a_person(given, kept):
    assert safe_name(given) == kept

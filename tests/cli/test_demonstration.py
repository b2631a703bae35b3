"""The demonstration, by the command that everybody runs first: it plays, it is whole, and its ledger names no one."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter

import pytest

from tests.cli.places import fresh_places

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
ACTING = ("_by_name", "author_name", "marks")
"""Columns that repeat who acted, which the ledger has to say."""


@pytest.fixture(scope="module")
def played(tmp_path_factory, django_db_setup):
    """The demonstration province after `hengjian demo --no-serve`, and what the command said."""
    folder = tmp_path_factory.mktemp("demonstration")
    (place,) = fresh_places(folder, ("played",))
    done = place.run("demo", "--no-serve", "--out", folder / "out", seconds=900)
    assert done.returncode == 0, done.stderr
    return place, folder / "out", done.stdout


@pytest.fixture(scope="module")
def table(played):
    """Reads the database as somebody would who has the file and no keys."""
    (file,) = played[0].var.glob("*.sqlite3")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as held:
        yield lambda query: held.execute(query).fetchall()


def test_it_writes_the_table_of_the_province_and_sums_up_in_twenty_lines(played):
    _place, out, said = played
    assert {one.name for one in out.iterdir()} >= {"附件2-全省.xlsx", "附件2-全省.docx", "附件2-全省.pdf"}
    assert all(one.stat().st_size > 5_000 for one in out.glob("附件2-全省.*"))
    lines = said[said.index("演示完成") :].strip().splitlines()
    assert len(lines) == 20
    assert all(name in said for name in ("province", "9901", "990101", "inst02", "inst02-filler", "inst02-inspector", "system-admin", "security-admin", "audit-admin"))


def test_a_second_run_starts_from_what_is_there(played):
    place, out, _said = played
    before = place.run("ledger", "verify").stdout
    again = place.run("demo", "--no-serve", "--out", out)
    assert again.returncode == 0, again.stderr
    assert place.run("ledger", "verify").stdout.split("，")[0] == before.split("，")[0]


def test_its_ledger_is_whole_and_every_row_is_as_it_says(played):
    assert "账本完整" in played[0].run("ledger", "verify", seconds=300).stdout
    assert "一致" in played[0].run("ledger", "reconcile", seconds=300).stdout


def test_its_register_read_back_from_its_own_package_is_nothing_new(played):
    place, out, _said = played
    why = ("--format", "parquet", "--purpose", "inspection", "--reason", "核对名录数据")
    silent = place.run("export", out / "package", "--as", "province", "--format", "parquet")
    assert (silent.returncode, (out / "package").exists()) == (1, False)
    assert "--purpose" in silent.stderr
    assert "不能导出" in place.run("export", out / "package", "--as", "security-admin", *why).stderr
    assert place.run("export", out / "package", "--as", "province", *why).returncode == 0
    told = place.run("import", out / "package", "--as", "province", seconds=120)
    assert told.returncode == 0, told.stdout + told.stderr
    counts = re.findall(r"^ (\S+) +(\d+) +(\d+) +(\d+) *$", told.stdout, re.MULTILINE)
    assert len(counts) == 13
    assert [one for one in counts if one[1:3] != ("0", "0")] == []


def test_its_ledger_names_no_one_but_who_acted(table):
    acting = {name for (name,) in table("SELECT name FROM parties_account")}
    people = {name for (name,) in table("SELECT name FROM registry_person")}
    people |= {name for row in table("SELECT legal_representative, contact_name FROM parties_organisation") for name in row if name}
    assert len(people) > 1_000
    sought = re.compile("|".join(sorted(people - acting, key=len, reverse=True)))
    found: Counter[str] = Counter()
    for (body,) in table("SELECT body FROM ledger_entry"):
        read = json.loads(body)
        said = {side: {k: v for k, v in read[side].items() if not k.endswith(ACTING)} for side in ("before", "after")}
        said.update(label=read["object"]["label"], reason=read["reason"])
        if read["object"]["type"] not in ("parties.account", "parties.post") and (hit := sought.search(json.dumps(said, ensure_ascii=False))):
            found[f"{read['object']['type']} {read['action']} {hit[0]}"] += 1
    assert not found


def test_identity_numbers_and_telephones_are_nowhere_in_clear(played):
    """Neither in the tables nor in the log before them, nor in anything else that lies in the folder."""
    place = played[0]
    numbers = place.python(
        "from hengjian.base.scope import EVERYTHING\n"
        "from hengjian.registry.models import Person\n"
        "held = list(Person.objects.within(EVERYTHING)[:1000])\n"
        "print(*[one.id_number.reveal() for one in held], *[one.phone.reveal() for one in held if one.phone])"
    ).split()
    assert len(numbers) > 1_000
    sought, alike = {number.encode() for number in numbers}, [re.compile(rb"(?=(\d{17}[\dX]))"), re.compile(rb"(?=(1\d{10}))")]
    read = [path for path in place.var.rglob("*") if path.is_file() and "fonts" not in path.parts]
    assert [path.name for path in read if any(one in sought for form in alike for one in form.findall(path.read_bytes()))] == []


def test_an_interrupted_demonstration_starts_afresh(played, tmp_path_factory):
    """Killed in the middle, with half a province written: the next run says so and plays from the beginning."""
    (place,) = fresh_places(tmp_path_factory.mktemp("interrupted"), ("half",))
    assert place.run("migrate").returncode == 0
    place.python(
        "from hengjian.parties.actors import everything_actor\n"
        "from hengjian.web.demo.geography import make_land\n"
        "make_land(actor=everything_actor('演示'))"
    )
    (place.var / "demo").touch()
    (place.var / "witness").mkdir(exist_ok=True)
    said = place.python("from hengjian.cli.demo import _start_afresh\n_start_afresh()")
    assert "从头再来" in said
    assert not list(place.var.glob("*.sqlite3*"))
    assert not (place.var / "witness").exists()


def test_files_that_went_missing_are_written_again(played):
    place, out, _said = played
    (out / "附件2-全省.docx").unlink()
    assert place.run("demo", "--no-serve", "--out", out).returncode == 0
    assert (out / "附件2-全省.docx").stat().st_size > 5_000

"""Texts that want to be formulas, in every text field: no export makes a formula of them, and papers show them as they were written."""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import test_tools
from django.test import Client, TransactionTestCase

from hengjian.base import clock as house_clock
from hengjian.base.texts import harmless_cell
from hengjian.dossier.intake import tables_of
from hengjian.registry import exchange
from tests.conftest import TestClock
from tests.trust import offices
from tests.trust.driving import Driven, Driver
from tests.trust.payloads import FORMULAS

FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
NUMBER = re.compile(r"[-+]?\d[\d.,]*%?|-")
FEW = ("county",)
ROUNDS = int(os.environ.get("HENGJIAN_TRUST_ROUNDS", str(len(FORMULAS))))


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One database for the whole file, emptied at its end."""
    with django_db_blocker.unblock():
        yield
        TransactionTestCase("__init__")._fixture_teardown()
        house_clock.set_for_process(None)


@pytest.fixture(scope="module")
def made(db: None) -> offices.Offices:
    return offices.make(TestClock())


def _driven(made: offices.Offices, who: tuple[str, ...], rounds: int, alike: int = 2) -> Driven:
    driven, texts = Driven(), itertools.cycle(FORMULAS)
    for _round in range(rounds):
        for name in who:
            Driver(made.people[name], texts, driven, alike).drive()
    for name in who:
        Driver(made.people[name], texts, driven, alike).look()
    assert driven.broke == []
    return driven


def _handed_out(made: offices.Offices, driven: Driven) -> Iterator[tuple[str, bytes]]:
    """Every file that any page offers, and the exports of the register that a form asks for."""
    by_name = {account.username: account for account in made.people.values()}
    for username, addresses in driven.offered.items():
        client = Client(raise_request_exception=False)
        client.force_login(by_name[username])
        for address in sorted(addresses):
            answer = client.get(address, follow=True)
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in {200, 403, 404, 409}, (address, answer.status_code)
            if answer.status_code == 200:
                yield address, data
    actor = made.scene.county
    for form in ("csv", "parquet"):
        yield f"register.{form}.zip", exchange.export_package(actor.scope, form=form)


def formulas_in(name: str, data: bytes) -> list[str]:
    """The cells of a workbook, or of tables of CSV, that a spreadsheet would compute."""
    if data.startswith(b"PK"):
        with ZipFile(io.BytesIO(data)) as archive:
            inner = [(one, archive.read(one)) for one in archive.namelist()]
        if any(one == "xl/workbook.xml" for one, _text in inner):
            return [f"{name}: {one}" for one, text in inner if one.startswith("xl/worksheets/sheet") and FORMULA.search(text)]
        return [fault for one, text in inner if one.endswith(".csv") for fault in formulas_in(f"{name}: {one}", text)]
    if not data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"{", b"<", b"PAR1")):
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
        return [f"{name}: {cell[:40]}" for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")) and not NUMBER.fullmatch(cell)]
    return []


@pytest.mark.sqlite_only  # what an export writes does not depend on the database
def test_no_export_holds_a_formula(made: offices.Offices) -> None:
    driven = _driven(made, FEW, 1, alike=1)
    held = list(_handed_out(made, driven))
    assert [fault for name, data in held for fault in formulas_in(name, data)] == []
    kinds = {ending for name, _data in held for ending in (".xlsx", ".docx", ".pdf", ".csv") if ending in name}
    assert {".xlsx", ".csv"} <= kinds, kinds
    plain = [one for one in FORMULAS if not set(one) & set("<>&\"'\t\r\n")]  # as they stand in a file of XML too
    assert any(one in _text_of(data) for _name, data in held for one in plain), "no text came through to any file"


def _text_of(data: bytes) -> str:
    """The words of a file made of XML; of another kind none."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "ignore") if not data.startswith(b"%PDF") else ""
    with ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(one).decode("utf-8", "ignore") for one in archive.namelist() if one.endswith((".xml", ".csv")))


@pytest.mark.parametrize("text", FORMULAS)
def test_each_text_stays_a_text_in_a_table_of_csv_and_comes_back_as_it_was(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(["name", harmless_cell(text)])
    assert formulas_in("x.csv", out.getvalue().encode()) == []
    ((_name, rows),) = tables_of("x", out.getvalue().encode(), rows=10, columns=10, notes=())
    assert rows == [("name", text)]


@pytest.mark.parametrize("figure", ["-", "-1", "+3", "-12.50", "95%"])
def test_figures_stay_figures(figure: str) -> None:
    assert harmless_cell(figure) == figure


@pytest.mark.slow
def test_libreoffice_finds_no_formula_in_any_export(made: offices.Offices, tmp_path: Path, record_property: Any) -> None:
    office = test_tools.libreoffice_path()
    if office is None:
        pytest.skip("There is no LibreOffice here.")
    driven = _driven(made, tuple(made.people), ROUNDS)
    count = 0
    for number, (name, data) in enumerate(_sheets(made, driven)):
        source = tmp_path / f"{number}{Path(name).suffix}"
        source.write_bytes(data)
        count += 1
    for ending in ("xlsx", "csv"):
        sources = sorted(tmp_path.glob(f"*.{ending}"))
        for start in range(0, len(sources), 40):
            command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "fods", "--outdir", str(tmp_path / "out"),
                       *(["--infilter=CSV:44,34,UTF8"] if ending == "csv" else []), *map(str, sources[start : start + 40])]
            assert subprocess.run(command, capture_output=True, timeout=600).returncode == 0
    opened = sorted((tmp_path / "out").glob("*.fods"))
    found = [one.name for one in opened if "table:formula=" in one.read_text(encoding="utf-8")]
    assert (found, len(opened)) == ([], count)
    record_property("told", f"{count} workbooks and tables opened in LibreOffice, {sum(driven.statuses.values())} forms sent, 0 formulas")


def _sheets(made: offices.Offices, driven: Driven) -> Iterator[tuple[str, bytes]]:
    """All workbooks and tables of CSV that are handed out, those within packages for themselves."""
    for _name, data in _handed_out(made, driven):
        if data.startswith(b"PK"):
            with ZipFile(io.BytesIO(data)) as archive:
                parts = archive.namelist()
                if "xl/workbook.xml" in parts:
                    yield "table.xlsx", data
                else:
                    yield from (("table.csv", archive.read(one)) for one in parts if one.endswith(".csv"))
        elif not data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"{", b"<", b"PAR1")):
            yield "table.csv", data



"""Whatever stands in a file: an importer takes it or refuses it in words, and writes all of it or nothing."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.base.errors import BadInput
from hengjian.campaigns.queries.selfcheck_print import filling_workbook
from hengjian.dossier.intake import Refused, examine, open_workbook
from hengjian.dossier.intake.jail.containers import scan
from hengjian.dossier.intake.jail.packages import package
from hengjian.dossier.intake.jail.workbooks import workbook
from hengjian.forms import services as forms
from hengjian.forms.packs import PackFaults
from hengjian.forms.packs.importing import import_xlsx
from hengjian.registry import exchange
from hengjian.registry.exchange.columns import TABLES
from hengjian.registry.models import Employment, ImportRun, Person
from tests import factories, roles
from tests.campaigns import selfchecks
from tests.dossier import files
from tests.factories import all_of
from tests.registry import books

EXAMPLES = int(os.environ.get("HENGJIAN_TRUST_EXAMPLES") or roles.by_database(sqlite=12, postgres=4))
LIMITS = {"rows": 20_000, "columns": 100, "merged": 10_000, "cells": 600_000, "name": "people", "notes": []}
ANY = settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(ANY, max_examples=EXAMPLES * 10)

ODD = st.one_of(
    st.text(max_size=40), st.sampled_from([
        "=1+1", "+1", "-1", "@x", "＝1", "\t=1", "'=1", "是", "否", "-", "—", "√", "是 ", "Y", "2024.7.1", "2024年7月", "2024-13-45", "1900-02-28", "长期",
        "43010219900307123x", "４３０１０２", "110105491231002", "\u200b11010519491231002X", "NaN", "1e400", "#REF!", "a" * 32_767, "\ufffe", "\u202e", "𠮷", "\ue863",
        "3000;4000", ";;;;", "9" * 400, "0", "00", "1.5", "²", "٣", "Infinity", "-0", "<script>alert(1)</script>", "{{ 7*7 }}", "#eval(1)",
    ]),
    st.integers(-10**18, 10**18), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none(), st.dates(date(1900, 1, 1), date(9999, 12, 31)),
)
SEEDS = (files.xlsx(), books.workbook(人员花名册=[books.ROSTER_HEADS, books.roster_line(1, random.Random(1))]), books.package(people=[("person_id", "name")]))
BYTES = st.one_of(st.binary(max_size=400), st.tuples(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=8)).map(
    lambda torn: _torn(*torn)))


def _torn(data: bytes, cuts: list[tuple[float, bytes]]) -> bytes:
    """A good file with bytes written over it here and there."""
    held = bytearray(data)
    for place, piece in cuts:
        at = int(place * (len(held) - 1))
        held[at : at + len(piece)] = piece
    return bytes(held)


@MANY
@given(BYTES)
def test_parsers_answer_to_any_bytes(data: bytes) -> None:
    """What a jail runs, without the jail: nothing gets as far as to die in it."""
    assert isinstance(scan(data), list)
    for job in (workbook, package):
        answer, _rest = job(data, LIMITS)
        assert set(answer) & {"fault", "faults", "sheets", "tables"}


@ANY
@given(BYTES)
def test_any_bytes_are_taken_or_refused_in_words(data: bytes) -> None:
    found = examine("名册.xlsx", data)
    assert found.accepted or all(len(reason) > 5 for reason in found.refusals)
    assert all("。" in reason for reason in _refusals(lambda: open_workbook(data)))


def _refusals(act: Callable[[], Any]) -> list[str]:
    """What an act is refused with, in words; nothing when it is not. Any other exception goes on."""
    try:
        act()
    except Refused as refused:
        return [reason or "?" for reason in refused.reasons]
    except BadInput as refused:
        return [fault.message or "?" for fault in refused.faults]
    except PackFaults as refused:
        return [one.say or "?" for one in refused.faults]
    return []


def _without_trace(act: Callable[[], Any], *tables: Any) -> None:
    """Do it and take it back; when it was refused, nothing of it was there to take back."""
    with transaction.atomic():
        before = [all_of(table).count() for table in tables]
        said = _refusals(act)
        assert "?" not in said
        assert not said or [all_of(table).count() for table in tables] == before
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_roster_with_anything_in_a_cell(clock: Any) -> None:
    world = factories.world()
    clerk = world.clerk(world.institutions[0])
    good = [list(books.roster_line(n, random.Random(n))) for n in range(1, 4)]

    @ANY
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, len(books.ROSTER_HEADS) - 1), ODD), min_size=1, max_size=3))
    def run(changes: list[tuple[int, int, Any]]) -> None:
        lines = [list(line) for line in good]
        for row, column, value in changes:
            lines[row][column] = value
        data = _book({"人员花名册": [books.ROSTER_HEADS, *lines]})
        _without_trace(lambda: _imported(clerk, "名册.xlsx", data, changes), Person, Employment)

    run()


def _imported(actor: Any, name: str, data: bytes, changes: Any) -> None:
    run = exchange.check_file(actor=actor, file_name=name, data=data)
    assert all_of(Person).count() == 0, "a dry run wrote people"
    faults = [one for one in exchange.faults_of(run) if not one.is_warning]
    if run.state == "refused":
        assert faults
        assert all(one.sheet and one.message and (one.row == 0 or one.row >= 1) for one in faults), (changes, faults)
        assert exchange.marked_workbook(run)[1].startswith(b"PK")
    else:
        exchange.confirm_run(run, actor=actor, sha256=run.sha256)
        assert all_of(ImportRun).get(pk=run.pk).state == "imported"


def _put(cell: Any, value: Any) -> None:
    """Write a value; what no workbook can hold (XML has no U+FFFE and U+FFFF) is told instead."""
    try:
        cell.value = "不能写入" if isinstance(value, str) and {"\ufffe", "\uffff"} & set(value) else value
    except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
        cell.value = "不能写入"


def _book(sheets: dict[str, list[Any]]) -> bytes:
    """A workbook with any values; what no workbook can hold is left out of it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                _put(sheet.cell(at, place), value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_of_a_package_with_anything_in_its_cells(clock: Any, table: str) -> None:
    world = factories.world()
    officer = world.officer(world.province)
    heads = [column.key for column in TABLES[table].columns]

    @settings(ANY, max_examples=max(2, EXAMPLES // 4))
    @given(st.lists(st.lists(ODD.map(str), min_size=len(heads), max_size=len(heads)), min_size=1, max_size=3))
    def run(rows: list[list[str]]) -> None:
        quoted = [['"' + value.replace('"', '""') + '"' for value in row] for row in rows]
        data = books.package(**{TABLES[table].name: [tuple(heads), *map(tuple, quoted)]})
        _without_trace(lambda: exchange.check_file(actor=officer, file_name="包.zip", data=data), Person)

    run()


@pytest.mark.django_db
def test_a_form_that_comes_back_with_anything_in_it(clock: Any) -> None:
    scene = selfchecks.scene(clock)
    submission = scene.begun()
    blank = filling_workbook(scene.clerk.scope, submission)[1]

    @ANY
    @given(st.lists(st.tuples(st.integers(1, 16), st.integers(1, 10), ODD), min_size=1, max_size=4))
    def run(changes: list[tuple[int, int, Any]]) -> None:
        book = openpyxl.load_workbook(io.BytesIO(blank))
        for row, column, value in changes:
            try:
                _put(book.worksheets[0].cell(row, column), value)
            except AttributeError:
                continue  # a cell inside a merge
        out = io.BytesIO()
        book.save(out)
        _without_trace(lambda: forms.read_workbook(submission.sheet, actor=scene.clerk, file_name="表.xlsx", data=out.getvalue()), Person)

    run()


@ANY
@given(st.lists(st.lists(ODD, min_size=7, max_size=7), min_size=1, max_size=4))
def test_a_checklist_with_anything_in_its_cells(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]) -> None:
    path = Path(tmp_path_factory.mktemp("packs")) / "检查表.xlsx"
    path.write_bytes(_book({"检查表": [["序号", "分类", "项目", "要求", "检查方式", "分值", "证明材料"], *rows]}))
    made: list[str] = []
    said = _refusals(lambda: made.append(import_xlsx(path)))
    assert "?" not in said
    assert bool(said) != bool(made)


@pytest.mark.django_db
def test_what_was_imported_is_exported_and_read_again_as_nothing_new(clock: Any) -> None:
    world = factories.world()
    clerk = world.clerk(world.institutions[0])

    @settings(ANY, max_examples=max(3, EXAMPLES // 3))
    @given(st.integers(1, 10**6), st.sampled_from(["=cmd()", "+学院", "-1", "@学院", "＝学院", "'学院", "澜川工学院", "𠮷田大学"]))
    def run(seed: int, school: str) -> None:
        with transaction.atomic():
            data = books.roster(2, seed=seed, faults={1: {"毕业院校": school}})
            done = exchange.check_file(actor=clerk, file_name="名册.xlsx", data=data)
            exchange.confirm_run(done, actor=clerk, sha256=done.sha256)
            again = exchange.check_file(actor=clerk, file_name="名册2.xlsx", data=books.roster(2, seed=seed, faults={1: {"毕业院校": school, "序号": 99}}))
            assert {key: value for counts in again.counts.values() for key, value in counts.items() if key in {"new", "changed"} and value} == {}
            transaction.set_rollback(True)

    run()

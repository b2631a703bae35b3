"""The seeded province: it keeps to the contract, to its seed, and its truth is about rows that are there."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from bench.packages.cases import CASES
from bench.packages.days import calendar, number
from bench.packages.names import picture_hashes
from bench.packages.sink import contract, schema_of
from bench.province import make

REPORTS, SEED = 16_000, 7
REFERENCES = {
    "person_id": ("people", "person_id"), "plan_id": ("plans", "plan_id"), "visit_id": ("visits", "visit_id"),
    "equipment_id": ("equipment", "equipment_id"), "report_id": ("reports", "report_id"), "record_id": ("records", "record_id"),
    "session_id": ("exam_sessions", "session_id"), "institution_id": ("institutions", "institution_id"),
    "application_id": ("applications", "application_id"), "enterprise_id": ("enterprises", "enterprise_id"),
    "subcontractor_id": ("institutions", "institution_id"), "recorded_by": ("people", "person_id"), "approved_by": ("people", "person_id"),
}  # fmt: skip
SUBJECTS = {
    "person": ("people", "person_id"), "report": ("reports", "report_id"), "visit": ("visits", "visit_id"),
    "plan": ("plans", "plan_id"), "hazard": ("hazards", "hazard_id"), "equipment": ("equipment", "equipment_id"),
    "application": ("applications", "application_id"), "institution": ("institutions", "institution_id"), "session": ("exam_sessions", "session_id"),
}  # fmt: skip


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    make(folder, reports=REPORTS, seed=SEED)
    return folder


@pytest.fixture(scope="module")
def tables(package: Path) -> dict[str, pa.Table]:
    return {path.stem: pa.parquet.read_table(path) for path in package.iterdir()}


def _column(tables: dict[str, pa.Table], where: tuple[str, str]) -> set[Any]:
    return set(tables[where[0]].column(where[1]).to_pylist()) - {None}


def _prints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_every_resource_has_the_columns_and_types_of_the_contract(tables: dict[str, pa.Table]) -> None:
    assert set(tables) == {*contract(), "truth", "cases"}
    assert [name for name in contract() if tables[name].schema != schema_of(name) or not tables[name].num_rows] == []


def test_as_many_reports_as_asked_for(tables: dict[str, pa.Table]) -> None:
    assert tables["reports"].num_rows == REPORTS


def test_enumerations_keep_to_their_words(tables: dict[str, pa.Table]) -> None:
    strange = {}
    for name, resource in contract().items():
        for field in resource["schema"]["fields"]:
            words = field.get("constraints", {}).get("enum")
            if words and (others := _column(tables, (name, field["name"])) - set(words)):
                strange[name, field["name"]] = others
    assert strange == {}


def test_keys_are_there_and_unique(tables: dict[str, pa.Table]) -> None:
    doubled = []
    for name, resource in contract().items():
        key = resource["schema"]["primaryKey"]
        rows = list(zip(*(tables[name].column(one).to_pylist() for one in ([key] if isinstance(key, str) else key)), strict=True))
        if len(set(rows)) < len(rows) or any(None in row for row in rows):
            doubled.append(name)
    assert doubled == []


def test_references_lead_to_a_row(tables: dict[str, pa.Table]) -> None:
    loose = {}
    for name in contract():
        for column in set(tables[name].column_names) & set(REFERENCES):
            if others := _column(tables, (name, column)) - _column(tables, REFERENCES[column]):
                loose[name, column] = len(others)
    assert loose == {}


def test_people_of_a_multi_valued_field_are_known(tables: dict[str, pa.Table]) -> None:
    named = {one for joined in _column(tables, ("reports", "inspector_ids")) for one in joined.split(";")}
    assert named - _column(tables, ("people", "person_id")) == set()


def test_nullable_columns_have_a_small_share_of_empty_cells(tables: dict[str, pa.Table]) -> None:
    columns = {
        "visits": ("arrived_at", "left_at", "latitude", "longitude", "device_id"), "photos": ("equipment_id", "taken_at", "perceptual_hash"),
        "reports": ("report_no", "plan_id", "equipment_id", "inspection_kind", "inspected_on", "conclusion", "inspector_ids", "drafted_by",
                    "drafted_at", "reviewed_at", "approved_at", "issued_at", "uploaded_at", "fee", "fee_standard"),
        "records": ("recorded_by", "started_at", "finished_at"), "readings": ("result",), "report_items": ("result",),
        "equipment": ("latitude", "registered_on", "next_due_on"), "hazards": ("found_at",), "plans": ("filed_at", "application_id"),
    }  # fmt: skip
    shares = {(name, one): tables[name].column(one).null_count / tables[name].num_rows for name, many in columns.items() for one in many}
    assert {where: share for where, share in shares.items() if not 0 < share < 0.1} == {}


def test_nearly_nine_readings_for_each_report_and_fewer_visits(tables: dict[str, pa.Table]) -> None:
    assert 8.5 < tables["readings"].num_rows / REPORTS < 9.3
    assert 0.33 < tables["visits"].num_rows / REPORTS < 0.55


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        make(tmp_path / name, reports=2000, seed=seed)
    assert _prints(tmp_path / "one") == _prints(tmp_path / "again")
    assert _prints(tmp_path / "one")["readings.parquet"] != _prints(tmp_path / "other")["readings.parquet"]


def test_a_csv_package_says_the_same_as_a_parquet_one(tmp_path: Path) -> None:
    rows = make(tmp_path / "csv", reports=2000, seed=3, kind="csv")
    assert rows == make(tmp_path / "parquet", reports=2000, seed=3)
    read = pa.csv.read_csv(tmp_path / "csv" / "reports.csv", convert_options=pa.csv.ConvertOptions(column_types=schema_of("reports"), strings_can_be_null=True))
    assert read.equals(pa.parquet.read_table(tmp_path / "parquet" / "reports.parquet"))
    assert re.search(r',"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d",', (tmp_path / "csv" / "visits.csv").read_text())


def test_a_package_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    make(tmp_path, reports=2000, seed=3)
    make(tmp_path, reports=2000, seed=3, kind="csv")
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv" for name in (*contract(), "truth", "cases")}


def test_the_truth_is_about_rows_that_are_there(tables: dict[str, pa.Table]) -> None:
    lost = []
    candidates = {f"{row['session_id']}/{row['person_id']}" for row in tables["exam_candidates"].to_pylist()}
    known = {kind: _column(tables, where) for kind, where in SUBJECTS.items()} | {"candidate": candidates}
    for name in ("truth", "cases"):
        lost += [row for row in tables[name].to_pylist() if row["subject_id"] not in known[row["subject_type"]]]
    assert lost == []


def test_every_rule_has_something_to_find_and_something_to_let_pass(tables: dict[str, pa.Table]) -> None:
    found = {row["rule"] for row in tables["truth"].to_pylist()}
    decoys = {row["rule"] for row in tables["cases"].to_pylist() if row["is_decoy"]}
    played = {case.rule for case in CASES} | decoys
    assert played - found == set()
    assert found - decoys - {"no_visit", "no_record", "items_missing", "institution_out_of_scope"} == set()
    assert len(found) == 50


def test_what_was_played_on_rows_is_found_or_not_as_it_was_meant(tables: dict[str, pa.Table]) -> None:
    """The truth counts by definition; what was played says what was meant. Persons may meet several cases, so they are left out."""
    truth = {(row["rule"], row["subject_id"]) for row in tables["truth"].to_pylist()}
    wrong = defaultdict(list)
    for row in tables["cases"].to_pylist():
        if row["subject_type"] != "person" and ((row["rule"], row["subject_id"]) in truth) == row["is_decoy"]:
            wrong[row["case"]].append(row["subject_id"])
    assert dict(wrong) == {}


def test_violations_on_persons_are_found(tables: dict[str, pa.Table]) -> None:
    truth = {(row["rule"], row["subject_id"]) for row in tables["truth"].to_pylist()}
    missing = [row for row in tables["cases"].to_pylist() if not row["is_decoy"] and (row["rule"], row["subject_id"]) not in truth]
    assert missing == []


def test_nothing_happens_after_the_last_day(tables: dict[str, pa.Table]) -> None:
    times = (("visits", "left_at"), ("reports", "issued_at"), ("reports", "uploaded_at"), ("applications", "accepted_at"), ("complaints", "received_at"))
    assert max(max(_column(tables, where)) for where in times).date().isoformat() == "2025-12-31"


def test_working_days_know_holidays_and_make_up_days() -> None:
    work = calendar()
    sunday, holiday = number(2025, 9, 28), number(2025, 10, 1)
    assert work.between(np.array([sunday - 1]), np.array([sunday])).tolist() == [1]
    assert work.between(np.array([holiday - 1]), np.array([holiday + 7])).tolist() == [0]
    assert work.after(np.array([holiday - 1]), np.array([1])).tolist() == [number(2025, 10, 9)]


def test_no_two_pictures_are_alike_by_chance() -> None:
    hashes = picture_hashes(np.arange(1500), 1)
    apart = np.bitwise_count(hashes[:, None] ^ hashes[None, :])
    np.fill_diagonal(apart, 64)
    assert apart.min() >= 8


def test_cases_have_names_of_their_own() -> None:
    assert [label for label, times in Counter(case.label for case in CASES).items() if times > 1] == []

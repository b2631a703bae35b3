"""The scorer: precision and recall of each rule, on a case small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from bench import score


def _table(*rows: tuple[str, str, str], **more: list[str]) -> pa.Table:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("rule", "subject_type", "subject_id"))}
    return pa.table(columns | more)


TRUTH = _table(*(("no_visit", "report", one) for one in "abcd"), ("never_fails", "person", "p"), ("one_hand", "report", "a"))
FINDINGS = _table(
    *(("no_visit", "report", one) for one in "abx"), ("no_visit", "report", "a"), ("never_fails", "person", "p"),
    ("fee_above_standard", "report", "q"), ("staff_below_threshold", "institution", "i"),
)  # fmt: skip
CASES = _table(("no_visit", "report", "x"), ("no_visit", "report", "c"), case=["honest no_visit:elsewhere", "no_visit:none"])


@pytest.fixture(scope="module")
def scores() -> dict[str, score.Score]:
    return {one.rule: one for one in score.score(FINDINGS, TRUTH, CASES)}


def test_hits_are_counted_once_for_each_subject(scores: dict[str, score.Score]) -> None:
    one = scores["no_visit"]
    assert (one.truth, one.findings, one.hits, one.precision, one.recall) == (4, 3, 2, 2 / 3, 0.5)


def test_false_alarms_and_misses_are_named_with_what_was_played(scores: dict[str, score.Score]) -> None:
    assert scores["no_visit"].false_alarms == ["report x (honest no_visit:elsewhere)"]
    assert scores["no_visit"].misses == ["report c (no_visit:none)", "report d"]


def test_a_silent_rule_misses_and_a_rule_without_truth_only_raises_false_alarms(scores: dict[str, score.Score]) -> None:
    assert (scores["one_hand"].precision, scores["one_hand"].recall, scores["one_hand"].is_kept) == (1.0, 0.0, False)
    assert (scores["fee_above_standard"].precision, scores["fee_above_standard"].recall, scores["fee_above_standard"].is_kept) == (0.0, 1.0, False)
    assert scores["never_fails"].is_kept


def test_a_rule_that_needs_a_table_of_the_deployment_is_not_judged(scores: dict[str, score.Score]) -> None:
    assert "staff_below_threshold" not in scores


@pytest.mark.parametrize(("rule", "missed", "is_kept"), [("no_visit", 1, True), ("no_visit", 2, False), ("never_fails", 10, True), ("never_fails", 11, False)])
def test_targets_differ_for_exact_and_statistical_rules(rule: str, missed: int, is_kept: bool) -> None:
    truth = [(rule, "report", str(at)) for at in range(100)]
    assert score.score(_table(*truth[missed:]), _table(*truth))[0].is_kept is is_kept


def test_the_command_reads_parquet_and_csv_and_always_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pa.parquet.write_table(FINDINGS, tmp_path / "findings.parquet")
    pa.csv.write_csv(TRUTH, tmp_path / "truth.csv")
    pa.csv.write_csv(CASES, tmp_path / "cases.csv")
    assert score.main([str(tmp_path / "findings.parquet"), str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "    false alarm: report x (honest no_visit:elsewhere)\n" in said
    assert said.endswith("1 of 4 rules keep their targets\n")


def test_the_command_speaks_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, table in (("findings", FINDINGS), ("truth", TRUTH)):
        pa.parquet.write_table(table, tmp_path / f"{name}.parquet")
    assert score.main([str(tmp_path / "findings.parquet"), str(tmp_path / "truth.parquet"), "--json"]) == 0
    told = {one["rule"]: one for one in json.loads(capsys.readouterr().out)}
    assert told["no_visit"]["recall"] == 0.5
    assert told["never_fails"]["kept"] is True

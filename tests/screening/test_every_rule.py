"""What holds for each rule, whatever it looks for."""

from __future__ import annotations

import datetime as dt
import string
from typing import Any

import pytest

from hengjian.screening.catalogue import catalogue
from hengjian.screening.contract import contract
from hengjian.screening.rule import FAMILIES, SUBJECTS, Rule
from hengjian.screening.running import run_rule
from tests.screening.packages import Bench, Rows

RULES = pytest.mark.parametrize("rule", catalogue().values(), ids=catalogue().keys())
EMPTY: dict[str, Rows] = {name: [] for name in contract()}
NULLS: dict[str, list[dict[str, Any]]] = {name: [{}, {}] for name in contract()}


@RULES
def test_a_rule_says_what_it_is(rule: Rule):
    assert rule.family in FAMILIES
    assert rule.subject in SUBJECTS
    assert rule.severity in {1, 2, 3}
    assert all((rule.title, rule.clause, rule.clears, rule.says))
    for resource, columns in rule.needs.items():
        assert set(columns) <= set(contract()[resource].field_names)


@RULES
def test_its_sentence_names_only_what_it_returns_and_every_column_has_a_chinese_label(rule: Rule, duckdb_engine: Bench):
    tables = duckdb_engine.tables(EMPTY)
    tables._last_day = dt.date(2026, 6, 30)
    found = rule.find(tables, rule.values())
    rows = getattr(found, "rows", found)
    columns = set(getattr(rows, "column_names", None) or getattr(rows, "columns", ())) if not hasattr(found, "reason") else set()
    names = {name for _, name, _, _ in string.Formatter().parse(rule.says) if name}
    if columns:
        assert names <= columns | {one.name for one in rule.parameters}
        assert columns - {"subject_id", "institution_id", "occurred_at", "subject_type"} <= set(rule.labels)


def told_of_nothing(bench: Bench) -> dict[str, int]:
    """What the rules find in empty tables, and in rows without any value."""
    found: dict[str, int] = {}
    for package in (EMPTY, NULLS):
        tables = bench.tables(package)
        found |= {rule.code: rows for rule in catalogue().values() if (rows := run_rule(rule, tables).findings.num_rows)}
    return found


def test_empty_tables_and_rows_of_nulls_are_evidence_of_nothing(duckdb_engine: Bench):
    assert told_of_nothing(duckdb_engine) == {}


@pytest.mark.slow
def test_empty_tables_and_rows_of_nulls_are_evidence_of_nothing_on_spark(spark_engine: Bench):
    assert told_of_nothing(spark_engine) == {}


@RULES
def test_without_one_of_its_resources_a_rule_is_not_run_and_says_which(rule: Rule, duckdb_engine: Bench):
    for absent in rule.needs:
        outcome = duckdb_engine.screen(rule.code, {name: [] for name in contract() if name != absent})
        assert not outcome.ran
        assert absent in outcome.not_run

"""投诉集中: more substantiated complaints within a year than the work explains."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import ibis
import pyarrow as pa
from scipy import stats

from hengjian.screening.rule import Found, Param, Rule, Values
from hengjian.screening.tables import Tables

DAYS_A_YEAR = 365


def find(tables: Tables, values: Values) -> Found:
    """Return institutions with a window of too many substantiated complaints against the rate of all others."""
    proven = tables["complaints"].filter(
        (ibis._.outcome == "substantiated") & ibis._.institution_id.notnull() & ibis._.received_at.notnull()
    )
    days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables.fetch(proven.select("institution_id", "complaint_id", "received_at", "topic")).to_pylist():
        days[row["institution_id"]].append(row)
    reports = tables["reports"].filter(ibis._.institution_id.notnull() & ibis._.report_id.notnull())
    made = {
        row["institution_id"]: row["reports"]
        for row in tables.fetch(reports.group_by("institution_id").aggregate(reports=reports.count())).to_pylist()
    }
    bounds = tables.fetch(reports.aggregate(first=reports.inspected_on.min(), last=reports.inspected_on.max())).to_pylist()[0]
    if bounds["first"] is None:
        return Found(SCHEMA.empty_table(), tuple(sorted(name for name, rows in days.items() if len(rows) >= values.least_complaints)))
    years = ((bounds["last"] - bounds["first"]).days + 1) / DAYS_A_YEAR
    all_complaints, all_reports = sum(map(len, days.values())), sum(made.values())
    found, unjudged = [], []
    for institution, rows in sorted(days.items()):
        window = fullest_window(rows, int(values.window_days))
        if len(window) < values.least_complaints:
            continue
        own_reports, other_reports = made.get(institution, 0), all_reports - made.get(institution, 0)
        if not own_reports or not other_reports:
            unjudged.append(institution)
            continue
        rate = (all_complaints - len(rows)) / other_reports
        expected = own_reports / years * rate * values.window_days / DAYS_A_YEAR
        bound = int(stats.poisson.ppf(values.confidence, expected)) if expected else 0
        if len(window) > bound:
            found.append(_row(institution, window, expected, bound, own_reports / years))
    return Found(pa.Table.from_pylist(found, schema=SCHEMA), tuple(unjudged))


def fullest_window(rows: list[dict[str, Any]], days: int) -> list[dict[str, Any]]:
    """Return the complaints of the window of so many days that holds the most, the first of equal ones."""
    ordered = sorted(rows, key=lambda row: (row["received_at"], row["complaint_id"] or ""))
    best: list[dict[str, Any]] = []
    low = 0
    for high in range(len(ordered)):
        while ordered[high]["received_at"].date() - ordered[low]["received_at"].date() >= dt.timedelta(days=days):
            low += 1
        if high - low + 1 > len(best):
            best = ordered[low : high + 1]
    return best


def _row(institution: str, window: list[dict[str, Any]], expected: float, bound: int, reports: float) -> dict[str, Any]:
    return {
        "subject_id": institution,
        "institution_id": institution,
        "occurred_at": window[-1]["received_at"],
        "complaints": len(window),
        "first_on": window[0]["received_at"].date(),
        "last_on": window[-1]["received_at"].date(),
        "expected": expected,
        "bound": bound,
        "reports_a_year": reports,
        "complaint_ids": [row["complaint_id"] for row in window if row["complaint_id"]][:50],
        "topics": sorted({row["topic"] for row in window if row["topic"]}),
    }


SCHEMA = pa.schema(
    [
        ("subject_id", pa.string()),
        ("institution_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("complaints", pa.int64()),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),
        ("expected", pa.float64()),
        ("bound", pa.int64()),
        ("reports_a_year", pa.float64()),
        ("complaint_ids", pa.list_(pa.string())),
        ("topics", pa.list_(pa.string())),
    ]
)

RULE = Rule(
    code="complaint_cluster",
    family="I",
    title="投诉集中",
    subject="institution",
    severity=2,
    clause="上海方案 一（三）：对投诉举报中发现涉嫌违法违规的依法查处；湖南行风通知 二（一）：加强对信访举报等问题线索进行调查",
    needs={"complaints": ("institution_id", "received_at", "outcome"), "reports": ("report_id", "institution_id")},
    parameters=(
        Param("least_complaints", 3, "件", "查实的投诉不少于"),
        Param("window_days", 365, "天", "在多长时间里"),
        Param("confidence", 0.999, "", "泊松上界的置信度"),
    ),
    says="{first_on}至{last_on}查实投诉{complaints}件，按工作量和其他机构的投诉率应有{expected}件，上界{bound}件",
    clears="投诉处理结果的更正；或者同一事由重复投诉、合并处理的材料",
    statistical=True,
    labels={
        "complaints": "查实投诉",
        "first_on": "首件",
        "last_on": "末件",
        "expected": "预期件数",
        "bound": "上界",
        "reports_a_year": "每年报告",
        "complaint_ids": "投诉编号",
        "topics": "事项",
    },
    find=find,
)

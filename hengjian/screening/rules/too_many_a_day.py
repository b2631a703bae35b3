"""检验量异常: more reports on one day than a person can make."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.reports import inspections
from hengjian.screening.tables import Tables


def days_of_people(tables: Tables) -> ir.Table:
    """Return how many reports each inspector has in a category on each day."""
    known = tables["equipment"].filter(ibis._.category.notnull()).select("equipment_id", "category")
    made = tables.kept(inspections).filter(ibis._.inspected_on.notnull()).inner_join(known, "equipment_id")
    return made.group_by("person_id", "category", "inspected_on").aggregate(
        reports=made.report_id.nunique(), institution_id=made.institution_id.min()
    )


def find(tables: Tables, values: Values) -> pa.Table:
    """Return people with a day above the larger of a fixed number and a multiple of what others reach on nearly all days."""
    days = tables.keep("person_days", days_of_people(tables))
    crowded = tables.fetch(days.filter(days.reports > values.least)).to_pylist()
    histogram = tables.fetch(days.group_by("category", "reports").aggregate(days=days.count())).to_pylist()
    everybody: dict[str, dict[int, int]] = defaultdict(dict)
    for row in histogram:
        everybody[row["category"]][row["reports"]] = row["days"]
    suspects = {row["person_id"] for row in crowded}
    own = _own_days(tables, days, suspects)
    return _as_rows(crowded, everybody, own, values)


def _own_days(tables: Tables, days: ir.Table, suspects: set[str]) -> dict[tuple[str, str], dict[int, int]]:
    """The days of those that might be found, to leave them out of their own peers."""
    own: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    if not suspects:
        return own
    asked = tables.given("crowded_people", pa.table({"person_id": pa.array(sorted(suspects), pa.string())}))
    counted = days.semi_join(asked, "person_id").group_by("person_id", "category", "reports").aggregate(days=lambda rows: rows.count())
    for row in tables.fetch(counted).to_pylist():
        own[row["person_id"], row["category"]][row["reports"]] = row["days"]
    return own


def peers_quantile(everybody: dict[int, int], own: dict[int, int], share: float) -> float:
    """Return the quantile (linear between ranks) of the person-days of all others; 0 where there are none."""
    left = sorted((reports, number - own.get(reports, 0)) for reports, number in everybody.items())
    values, counts = np.array([one[0] for one in left]), np.array([one[1] for one in left])
    total = int(counts.sum())
    if total <= 0:
        return 0.0
    ends = np.cumsum(counts)
    place = share * (total - 1)
    low, high = int(np.floor(place)), int(np.ceil(place))
    below, above = values[np.searchsorted(ends, low, "right")], values[np.searchsorted(ends, high, "right")]
    return float(below + (above - below) * (place - low))


def _as_rows(crowded: list[dict[str, Any]], everybody: Any, own: Any, values: Values) -> pa.Table:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in crowded:
        usual = peers_quantile(everybody[row["category"]], own[row["person_id"], row["category"]], values.share)
        limit = max(values.least, values.times * usual)
        if row["reports"] > limit:
            found[row["person_id"]].append(row | {"usual": usual, "limit": limit})
    rows = []
    for person, days in sorted(found.items()):
        worst = max(days, key=lambda one: (one["reports"] / one["limit"], str(one["inspected_on"])))
        listed = [{name: one[name] for name in ("inspected_on", "category", "reports", "limit")} for one in days[:50]]
        rows.append(
            {
                "subject_id": person,
                "institution_id": worst["institution_id"],
                "occurred_at": worst["inspected_on"],
                "days": len(days),
                "reports": worst["reports"],
                "category": worst["category"],
                "usual": worst["usual"],
                "limit": float(worst["limit"]),
                "day_list": listed,
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


SCHEMA = pa.schema(
    [
        ("subject_id", pa.string()),
        ("institution_id", pa.string()),
        ("occurred_at", pa.date32()),
        ("days", pa.int64()),
        ("reports", pa.int64()),
        ("category", pa.string()),
        ("usual", pa.float64()),
        ("limit", pa.float64()),
        (
            "day_list",
            pa.list_(
                pa.struct([("inspected_on", pa.date32()), ("category", pa.string()), ("reports", pa.int64()), ("limit", pa.float64())])
            ),
        ),
    ]
)

RULE = Rule(
    code="too_many_a_day",
    family="D",
    title="检验量异常",
    subject="person",
    severity=2,
    clause="湖南方案：检验检测工作量与人员数量相适应；东营方案：核查检验工作量是否合理",
    needs={"reports": ("report_id", "inspector_ids", "inspected_on", "equipment_id"), "equipment": ("equipment_id", "category")},
    parameters=(
        Param("least", 12, "份", "一天的报告至少超过"),
        Param("times", 3, "倍", "超过同类设备人日第99百分位的倍数"),
        Param("share", 0.99, "", "取同类人日的哪个分位"),
    ),
    says="一天内检验{category}类设备{reports}台（别人99%的日子不超过{usual}台，界限{limit}台），这样的日子有{days}天",
    clears="当天实际工作的见证（签到、影像、行程）；或者报告日期是集中录入而非检验当天的证明",
    statistical=True,
    labels={
        "days": "天数",
        "reports": "最多一天的报告",
        "category": "设备类别",
        "usual": "同类第99百分位",
        "limit": "界限",
        "day_list": "各天",
        "inspected_on": "检验日期",
    },
    find=find,
)

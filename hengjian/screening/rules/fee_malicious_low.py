"""恶意低价: an institution whose usual price lies far below everybody else's."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from hengjian.screening.rule import Found, Param, Rule, Values
from hengjian.screening.shared.reports import placed_reports
from hengjian.screening.tables import Tables

NORMAL = 1.4826


def find(tables: Tables, values: Values) -> Found:
    """Return institutions whose median price ratio in a category and kind is low in itself and against the other institutions."""
    charged = tables.kept(placed_reports)
    charged = charged.filter(
        (charged.fee > 0)
        & (charged.fee_standard > 0)
        & charged.category.notnull()
        & charged.inspection_kind.notnull()
        & charged.institution_id.notnull()
    )
    charged = charged.mutate(ratio=charged.fee / charged.fee_standard)
    medians = charged.group_by("institution_id", "category", "inspection_kind").aggregate(
        reports=charged.count(), ratio=charged.ratio.median(), last_on=charged.inspected_on.max()
    )
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in tables.fetch(medians.filter(ibis._.reports >= values.least_reports)).to_pylist():
        groups[row["category"], row["inspection_kind"]].append(row)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    unjudged: set[str] = set()
    for rows in groups.values():
        for row in rows:
            others = np.array([one["ratio"] for one in rows if one is not row])
            if len(others) < values.least_peers:
                unjudged |= {row["institution_id"]} if row["ratio"] < values.low else set()
            elif told := _judge(row, others, values):
                found[row["institution_id"]].append(told)
    return Found(_as_rows(found), tuple(sorted(unjudged - set(found))))


def _judge(row: dict[str, Any], others: np.ndarray, values: Values) -> dict[str, Any] | None:
    """Compare one median with those of the others: robust, so that a second cheap one does not hide it."""
    usual = float(np.median(others))
    spread = max(NORMAL * float(np.median(np.abs(others - usual))), values.least_spread)
    limit = usual - values.deviations * spread
    if row["ratio"] < values.low and row["ratio"] < limit:
        return row | {"usual": usual, "limit": limit, "peers": len(others)}
    return None


def _as_rows(found: dict[str, list[dict[str, Any]]]) -> pa.Table:
    rows = []
    for institution, groups in sorted(found.items()):
        worst = min(groups, key=lambda one: (one["ratio"] - one["usual"], one["category"], one["inspection_kind"]))
        listed = [
            {name: one[name] for name in ("category", "inspection_kind", "reports", "ratio", "usual", "limit", "peers")} for one in groups
        ]
        rows.append(
            {"subject_id": institution, "institution_id": institution, "occurred_at": worst["last_on"], "groups": listed}
            | {name: worst[name] for name in ("category", "inspection_kind", "reports", "ratio", "usual", "limit", "peers")}
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


_GROUP = [
    ("category", pa.string()),
    ("inspection_kind", pa.string()),
    ("reports", pa.int64()),
    ("ratio", pa.float64()),
    ("usual", pa.float64()),
    ("limit", pa.float64()),
    ("peers", pa.int64()),
]
SCHEMA = pa.schema(
    [
        ("subject_id", pa.string()),
        ("institution_id", pa.string()),
        ("occurred_at", pa.date32()),
        *_GROUP,
        ("groups", pa.list_(pa.struct(_GROUP))),
    ]
)

RULE = Rule(
    code="fee_malicious_low",
    family="G",
    title="恶意低价",
    subject="institution",
    severity=2,
    clause="东营方案 三（一）：对信用度低、反映问题多、恶意低价竞争的检验机构加大执法检查力度",
    needs={
        "reports": ("institution_id", "equipment_id", "fee", "fee_standard", "inspection_kind"),
        "equipment": ("equipment_id", "category"),
    },
    parameters=(
        Param("least_reports", 30, "份", "收费报告不少于"),
        Param("low", 0.5, "", "收费与标准之比的中位数低于"),
        Param("least_peers", 5, "家", "同类的其他机构不少于"),
        Param("deviations", 3, "个稳健标准差", "低于其他机构中位数"),
        Param("least_spread", 0.02, "", "稳健标准差至少"),
    ),
    says="{category}类设备{reports}份报告的收费中位数为标准的{ratio}倍（其他{peers}家机构的中位数{usual}，界限{limit}）",
    clears="减免政策、批量协议等定价依据；或者收费标准登记有误的证明",
    statistical=True,
    labels={
        "category": "设备类别",
        "inspection_kind": "检验类别",
        "reports": "报告份数",
        "ratio": "收费与标准之比",
        "usual": "其他机构中位数",
        "limit": "界限",
        "peers": "其他机构数",
        "groups": "各类",
    },
    find=find,
)

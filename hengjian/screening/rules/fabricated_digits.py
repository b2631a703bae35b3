"""数据分布异常: last digits that somebody writes down and others do not read."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hengjian.screening.rule import Found, Param, Rule, Values
from hengjian.screening.shared.readings import readings, recorders, records, value_counts
from hengjian.screening.statistics import ChiSquare, Floats, benjamini_hochberg, chi_square
from hengjian.screening.tables import Tables

DIGITS = 10
MOST_DECIMALS = 6
# Beyond this a double holds no digit that somebody could have read.
LARGEST = 1e15
TOLERANCE = 1e-6


def find(tables: Tables, values: Values) -> Found:
    """Return recorders whose last digits differ from those of others at the same items, by more than chance and by much."""
    counted = tables.fetch(_digit_counts(tables))
    columns = {name: counted.column(name).to_numpy() for name in counted.column_names}
    people, own, due = _against_peers(columns, int(values.peers))
    enough = own.sum(axis=1) >= values.readings
    fits = [chi_square(seen, expected) for seen, expected in zip(own[enough], due[enough], strict=True)]
    found = benjamini_hochberg(np.array([one.p_value for one in fits]), values.rate / 100)
    strong = [bool(one) and fit.effect > values.effect for one, fit in zip(found, fits, strict=True)]
    names = _names(tables)
    rows = [
        _row(names[int(key)], seen, expected, fit)
        for key, seen, expected, fit, hit in zip(people[enough], own[enough], due[enough], fits, strong, strict=True)
        if hit
    ]
    return Found(pa.Table.from_pylist(rows, schema=SCHEMA), insufficient=tuple(names[int(key)]["recorded_by"] for key in people[~enough]))


def _digit_counts(tables: Tables) -> ir.Table:
    """How often each recorder has each digit at each item, at the item's usual number of decimals."""
    usual = tables.keep("usual_decimals", _usual_decimals(tables.kept(value_counts)))
    measured = tables.kept(readings).filter(lambda row: row.value.notnull() & row.recorder_key.notnull() & row.category_key.notnull())
    placed = measured.inner_join(usual, ["category_key", "item_key"])
    scaled = (placed.value.abs() * placed.scale).round()
    digits = placed.filter(scaled < LARGEST).select("recorder_key", "category_key", "item_key", digit=scaled.cast("int64") % DIGITS)
    return digits.group_by("recorder_key", "category_key", "item_key", "digit").aggregate(readings=digits.count())


def _usual_decimals(counts: ir.Table) -> ir.Table:
    """The number of decimals that most readings of an item have (the larger of two that are as frequent), as a power of ten."""
    sized = counts.mutate(scale=_scale(counts.value))
    usual = sized.group_by("category_key", "item_key", "scale").aggregate(readings=sized.readings.sum())
    first = ibis.row_number().over(group_by=["category_key", "item_key"], order_by=[ibis.desc("readings"), ibis.desc("scale")])
    return usual.mutate(place=first).filter(ibis._.place == 0).select("category_key", "item_key", "scale")


def _scale(value: ir.FloatingValue) -> ir.FloatingValue:
    """The power of ten that makes a value whole."""
    scales = [10.0**decimals for decimals in range(MOST_DECIMALS + 1)]
    whole = [((value * scale - (value * scale).round()).abs() < TOLERANCE, scale) for scale in scales[:-1]]
    return ibis.cases(*whole, else_=scales[-1])


def _against_peers(columns: dict[str, NDArray[Any]], least: int) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return recorders, their digits, and the digits that others would have had at the same items (never counting themselves)."""
    items, item_of = np.unique(
        columns["category_key"] * (columns["item_key"].max(initial=0) + 1) + columns["item_key"], return_inverse=True
    )
    people, person_of = np.unique(columns["recorder_key"], return_inverse=True)
    pairs, pair_of = np.unique(person_of.astype(np.int64) * max(len(items), 1) + item_of, return_inverse=True)
    own = np.zeros((len(pairs), DIGITS))
    np.add.at(own, (pair_of, columns["digit"]), columns["readings"])
    pair_person, pair_item = pairs // max(len(items), 1), pairs % max(len(items), 1)
    everybody = np.zeros((len(items), DIGITS))
    np.add.at(everybody, pair_item, own)
    enough = np.bincount(pair_item, minlength=len(items))[pair_item] - 1 >= least
    own, pair_person, peers = own[enough], pair_person[enough], everybody[pair_item[enough]] - own[enough]
    expected = own.sum(axis=1, keepdims=True) * peers / np.maximum(peers.sum(axis=1, keepdims=True), 1)
    seen, due = np.zeros((len(people), DIGITS)), np.zeros((len(people), DIGITS))
    np.add.at(seen, pair_person, own)
    np.add.at(due, pair_person, expected)
    return people, seen, due


def _names(tables: Tables) -> dict[int, dict[str, Any]]:
    """Each recorder's identifier, the institution of most of the records, and when the last of them was started."""
    own = tables.kept(records).filter(ibis._.recorder_key.notnull())
    known = own.left_join(tables["reports"].select("report_id", "institution_id"), "report_id")
    counted = known.group_by("recorder_key", "institution_id").aggregate(number=known.count(), last_at=known.started_at.max())
    first = ibis.row_number().over(group_by="recorder_key", order_by=[ibis.desc("number"), "institution_id"])
    placed = counted.mutate(place=first, last_at=counted.last_at.max().over(group_by="recorder_key")).filter(ibis._.place == 0)
    return {row["recorder_key"]: row for row in tables.fetch(placed.inner_join(tables.kept(recorders), "recorder_key")).to_pylist()}


def _row(name: dict[str, Any], seen: Floats, due: Floats, fit: ChiSquare) -> dict[str, Any]:
    digits = [{"digit": at, "readings": int(seen[at]), "expected": float(due[at])} for at in range(DIGITS)]
    most = max(digits, key=lambda one: one["readings"] - one["expected"])
    return {
        "subject_id": name["recorded_by"],
        "institution_id": name["institution_id"],
        "occurred_at": name["last_at"],
        "readings": int(seen.sum()),
        "chi_square": fit.statistic,
        "df": fit.df,
        "p_value": fit.p_value,
        "effect": fit.effect,
        "digit": most["digit"],
        "digit_share": 100 * most["readings"] / seen.sum(),
        "expected_share": 100 * most["expected"] / seen.sum(),
        "digit_list": digits,
    }


SCHEMA = pa.schema(
    [
        ("subject_id", pa.string()),
        ("institution_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("readings", pa.int64()),
        ("chi_square", pa.float64()),
        ("df", pa.int64()),
        ("p_value", pa.float64()),
        ("effect", pa.float64()),
        ("digit", pa.int64()),
        ("digit_share", pa.float64()),
        ("expected_share", pa.float64()),
        ("digit_list", pa.list_(pa.struct([("digit", pa.int64()), ("readings", pa.int64()), ("expected", pa.float64())]))),
    ]
)

RULE = Rule(
    code="fabricated_digits",
    family="D",
    title="数据分布异常",
    subject="person",
    severity=2,
    clause="湖南行风通知：伪造变造原始数据、记录",
    needs={
        "records": ("record_id", "report_id", "recorded_by"),
        "readings": ("record_id", "item", "value"),
        "reports": ("report_id", "equipment_id"),
        "equipment": ("equipment_id", "category"),
    },
    parameters=(
        Param("readings", 200, "个", "同一记录人的数值不少于"),
        Param("peers", 10, "人", "同一设备类别、同一项目的其他记录人不少于"),
        Param("rate", 0.1, "%", "错误发现率（Benjamini–Hochberg）不超过"),
        Param("effect", 0.15, "", "效应量 V 大于"),
    ),
    says="{readings}个实测值的末位数字与同项目其他记录人的分布不同：数字{digit}占{digit_share}%，同行占{expected_share}%（V={effect}，p={p_value}）",
    clears="仪器分度值与同行不同（如最小分度为 0.5 或 0.2）的证明；或者带时间戳的仪器原始数据",
    exempts=("数值不足的、同行不足的，作数据不足处理",),
    statistical=True,
    labels={
        "readings": "数值个数",
        "chi_square": "卡方",
        "df": "自由度",
        "p_value": "p 值",
        "effect": "效应量 V",
        "digit": "末位数字",
        "digit_share": "所占百分比",
        "expected_share": "同行所占百分比",
        "digit_list": "末位数字分布",
        "expected": "按同行应有",
    },
    find=find,
)

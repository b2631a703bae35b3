"""合格率畸高: an inspector for whom fewer things fail than for others who inspect the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hengjian.screening.expressions import identifiers
from hengjian.screening.rule import Found, Param, Rule, Values
from hengjian.screening.statistics import ROUNDS, benjamini_hochberg, fewer_than, spread_between
from hengjian.screening.tables import Tables

GROUP = ("category", "inspection_kind")


@dataclass
class Person:
    """What one inspector made, in the groups in which there are enough peers."""

    reports: int = 0
    fails: int = 0
    numbers: list[int] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)

    @property
    def expected(self) -> float:
        return float(np.dot(self.numbers, self.chances))

    @property
    def variance(self) -> float:
        return float(sum(number * chance * (1 - chance) for number, chance in zip(self.numbers, self.chances, strict=True)))


def find(tables: Tables, values: Values) -> Found:
    """Return inspectors with fewer fails than honest chance explains."""
    made = tables.fetch(_made(tables)).to_pylist()
    seats = _seats(made)
    people = _people(made, values)
    judged = {name: one for name, one in people.items() if one.reports >= values.reports and one.expected > 0}
    found = _judge(judged, values)
    rows = [_row(name, judged[name], seats[name], *found[name]) for name in sorted(found)]
    short = {row["person_id"] for row in made} - set(judged)
    return Found(pa.Table.from_pylist(rows, schema=SCHEMA), insufficient=tuple(short))


def _made(tables: Tables) -> ir.Table:
    """Reports and fails of each inspector, by group, institution: teams are counted before they are taken apart."""
    known = tables["equipment"].filter(ibis._.category.notnull()).select("equipment_id", "category")
    reports = tables["reports"].filter(lambda row: row.conclusion.notnull() & row.inspection_kind.notnull() & row.inspector_ids.notnull())
    narrow = reports.select("equipment_id", "inspection_kind", "inspector_ids", "institution_id", "conclusion", "inspected_on")
    placed = narrow.inner_join(known, "equipment_id")
    teams = placed.group_by(*GROUP, "inspector_ids", "institution_id").aggregate(
        reports=placed.count(), fails=(placed.conclusion != "qualified").sum(), last_on=placed.inspected_on.max()
    )
    apart = identifiers(teams, "inspector_ids", "person_id")
    return apart.group_by(*GROUP, "person_id", "institution_id").aggregate(
        reports=apart.reports.sum(), fails=apart.fails.sum(), last_on=apart.last_on.max()
    )


def _seats(made: list[dict[str, Any]]) -> dict[str, tuple[str | None, Any]]:
    """The institution for which each inspector made most reports, and the last day of any."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    last: dict[str, Any] = {}
    for row in made:
        counts[row["person_id"]][row["institution_id"] or ""] += row["reports"]
        days = [day for day in (last.get(row["person_id"]), row["last_on"]) if day is not None]
        last[row["person_id"]] = max(days) if days else None
    return {name: (max(sorted(one), key=one.__getitem__) or None, last[name]) for name, one in counts.items()}


def _people(made: list[dict[str, Any]], values: Values) -> dict[str, Person]:
    """Each inspector against the others of each group (never against themselves)."""
    own: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for row in made:
        counts = own[row["category"], row["inspection_kind"]][row["person_id"]]
        counts[0] += row["reports"]
        counts[1] += int(row["fails"])
    people: dict[str, Person] = defaultdict(Person)
    for (category, kind), members in sorted(own.items()):
        reports, fails = (sum(one[at] for one in members.values()) for at in (0, 1))
        if len(members) - 1 < values.peers:
            continue
        for name, (number, failed) in members.items():
            chance = (fails - failed) / (reports - number)
            _add(people[name], number, failed, chance, {"category": category, "inspection_kind": kind, "peers": len(members) - 1})
    return people


def _add(person: Person, number: int, failed: int, chance: float, group: dict[str, Any]) -> None:
    person.reports += number
    person.fails += failed
    person.numbers.append(number)
    person.chances.append(chance)
    person.groups.append(group | {"reports": number, "fails": failed, "peers_rate": 100 * chance})


def _judge(judged: dict[str, Person], values: Values) -> dict[str, tuple[float, float]]:
    """Return (p-value, spread) of those found.

    The spread between honest people is taken first from those who fail more than expected, who hide nothing; then from all but those found.
    """
    names = sorted(judged)
    fails, means, variances = (
        np.array([getattr(judged[name], what) for name in names], float) for what in ("fails", "expected", "variance")
    )
    found, spread, p_values, honest = np.zeros(len(names), bool), 0.0, np.ones(len(names)), fails >= means
    for _ in range(ROUNDS):
        spread = spread_between(fails[honest], means[honest], variances[honest])
        p_values = np.array([_p_value(judged[name], spread) for name in names])
        again = benjamini_hochberg(p_values, values.rate / 100) & (fails < means)
        if (again == found).all() and (honest == ~again).all():
            break
        found, honest = again, ~again
    return {name: (float(p_values[at]), spread) for at, name in enumerate(names) if found[at]}


def _p_value(person: Person, spread: float) -> float:
    return fewer_than(person.fails, np.array(person.numbers), np.array(person.chances), spread) if person.fails < person.expected else 1.0


def _row(name: str, person: Person, seat: tuple[str | None, Any], p_value: float, spread: float) -> dict[str, Any]:
    return {
        "subject_id": name,
        "institution_id": seat[0],
        "occurred_at": seat[1],
        "reports": person.reports,
        "fails": person.fails,
        "expected": person.expected,
        "ratio": person.fails / person.expected,
        "p_value": p_value,
        "spread": spread,
        "group_list": person.groups,
    }


_GROUPS = pa.struct(
    [
        ("category", pa.string()),
        ("inspection_kind", pa.string()),
        ("peers", pa.int64()),
        ("reports", pa.int64()),
        ("fails", pa.int64()),
        ("peers_rate", pa.float64()),
    ]
)
SCHEMA = pa.schema(
    [
        ("subject_id", pa.string()),
        ("institution_id", pa.string()),
        ("occurred_at", pa.date32()),
        ("reports", pa.int64()),
        ("fails", pa.int64()),
        ("expected", pa.float64()),
        ("ratio", pa.float64()),
        ("p_value", pa.float64()),
        ("spread", pa.float64()),
        ("group_list", pa.list_(_GROUPS)),
    ]
)

RULE = Rule(
    code="never_fails",
    family="D",
    title="合格率畸高",
    subject="person",
    severity=2,
    clause="上海方案（二）：坚决杜绝出具虚假报告、检验检测走过场；东营方案：重事故隐患检验未发现、出具虚假报告",
    needs={
        "reports": ("report_id", "equipment_id", "inspection_kind", "conclusion", "inspector_ids"),
        "equipment": ("equipment_id", "category"),
    },
    parameters=(
        Param("reports", 100, "份", "检验人员的报告不少于"),
        Param("peers", 10, "人", "同类设备、同一检验类别的其他检验人员不少于"),
        Param("rate", 0.1, "%", "错误发现率（Benjamini–Hochberg）不超过"),
    ),
    says="{reports}份报告里有{fails}份不合格，按同类设备、同一检验类别的其他检验人员应有约{expected}份（p={p_value}）",
    clears="所检设备确实较新、维护较好的证据（设备清单、使用单位分布）；或者抽查复检结果与原结论一致",
    exempts=("报告少于规定份数的、同行不足的，作数据不足处理",),
    statistical=True,
    labels={
        "reports": "报告数",
        "fails": "不合格数",
        "expected": "按同行应有",
        "ratio": "实际与应有之比",
        "p_value": "p 值",
        "spread": "正常人之间的离散（系数方差）",
        "group_list": "分类别比较",
        "category": "设备类别",
        "inspection_kind": "检验类别",
        "peers": "同行人数",
        "peers_rate": "同行不合格率（%）",
    },
    find=find,
)

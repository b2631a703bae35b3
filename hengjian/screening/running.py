"""Running rules over the tables of a package: each is found, not run with its reason, or short of data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from hengjian.screening.contract import RESOURCE_TITLES
from hengjian.screening.findings import SCHEMA, findings_of
from hengjian.screening.rule import Found, NotRun, Rule, Values
from hengjian.screening.tables import Absent, NoLastDay, Tables

NO_LAST_DAY = "数据里没有能确定截止日的时间（签到离开、报告出具或上传、申请受理、投诉接收都没有）"


@dataclass(frozen=True)
class Outcome:
    """What became of one rule in one run.

    not_run: the reason in Chinese, empty when it ran. insufficient: subjects that could not be judged for want of data.
    """

    rule: Rule
    values: Values
    findings: pa.Table = field(repr=False)
    not_run: str = ""
    insufficient: tuple[str, ...] = ()

    @property
    def ran(self) -> bool:
        """Whether the rule ran; a rule that did not run says nothing about anybody."""
        return not self.not_run


def absent_resources(rule: Rule, present: set[str]) -> list[str]:
    """Return the resources that the rule needs and the package lacks."""
    return [name for name in rule.needs if name not in present]


def run_rule(rule: Rule, tables: Tables, given: Mapping[str, float] | None = None) -> Outcome:
    """Run one rule; never raises for data that are not there."""
    values = rule.values(given)
    if lacking := absent_resources(rule, tables.present):
        return _not_run(rule, values, "缺少：" + "、".join(f"{RESOURCE_TITLES[name]}（{name}）" for name in lacking))
    try:
        found = rule.find(tables, values)
    except Absent as absent:
        return _not_run(rule, values, f"缺少：{RESOURCE_TITLES[absent.resource]}（{absent.resource}）")
    except NoLastDay:
        return _not_run(rule, values, NO_LAST_DAY)
    if isinstance(found, NotRun):
        return _not_run(rule, values, found.reason)
    rows, insufficient = (found.rows, found.insufficient) if isinstance(found, Found) else (found, ())
    fetched = rows if isinstance(rows, pa.Table) else tables.fetch(rows)
    return Outcome(rule, values, findings_of(rule, values, fetched), insufficient=tuple(sorted(insufficient)))


def _not_run(rule: Rule, values: Values, reason: str) -> Outcome:
    return Outcome(rule, values, SCHEMA.empty_table(), not_run=reason)

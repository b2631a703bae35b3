"""同时受聘: one person, full-time in two institutions at the same time."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import days_between, first_of_each, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with overlapping full-time employments; one without an end goes on until the data's last day."""
    pairs = _pairs(tables)
    pairs = pairs.filter(pairs.days >= values.days)
    pair = ibis.struct(
        {
            name: pairs[name]
            for name in ("overlap_from", "overlap_until", "days", "earlier_employment_id", "earlier_employer_id", "employment_id", "employer_id")
        }
    )
    people = first_of_each(pairs, "person_id", [pairs.overlap_from, pairs.days.desc(), pairs.earlier_employment_id, pairs.employment_id], pairs=pair)
    return people.select(
        "overlap_from",
        "overlap_until",
        "days",
        "earlier_employer_id",
        "employer_id",
        "pairs",
        subject_id="person_id",
        institution_id="employer_id",
        occurred_at="overlap_from",
    )


def _pairs(tables: Tables) -> ir.Table:
    """Each two full-time employments of one person in different institutions, the later begun as the second, with the days in common."""
    known = tables["employments"].filter(_.full_time & _.person_id.notnull() & _.institution_id.notnull() & _.started_on.notnull())
    spans = known.select("person_id", "employment_id", "started_on", employer_id="institution_id", until=_.ended_on.fill_null(literal_day(tables.last_day)))
    spans = spans.filter(spans.until >= spans.started_on)
    earlier = spans.rename(earlier_employment_id="employment_id", earlier_started_on="started_on", earlier_employer_id="employer_id", earlier_until="until")
    pairs = earlier.join(spans, "person_id").filter(_.employer_id != _.earlier_employer_id)
    begun = (pairs.earlier_started_on < pairs.started_on) | (
        (pairs.earlier_started_on == pairs.started_on) & (pairs.earlier_employment_id < pairs.employment_id)
    )
    common = pairs.filter(begun).mutate(overlap_from=_.started_on, overlap_until=ibis.least(_.earlier_until, _.until))
    return common.mutate(days=days_between(common.overlap_from, common.overlap_until))


RULE = Rule(
    code="concurrent_employment",
    family="A",
    title="同时受聘",
    subject="person",
    severity=3,
    clause="湖南行风通知 一（三）：重点整治挂证行为；湖南方案 二（一）：持证全职工作人员在本机构实际履行岗位职责",
    needs={"employments": ("person_id", "institution_id", "full_time", "started_on")},
    parameters=(Param("days", 31, "天", "两段全职聘用重叠不少于"),),
    says="{overlap_from}至{overlap_until}同时全职受聘于{earlier_employer_id}和{employer_id}，重叠{days}天",
    clears="其中一家的离职手续、解除聘用或取消执业公示的证明；两家属于同一法人或者合并分立的证明",
    exempts=("重叠不足一个月的，视为换单位交接，不算",),
    labels={
        "overlap_from": "重叠开始",
        "overlap_until": "重叠结束",
        "days": "重叠天数",
        "earlier_employer_id": "先受聘机构",
        "employer_id": "后受聘机构",
        "earlier_employment_id": "先受聘的聘用编号",
        "employment_id": "后受聘的聘用编号",
        "pairs": "重叠的聘用",
    },
    find=find,
)

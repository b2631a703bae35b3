"""同一时间两处签到: one person is checked in at two distant places at once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import day_number, distance_km, each_day, first_rows, minutes_between, seconds_between
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import chronology, with_institution
from hengjian.screening.tables import Tables

SHOWN_PAIRS = 50


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with visits that overlap and lie apart."""
    pairs = _pairs(_entangled(tables.kept(chronology), values), values)
    pairs = tables.keep("overlapping_visits_pairs", pairs)
    shown = first_rows(pairs, "person_id", ["other_arrived_at", "visit_id", "other_id"], SHOWN_PAIRS)
    return with_institution(tables, _people(shown))


def _entangled(visits: ir.Table, values: Values) -> ir.Table:
    """Only visits that overlap their neighbours in the order of time at all: few, whatever a person's visits are."""
    closed = visits.filter(visits.arrived_at.notnull() & visits.left_at.notnull())
    least = values.minutes_overlapping * 60
    before = seconds_between(closed.arrived_at, closed.latest_left) >= least
    after = seconds_between(closed.next_at, closed.left_at) >= least
    return closed.filter(before.fill_null(False) | after.fill_null(False))


def _pairs(visits: ir.Table, values: Values) -> ir.Table:
    """Pairs meet on the day on which the later one arrives; a visit over midnight lies in several days."""
    days = visits.mutate(first_day=day_number(visits.arrived_at.date()), last_day=day_number(visits.left_at.date()))
    earlier = days.mutate(day=each_day(days, "first_day", "last_day").unnest()).drop("first_day", "last_day")
    later = days.select(
        "person_id",
        day="first_day",
        other_position="position",
        other_id="visit_id",
        other_arrived_at="arrived_at",
        other_left_at="left_at",
        other_latitude="latitude",
        other_longitude="longitude",
    )
    met = earlier.inner_join(later, ["person_id", "day"]).filter(ibis._.position < ibis._.other_position)
    ends = ibis.ifelse(met.left_at < met.other_left_at, met.left_at, met.other_left_at)
    minutes = minutes_between(met.other_arrived_at, ends)
    apart = distance_km(met.latitude, met.longitude, met.other_latitude, met.other_longitude)
    measured = met.mutate(minutes=minutes, distance_km=apart)
    return measured.filter((measured.minutes >= values.minutes_overlapping) & (measured.distance_km > values.km_apart))


def _people(pairs: ir.Table) -> ir.Table:
    names = ("visit_id", "arrived_at", "left_at", "other_id", "other_arrived_at", "other_left_at", "minutes", "distance_km")
    return (
        pairs.group_by("person_id")
        .aggregate(
            pairs=pairs.rows_in_all.max(),
            most_km=pairs.distance_km.max(),
            most_minutes=pairs.minutes.max(),
            pair_list=ibis.struct({name: pairs[name] for name in names}).collect(),
            plan_id=pairs.plan_id.argmin(pairs.place),
            occurred_at=pairs.other_arrived_at.min(),
        )
        .rename(subject_id="person_id")
    )


RULE = Rule(
    code="overlapping_visits",
    family="C",
    title="同一时间两处签到",
    subject="person",
    severity=2,
    clause="湖南行风通知 一（三）：检验检测记录、报告与实际情况不符，不到实际现场地点；东营方案 五（三）：现场人员与签字人员不一致",
    needs={"visits": ("visit_id", "person_id", "arrived_at", "left_at", "latitude", "longitude")},
    parameters=(
        Param("minutes_overlapping", 10, "分钟", "两次签到重叠不少于"),
        Param("km_apart", 2, "公里", "两处直线距离超过"),
    ),
    says="有{pairs}对签到时间重叠而地点不同：重叠最长{most_minutes}分钟，相距最远{most_km}公里（限{minutes_overlapping}分钟、{km_apart}公里）",
    clears="终端时钟或定位故障的记录；漏签离开的，本人实际离开时间的凭据（影像、行车记录、受检单位证明）",
    labels={
        "pairs": "重叠对数",
        "most_km": "最远相距（公里）",
        "most_minutes": "最长重叠（分钟）",
        "pair_list": "重叠的签到",
        "plan_id": "计划编号",
        "visit_id": "签到编号",
        "arrived_at": "到达时间",
        "left_at": "离开时间",
        "other_id": "另一签到",
        "other_arrived_at": "另一到达时间",
        "other_left_at": "另一离开时间",
        "minutes": "重叠（分钟）",
        "distance_km": "相距（公里）",
    },
    find=find,
)

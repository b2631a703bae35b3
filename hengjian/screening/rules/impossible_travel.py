"""行程不可能: nobody gets from one place to the next in the time between leaving and arriving."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import distance_km, first_rows, in_minutes, seconds_between
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import chronology, with_institution
from hengjian.screening.tables import Tables

SHOWN_LEGS = 50


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with legs, from the latest departure to the next arrival, that are too far for their time."""
    legs = tables.keep("impossible_travel_legs", _impossible(_legs(tables.kept(chronology)), values))
    shown = first_rows(legs, "person_id", ["arrived_at", "visit_id"], SHOWN_LEGS)
    return with_institution(tables, _people(shown))


def _legs(visits: ir.Table) -> ir.Table:
    """Each arrival after the latest departure before it; while an earlier visit lasts there is no leg."""
    arrivals = visits.filter((visits.arrived_at >= visits.latest_left).fill_null(False)).drop(
        "left_at", "next_at", "latest_left", "position"
    )
    departures = visits.filter(visits.left_at.notnull()).select(
        "person_id", "left_at", latest_position="position", from_visit_id="visit_id", from_latitude="latitude", from_longitude="longitude"
    )
    return arrivals.inner_join(departures, ["person_id", "latest_position"])


def _impossible(legs: ir.Table, values: Values) -> ir.Table:
    apart = distance_km(legs.from_latitude, legs.from_longitude, legs.latitude, legs.longitude)
    legs = legs.mutate(distance_km=apart, seconds=seconds_between(legs.left_at, legs.arrived_at))
    # Multiplied, not divided: who arrives in the second in which he leaves has no speed.
    fast = legs.distance_km * 3600 > values.speed * legs.seconds
    legs = legs.filter((legs.distance_km > values.km_apart) & fast)
    return legs.mutate(minutes=in_minutes(legs.seconds), speed_kmh=ibis.ifelse(legs.seconds > 0, legs.distance_km * 3600.0 / legs.seconds, None))


def _people(legs: ir.Table) -> ir.Table:
    names = ("from_visit_id", "left_at", "visit_id", "arrived_at", "minutes", "distance_km", "speed_kmh")
    return (
        legs.group_by("person_id")
        .aggregate(
            legs=legs.rows_in_all.max(),
            first_km=legs.distance_km.argmin(legs.place),
            first_minutes=legs.minutes.argmin(legs.place),
            leg_list=ibis.struct({name: legs[name] for name in names}).collect(),
            plan_id=legs.plan_id.argmin(legs.place),
            occurred_at=legs.arrived_at.min(),
        )
        .rename(subject_id="person_id")
    )


RULE = Rule(
    code="impossible_travel",
    family="C",
    title="行程不可能",
    subject="person",
    severity=2,
    clause="湖南行风通知 一（三）：检验检测人员不到实际现场地点，检验检测记录、报告与实际情况不符；上海方案 一（六）：全程可追溯",
    needs={"visits": ("visit_id", "person_id", "arrived_at", "left_at", "latitude", "longitude")},
    parameters=(
        Param("km_apart", 20, "公里", "前后两处直线距离超过"),
        Param("speed", 150, "公里/小时", "按直线计的速度超过"),
    ),
    says="有{legs}段行程不可能：最早一段{first_minutes}分钟内相距{first_km}公里（直线距离超过{km_apart}公里，速度超过{speed}公里/小时）",
    clears="航班、高铁等凭据；终端时钟或定位故障的记录；签到补录的，实际时间的凭据",
    labels={
        "legs": "行程段数",
        "first_km": "最早一段（公里）",
        "first_minutes": "最早一段（分钟）",
        "leg_list": "行程",
        "plan_id": "计划编号",
        "from_visit_id": "离开的签到",
        "left_at": "离开时间",
        "visit_id": "到达的签到",
        "arrived_at": "到达时间",
        "minutes": "相隔（分钟）",
        "distance_km": "相距（公里）",
        "speed_kmh": "直线速度（公里/小时）",
    },
    find=find,
)

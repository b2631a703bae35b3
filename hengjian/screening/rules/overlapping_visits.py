"""同一时间两处签到: two visits of one person overlap in time and lie apart."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import SECONDS_A_DAY, distance_km
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import placed_visits
from hengjian.screening.tables import Tables

COLUMNS = ("person_id", "visit_id", "arrived", "departed", "arrived_at", "left_at", "latitude", "longitude", "institution_id")


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with such a pair of visits. Only visits of the same day meet, so that nobody's visits are all compared."""
    closed = tables.kept(placed_visits).filter(ibis._.departed.notnull()).select(*COLUMNS)
    day_from, day_to = (closed.arrived / SECONDS_A_DAY).floor().cast("int64"), (closed.departed / SECONDS_A_DAY).floor().cast("int64")
    daily = closed.mutate(day=ibis.range(day_from, day_to + 1).unnest())
    other = daily.rename({f"other_{name}": name for name in (*COLUMNS, "day")})
    pairs = daily.inner_join(
        other,
        [
            daily.person_id == other.other_person_id,
            daily.day == other.other_day,
            daily.visit_id < other.other_visit_id,
            daily.arrived < other.other_departed,
            other.other_arrived < daily.departed,
        ],
    )
    begun = ibis.ifelse(pairs.arrived > pairs.other_arrived, pairs.arrived, pairs.other_arrived)
    ended = ibis.ifelse(pairs.departed < pairs.other_departed, pairs.departed, pairs.other_departed)
    pairs = pairs.mutate(
        minutes=(ended - begun) / 60.0, km=distance_km(pairs.latitude, pairs.longitude, pairs.other_latitude, pairs.other_longitude)
    )
    apart = pairs.filter((pairs.minutes >= values.minutes_overlap) & (pairs.km > values.km_apart))
    pair = ibis.struct({name: apart[name] for name in ("visit_id", "other_visit_id", "arrived_at", "other_arrived_at", "minutes", "km")})
    return (
        apart.group_by("person_id")
        .aggregate(
            visits=pair.collect(distinct=True),
            number=apart.visit_id.concat("/", apart.other_visit_id).nunique(),
            minutes=apart.minutes.max(),
            km=apart.km.max(),
            first_at=apart.arrived_at.min(),
            institution_id=apart.institution_id.min(),
        )
        .select("visits", "number", "minutes", "km", "institution_id", "first_at", subject_id="person_id", occurred_at="first_at")
    )


RULE = Rule(
    code="overlapping_visits",
    family="C",
    title="同一时间两处签到",
    subject="person",
    severity=2,
    clause="湖南方案：检验检测人员到场、工作见证真实可追溯",
    needs={"visits": ("person_id", "arrived_at", "left_at", "latitude", "longitude")},
    parameters=(Param("minutes_overlap", 10, "分钟", "两次签到重叠不少于"), Param("km_apart", 2, "公里", "两处相距超过")),
    says="{number}次同时在两处签到，最远相距{km}公里，最长重叠{minutes}分钟（首次：{first_at}）",
    clears="终端时间或定位有误的证明；或者离开时间漏签、补签的记录",
    labels={
        "visits": "各对签到",
        "number": "次数",
        "minutes": "重叠分钟",
        "km": "相距公里",
        "first_at": "首次",
        "visit_id": "签到编号",
        "other_visit_id": "另一签到",
        "arrived_at": "到达时间",
        "other_arrived_at": "另一到达时间",
    },
    find=find,
)

"""行程不可能: from one place to the next faster than anybody travels."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import distance_km
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import placed_visits
from hengjian.screening.tables import Tables

ORDER = ["arrived", "departed", "visit_id"]


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with such a journey: from the latest departure among their earlier visits to the next arrival.

    Where several earlier visits left at that moment the nearest place counts; overlapping visits are another rule's.
    """
    columns = ("visit_id", "person_id", "arrived", "departed", "arrived_at", "left_at", "latitude", "longitude", "institution_id")
    visits = tables.kept(placed_visits).select(*columns)
    earlier = ibis.window(group_by="person_id", order_by=ORDER, rows=(None, -1))
    next_visits = visits.mutate(from_second=visits.departed.max().over(earlier))
    next_visits = next_visits.filter(next_visits.arrived >= next_visits.from_second)
    before = visits.filter(visits.departed.notnull()).select(
        from_person="person_id",
        from_visit_id="visit_id",
        from_departed="departed",
        from_arrived="arrived",
        from_at="left_at",
        from_latitude="latitude",
        from_longitude="longitude",
    )
    legs = next_visits.inner_join(
        before,
        [
            next_visits.person_id == before.from_person,
            next_visits.from_second == before.from_departed,
            next_visits.visit_id != before.from_visit_id,
            before.from_arrived <= next_visits.arrived,
        ],
    )
    legs = legs.mutate(km=distance_km(legs.from_latitude, legs.from_longitude, legs.latitude, legs.longitude))
    nearest = ibis.window(group_by="visit_id", order_by=["km", "from_visit_id"])
    legs = legs.mutate(place=ibis.row_number().over(nearest)).filter(ibis._.place == 0)
    legs = legs.mutate(minutes=(legs.arrived - legs.from_second) / 60.0)
    fast = legs.filter((legs.km > values.km_apart) & (legs.km * 60 > values.km_an_hour * legs.minutes))
    return _by_person(fast)


def _by_person(fast: ir.Table) -> ir.Table:
    leg = ibis.struct({name: fast[name] for name in ("from_visit_id", "visit_id", "from_at", "arrived_at", "km", "minutes")})
    worst = ibis.window(group_by="person_id", order_by=[ibis.desc("km"), "visit_id"])
    listed = fast.group_by("person_id").aggregate(legs=leg.collect(), number=fast.count())
    first = fast.mutate(place=ibis.row_number().over(worst)).filter(ibis._.place == 0)
    return first.inner_join(listed, "person_id").select(
        "from_at", "arrived_at", "km", "minutes", "number", "legs", "institution_id", subject_id="person_id", occurred_at="arrived_at"
    )


RULE = Rule(
    code="impossible_travel",
    family="C",
    title="行程不可能",
    subject="person",
    severity=2,
    clause="湖南方案：检验检测人员到场、工作见证真实可追溯",
    needs={"visits": ("person_id", "arrived_at", "left_at", "latitude", "longitude")},
    parameters=(Param("km_apart", 20, "公里", "两处相距超过"), Param("km_an_hour", 150, "公里/小时", "直线速度超过")),
    says="{from_at}离开一处，{arrived_at}到达{km}公里外，只隔{minutes}分钟（共{number}次）",
    clears="终端时间或定位有误的证明；或者高铁、飞机等行程凭据",
    labels={
        "from_at": "离开时间",
        "arrived_at": "到达时间",
        "km": "相距公里",
        "minutes": "间隔分钟",
        "number": "次数",
        "legs": "各段行程",
        "from_visit_id": "前一签到",
        "visit_id": "后一签到",
    },
    find=find,
)

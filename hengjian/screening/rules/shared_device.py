"""一机多人签到: one device checks in several people at distant places within a short time."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import distance_km, first_rows, minutes_between, seconds_between
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import with_institution
from hengjian.screening.tables import Tables

SHOWN_PAIRS = 50


def find(tables: Tables, values: Values) -> ir.Table:
    """Return each of the people whom one device checked in far apart within the time."""
    pairs = tables.keep("shared_device_pairs", _pairs(_check_ins(tables["visits"]), values))
    both = ibis.union(_seen_by(pairs, "", "other_"), _seen_by(pairs, "other_", ""))
    shown = first_rows(both, "person_id", ["arrived_at", "visit_id", "other_visit_id"], SHOWN_PAIRS)
    return with_institution(tables, _people(shown))


def _check_ins(visits: ir.Table) -> ir.Table:
    """Arrivals on devices that ever served more than one person."""
    known = visits.device_id.notnull() & (visits.device_id != "") & visits.person_id.notnull() & visits.visit_id.notnull()
    placed = visits.arrived_at.notnull() & visits.latitude.notnull() & visits.longitude.notnull()
    columns = ("device_id", "visit_id", "person_id", "plan_id", "arrived_at", "latitude", "longitude")
    arrivals = visits.filter(known & placed).select(*columns)
    users = arrivals.group_by("device_id").aggregate(first=arrivals.person_id.min(), last=arrivals.person_id.max())
    return arrivals.semi_join(users.filter(users["first"] != users["last"]), "device_id")


def _pairs(arrivals: ir.Table, values: Values) -> ir.Table:
    """Two arrivals within the time lie in the same span of that length or in neighbouring ones."""
    span = int(values.minutes_between * 60)
    spans = arrivals.mutate(span=(arrivals.arrived_at.epoch_seconds() // max(span, 1)).cast("int64"))
    earlier = spans.mutate(span=ibis.array([spans.span, spans.span + 1]).unnest())
    later = spans.rename({f"other_{name}": name for name in ("visit_id", "person_id", "plan_id", "arrived_at", "latitude", "longitude")})
    met = earlier.inner_join(later, ["device_id", "span"])
    seconds = seconds_between(met.arrived_at, met.other_arrived_at)
    follows = (seconds > 0) | ((seconds == 0) & (met.visit_id < met.other_visit_id))
    met = met.filter(follows & (seconds <= span) & (met.person_id != met.other_person_id))
    met = met.mutate(
        minutes=minutes_between(met.arrived_at, met.other_arrived_at),
        distance_km=distance_km(met.latitude, met.longitude, met.other_latitude, met.other_longitude),
    )
    return met.filter(met.distance_km > values.km_apart)


def _seen_by(pairs: ir.Table, one: str, other: str) -> ir.Table:
    names = ("visit_id", "person_id", "arrived_at")
    own = {name: pairs[f"{one}{name}"] for name in (*names, "plan_id")}
    return pairs.select("device_id", "minutes", "distance_km", **own, **{f"other_{name}": pairs[f"{other}{name}"] for name in names})


def _people(pairs: ir.Table) -> ir.Table:
    names = ("device_id", "visit_id", "arrived_at", "other_person_id", "other_visit_id", "other_arrived_at", "minutes", "distance_km")
    return (
        pairs.group_by("person_id")
        .aggregate(
            pairs=pairs.rows_in_all.max(),
            most_km=pairs.distance_km.max(),
            device_ids=pairs.device_id.collect(distinct=True),
            other_ids=pairs.other_person_id.collect(distinct=True),
            pair_list=ibis.struct({name: pairs[name] for name in names}).collect(),
            plan_id=pairs.plan_id.argmin(pairs.place),
            occurred_at=pairs.arrived_at.min(),
        )
        .rename(subject_id="person_id")
    )


RULE = Rule(
    code="shared_device",
    family="C",
    title="一机多人签到",
    subject="person",
    severity=2,
    clause="湖南行风通知 一（三）：检验检测人员不到实际现场地点；黑龙江方案 三（二）二：冒用签名、挂名；上海方案 一（六）：移动检验，全程可追溯",
    needs={"visits": ("visit_id", "person_id", "arrived_at", "latitude", "longitude", "device_id")},
    parameters=(
        Param("km_apart", 2, "公里", "两处直线距离超过"),
        Param("minutes_between", 30, "分钟", "两人签到的间隔不超过"),
    ),
    says="与{other_ids}用同一终端（{device_ids}）在{minutes_between}分钟内于不同地点签到，共{pairs}次，最远相距{most_km}公里（限{km_apart}公里）",
    clears="终端当天移交的登记；终端编号重号或定位故障的证明；本人当时在场的其他凭据",
    labels={
        "pairs": "次数",
        "most_km": "最远相距（公里）",
        "device_ids": "终端",
        "other_ids": "其他人员",
        "pair_list": "签到",
        "plan_id": "计划编号",
        "device_id": "终端编号",
        "visit_id": "签到编号",
        "arrived_at": "到达时间",
        "other_person_id": "另一人员",
        "other_visit_id": "另一签到",
        "other_arrived_at": "另一到达时间",
        "minutes": "间隔（分钟）",
        "distance_km": "相距（公里）",
    },
    find=find,
)

"""一机多人签到: one device checks in several people far apart within minutes."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import distance_km
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import placed_visits
from hengjian.screening.tables import Tables

COLUMNS = ("device_id", "person_id", "visit_id", "arrived", "arrived_at", "latitude", "longitude", "institution_id")


def find(tables: Tables, values: Values) -> ir.Table:
    """Return each person who checked in on a device that checked in another, apart in place and close in time."""
    span = values.minutes_between * 60
    visits = tables.kept(placed_visits).filter(ibis._.device_id.notnull() & (ibis._.device_id != "")).select(*COLUMNS)
    visits = visits.mutate(slot=(visits.arrived / span).floor().cast("int64"))
    other = visits.mutate(slot=ibis.array([visits.slot - 1, visits.slot, visits.slot + 1]).unnest())
    other = other.rename({f"other_{name}": name for name in (*COLUMNS, "slot")})
    pairs = visits.inner_join(
        other,
        [visits.device_id == other.other_device_id, visits.slot == other.other_slot, visits.person_id != other.other_person_id],
    )
    pairs = pairs.mutate(
        minutes=(pairs.arrived - pairs.other_arrived).abs() / 60.0,
        km=distance_km(pairs.latitude, pairs.longitude, pairs.other_latitude, pairs.other_longitude),
    )
    apart = pairs.filter((pairs.minutes <= values.minutes_between) & (pairs.km > values.km_apart))
    pair = ibis.struct(
        {name: apart[name] for name in ("device_id", "visit_id", "other_visit_id", "other_person_id", "arrived_at", "minutes", "km")}
    )
    return (
        apart.group_by("person_id")
        .aggregate(
            pairs=pair.collect(),
            number=apart.count(),
            devices=apart.device_id.collect(distinct=True),
            others=apart.other_person_id.collect(distinct=True),
            km=apart.km.max(),
            first_at=apart.arrived_at.min(),
            institution_id=apart.institution_id.min(),
        )
        .select("pairs", "number", "devices", "others", "km", "first_at", "institution_id", subject_id="person_id", occurred_at="first_at")
    )


RULE = Rule(
    code="shared_device",
    family="C",
    title="一机多人签到",
    subject="person",
    severity=2,
    clause="湖南方案：检验检测人员到场、工作见证真实可追溯",
    needs={"visits": ("person_id", "arrived_at", "device_id", "latitude", "longitude")},
    parameters=(Param("minutes_between", 30, "分钟", "两次签到相隔不超过"), Param("km_apart", 2, "公里", "两处相距超过")),
    says="与{others}共用终端{devices}，{number}次在相隔不久的时间里于{km}公里外的两处签到（首次：{first_at}）",
    clears="终端编号登记重复的证明；或者交接终端的记录与行程",
    labels={
        "pairs": "各次",
        "number": "次数",
        "devices": "终端",
        "others": "其他人员",
        "km": "最远相距（公里）",
        "first_at": "首次",
        "device_id": "终端编号",
        "visit_id": "签到编号",
        "other_visit_id": "另一签到",
        "other_person_id": "另一人员",
        "arrived_at": "到达时间",
        "minutes": "相隔分钟",
    },
    find=find,
)

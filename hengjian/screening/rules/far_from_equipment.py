"""签到位置偏离: a visit checked in far from all equipment that the plan's reports are about."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import distance_km
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.sites import located_equipment, plan_works
from hengjian.screening.shared.visits import with_institution
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return visits that lie further than allowed from the nearest equipment of their plan."""
    suspects = tables.keep("far_from_equipment_suspects", _far_from_one(tables, values))
    nearest = _nearest(tables, suspects)
    far = with_institution(tables, nearest.filter(nearest.nearest_km > values.km_allowed))
    return far.select(
        "person_id",
        "plan_id",
        "latitude",
        "longitude",
        "nearest_km",
        "nearest_equipment_id",
        "equipment_located",
        subject_id="visit_id",
        institution_id="institution_id",
        occurred_at="at",
    )


def _far_from_one(tables: Tables, values: Values) -> ir.Table:
    """Visits that are far from one piece of equipment of the plan; all others are near enough already."""
    works = tables.kept(plan_works).filter(ibis._.latitude.notnull())
    works = works.select("plan_id", work_latitude="latitude", work_longitude="longitude")
    visits = tables["visits"].filter(lambda row: row.visit_id.notnull() & row.latitude.notnull() & row.longitude.notnull())
    columns = ("visit_id", "person_id", "plan_id", "latitude", "longitude")
    visits = visits.select(*columns, at=ibis.coalesce(visits.arrived_at, visits.left_at))
    met = visits.inner_join(works, "plan_id")
    away = distance_km(met.latitude, met.longitude, met.work_latitude, met.work_longitude)
    return met.filter(away > values.km_allowed).drop("work_latitude", "work_longitude")


def _nearest(tables: Tables, visits: ir.Table) -> ir.Table:
    """The visits with the distance to the nearest equipment of their plan's reports."""
    planned = tables["reports"].select("plan_id", "equipment_id").semi_join(visits, "plan_id").distinct()
    places = planned.inner_join(located_equipment(tables), "equipment_id").select(
        "plan_id", place_id="equipment_id", place_latitude="latitude", place_longitude="longitude"
    )
    met = visits.inner_join(places, "plan_id")
    met = met.mutate(km=distance_km(met.latitude, met.longitude, met.place_latitude, met.place_longitude))
    by_distance = ibis.window(group_by="visit_id", order_by=["km", "place_id"])
    met = met.mutate(place=ibis.row_number().over(by_distance), equipment_located=met.count().over(ibis.window(group_by="visit_id")))
    nearest = met.filter(met.place == 0).rename(nearest_km="km", nearest_equipment_id="place_id")
    return nearest.drop("place", "place_latitude", "place_longitude")


RULE = Rule(
    code="far_from_equipment",
    family="C",
    title="签到位置偏离",
    subject="visit",
    severity=2,
    clause="湖南行风通知 一（三）：检验检测人员不到实际现场地点；东营方案 三（一）：检验计划含检验检测地点",
    needs={
        "visits": ("visit_id", "plan_id", "latitude", "longitude"),
        "reports": ("plan_id", "equipment_id"),
        "equipment": ("equipment_id", "latitude", "longitude"),
    },
    parameters=(Param("km_allowed", 3, "公里", "离最近设备的直线距离超过"),),
    says="签到位置离该计划最近的设备（{nearest_equipment_id}）{nearest_km}公里，超过{km_allowed}公里（有坐标的设备{equipment_located}台）",
    clears="设备登记坐标有误或设备已移装的更正材料；气瓶、移动式设备等送检的地点证明；定位故障的记录",
    labels={
        "person_id": "人员标识",
        "plan_id": "计划编号",
        "latitude": "签到纬度",
        "longitude": "签到经度",
        "nearest_km": "离最近设备（公里）",
        "nearest_equipment_id": "最近的设备",
        "equipment_located": "计划内有坐标的设备台数",
    },
    find=find,
)

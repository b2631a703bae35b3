"""签到位置偏离: a check-in far from all equipment that the plan's reports are about."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import distance_km
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.visits import placed_visits
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return visits whose nearest equipment of the plan is too far; plans with equipment of unknown place say nothing."""
    placed = tables["equipment"].select("equipment_id", "latitude", "longitude")
    reports = (
        tables["reports"].filter(ibis._.plan_id.notnull() & ibis._.equipment_id.notnull()).select("plan_id", "equipment_id").distinct()
    )
    sites = reports.left_join(placed, "equipment_id").drop("equipment_id_right")
    sites = sites.rename(site_plan="plan_id", site_latitude="latitude", site_longitude="longitude")
    visits = tables.kept(placed_visits)
    met = visits.inner_join(sites, visits.plan_id == sites.site_plan)
    met = met.mutate(km=distance_km(met.latitude, met.longitude, met.site_latitude, met.site_longitude))
    nearest = met.group_by("visit_id").aggregate(
        km=met.km.min(),
        unknown=met.km.isnull().any(),
        equipment=met.equipment_id.nunique(),
        person_id=met.person_id.max(),
        plan_id=met.plan_id.max(),
        arrived_at=met.arrived_at.max(),
        institution_id=met.institution_id.max(),
    )
    far = nearest.filter((nearest.km > values.km_apart) & ~nearest.unknown & nearest.visit_id.notnull())
    return far.select(
        "km", "equipment", "person_id", "plan_id", "arrived_at", "institution_id", subject_id="visit_id", occurred_at="arrived_at"
    )


RULE = Rule(
    code="far_from_equipment",
    family="C",
    title="签到位置偏离",
    subject="visit",
    severity=2,
    clause="湖南方案：检验检测人员到场、工作见证真实可追溯",
    needs={
        "visits": ("visit_id", "plan_id", "latitude", "longitude"),
        "reports": ("plan_id", "equipment_id"),
        "equipment": ("equipment_id", "latitude", "longitude"),
    },
    parameters=(Param("km_apart", 3, "公里", "离最近的一台设备超过"),),
    says="{person_id}于{arrived_at}签到，离计划{plan_id}的{equipment}台设备中最近的一台也有{km}公里",
    clears="设备坐标登记有误、设备移装的证明；或者先到使用单位办公地点的说明",
    labels={
        "km": "最近距离（公里）",
        "equipment": "设备台数",
        "person_id": "人员",
        "plan_id": "计划编号",
        "arrived_at": "到达时间",
    },
    find=find,
)

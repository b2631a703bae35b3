"""Visits in the order in which each person made them, the presence on each plan, and whose visits they are."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import seconds_between
from hengjian.screening.tables import Tables


def chronology(tables: Tables) -> ir.Table:
    """Return the visits that tell a person and a place, in the order of their beginning (of their end, where that is not known).

    Columns: visit_id, plan_id, person_id, arrived_at, left_at, latitude, longitude; `position` in the order; `latest_left`, the latest
    departure from an earlier visit, and `latest_position`, the position of that visit; `next_at`, when the next one begins.
    Visits that end before they start are left out.
    """
    placed = _ordered(_placed(tables["visits"]))
    earlier = ibis.window(group_by="person_id", order_by="position", preceding=(None, 1))
    placed = placed.mutate(latest_left=placed.left_at.max().over(earlier))
    # Whoever leaves later than all before him is the one to depart from; his position grows, so that the greatest is the latest.
    newest = placed.left_at.notnull() & (placed.latest_left.isnull() | (placed.left_at >= placed.latest_left))
    return placed.mutate(latest_position=ibis.ifelse(newest, placed.position, None).max().over(earlier))


def _placed(visits: ir.Table) -> ir.Table:
    known = visits.person_id.notnull() & visits.visit_id.notnull() & visits.latitude.notnull() & visits.longitude.notnull()
    timed = (visits.arrived_at.notnull() | visits.left_at.notnull()) & ~(visits.left_at < visits.arrived_at).fill_null(False)
    columns = ("visit_id", "plan_id", "person_id", "arrived_at", "left_at", "latitude", "longitude")
    return visits.filter(known & timed).select(*columns)


def _ordered(visits: ir.Table) -> ir.Table:
    began = ibis.coalesce(visits.arrived_at, visits.left_at)
    visits = visits.mutate(began_at=began, ended_at=ibis.coalesce(visits.left_at, began))
    order = ibis.window(group_by="person_id", order_by=["began_at", "ended_at", "visit_id"])
    placed = visits.mutate(position=ibis.row_number().over(order), next_at=visits.began_at.lead().over(order))
    return placed.drop("began_at", "ended_at")


def visited_plans(tables: Tables) -> ir.Table:
    """Return plan_id of the plans that anybody visited."""
    return tables["visits"].filter(ibis._.plan_id.notnull()).select("plan_id").distinct()


def presence(tables: Tables) -> ir.Table:
    """Return plan_id, visits and present_seconds (the union of the visits' intervals) of the plans whose visits are all closed.

    Plans with a visit that lacks a time, or that ends before it starts, cannot be measured and are left out.
    """
    visits = tables["visits"].filter(ibis._.plan_id.notnull()).select("plan_id", "arrived_at", "left_at")
    earlier = ibis.window(group_by="plan_id", order_by=["arrived_at", "left_at"], preceding=(None, 1))
    visits = visits.mutate(left_before=visits.left_at.max().over(earlier))
    fresh_from = ibis.ifelse(visits.left_before > visits.arrived_at, visits.left_before, visits.arrived_at)
    fresh = seconds_between(fresh_from, visits.left_at)
    measured = visits.arrived_at.notnull() & visits.left_at.notnull() & (visits.arrived_at <= visits.left_at)
    plans = visits.mutate(fresh=ibis.ifelse(fresh > 0, fresh, 0), unmeasured=ibis.ifelse(measured, 0, 1).fill_null(1)).group_by("plan_id")
    summed = plans.aggregate(visits=ibis._.count(), present_seconds=ibis._.fresh.sum(), unmeasured=ibis._.unmeasured.sum())
    return summed.filter(summed.unmeasured == 0).drop("unmeasured")


def with_institution(tables: Tables, rows: ir.Table) -> ir.Table:
    """Return the rows with `institution_id` of their `plan_id`; null where the plan, or all plans, are not there."""
    if "plans" not in tables:
        return rows.mutate(institution_id=ibis.null("string"))
    known = tables["plans"].select("plan_id", "institution_id")
    return rows.left_join(known, "plan_id").drop("plan_id_right")


def visit_proof(visits: ir.Table) -> Any:
    """Return a visit as a struct of evidence."""
    names = ("visit_id", "person_id", "arrived_at", "left_at")
    return ibis.struct({name: visits[name] for name in names})

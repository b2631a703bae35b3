"""Visits with the institution of their plan, and how long people were present under a plan."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.tables import Tables


def placed_visits(tables: Tables) -> ir.Table:
    """Return visits by a known person that have an arrival and coordinates, with `institution_id` of their plan and times in seconds.

    Columns: visit_id, plan_id, person_id, device_id, arrived_at, left_at, latitude, longitude, institution_id, arrived, departed.
    A visit that ends before it begins has no departure.
    """
    visits = tables["visits"]
    visits = visits.filter(
        visits.person_id.notnull() & visits.arrived_at.notnull() & visits.latitude.notnull() & visits.longitude.notnull()
    )
    left = ibis.ifelse(visits.left_at >= visits.arrived_at, visits.left_at, ibis.null("timestamp"))
    visits = visits.mutate(left_at=left)
    visits = visits.mutate(arrived=visits.arrived_at.epoch_seconds(), departed=visits.left_at.epoch_seconds())
    if "plans" not in tables:
        return visits.mutate(institution_id=ibis.null("string"))
    plans = tables["plans"].filter(ibis._.plan_id.notnull()).select("plan_id", "institution_id")
    return visits.left_join(plans, "plan_id").drop("plan_id_right")


def presence(tables: Tables) -> ir.Table:
    """Return the seconds during which anybody was present under a plan: the union of its visits.

    Only plans all of whose visits are closed. Columns: plan_id, visits, seconds.
    """
    visits = tables["visits"].filter(ibis._.plan_id.notnull())
    visits = visits.mutate(start=visits.arrived_at.epoch_seconds(), end=visits.left_at.epoch_seconds())
    before = ibis.window(group_by="plan_id", order_by=["start", "end", "visit_id"], rows=(None, -1))
    known = visits.mutate(covered_until=visits.end.max().over(before))
    begins = ibis.ifelse(known.covered_until > known.start, known.covered_until, known.start)
    added = known.mutate(added=ibis.ifelse(known.end > begins, known.end - begins, 0))
    whole = added.group_by("plan_id").aggregate(
        visits=added.count(),
        seconds=added.added.sum(),
        unclosed=(added.start.isnull() | added.end.isnull() | (added.end < added.start)).any(),
    )
    return whole.filter(~whole.unclosed).drop("unclosed")

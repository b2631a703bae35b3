"""Traces of work: visits, records and roles on reports, each with person, institution and day."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import identifiers
from hengjian.screening.tables import Tables

ROLES = (("drafted_by", "drafted_at"), ("reviewed_by", "reviewed_at"), ("approved_by", "approved_at"))


def traces(tables: Tables) -> ir.Table:
    """Return person_id, institution_id and the last day of any trace of work there."""
    parts = [_visits(tables), _records(tables), *_roles(tables)]
    together = ibis.union(*parts)
    known = together.filter(together.person_id.notnull() & together.institution_id.notnull() & together.day.notnull())
    return known.group_by("person_id", "institution_id").aggregate(last_trace=known.day.max())


def _visits(tables: Tables) -> ir.Table:
    plans = tables["plans"].select("plan_id", "institution_id")
    visits = tables["visits"].select("plan_id", "person_id", day=ibis.coalesce(ibis._.left_at, ibis._.arrived_at).date())
    return _latest(visits.inner_join(plans, "plan_id"))


def _records(tables: Tables) -> ir.Table:
    reports = tables["reports"].select("report_id", "institution_id", "inspected_on")
    records = tables["records"].select("report_id", person_id="recorded_by", at=ibis.coalesce(ibis._.finished_at, ibis._.started_at).date())
    joined = records.inner_join(reports, "report_id")
    return _latest(joined.mutate(day=ibis.coalesce(joined["at"], joined.inspected_on)))


def _roles(tables: Tables) -> list[ir.Table]:
    reports = tables["reports"]
    issued = ibis.coalesce(reports.issued_at.date(), reports.inspected_on)
    named = reports.select("inspector_ids", "institution_id", day=ibis.coalesce(reports.inspected_on, issued))
    parts = [_latest(identifiers(named, "inspector_ids", "person_id"))]
    for role, time in ROLES:
        signed = reports.select("institution_id", person_id=reports[role], day=ibis.coalesce(reports[time].date(), issued))
        parts.append(_latest(signed))
    return parts


def _latest(table: ir.Table) -> ir.Table:
    """One row for each person and institution: the large tables are small before they meet."""
    return table.group_by("person_id", "institution_id").aggregate(day=table.day.max())

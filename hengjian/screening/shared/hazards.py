"""Hazards with the institution whose report they belong to."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.tables import Tables


def with_report(tables: Tables) -> ir.Table:
    """Return hazards with `institution_id` of their report; null where the report, or all reports, are not there."""
    hazards = tables["hazards"].filter(ibis._.hazard_id.notnull())
    if "reports" not in tables:
        return hazards.mutate(institution_id=ibis.null("string"))
    known = tables["reports"].select("report_id", "institution_id")
    return hazards.left_join(known, "report_id").drop("report_id_right")

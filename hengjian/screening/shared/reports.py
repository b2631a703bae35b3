"""Reports with what is known of their equipment, and who inspected."""

from __future__ import annotations

import ibis.expr.types as ir

from hengjian.screening.expressions import identifiers
from hengjian.screening.tables import Tables


def placed_reports(tables: Tables) -> ir.Table:
    """Return every report with the `category` of its equipment (null when that is unknown).

    Columns: those of `reports`, and `category`.
    """
    reports, equipment = tables["reports"], tables["equipment"]
    known = equipment.select("equipment_id", "category")
    return reports.left_join(known, "equipment_id").drop("equipment_id_right")


def inspections(tables: Tables) -> ir.Table:
    """Return a row for each report and each inspector that it names.

    Columns: person_id, report_id, institution_id, plan_id, equipment_id, inspection_kind, inspected_on, conclusion.
    """
    columns = ("report_id", "institution_id", "plan_id", "equipment_id", "inspection_kind", "inspected_on", "conclusion", "inspector_ids")
    return identifiers(tables["reports"].select(*columns), "inspector_ids", "person_id").drop("inspector_ids")

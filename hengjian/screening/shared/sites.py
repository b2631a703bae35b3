"""Where plans were carried out: the equipment of their reports."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.tables import Tables


def plan_works(tables: Tables) -> ir.Table:
    """Return plan_id, how many `reports` it has, and the place (`latitude`, `longitude`) of one of its located pieces of equipment.

    Which one does not matter: it answers for most visits that they were near, so that few are measured against all.
    """
    planned = tables["reports"].filter(ibis._.plan_id.notnull()).select("plan_id", "equipment_id")
    placed = planned.left_join(located_equipment(tables), "equipment_id").drop("equipment_id_right")
    return placed.group_by("plan_id").aggregate(
        reports=placed.count(),
        latitude=placed.latitude.argmin(placed.place_id),
        longitude=placed.longitude.argmin(placed.place_id),
    )


def located_equipment(tables: Tables) -> ir.Table:
    """Return equipment_id, latitude, longitude, and place_id, the equipment's own identifier, of equipment whose place is known."""
    known = tables["equipment"].filter(ibis._.latitude.notnull() & ibis._.longitude.notnull() & ibis._.equipment_id.notnull())
    return known.select("equipment_id", "latitude", "longitude", place_id="equipment_id")

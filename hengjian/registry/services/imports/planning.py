"""The plan of an import: each typed row against what the register holds and what the actor may do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.files import plan_files
from hengjian.registry.services.imports.organisations import Places, plan_organisations
from hengjian.registry.services.imports.persons import plan_people


def plan_import(tables: m.TypedTables, *, actor: Any, refused: Collection[str] = ()) -> m.Plan:
    """Say what an import of these rows would do, without writing anything.

    ``refused``: identity numbers of rows that were already found faulty, so that one fault is not told twice.
    """
    plan = m.Plan()
    places = Places.read(tables)
    organisations = plan_organisations(plan, tables, actor, places)
    persons = plan_people(plan, tables, actor, organisations, refused)
    plan_files(plan, tables, persons)
    return plan

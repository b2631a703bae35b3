"""The plan of an import: each typed row against what the register holds and what the actor may do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from hengjian.registry.policy import keeps_tree_only
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.files import plan_files
from hengjian.registry.services.imports.organisations import plan_organisations
from hengjian.registry.services.imports.persons import plan_people
from hengjian.registry.services.imports.regions import Places, plan_regions


def _leave_to_officers(plan: m.Plan, tables: m.TypedTables) -> None:
    for name, rows in tables.items():
        if name != m.REGIONS and rows:
            plan.refuse(rows[0], "", _("您的岗位只能导入“行政区划”表，请删去这张表，由监管人员导入。"))


def plan_import(tables: m.TypedTables, *, actor: Any, refused: Collection[str] = ()) -> m.Plan:
    """Say what an import of these rows would do, without writing anything.

    ``refused``: identity numbers of rows that were already found faulty, so that one fault is not told twice.
    """
    plan = m.Plan()
    places = Places.read(tables)
    if keeps_tree_only(actor):
        _leave_to_officers(plan, tables)
        plan_regions(plan, tables.get(m.REGIONS, []), actor, places)
        return plan
    organisations = plan_organisations(plan, tables, actor, places)
    persons = plan_people(plan, tables, actor, organisations, refused)
    plan_files(plan, tables, persons)
    return plan

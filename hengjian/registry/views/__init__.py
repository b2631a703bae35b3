"""Pages of the register."""

from hengjian.registry.views.acting import act, new_enterprise, new_institution, reveal
from hengjian.registry.views.imports import (
    confirm,
    export,
    give_up,
    import_run,
    imports,
    marked,
    template,
)
from hengjian.registry.views.lists import enterprises, equipment, institutions, people
from hengjian.registry.views.pages import enterprise, institution, own, person
from hengjian.registry.views.staffing import enter_rule, staffing

__all__ = [
    "act", "confirm", "enter_rule", "enterprise", "enterprises", "equipment", "export", "give_up", "import_run", "imports",
    "institution", "institutions", "marked", "new_enterprise", "new_institution", "own", "people", "person", "reveal",
    "staffing", "template",
]

"""Packs: the regime as data. Load, check, import and show definitions of forms and campaigns. No Django in here."""

from hengjian.forms.packs.building import canonical, digest, parse
from hengjian.forms.packs.campaign import CampaignTemplate, Deadline, Lists
from hengjian.forms.packs.checking import check, check_definitions
from hengjian.forms.packs.definitions import (
    Checklist,
    Definition,
    Pack,
    Roster,
    ScoredChecklist,
    Statistics,
)
from hengjian.forms.packs.faults import Fault, PackFaults
from hengjian.forms.packs.importing import import_pack, import_xlsx
from hengjian.forms.packs.layouts import layout_of
from hengjian.forms.packs.outline import OutlinePart, outline
from hengjian.forms.packs.printing import printed_rows
from hengjian.forms.packs.reading import BUILT_IN, find, load, load_all
from hengjian.forms.packs.showing import describe, show

__all__ = [
    "BUILT_IN", "CampaignTemplate", "Checklist", "Deadline", "Definition", "Fault", "Lists", "OutlinePart", "Pack",
    "PackFaults", "Roster", "ScoredChecklist", "Statistics", "canonical", "check", "check_definitions", "describe", "digest",
    "find", "import_pack", "import_xlsx", "layout_of", "load", "load_all", "outline", "parse", "printed_rows", "show",
]

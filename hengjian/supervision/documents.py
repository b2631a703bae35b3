"""What goes into the record of a visit; the layout is in the national pack."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.wording import in_chinese
from hengjian.dossier.models import Document
from hengjian.dossier.services import issue_document
from hengjian.enforcement.documents import officers_text, violations_text
from hengjian.rectification.documents import definition_of, layout_of
from hengjian.supervision.models import Visit
from hengjian.supervision.queries import VISIT_TYPE
from hengjian.supervision.states import VISIT_ITEMS, ItemResult

RECORD = "national.documents.site-record"


@in_chinese
def item_rows(visit: Visit) -> list[dict[str, str]]:
    """The items that were looked at, in words."""
    names = dict(VISIT_ITEMS)
    return [
        {"item": str(names[one["item"]]), "result": str(ItemResult(one["result"]).label), "note": one["note"]}
        for one in visit.items
    ]


@in_chinese
def record_payload(visit: Visit) -> dict[str, Any]:
    """The words of the record of a visit."""
    fields: dict[str, Any] = {
        "authority_name": visit.authority_name, "visit_number": visit.number, "unit_name": visit.institution_name,
        "unit_uscc": visit.institution_uscc, "place": visit.place, "visited_on": visit.visited_on,
        "kind": str(visit.get_kind_display()), "manner": _("现场抽查") if visit.on_site else _("材料核查"),
        "officers": officers_text(visit.officers), "findings": visit.findings,
        "violations": violations_text(visit.violation_kinds) or _("未发现"), "handling": visit.handling,
        "signing": str(visit.get_signing_display()) if visit.signing else "", "signed_by": visit.signed_by,
        "witness": visit.witness, "signing_note": visit.signing_note,
    }
    return {"figures": {}, "fields": fields, "rows": {"items": item_rows(visit)}}


@in_chinese
def issue_record(visit: Visit, *, actor: Any) -> Document:
    """Print the record of a visit as an official document with a verification code."""
    definition = definition_of(RECORD)
    return issue_document(
        actor=actor, owner_row=visit, definition=definition, layout=layout_of(RECORD, "record"),
        payload=record_payload(visit), title=definition.title, object_type=VISIT_TYPE, object_id=visit.pk,
        number=visit.number,
    )

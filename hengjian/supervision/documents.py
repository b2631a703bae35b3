"""What goes into the record of a visit; the layout is in the national pack."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.wording import in_chinese
from hengjian.dossier.models import Document
from hengjian.enforcement.documents import officers_text, violations_text
from hengjian.enforcement.states import VIOLATION_CLAUSES
from hengjian.rectification.documents import issue_paper
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
def facts_for_papers(visit: Visit) -> dict[str, Any]:
    """What an order or a case takes over from the visit it follows."""
    clauses = "、".join(VIOLATION_CLAUSES[one] for one in visit.violation_kinds)
    return {
        "facts": visit.findings, "provisions": clauses, "violations": list(visit.violation_kinds), "measure": visit.handling,
        "officers": visit.officers, "found_on": visit.visited_on,
        "source": _("监督检查%(number)s") % {"number": visit.number},
    }


@in_chinese
def issue_record(visit: Visit, *, actor: Any) -> Document:
    """Print the record of a visit as an official document with a verification code."""
    return issue_paper(
        visit, RECORD, "record", record_payload(visit), actor=actor, object_type=VISIT_TYPE, object_id=visit.pk,
        number=visit.number, issuer=visit.authority_name,
    )

"""What goes into an order and into the filing of a case; the layouts are in the national pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.wording import in_chinese
from hengjian.dossier.models import Document
from hengjian.dossier.services import issue_document
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.queries import CASE_TYPE, ORDER_TYPE
from hengjian.enforcement.states import VIOLATION_CLAUSES, OrderKind, Violation
from hengjian.rectification.documents import definition_of, layout_of

ORDER, CASE = "national.documents.order", "national.documents.case"


@in_chinese
def officers_text(officers: Iterable[Mapping[str, str]]) -> str:
    """Officers with their card numbers: 韩知行（99010001）、程以宁（99010002）."""
    return "、".join(f"{one.get('name', '')}（{one.get('card', '')}）" for one in officers)


@in_chinese
def violations_text(codes: Iterable[str]) -> str:
    """Violations with their clauses, one after the other."""
    return "；".join(f"{VIOLATION_CLAUSES[code]}：{Violation(code).label}" for code in codes)


@in_chinese
def order_payload(order: Order) -> dict[str, Any]:
    """The words of an order, with what has happened to it so far."""
    at_once = order.kind == OrderKind.AT_ONCE
    until = _("%(year)d年%(month)d月%(day)d日前") % {
        "year": order.due_on.year, "month": order.due_on.month, "day": order.due_on.day,
    }
    fields: dict[str, Any] = {
        "authority_name": order.authority_name, "order_number": order.number, "unit_name": order.institution_name,
        "unit_uscc": order.institution_uscc, "unit_address": order.institution_address,
        "facts": order.facts, "provisions": order.provisions.rstrip("。"), "measure": order.measure,
        "kind_words": str(OrderKind(order.kind).label),
        "due_words": _("立即，最迟%(until)s") % {"until": until} if at_once else until,
        "officers": officers_text(order.officers), "issued_on": order.issued_on,
        "receipt_kind": str(order.get_receipt_kind_display()) if order.receipt_kind else "",
        "served_at": order.served_at, "received_by": order.received_by, "witness": order.witness,
        "refusal_note": order.refusal_note, "answered_at": order.answered_at, "recheck_due_on": order.recheck_due_on,
        "recheck_method": str(order.get_recheck_method_display()) if order.recheck_method else "",
        "recheck_result": str(order.get_recheck_result_display()) if order.recheck_result else "",
        "recheck_note": order.recheck_note,
    }
    return {"figures": {}, "fields": fields, "rows": {}}


@in_chinese
def case_payload(case: Case) -> dict[str, Any]:
    """The words of the filing of a case, and of its decision once there is one."""
    fields: dict[str, Any] = {
        "authority_name": case.authority_name, "case_number": case.number, "cause": case.cause,
        "unit_name": case.institution_name, "unit_uscc": case.institution_uscc, "unit_address": case.institution_address,
        "source": case.source, "found_on": case.found_on, "facts": case.facts,
        "provisions": violations_text(case.provisions), "filed_on": case.filed_on, "filed_by": case.filed_by_name,
        "officers": officers_text(case.officers),
        "decision": str(case.get_decision_display()) if case.decision else "", "decided_on": case.decided_on,
        "decided_by": case.decided_by_name, "decision_text": case.decision_text,
        "fine_yuan": "" if case.fine_fen is None else f"{case.fine_fen // 100}.{case.fine_fen % 100:02d}",
    }
    return {"figures": {}, "fields": fields, "rows": {}}


def _issue(row: Order | Case, code: str, key: str, payload: dict[str, Any], *, object_type: str, actor: Any) -> Document:
    definition = definition_of(code)
    return issue_document(
        actor=actor, owner_row=row, definition=definition, layout=layout_of(code, key), payload=payload,
        title=definition.title, object_type=object_type, object_id=row.pk, number=row.number,
    )


@in_chinese
def issue_order(order: Order, *, actor: Any) -> Document:
    """Print an order as an official document with a verification code."""
    return _issue(order, ORDER, "order", order_payload(order), object_type=ORDER_TYPE, actor=actor)


@in_chinese
def issue_case(case: Case, *, actor: Any) -> Document:
    """Print the filing of a case as an official document."""
    return _issue(case, CASE, "case", case_payload(case), object_type=CASE_TYPE, actor=actor)

"""What goes into an order and into the filing of a case; the layouts are in the national pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.actions import SystemActor
from hengjian.base.wording import in_chinese
from hengjian.dossier.models import Document
from hengjian.dossier.render import Verification, resolve
from hengjian.dossier.render.model import Paragraph, Prose
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.policy import is_officer_over
from hengjian.enforcement.queries import CASE_TYPE, ORDER_TYPE
from hengjian.enforcement.states import VIOLATION_CLAUSES, OrderKind, Violation
from hengjian.rectification.documents import issue_paper, layout_of

ORDER, CASE = "national.documents.order", "national.documents.case"
PRINTER = SystemActor("公文生成")


_UNVERIFIED = Verification(
    code="", url="", definition=ORDER, version="", sheet_id="", revision=0, rendered_at=datetime(2000, 1, 1, tzinfo=UTC)
)


@dataclass(frozen=True)
class Words:
    """Title, number and paragraphs of a paper, for its page."""

    title: tuple[str, ...]
    number: str
    paragraphs: tuple[Paragraph, ...]


@in_chinese
def officers_text(officers: Iterable[Mapping[str, str]]) -> str:
    """Officers with their card numbers: 韩知行（99010001）、程以宁（99010002）."""
    return "、".join(f"{one.get('name', '')}（{one.get('card', '')}）" for one in officers)


@in_chinese
def violations_text(codes: Iterable[str]) -> str:
    """Violations with their clauses, one after the other."""
    return "；".join(f"{VIOLATION_CLAUSES[code]}：{Violation(code).label}" for code in codes)


@in_chinese
def suspected(codes: Iterable[str]) -> str:
    """What a case is called: suspected of the first violation."""
    first = next(iter(codes), "")
    return _("涉嫌%(what)s") % {"what": Violation(first).label} if first else ""


@in_chinese
def order_payload(order: Order) -> dict[str, Any]:
    """The words of an order as it was served, first date and all, with what has happened to it so far."""
    at_once = order.kind == OrderKind.AT_ONCE
    until = _("%(year)d年%(month)d月%(day)d日前") % {
        "year": order.original_due_on.year, "month": order.original_due_on.month, "day": order.original_due_on.day,
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
def order_words(order: Order, *, hide_officers: bool = False) -> Words:
    """An order as its page shows it: the very words of the paper. Names of officers may stay with the paper alone."""
    payload = order_payload(order)
    if hide_officers:
        payload["fields"]["officers"] = _("见送达的指令书（依法应当载明，本页不显示姓名）")
    printed = resolve(layout_of(ORDER, "order"), payload, verification=_UNVERIFIED)
    prose = [block for block in printed.blocks if isinstance(block, Prose)]
    return Words(printed.title, printed.number, tuple(one for block in prose for one in block.paragraphs))


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


@in_chinese
def issue_order(order: Order, *, actor: Any) -> Document:
    """Print an order as an official document of the authority; a unit that asks for it gets the authority's paper."""
    return issue_paper(
        order, ORDER, "order", order_payload(order), actor=actor if is_officer_over(actor, order) else PRINTER,
        object_type=ORDER_TYPE, object_id=order.pk, number=order.number, issuer=order.authority_name,
    )


@in_chinese
def issue_case(case: Case, *, actor: Any) -> Document:
    """Print the filing of a case as an official document."""
    return issue_paper(
        case, CASE, "case", case_payload(case), actor=actor, object_type=CASE_TYPE, object_id=case.pk,
        number=case.number, issuer=case.authority_name,
    )

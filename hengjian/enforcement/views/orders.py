"""Orders: the list, one order, and the commands on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock
from hengjian.base.acts import ActForm, Offer, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.ledger.history import history
from hengjian.base.routes import policy as route
from hengjian.base.working_days import explain
from hengjian.dossier.queries import documents_of
from hengjian.enforcement import documents, forms, policy, queries, services
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import RECHECK_WORKING_DAYS, OrderState, RecheckResult
from hengjian.enforcement.views.subjects import subject_of
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS
from hengjian.rectification.documents import MEDIA_TYPES, file_answer

PER_PAGE = 20
TONES = {
    "drafted": "idle", "served": "draft", "overdue": "overdue", "answered": "filed", "rechecked": "filed",
    "closed": "accepted", "withdrawn": "returned",
}
ACTS: dict[str, PageAct] = {
    "serve": PageAct(lazy("登记送达"), forms.ServeForm, services.serve_order, lazy("送达已登记。"), True),
    "answer": PageAct(
        lazy("提交整改报告"), forms.AnswerForm, services.answer_order, lazy("整改报告已提交，监管部门将在10个工作日内复查。"), True
    ),
    "recheck": PageAct(lazy("登记复查"), forms.OrderRecheckForm, services.recheck_order, lazy("复查结果已登记。"), True),
    "close": PageAct(lazy("办结"), forms.EndForm, services.close_order, lazy("指令已办结。"), True),
    "again": PageAct(lazy("再次责令改正"), forms.AgainForm, services.order_again, lazy("已重新确定整改期限。")),
    "amend": PageAct(lazy("修改"), forms.OrderForm, services.amend_order, lazy("指令书已修改。")),
    "evidence": PageAct(lazy("添加证据"), forms.EvidenceForm, services.add_evidence, lazy("证据已入卷。")),
    "withdraw": PageAct(lazy("撤回"), forms.ReasonForm, services.withdraw_order, lazy("指令书已撤回，文号保留。")),
}
_RULES: dict[str, tuple[str, Any]] = {
    "serve": ("serve", policy.may_handle), "amend": ("amend", policy.may_handle),
    "answer": ("answer", policy.may_answer), "recheck": ("recheck", policy.may_recheck),
    "close": ("close", policy.may_handle), "again": ("order_again", policy.may_handle),
    "withdraw": ("withdraw", policy.may_handle), "evidence": ("", policy.may_attach),
}


def _stats(counts: queries.OrderCounts) -> list[dict[str, Any]]:
    said = {
        "drafted": ("idle", OrderState.DRAFTED.label), "served": ("draft", OrderState.SERVED.label),
        "answered": ("filed", OrderState.ANSWERED.label), "overdue": ("overdue", _("逾期")),
        "closed": ("accepted", OrderState.CLOSED.label),
    }
    return [
        {"key": key, "label": label, "state": tone, "count": getattr(counts, key), "bad": key == "overdue"}
        for key, (tone, label) in said.items()
    ]


@require_GET
@route("enforcement.read_orders", *BUSINESS_ROLES)
def orders(request: HttpRequest) -> HttpResponse:
    """Orders issued in the area; an institution sees those addressed to it."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = queries.Filter(request.GET.get("status", ""), request.GET.get("q", "").strip())
    found = queries.orders(actor.scope, wanted, as_unit=not actor.is_authority)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.order_counts(actor.scope, wanted, as_unit=not actor.is_authority)
    facts = {"page": page, "lines": [(one, TONES[one.state]) for one in page], "counts": counts}
    fields = [{"name": "q", "label": _("文号、单位、事实")}]
    return render(request, "enforcement/orders.html", {**facts, "stats": _stats(counts), "fields": fields})


def _order(request: HttpRequest, order_id: UUID) -> Order:
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.order_of(actor.scope, order_id, as_unit=not actor.is_authority)
    if found is None:
        raise OutOfScope(str(order_id))
    return found


def _form(code: str, row: Order, data: Any = None, files: Any = None) -> ActForm:
    names = ("facts", "provisions", "measure", "kind", "due_on", "officers") if code == "amend" else ()
    known = {name: getattr(row, name) for name in names}
    return ACTS[code].form(data, files, initial=known, auto_id=f"{code}-%s")


def _offers(row: Order, actor: Any, bound: dict[str, ActForm]) -> list[Offer]:
    found = []
    for code, act in ACTS.items():
        move, may = _RULES[code]
        if (move and not row.CHART.allows(move, row.state)) or not may(actor, row):
            continue
        if code == "again" and row.recheck_result != RecheckResult.FAILED:
            continue
        url = reverse("enforcement:act_on_order", args=[row.pk, code])
        found.append(Offer(code, url, act.label, bound.get(code) or _form(code, row), act.is_main))
    return found


def _page(request: HttpRequest, row: Order, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    facts = {
        "order": row, "tone": TONES[row.state], "offers": _offers(row, actor, bound or {}),
        "uses": queries.evidence_of(actor.scope, queries.ORDER_TYPE, row.pk),
        "papers": documents_of(actor.scope, queries.ORDER_TYPE, row.pk),
        "entries": entries_of(queries.ORDER_TYPE, row.pk), "officers": documents.officers_text(row.officers),
        "computed": explain(clock.local_date(row.answered_at), RECHECK_WORKING_DAYS) if row.answered_at else None,
        "handles": policy.may_handle(actor, row), "kinds": tuple(MEDIA_TYPES), "object_type": queries.ORDER_TYPE,
    }
    return render(request, "enforcement/order.html", facts)


def entries_of(object_type: str, object_id: UUID) -> list[dict[str, Any]]:
    """The history of a row from the ledger, as the time line draws it."""
    return [
        {"at": one.at, "sentence": one.title, "who": one.who, "reason": one.reason, "icon": "pen"}
        for one in history(object_type, object_id)
    ]


@require_GET
@route("enforcement.read_orders", *BUSINESS_ROLES)
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order with its course."""
    return _page(request, _order(request, order_id))


@require_POST
@route("enforcement.act_on_order", *BUSINESS_ROLES)
def act_on_order(request: HttpRequest, order_id: UUID, code: str) -> HttpResponse:
    """Carry out one command on an order; the services decide who may."""
    row = _order(request, order_id)
    if code not in ACTS:
        raise OutOfScope(code)
    return carry_out(
        request, ACTS[code], row, form=_form(code, row, request.POST, request.FILES),
        page=lambda form: _page(request, row, {code: form}),
        home=lambda _done: reverse("enforcement:order", args=[row.pk]),
    )


@route("enforcement.draft_order", *REGULATORS)
def draft_order(request: HttpRequest) -> HttpResponse:
    """Draw up an order about a problem, or to an institution."""
    subject = subject_of(request)
    if subject is None:
        raise OutOfScope("subject")

    def page(form: ActForm) -> HttpResponse:
        return render(request, "enforcement/draft.html", {"form": form, "subject": subject})

    if request.method != "POST":
        return page(forms.OrderForm(initial=subject.known))
    links = {key: value for key, value in subject.links.items() if key != "order_id"}
    act = PageAct("", forms.OrderForm, _drafting(links), _("指令书已制作，请打印盖章后送达。"))
    return carry_out(
        request, act, subject.row, page=page, home=lambda made: reverse("enforcement:order", args=[made.pk])
    )


def _drafting(links: dict[str, Any]) -> Any:
    def draft(row: Any, *, actor: Any, **given: Any) -> Order:
        return services.draft_order(actor=actor, owner_row=row, **given, **links)

    return draft


@require_POST
@route("enforcement.print_order", *BUSINESS_ROLES)
def print_order(request: HttpRequest, order_id: UUID, kind: str) -> HttpResponse:
    """Print an order as an official document and hand it out."""
    row = _order(request, order_id)
    if kind not in MEDIA_TYPES:
        raise OutOfScope(kind)
    actor: Any = request.actor  # type: ignore[attr-defined]
    return file_answer(actor.scope, documents.issue_order(row, actor=actor), kind)

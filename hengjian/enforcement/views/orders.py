"""Orders: the list, one order, and the commands on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base import clock
from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.base.working_days import explain
from hengjian.enforcement import documents, forms, policy, queries, services
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import RECHECK_WORKING_DAYS, OrderState, RecheckResult
from hengjian.enforcement.views import papers
from hengjian.enforcement.views.lists import filter_of, listing
from hengjian.enforcement.views.subjects import subject_of
from hengjian.parties.policy import hides_superiors
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS
from hengjian.rectification import queries as rectification

TONES = {
    "drafted": "idle", "served": "draft", "overdue": "overdue", "answered": "filed", "rechecked": "filed",
    "closed": "accepted", "withdrawn": "returned",
}
ACTS: dict[str, PageAct] = {
    "serve": PageAct(
        lazy("登记送达"), forms.ServeForm, services.serve_order, lazy("送达已登记。"), True, move="serve", may=policy.may_handle
    ),
    "answer": PageAct(
        lazy("提交整改报告"), forms.AnswerForm, services.answer_order,
        lazy("整改报告已提交，监管部门将在10个工作日内复查。"), True, move="answer", may=policy.may_answer,
    ),
    "recheck": PageAct(
        lazy("登记复查"), forms.OrderRecheckForm, services.recheck_order, lazy("复查结果已登记。"), True,
        move="recheck", may=policy.may_recheck,
    ),
    "again": PageAct(
        lazy("再次责令改正"), forms.AgainForm, services.order_again, lazy("已重新确定整改期限。"), True,
        move="order_again", may=policy.may_handle,
    ),
    "close": PageAct(
        lazy("办结"), forms.EndForm, services.close_order, lazy("指令已办结。"), True, move="close", may=policy.may_handle
    ),
    "amend": PageAct(
        lazy("修改"), forms.OrderForm, services.amend_order, lazy("指令书已修改。"), move="amend", may=policy.may_handle
    ),
    "evidence": PageAct(
        lazy("添加证据"), forms.EvidenceForm, services.add_evidence, lazy("证据已入卷。"), may=policy.may_attach
    ),
    "withdraw": PageAct(
        lazy("撤回"), forms.ReasonForm, services.withdraw_order, lazy("指令书已撤回，文号保留。"),
        move="withdraw", may=policy.may_handle,
    ),
}


def _stats(counts: queries.OrderCounts) -> list[dict[str, Any]]:
    said = {
        "drafted": ("idle", OrderState.DRAFTED.label), "served": ("draft", OrderState.SERVED.label),
        "answered": ("filed", OrderState.ANSWERED.label), "overdue": ("overdue", _("逾期")),
        "rechecked": ("filed", OrderState.RECHECKED.label), "closed": ("accepted", OrderState.CLOSED.label),
    }
    return [
        {"key": key, "label": label, "state": tone, "count": getattr(counts, key), "bad": key == "overdue"}
        for key, (tone, label) in said.items()
    ]


@require_GET
@route("enforcement.read_orders", *BUSINESS_ROLES)
def orders(request: HttpRequest) -> HttpResponse:
    """Orders issued in the area; an institution sees those addressed to it."""
    actor, wanted = request.actor, filter_of(request)  # type: ignore[attr-defined]
    as_unit = not actor.is_authority
    counts = queries.order_counts(actor.scope, wanted, as_unit=as_unit)
    stats = [one for one in _stats(counts) if not (as_unit and one["key"] == "drafted")]
    return listing(
        request, "enforcement/orders.html", queries.orders(actor.scope, wanted, as_unit=as_unit), tones=TONES, stats=stats,
        counts=counts, words=_("文号、单位、事实"), late=queries.late_party,
    )


def _order(request: HttpRequest, order_id: UUID) -> Order:
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.order_of(actor.scope, order_id, as_unit=not actor.is_authority)
    order: Order = papers.found_or_404(found, order_id)
    return order


def _form(code: str, row: Order, actor: Any, data: Any = None, files: Any = None) -> ActForm:
    names = ("facts", "provisions", "measure", "kind", "due_on", "officers") if code == "amend" else ()
    known = {name: getattr(row, name) for name in names}
    problem = rectification.problem_of(actor.scope, row.problem_id) if code == "answer" and row.problem_id else None
    if problem is not None:
        known |= {name: getattr(problem, name) for name in ("responsible_name", "responsible_department")}
    return ACTS[code].form(data, files, initial=known, auto_id=f"{code}-%s")


def _shut(row: Order) -> frozenset[str]:
    """Commands that make no sense now: only after a re-check that failed is it ordered again."""
    shut = {"again": row.recheck_result != RecheckResult.FAILED, "evidence": row.state == OrderState.WITHDRAWN}
    return frozenset(code for code, is_shut in shut.items() if is_shut)


def _page(request: HttpRequest, row: Order, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    facts = {
        "order": row, "tone": TONES[row.state], "late": queries.late_party(row),
        "words": documents.order_words(row, hide_officers=hides_superiors(actor, row)),
        "offers": papers.offers_of(ACTS, "enforcement:act_on_order", row, actor, _form, bound, _shut(row)),
        "uses": queries.evidence_of(actor.scope, queries.ORDER_TYPE, row.pk),
        "computed": explain(clock.local_date(row.answered_at), RECHECK_WORKING_DAYS) if row.answered_at else None,
        "cases": list(queries.cases_after(actor.scope, row.pk)) if actor.is_authority else [],
        "handles": policy.may_handle(actor, row),
    }
    return render(request, "enforcement/order.html", {**papers.paper_facts(row, queries.ORDER_TYPE, actor), **facts})


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
    return papers.act_on(request, ACTS, code, row, form=_form, page=_page, home="enforcement:order")


@route("enforcement.draft_order", *REGULATORS)
@require_http_methods(["GET", "POST"])
def draft_order(request: HttpRequest) -> HttpResponse:
    """Draw up an order about a problem, after a visit, or to an institution."""
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
    row, actor = _order(request, order_id), request.actor  # type: ignore[attr-defined]
    return papers.handed_out(request, kind, lambda: documents.issue_order(row, actor=actor))

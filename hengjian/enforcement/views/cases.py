"""Cases: the list, one case, and the commands on it. Open to authorities alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.enforcement import documents, forms, policy, queries, services
from hengjian.enforcement.models import Case
from hengjian.enforcement.states import CaseState
from hengjian.enforcement.views import papers
from hengjian.enforcement.views.lists import filter_of, listing
from hengjian.enforcement.views.subjects import subject_of
from hengjian.parties.states import REGULATORS

TONES = {"filed": "draft", "decided": "accepted", "withdrawn": "returned"}
ACTS: dict[str, PageAct] = {
    "decide": PageAct(
        lazy("作出处理决定"), forms.DecideForm, services.decide_case, lazy("处理决定已登记。"), True,
        move="decide", may=policy.may_decide_case,
    ),
    "evidence": PageAct(
        lazy("添加证据"), forms.CaseEvidenceForm, services.add_case_evidence, lazy("证据已入卷。"), may=policy.may_handle
    ),
    "withdraw": PageAct(
        lazy("撤销立案"), forms.ReasonForm, services.withdraw_case, lazy("立案已撤销，案号保留。"),
        move="withdraw", may=policy.may_handle,
    ),
}


@require_GET
@route("enforcement.read_cases", *REGULATORS)
def cases(request: HttpRequest) -> HttpResponse:
    """Cases filed in the area."""
    scope, wanted = request.actor.scope, filter_of(request)  # type: ignore[attr-defined]
    counts = queries.case_counts(scope, wanted)
    stats = [
        {"key": state.value, "label": state.label, "state": TONES[state.value], "count": counts[state.value]}
        for state in CaseState
    ]
    return listing(
        request, "enforcement/cases.html", queries.cases(scope, wanted), tones=TONES, stats=stats, counts=counts,
        words=_("案号、当事人、案由"),
    )


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = queries.case_of(request.actor.scope, case_id)  # type: ignore[attr-defined]
    case: Case = papers.found_or_404(found, case_id)
    return case


def _form(code: str, _row: Case, _actor: Any, data: Any = None, files: Any = None) -> ActForm:
    return ACTS[code].form(data, files, auto_id=f"{code}-%s")


def _page(request: HttpRequest, row: Case, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    facts = {
        "case": row, "tone": TONES[row.state],
        "offers": papers.offers_of(ACTS, "enforcement:act_on_case", row, actor, _form, bound),
        "officers": documents.officers_text(row.officers), "violations": documents.violations_text(row.provisions),
        "order": queries.order_of(actor.scope, row.order_id) if row.order_id else None,
        "uses": queries.evidence_of(actor.scope, queries.CASE_TYPE, row.pk),
        "decides_elsewhere": row.state == CaseState.FILED and not policy.may_decide_case(actor, row),
    }
    return render(request, "enforcement/case.html", {**papers.paper_facts(row, queries.CASE_TYPE, actor), **facts})


@require_GET
@route("enforcement.read_cases", *REGULATORS)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case with its course."""
    return _page(request, _case(request, case_id))


@require_POST
@route("enforcement.act_on_case", *REGULATORS)
def act_on_case(request: HttpRequest, case_id: UUID, code: str) -> HttpResponse:
    """Carry out one command on a case; the services decide who may."""
    row = _case(request, case_id)
    return papers.act_on(request, ACTS, code, row, form=_form, page=_page, home="enforcement:case")


@route("enforcement.file_case", *REGULATORS)
@require_http_methods(["GET", "POST"])
def file_case(request: HttpRequest) -> HttpResponse:
    """File a case about a problem, after an order or a visit, or against an institution."""
    subject = subject_of(request)
    if subject is None:
        raise OutOfScope("subject")

    def page(form: ActForm) -> HttpResponse:
        return render(request, "enforcement/file.html", {"form": form, "subject": subject})

    if request.method != "POST":
        return page(forms.CaseForm(initial=_known(subject.known)))
    act = PageAct("", forms.CaseForm, _filing(subject.links), _("已立案。"))
    return carry_out(
        request, act, subject.row, page=page, home=lambda made: reverse("enforcement:case", args=[made.pk])
    )


def _known(known: dict[str, Any]) -> dict[str, Any]:
    """A case names the items of the law, and is called by the first of them."""
    broken = known.get("violations") or []
    return {**known, "provisions": broken, "cause": documents.suspected(broken) or known.get("cause", "")}


def _filing(links: dict[str, Any]) -> Any:
    def file(row: Any, *, actor: Any, **given: Any) -> Case:
        return services.file_case(actor=actor, owner_row=row, **given, **links)

    return file


@require_POST
@route("enforcement.print_case", *REGULATORS)
def print_case(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    """Print the filing of a case as an official document and hand it out."""
    row, actor = _case(request, case_id), request.actor  # type: ignore[attr-defined]
    return papers.handed_out(request, kind, lambda: documents.issue_case(row, actor=actor))

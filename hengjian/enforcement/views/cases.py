"""Cases: the list, one case, and the commands on it. Open to authorities alone."""

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

from hengjian.base.acts import ActForm, Offer, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.dossier.queries import documents_of
from hengjian.enforcement import documents, forms, policy, queries, services
from hengjian.enforcement.models import Case
from hengjian.enforcement.states import CaseState
from hengjian.enforcement.views.orders import PER_PAGE, entries_of
from hengjian.enforcement.views.subjects import subject_of
from hengjian.parties.states import REGULATORS
from hengjian.rectification.documents import MEDIA_TYPES, file_answer

TONES = {"filed": "draft", "decided": "accepted", "withdrawn": "returned"}
ACTS: dict[str, PageAct] = {
    "decide": PageAct(lazy("作出处理决定"), forms.DecideForm, services.decide_case, lazy("处理决定已登记。"), True),
    "withdraw": PageAct(lazy("撤销立案"), forms.ReasonForm, services.withdraw_case, lazy("立案已撤销，案号保留。")),
}
_MAY = {"decide": policy.may_decide_case, "withdraw": policy.may_handle}


@require_GET
@route("enforcement.read_cases", *REGULATORS)
def cases(request: HttpRequest) -> HttpResponse:
    """Cases filed in the area."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = queries.Filter(request.GET.get("status", ""), request.GET.get("q", "").strip())
    page = Paginator(queries.cases(actor.scope, wanted), PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.case_counts(actor.scope)
    stats = [
        {"key": state.value, "label": state.label, "state": TONES[state.value], "count": counts[state.value]}
        for state in CaseState
    ]
    facts = {"page": page, "lines": [(one, TONES[one.state]) for one in page], "stats": stats, "counts": counts}
    fields = [{"name": "q", "label": _("案号、当事人、案由")}]
    return render(request, "enforcement/cases.html", {**facts, "fields": fields})


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = queries.case_of(request.actor.scope, case_id)  # type: ignore[attr-defined]
    if found is None:
        raise OutOfScope(str(case_id))
    return found


def _page(request: HttpRequest, row: Case, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    offers = [
        Offer(code, reverse("enforcement:act_on_case", args=[row.pk, code]), act.label,
              (bound or {}).get(code) or act.form(auto_id=f"{code}-%s"), act.is_main)
        for code, act in ACTS.items()
        if row.CHART.allows(code, row.state) and _MAY[code](actor, row)
    ]
    facts = {
        "case": row, "tone": TONES[row.state], "offers": offers, "kinds": tuple(MEDIA_TYPES),
        "entries": entries_of(queries.CASE_TYPE, row.pk), "object_type": queries.CASE_TYPE,
        "papers": documents_of(actor.scope, queries.CASE_TYPE, row.pk),
        "officers": documents.officers_text(row.officers), "violations": documents.violations_text(row.provisions),
    }
    return render(request, "enforcement/case.html", facts)


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
    if code not in ACTS:
        raise OutOfScope(code)
    return carry_out(
        request, ACTS[code], row, page=lambda form: _page(request, row, {code: form}),
        home=lambda _done: reverse("enforcement:case", args=[row.pk]),
    )


@route("enforcement.file_case", *REGULATORS)
def file_case(request: HttpRequest) -> HttpResponse:
    """File a case about a problem, after an order, or against an institution."""
    subject = subject_of(request)
    if subject is None:
        raise OutOfScope("subject")

    def page(form: ActForm) -> HttpResponse:
        return render(request, "enforcement/file.html", {"form": form, "subject": subject})

    if request.method != "POST":
        return page(forms.CaseForm(initial=subject.known))
    act = PageAct("", forms.CaseForm, _filing(subject.links), _("已立案。"))
    return carry_out(
        request, act, subject.row, page=page, home=lambda made: reverse("enforcement:case", args=[made.pk])
    )


def _filing(links: dict[str, Any]) -> Any:
    def file(row: Any, *, actor: Any, **given: Any) -> Case:
        return services.file_case(actor=actor, owner_row=row, **given, **links)

    return file


@require_POST
@route("enforcement.print_case", *REGULATORS)
def print_case(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    """Print the filing of a case as an official document and hand it out."""
    row = _case(request, case_id)
    if kind not in MEDIA_TYPES:
        raise OutOfScope(kind)
    actor: Any = request.actor  # type: ignore[attr-defined]
    return file_answer(actor.scope, documents.issue_case(row, actor=actor), kind)

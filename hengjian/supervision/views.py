"""Pages of supervision: visits, one visit, coverage of the lists that must be covered in full."""

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
from hengjian.dossier.queries import documents_of
from hengjian.enforcement import queries as enforcement
from hengjian.enforcement.documents import officers_text, violations_text
from hengjian.parties.states import REGULATORS
from hengjian.rectification import queries as rectification
from hengjian.rectification.documents import MEDIA_TYPES, file_answer
from hengjian.registry.states import Speciality
from hengjian.supervision import documents, forms, policy, queries, services
from hengjian.supervision.models import Visit
from hengjian.supervision.states import SigningKind, VisitKind

PER_PAGE = 20
ACTS: dict[str, PageAct] = {
    "sign": PageAct(lazy("登记签字确认"), forms.SignForm, services.sign_record, lazy("检查记录已确认。"), True),
    "finding": PageAct(lazy("登记发现的问题"), forms.FindingForm, services.open_finding, lazy("问题已登记到整改台账。")),
    "evidence": PageAct(lazy("添加证据"), forms.EvidenceForm, services.add_evidence, lazy("证据已入卷。")),
    "amend": PageAct(lazy("补充记录"), forms.AmendForm, services.amend_visit, lazy("检查记录已补充。")),
}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _filter(request: HttpRequest) -> queries.Filter:
    asked = request.GET
    return queries.Filter(
        asked.get("status", ""), asked.get("q", "").strip(), asked.get("kind", ""), _uuid(asked.get("campaign", ""))
    )


@require_GET
@route("supervision.read", *REGULATORS)
def visits(request: HttpRequest) -> HttpResponse:
    """Visits in the area."""
    actor, wanted = request.actor, _filter(request)  # type: ignore[attr-defined]
    page = Paginator(queries.visits(actor.scope, wanted), PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(actor.scope, wanted)
    stats = [
        {"key": "on_site", "label": _("现场抽查"), "state": "filed", "count": counts.on_site},
        {"key": "violations", "label": _("发现违法违规"), "state": "overdue", "count": counts.violations, "bad": True},
        {"key": "unsigned", "label": _("记录待签字"), "state": "draft", "count": counts.unsigned},
    ]
    fields = [
        {"name": "q", "label": _("编号、机构")},
        {"name": "kind", "label": _("全部类别"), "kind": "select", "options": VisitKind.choices},
    ]
    return render(
        request, "supervision/visits.html", {"page": page, "counts": counts, "stats": stats, "fields": fields}
    )


@require_GET
@route("supervision.read", *REGULATORS)
def coverage(request: HttpRequest) -> HttpResponse:
    """How far cylinder, lift and gas pipeline institutions are covered."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.coverage(actor.scope, _uuid(request.GET.get("campaign", "")))
    names = [(str(Speciality(one.speciality).label), one) for one in found]
    return render(request, "supervision/coverage.html", {"lists": names, "missing": sum(len(o.missing) for o in found)})


def _visit(request: HttpRequest, visit_id: UUID) -> Visit:
    found = queries.visit_of(request.actor.scope, visit_id)  # type: ignore[attr-defined]
    if found is None:
        raise OutOfScope(str(visit_id))
    return found


def _offers(row: Visit, actor: Any, bound: dict[str, ActForm]) -> list[Offer]:
    if not policy.may_handle(actor, row):
        return []
    shut = set() if row.signing == SigningKind.WAITING else {"sign", "amend"}
    known = {"findings": row.findings, "handling": row.handling}
    return [
        Offer(code, reverse("supervision:act", args=[row.pk, code]), act.label,
              bound.get(code) or act.form(initial=known if code == "amend" else None, auto_id=f"{code}-%s"), act.is_main)
        for code, act in ACTS.items()
        if code not in shut
    ]


def _page(request: HttpRequest, row: Visit, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    entries = [
        {"at": one.at, "sentence": one.title, "who": one.who, "reason": one.reason, "icon": "pen"}
        for one in history(queries.VISIT_TYPE, row.pk)
    ]
    facts = {
        "visit": row, "offers": _offers(row, actor, bound or {}), "entries": entries, "kinds": tuple(MEDIA_TYPES),
        "items": documents.item_rows(row), "officers": officers_text(row.officers),
        "violations": violations_text(row.violation_kinds), "handles": policy.may_handle(actor, row),
        "problems": rectification.problems_from(actor.scope, queries.VISIT_TYPE, row.pk),
        "papers": documents_of(actor.scope, queries.VISIT_TYPE, row.pk),
        "uses": enforcement.evidence_of(actor.scope, queries.VISIT_TYPE, row.pk), "object_type": queries.VISIT_TYPE,
    }
    return render(request, "supervision/visit.html", facts)


@require_GET
@route("supervision.read", *REGULATORS)
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One visit: its record, its problems, its course."""
    return _page(request, _visit(request, visit_id))


@require_POST
@route("supervision.act", *REGULATORS)
def act(request: HttpRequest, visit_id: UUID, code: str) -> HttpResponse:
    """Carry out one command on a visit; the services decide who may."""
    row = _visit(request, visit_id)
    if code not in ACTS:
        raise OutOfScope(code)
    bound = ACTS[code].form(request.POST, request.FILES, auto_id=f"{code}-%s")
    return carry_out(
        request, ACTS[code], row, form=bound, page=lambda form: _page(request, row, {code: form}),
        home=lambda _done: reverse("supervision:visit", args=[row.pk]),
    )


def _form(request: HttpRequest, data: Any = None) -> forms.VisitForm:
    actor: Any = request.actor  # type: ignore[attr-defined]
    known = {"institution": request.GET.get("org"), "visited_on": clock.today(), "on_site": True}
    form = forms.VisitForm(data, initial=known)
    chosen: Any = form.fields["institution"]
    chosen.queryset = queries.institutions_to_visit(actor.scope)
    return form


def _recording(campaign_id: UUID | None) -> Any:
    def record(_row: Any, *, actor: Any, institution: Any, **given: Any) -> Visit:
        return services.record_visit(institution, actor=actor, campaign_id=campaign_id, **given)

    return record


@route("supervision.record_visit", *REGULATORS)
def record(request: HttpRequest) -> HttpResponse:
    """Record a visit; the campaign comes with the address."""

    def page(form: ActForm) -> HttpResponse:
        return render(request, "supervision/record.html", {"form": form})

    if request.method != "POST":
        return page(_form(request))
    recording = _recording(_uuid(request.GET.get("campaign", "")))
    act_now = PageAct("", forms.VisitForm, recording, _("监督检查已登记，请打印记录签字确认。"))
    return carry_out(
        request, act_now, None, form=_form(request, request.POST), page=page,
        home=lambda made: reverse("supervision:visit", args=[made.pk]),
    )


@require_POST
@route("supervision.print_record", *REGULATORS)
def print_record(request: HttpRequest, visit_id: UUID, kind: str) -> HttpResponse:
    """Print the record of a visit as an official document and hand it out."""
    row = _visit(request, visit_id)
    if kind not in MEDIA_TYPES:
        raise OutOfScope(kind)
    actor: Any = request.actor  # type: ignore[attr-defined]
    return file_answer(actor.scope, documents.issue_record(row, actor=actor), kind)

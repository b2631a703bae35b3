"""Pages of supervision: visits, one visit, coverage of the lists that must be covered in full."""

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
from hengjian.base.acts import ActForm, PageAct, carry_out, offered
from hengjian.base.errors import OutOfScope
from hengjian.base.ledger.timeline import timeline_of
from hengjian.base.links import campaign_choices, campaign_field
from hengjian.base.lists import page_of, uuid_or_none
from hengjian.base.routes import policy as route
from hengjian.dossier.queries import documents_of
from hengjian.enforcement import queries as enforcement
from hengjian.enforcement.documents import officers_text, violations_text
from hengjian.parties.policy import names_read_of
from hengjian.parties.states import REGULATORS
from hengjian.rectification import queries as rectification
from hengjian.rectification.documents import PAPERS, printed
from hengjian.registry.states import Speciality
from hengjian.supervision import documents, forms, policy, queries, services
from hengjian.supervision.models import Visit
from hengjian.supervision.states import VisitKind

ACTS: dict[str, PageAct] = {
    "sign": PageAct(
        lazy("登记签字确认"), forms.SignForm, services.sign_record, lazy("检查记录已确认。"), True, may=policy.may_change_record
    ),
    "finding": PageAct(
        lazy("登记发现的问题"), forms.FindingForm, services.open_finding, lazy("问题已登记到整改台账。"), may=policy.may_handle
    ),
    "evidence": PageAct(
        lazy("添加证据"), forms.EvidenceForm, services.add_evidence, lazy("证据已入卷。"), may=policy.may_handle
    ),
    "amend": PageAct(
        lazy("补充记录"), forms.AmendForm, services.amend_visit, lazy("检查记录已补充。"), may=policy.may_change_record
    ),
}


def _filter(request: HttpRequest) -> queries.Filter:
    asked = request.GET
    return queries.Filter(
        asked.get("status", ""), asked.get("q", "").strip(), asked.get("kind", ""), uuid_or_none(asked.get("campaign", ""))
    )


@require_GET
@route("supervision.read", *REGULATORS)
def visits(request: HttpRequest) -> HttpResponse:
    """Visits in the area."""
    actor, wanted = request.actor, _filter(request)  # type: ignore[attr-defined]
    page = page_of(request, queries.visits(actor.scope, wanted))
    counts = queries.counts(actor.scope, wanted)
    stats = [
        {"key": "on_site", "label": _("现场抽查"), "state": "filed", "count": counts.on_site},
        {"key": "violations", "label": _("发现违法违规"), "state": "overdue", "count": counts.violations, "bad": True},
        {"key": "unsigned", "label": _("记录待签字"), "state": "draft", "count": counts.unsigned},
    ]
    fields = [
        {"name": "q", "label": _("编号、机构")},
        {"name": "kind", "label": _("全部类别"), "kind": "select", "options": VisitKind.choices},
        *campaign_field(actor.scope),
    ]
    return render(
        request, "supervision/visits.html", {"page": page, "counts": counts, "stats": stats, "fields": fields}
    )


@require_GET
@route("supervision.read", *REGULATORS)
def coverage(request: HttpRequest) -> HttpResponse:
    """How far cylinder, lift and gas pipeline institutions are covered."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.coverage(actor.scope, uuid_or_none(request.GET.get("campaign", "")))
    names = [(str(Speciality(one.speciality).label), one) for one in found]
    missing = {row.institution.pk for one in found for row in one.missing}
    facts = {"lists": names, "missing": len(missing), "fields": campaign_field(actor.scope)}
    return render(request, "supervision/coverage.html", facts)


def _visit(request: HttpRequest, visit_id: UUID) -> Visit:
    found = queries.visit_of(request.actor.scope, visit_id)  # type: ignore[attr-defined]
    if found is None:
        raise OutOfScope(str(visit_id))
    return found


def _act_form(code: str, row: Visit, data: Any = None, files: Any = None) -> ActForm:
    known = {"findings": row.findings, "handling": row.handling} if code == "amend" else {}
    return ACTS[code].form(data, files, initial=known, auto_id=f"{code}-%s")


def _page(request: HttpRequest, row: Visit, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    known = dict(campaign_choices(actor.scope))
    facts = {
        "visit": row, "entries": timeline_of(queries.VISIT_TYPE, row.pk, names_of=names_read_of(actor, row)), "kinds": PAPERS,
        "offers": offered(
            ACTS, row, actor, url=lambda code: reverse("supervision:act", args=[row.pk, code]),
            form=lambda code: _act_form(code, row), bound=bound,
        ),
        "items": documents.item_rows(row), "officers": officers_text(row.officers),
        "violations": violations_text(row.violation_kinds), "handles": policy.may_handle(actor, row),
        "problems": rectification.problems_from(actor.scope, queries.VISIT_TYPE, row.pk),
        "orders": enforcement.orders_after_visit(actor.scope, row.pk), "cases": enforcement.cases_after_visit(actor.scope, row.pk),
        "papers": documents_of(actor.scope, queries.VISIT_TYPE, row.pk), "campaign": known.get(str(row.campaign_id), ""),
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
    return carry_out(
        request, ACTS[code], row, form=_act_form(code, row, request.POST, request.FILES), page=lambda form: _page(request, row, {code: form}),
        home=lambda _done: reverse("supervision:visit", args=[row.pk]),
    )


def _form(request: HttpRequest, data: Any = None) -> forms.VisitForm:
    actor: Any = request.actor  # type: ignore[attr-defined]
    own = {"name": actor.name, "card": queries.card_of(actor.scope, actor.name)}
    known = {
        "institution": request.GET.get("org"), "campaign_id": request.GET.get("campaign", ""), "visited_on": clock.today(),
        "on_site": True, "officers": [own],
    }
    form = forms.VisitForm(data, initial=known)
    form.fields["institution"].offer(queries.institutions_to_visit(actor.scope))  # type: ignore[attr-defined]
    form.offer_campaigns(campaign_choices(actor.scope, running=True))
    return form


def _recorded(_row: Any, *, actor: Any, institution: Any, **given: Any) -> Visit:
    return services.record_visit(institution, actor=actor, **given)


@route("supervision.record_visit", *REGULATORS)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Record a visit; institution and campaign may come with the address."""

    def page(form: ActForm) -> HttpResponse:
        return render(request, "supervision/record.html", {"form": form})

    if request.method != "POST":
        return page(_form(request))
    act_now = PageAct("", forms.VisitForm, _recorded, _("监督检查已登记，请打印记录签字确认。"))
    return carry_out(
        request, act_now, None, form=_form(request, request.POST), page=page,
        home=lambda made: reverse("supervision:visit", args=[made.pk]),
    )


@require_POST
@route("supervision.print_record", *REGULATORS)
def print_record(request: HttpRequest, visit_id: UUID, kind: str) -> HttpResponse:
    """Print the record of a visit as an official document and hand it out."""
    row = _visit(request, visit_id)
    if kind not in PAPERS:
        raise OutOfScope(kind)
    actor: Any = request.actor  # type: ignore[attr-defined]
    return printed(actor.scope, lambda: documents.issue_record(row, actor=actor), kind)

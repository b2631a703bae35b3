"""Carrying out a command: one page for each form, and the look at personal fields."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hengjian.base import clock
from hengjian.base.acts import ActForm, PageAct, carry_out, opens_for
from hengjian.base.errors import BadInput
from hengjian.base.routes import policy as route
from hengjian.parties.models import Organisation
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS, OrganisationKind
from hengjian.registry import forms, policy, queries, services
from hengjian.registry.models import Person
from hengjian.registry.views import commands
from hengjian.registry.views.pages import file_context


def _page(request: HttpRequest, form: ActForm, label: Any, row: Any, back: str) -> HttpResponse:
    return render(request, "registry/act.html", {"form": form, "label": label, "row": row, "back": back})


@route("registry.write", *REGULATORS, *INSTITUTION_FILLERS)
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, kind: str, row_id: UUID, code: str) -> HttpResponse:
    """One command on one row: its form, or what came of it."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    row, command = commands.row_of(actor.scope, kind, row_id), commands.act_of(kind, code)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = commands.form_for(kind, code, row, actor, *given)
    back = commands.home_of(row)
    if request.method != "POST":
        opens_for(commands.may(kind, code, row, actor, _jobs(actor, row)), _(commands.why_not(kind, code)))
        return _page(request, form, command.label, row, back)
    return carry_out(
        request, command, row, form=form, home=lambda done: commands.home_of(done or row),
        page=lambda bound: _page(request, bound, command.label, row, back),
    )


def _jobs(actor: Any, row: Any) -> list[Any]:
    """Employments that the actor sees of the person whom a row is about."""
    person = row if isinstance(row, Person) else getattr(row, "person", None)
    return list(queries.employments_of(actor.scope, person)) if person is not None else []


def _add_institution(_row: Any, *, actor: Any, **given: Any) -> Any:
    about = ("name", "uscc", "area", "address", "legal_representative", "contact_name", "contact_phone")
    organisation = Organisation(kind=OrganisationKind.INSTITUTION, **{name: given.pop(name) for name in about})
    return services.add_institution(organisation, actor=actor, **given)


def _add_enterprise(_row: Any, *, actor: Any, **given: Any) -> Any:
    return services.add_enterprise(actor=actor, **given)


NEW_INSTITUTION = PageAct(_("登记机构"), forms.NewInstitutionForm, _add_institution, _("机构已登记，请补全核准证。"), True)
NEW_ENTERPRISE = PageAct(_("登记使用单位"), forms.EnterpriseForm, _add_enterprise, _("使用单位已登记。"), True)


def _new(request: HttpRequest, command: PageAct, back: str) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    form = command.form(request.POST if request.method == "POST" else None)
    areas = [(one.path, "　" * one.depth + one.name) for one in queries.areas_within(actor.scope)]
    form.fields["area"].choices = areas  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, form, command.label, None, back)
    return carry_out(
        request, command, None, form=form, home=commands.home_of,
        page=lambda bound: _page(request, bound, command.label, None, back),
    )


@route("registry.add_institution", *REGULATORS)
@require_http_methods(["GET", "POST"])
def new_institution(request: HttpRequest) -> HttpResponse:
    """Take an institution into the register."""
    return _new(request, NEW_INSTITUTION, reverse("registry:institutions"))


@route("registry.add_enterprise", *REGULATORS)
@require_http_methods(["GET", "POST"])
def new_enterprise(request: HttpRequest) -> HttpResponse:
    """Take an enterprise into the register."""
    return _new(request, NEW_ENTERPRISE, reverse("registry:enterprises"))


@never_cache
@route("registry.reveal", *REGULATORS, *INSTITUTION_FILLERS, fresh=True)
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show personal fields in full, once, for a purpose; the answer is kept nowhere."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    file = queries.practice_file(actor.scope, person_id, clock.today())
    if request.method != "POST":
        opens_for(policy.may_reveal(actor, file.employments), _(policy.NOT_OWN_PEOPLE))
    form = forms.RevealForm(request.POST if request.method == "POST" else None)
    shown, status = None, 200
    if request.method == "POST":
        shown = _looked(form, file.person, actor)
        status = 200 if shown else 422
    page = {**file_context(file, actor), "form": form, "shown": shown}
    answer = render(request, "registry/reveal.html", page, status=status)
    answer.told_once = shown is not None  # type: ignore[attr-defined]
    return answer


def _looked(form: forms.RevealForm, person: Any, actor: Any) -> list[tuple[Any, str]] | None:
    """Labels and plain values, or nothing when the form was refused."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    try:
        found = services.reveal(
            person, actor=actor, fields=given["fields_wanted"], purpose=given["purpose"], reason=given["reason"]
        )
    except BadInput as refusal:
        form.refuse(refusal)
        return None
    words = dict(forms.FIELD_CHOICES)
    return [(words[name], value) for name, value in found.values.items()]

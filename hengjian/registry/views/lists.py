"""Lists: institutions, people, enterprises, equipment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hengjian.base import clock
from hengjian.base.lists import endless_page_of, page_of
from hengjian.base.routes import policy as route
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS
from hengjian.registry import policy, queries
from hengjian.registry.models import Institution
from hengjian.registry.states import EmploymentPost, Grade, InstitutionKind, InstitutionState, Speciality

CATEGORIES = (
    ("1000", _("锅炉")), ("2000", _("压力容器")), ("3000", _("电梯")), ("4000", _("起重机械")),
    ("5000", _("场（厂）内专用机动车辆")), ("6000", _("大型游乐设施")), ("8000", _("压力管道")), ("9000", _("客运索道")),
)
SHAPES = {"active": "accepted", "suspended": "returned", "revoked": "overdue", "rescinded": "overdue", "cancelled": "idle"}


def _get(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\0", "")[:80] for name in names}


def _select(name: str, label: Any, options: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "kind": "select", "options": list(options)}


def _areas(actor: Any) -> list[dict[str, Any]]:
    found = queries.areas_within(actor.scope)
    options = [(one.path, "　" * one.depth + one.name) for one in found]
    return [_select("area", _("全部地区"), options)] if options else []


@require_GET
@route("registry.read", *BUSINESS_ROLES)
def institutions(request: HttpRequest) -> HttpResponse:
    """Institutions of the scope."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = _get(request, "q", "kind", "speciality", "area", "state")
    fields = [
        {"name": "q", "label": _("机构名称、信用代码、核准证编号")}, *_areas(actor),
        _select("kind", _("全部类型"), InstitutionKind.choices), _select("speciality", _("全部专业"), Speciality.choices),
        _select("state", _("全部状态"), InstitutionState.choices),
    ]
    found = queries.institutions(actor.scope, search=wanted.pop("q"), **wanted)
    page = page_of(request, found)
    lines = [(line, SHAPES[line.institution.state], _specialities(line.institution)) for line in queries.institution_lines(actor.scope, page)]
    return render(request, "registry/institutions.html", {
        "page": page, "lines": lines, "fields": fields, "today": clock.today(), "may_add": policy.supervises_some(actor),
    })


def _specialities(one: Institution) -> list[str]:
    return [str(label) for code, label in Speciality.choices if code in (one.specialities or [])]


@require_GET
@route("registry.read", *BUSINESS_ROLES)
def people(request: HttpRequest) -> HttpResponse:
    """People of the scope, or of one institution (``?institution=``)."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = _get(request, "q", "post", "grade", "past", "institution")
    at = _institution(actor, wanted["institution"])
    fields = [
        {"name": "q", "label": _("姓名、完整证件号码、证书编号")}, _select("post", _("全部岗位"), EmploymentPost.choices),
        _select("grade", _("全部级别"), Grade.choices), _select("past", _("在职人员"), [("1", _("含已离职"))]),
    ]
    found = queries.people(
        actor.scope, search=wanted["q"], post=wanted["post"], grade=wanted["grade"], present=not wanted["past"],
        institution=at.pk if at else None,
    )
    page = endless_page_of(request, found)
    return render(request, "registry/people.html", {
        "page": page, "lines": queries.person_lines(actor.scope, page, clock.today(), at), "fields": fields,
        "institution": at,
    })


def _institution(actor: Any, given: str) -> Any:
    try:
        return queries.institution_by_id(actor.scope, UUID(given)) if given else None
    except ValueError:
        return None


@require_GET
@route("registry.read_objects", *REGULATORS)
def enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises of the scope."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = _get(request, "q", "area")
    fields = [{"name": "q", "label": _("单位名称、信用代码")}, *_areas(actor)]
    found = queries.enterprises(actor.scope, search=wanted["q"], area=wanted["area"])
    return render(request, "registry/enterprises.html", {"page": endless_page_of(request, found), "fields": fields})


@require_GET
@route("registry.read_objects", *REGULATORS)
def equipment(request: HttpRequest) -> HttpResponse:
    """Equipment of the scope."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = _get(request, "q", "category", "area")
    fields = [
        {"name": "q", "label": _("设备代码、使用单位")}, *_areas(actor), _select("category", _("全部类别"), CATEGORIES),
    ]
    found = queries.equipment(actor.scope, search=wanted["q"], category=wanted["category"], area=wanted["area"])
    page = endless_page_of(request, found)
    names = dict(CATEGORIES)
    lines = [(one, names.get(one.category[:1] + "000", one.category)) for one in page]
    return render(request, "registry/equipment.html", {
        "page": page, "lines": lines, "fields": fields, "today": clock.today(),
    })

"""The product's addresses, and beside them Django's admin and a plain list: only while a benchmark compares them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from hengjian.base import clock
from hengjian.base.lists import PER_PAGE
from hengjian.base.routes import public
from hengjian.base.scope import EVERYTHING
from hengjian.rectification.models import Problem
from hengjian.registry.models import Approval, Credential, Employment, Institution, InsuranceMonth, Person
from hengjian.registry.queries import months_before
from hengjian.urls import urlpatterns as known

ROWS = PER_PAGE
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "institution": (Institution, ("name", "uscc", "kind", "approval_class", "specialities", "approved_until", "people", "state")),
    "person": (Person, ("name", "id_number", "jobs", "papers", "expires", "months", "practising")),
    "problem": (Problem, ("number", "title", "institution_name", "severity", "state", "due_on", "closed_at")),
}
ADMIN = {
    "institution": ("name", "kind", "approval_class", "specialities", "state"), "person": ("name", "id_number", "born_on"),
    "problem": ("number", "title", "institution_name", "severity", "state", "due_on", "closed_at"),
}
"""What the admin shows of itself: columns of the table alone."""
ORDERS = {"institution": ("name_key", "id"), "person": ("name_key", "id"), "problem": ("-number", "-id")}
Cells = list[Any]


class Everything(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list of the admin over rows that ask for a scope."""

    list_per_page = ROWS

    def get_queryset(self, request: HttpRequest) -> Any:
        """All rows, in the order of the product's page."""
        return self.model.objects.within(EVERYTHING).order_by(*ORDERS[self.model._meta.model_name])

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever has signed in, on the machine of the benchmark."""
        return True

    has_view_permission = has_change_permission = has_delete_permission = has_add_permission = lambda self, request, obj=None: True


class Site(admin.AdminSite):
    """An admin for whoever has signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Posts and not flags make rights here; the benchmark looks as one who may."""
        return request.user.is_authenticated


site = Site(name="peer")
for _name, (_model, _columns) in LISTS.items():
    site.register(_model, type(f"{_name}Admin", (Everything,), {"list_display": ADMIN[_name]}))


def _rows(name: str) -> list[Cells]:
    """The rows of the product's page by plain SELECTs: its rows, its order, all its columns."""
    model, _columns = LISTS[name]
    found = model.objects.within(EVERYTHING).order_by(*ORDERS[name])
    if name == "institution":
        return _institutions(found)
    return _people(found) if name == "person" else [list(row) for row in found.values_list(*LISTS[name][1])[:ROWS]]


def _institutions(found: Any) -> list[Cells]:
    rows = list(found.values_list("id", "name", "organisation__uscc", "kind", "approval_class", "specialities", "state")[:ROWS])
    papers = Approval.objects.within(EVERYTHING).filter(institution_id__in=[row[0] for row in rows], state="active").order_by()
    until = dict(papers.values_list("institution_id").annotate(Max("valid_until")))
    jobs = Employment.objects.within(EVERYTHING).filter(institution_id__in=[row[0] for row in rows], ended_on=None).order_by()
    people = dict(jobs.values_list("institution_id").annotate(Count("person_id", distinct=True)))
    return [[*row[1:6], until.get(row[0]), people.get(row[0], 0), row[6]] for row in rows]


def _people(found: Any) -> list[Cells]:
    present = Employment.objects.within(EVERYTHING).filter(ended_on=None).order_by().values("person_id")
    rows = list(found.filter(pk__in=present).values_list("id", "name", "id_number")[:ROWS])
    ids = [row[0] for row in rows]
    jobs = _by_person(Employment, ids, "institution__name", "post", "full_time", "practice_registered_on")
    papers = _by_person(Credential, ids, "grade", "categories", "valid_until")
    months = _by_person(InsuranceMonth, ids, "month", "payer_name", month__gte=months_before(clock.today(), 12)[0])
    return [
        [name, number, _said(jobs[key]), _said(papers[key]), min((str(one[-1]) for one in papers[key]), default=""), _said(months[key]),
         any(one[-1] for one in jobs[key])]
        for key, name, number in rows
    ]


def _by_person(model: Any, ids: list[Any], *columns: str, **more: Any) -> dict[Any, list[Cells]]:
    held = defaultdict(list)
    for key, *cells in model.objects.within(EVERYTHING).filter(person_id__in=ids, **more).order_by().values_list("person_id", *columns):
        held[key].append(cells)
    return held


def _said(rows: list[Cells]) -> str:
    return " ".join(str(cell) for row in rows for cell in row)


def _shown(request: HttpRequest, name: str, template: str) -> HttpResponse:
    facts = {"name": name, "heads": LISTS[name][1], "rows": _rows(name), "count": LISTS[name][0].objects.within(EVERYTHING).count()}
    return render(request, f"bench/{template}.html", facts)


@public("the floor of the benchmark")
def shell(request: HttpRequest, name: str) -> HttpResponse:
    """The rows by plain SELECTs and a plain template in the product's page shell."""
    return _shown(request, name, "shell")


@public("the floor of the benchmark without the shell")
def plain(request: HttpRequest, name: str) -> HttpResponse:
    """The same rows and columns in a bare table: no layout, no navigation."""
    return _shown(request, name, "plain")


urlpatterns = [*known, path("peer/admin/", site.urls), path("peer/shell/<slug:name>/", shell), path("peer/plain/<slug:name>/", plain)]

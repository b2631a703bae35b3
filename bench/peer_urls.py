"""The product's addresses, and beside them Django's admin and a plain list: only while a benchmark compares them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from hengjian.base.routes import public
from hengjian.base.scope import EVERYTHING
from hengjian.rectification.models import Problem
from hengjian.registry.models import Institution, Person
from hengjian.urls import urlpatterns as known

ROWS = 50
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "institution": (Institution, ("name", "kind", "approval_class", "state")), "person": (Person, ("name", "id_kind", "born_on")),
    "problem": (Problem, ("number", "institution_name", "kind", "state", "due_on")),
}


class Everything(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list of the admin over rows that ask for a scope."""

    list_per_page = ROWS

    def get_queryset(self, request: HttpRequest) -> Any:
        """All rows, in the order of the product's page."""
        return self.model.objects.within(EVERYTHING).order_by(*self.model._meta.ordering)

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
    site.register(_model, type(f"{_name}Admin", (Everything,), {"list_display": _columns}))


@public("the floor of the benchmark")
def plain(request: HttpRequest, name: str) -> HttpResponse:
    """The same rows by one SELECT and one template."""
    model, columns = LISTS[name]
    rows = model.objects.within(EVERYTHING).order_by(*model._meta.ordering).values_list(*columns)[:ROWS]
    return render(request, "bench/plain.html", {"heads": columns, "rows": rows, "count": model.objects.within(EVERYTHING).count()})


urlpatterns = [*known, path("peer/admin/", site.urls), path("peer/plain/<slug:name>/", plain)]

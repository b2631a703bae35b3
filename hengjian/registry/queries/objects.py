"""Enterprises and equipment."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from hengjian.base.normalising import normalise_code
from hengjian.base.scope import Scope, inside
from hengjian.registry.models import Enterprise, Equipment


def enterprises(scope: Scope, *, search: str = "", area: str = "") -> QuerySet[Enterprise]:
    """Enterprises of the scope with how much equipment they use."""
    found = Enterprise.objects.within(scope)
    if search:
        found = found.filter(Q(name__icontains=search.strip()) | Q(uscc__startswith=normalise_code(search)))
    if area:
        found = found.filter(inside("area", area))
    return found.annotate(equipment_count=Count("equipment")).order_by("name_key", "id")


def equipment(scope: Scope, *, search: str = "", category: str = "", area: str = "") -> QuerySet[Equipment]:
    """Equipment of the scope with its user."""
    found = Equipment.objects.within(scope).select_related("enterprise")
    if search:
        found = found.filter(Q(code__startswith=normalise_code(search)) | Q(enterprise__name__icontains=search.strip()))
    if category:
        found = found.filter(category__startswith=category.rstrip("0") or category)
    if area:
        found = found.filter(inside("area", area))
    return found.order_by("code")

"""``{% load histories %}{% history_link "campaigns.plan" plan.pk %}``: the way to an object's time line, for those who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template

from hengjian.base.errors import OutOfScope
from hengjian.web.desk.objects import find

register = template.Library()


@register.inclusion_tag("web/history_link.html", takes_context=True)
def history_link(context: Mapping[str, Any], object_type: str, object_id: UUID) -> dict[str, Any]:
    """A link to the history of an object; nothing for readers to whom it is closed."""
    try:
        found = find(context["actor"], object_type, object_id)
    except OutOfScope:
        return {}
    return {"object_type": found.object_type, "object_id": found.object_id}

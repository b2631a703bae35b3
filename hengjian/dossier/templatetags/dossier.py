"""``{% load dossier %}{% evidence_box "rectification.problem" problem.pk "after" %}``: list of files, and a zone to add one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from hengjian.dossier import queries

register = template.Library()
FORMAT_NAMES = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF"}


@register.inclusion_tag("dossier/parts/evidence.html", takes_context=True)
def evidence_box(context: Mapping[str, Any], object_type: str, object_id: Any, item: str = "") -> dict[str, Any]:
    """The evidence that is put to an object (or to one item of it), with the way to add more."""
    actor = context["request"].actor
    box = queries.evidence_box(actor.scope, actor, object_type, object_id, item)
    return {"box": box, "form": None, "csrf_token": context.get("csrf_token")}


@register.filter
def format_name(fmt: str) -> str:
    """A format of documents as people call it: Word, Excel, PDF."""
    return FORMAT_NAMES.get(fmt, fmt.upper())


@register.filter
def file_size(size: int) -> str:
    """A size in KB or MB, as people say it."""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"

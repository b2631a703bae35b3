"""The packs: every definition that is loaded, with its source, and one of them to be read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.forms import queries
from hengjian.forms.models import FormDefinition
from hengjian.forms.packs import outline, parse
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, Role

READERS = (*AUTHORITY_ROLES, *INSTITUTION_ROLES, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)
KINDS = {
    "campaign": lazy("专项行动模板"), "roster": lazy("人员清单"), "checklist": lazy("自查表"), "scored_checklist": lazy("评分表"),
    "statistics": lazy("统计表"), "lists": lazy("清单和文书"),
}


@require_GET
@route("web.packs", *READERS)
def packs(request: HttpRequest) -> HttpResponse:
    """All definitions by the document that they come from."""
    held = queries.definitions_by_document(request.actor.scope)  # type: ignore[attr-defined]
    groups = [(one, [(row, KINDS.get(row.kind, row.kind)) for row in one.rows]) for one in held]
    rows = [row for one in held for row in one.rows]
    unverified = sum(not row.verified for row in rows)
    return render(request, "web/desk/packs.html", {"groups": groups, "total": len(rows), "unverified": unverified})


@require_GET
@route("web.definition", *READERS)
def definition(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """One definition in words."""
    row = FormDefinition.objects.filter(pk=definition_id).first()
    if row is None:
        raise OutOfScope(str(definition_id))
    facts: dict[str, Any] = {
        "definition": row, "kind": KINDS.get(row.kind, row.kind), "parts": outline(parse(row.body)), "issuer": queries.issuer_of(request.actor.scope, row),  # type: ignore[attr-defined]
        "source": row.body.get("source", {}), "notes": row.body.get("notes", []),
    }
    return render(request, "web/desk/definition.html", facts)

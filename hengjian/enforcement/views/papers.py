"""One paper on its page, whichever it is: its commands, its course, what was printed of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hengjian.base.acts import ActForm, Offer, PageAct, carry_out, offered
from hengjian.base.errors import OutOfScope
from hengjian.base.ledger.timeline import timeline_of
from hengjian.base.links import related_to
from hengjian.dossier.models import Document
from hengjian.dossier.queries import documents_of
from hengjian.parties.policy import hides_superiors, names_read_of
from hengjian.rectification import queries as rectification
from hengjian.rectification.documents import PAPERS, printed

FormMaker = Callable[..., ActForm]


def found_or_404(row: Any, row_id: UUID) -> Any:
    """The row of the address. Raises OutOfScope where the actor sees none."""
    if row is None:
        raise OutOfScope(str(row_id))
    return row


def paper_facts(row: Any, object_type: str, actor: Any) -> dict[str, Any]:
    """What every page of a paper shows beside its words."""
    return {
        "object_type": object_type, "kinds": PAPERS, "hide_names": hides_superiors(actor, row),
        "entries": timeline_of(object_type, row.pk, names_of=names_read_of(actor, row)),
        "papers": documents_of(actor.scope, object_type, row.pk).order_by("-made_at", "-id"),
        "related": related_to(actor, row),
        "problem": rectification.problem_of(actor.scope, row.problem_id) if row.problem_id else None,
    }


def offers_of(
    acts: Mapping[str, PageAct], route: str, row: Any, actor: Any, form: FormMaker, bound: dict[str, ActForm] | None,
    shut: frozenset[str] = frozenset(),
) -> list[Offer]:
    """The commands on a paper that state and policy allow now."""
    return offered(
        acts, row, actor, url=lambda code: reverse(route, args=[row.pk, code]), form=lambda code: form(code, row, actor),
        bound=bound, shut=shut,
    )


def act_on(
    request: HttpRequest, acts: Mapping[str, PageAct], code: str, row: Any, *, form: FormMaker, home: str,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    """Carry out one command on a paper and return to it; the services decide who may."""
    if code not in acts:
        raise OutOfScope(code)
    return carry_out(
        request, acts[code], row, form=form(code, row, request.actor, request.POST, request.FILES),  # type: ignore[attr-defined]
        page=lambda refused: page(request, row, {code: refused}), home=lambda _done: reverse(home, args=[row.pk]),
    )


def handed_out(request: HttpRequest, kind: str, issue: Callable[[], Document]) -> HttpResponse:
    """A paper as a file: Word or PDF. Raises OutOfScope for other formats."""
    if kind not in PAPERS:
        raise OutOfScope(kind)
    return printed(request.actor.scope, issue, kind)  # type: ignore[attr-defined]

"""Any business row by its type and id: may the actor see it, what is it called, where is its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.urls import NoReverseMatch

from hengjian.base.errors import OutOfScope
from hengjian.base.models import LedgerEntry, Row
from hengjian.dossier.policy import is_hidden
from hengjian.dossier.queries import is_kept_from
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import OrderState
from hengjian.forms.models import FormDefinition
from hengjian.parties import queries as parties
from hengjian.parties.models import Account, Authority, Organisation
from hengjian.parties.states import BUSINESS_ROLES, Role
from hengjian.registry.models import ImportRun
from hengjian.web.desk.opening import ISSUED_ABOVE, page_of

ADMINISTERED = (Account, Authority, FormDefinition, ImportRun, Organisation)
"""What administrators read the history of; business is not theirs (GB/T 22239-2019 8.1.4, 三权分立)."""
ISSUING = ("campaigns.launch_campaign", "campaigns.issue_plan", "campaigns.issue_supplement")


@dataclass(frozen=True)
class Found:
    """A row that the actor may see. An auditor sees of it only what the ledger says: ``row`` is None.

    ``since``: what was issued above the actor tells its history from that moment on; how it was drawn up stays with its authors.
    """

    object_type: str
    object_id: UUID
    row: Any
    label: str
    kind: str
    url: str
    since: datetime | None = None

    def tells(self, at: datetime) -> bool:
        """Whether what happened at a moment is for the actor to read."""
        return self.since is None or at >= self.since


def model_of(object_type: str) -> type[Row]:
    """The table of a type as the ledger calls it. Raises OutOfScope."""
    try:
        model = apps.get_model(object_type)
    except (LookupError, ValueError) as error:
        raise OutOfScope(object_type) from error
    if not issubclass(model, Row):
        raise OutOfScope(object_type)
    return model


def find(actor: Any, object_type: str, object_id: UUID) -> Found:
    """The row, if the actor may read it. Raises OutOfScope; also for tables that no scope narrows."""
    model = model_of(object_type)
    kind, key = str(model._meta.verbose_name), model._meta.label_lower
    if actor.holds(Role.AUDIT_ADMIN):
        return Found(key, object_id, None, "", kind, "")
    if is_hidden(actor, key) or not (actor.holds(*BUSINESS_ROLES) or model in ADMINISTERED):
        raise OutOfScope(key)
    row = _row(actor, model, object_id)
    is_draft = isinstance(row, Order) and row.state == OrderState.DRAFTED and not actor.is_authority
    if row is None or is_draft or is_kept_from(actor.scope, actor, row):  # a unit learns of an order when it is served
        raise OutOfScope(f"{object_type} {object_id}")
    is_from_above = model in ISSUED_ABOVE and not actor.scope.holds(row)
    return Found(key, object_id, row, str(row), kind, _page(actor, key, object_id), _issued_at(key, object_id) if is_from_above else None)


def _row(actor: Any, model: type[Row], object_id: UUID) -> Any:
    if model in ISSUED_ABOVE:
        return ISSUED_ABOVE[model](actor, object_id)
    rows: Any = model.objects.all()
    if issubclass(model, Account):
        mine = object_id == actor.id or parties.accounts_managed(actor.scope, actor).filter(pk=object_id).exists()
        return rows.filter(pk=object_id).first() if mine else None
    if model is FormDefinition:  # the rules are open to everybody who works by them
        return rows.filter(pk=object_id).first()
    return rows.within(actor.scope).filter(pk=object_id).first() if rows.needs_scope else None


def _issued_at(object_type: str, object_id: UUID) -> datetime | None:
    held = LedgerEntry.objects.filter(object_type=object_type, object_id=object_id, action__in=ISSUING).order_by("id")
    return held.values_list("at", flat=True).first()


def _page(actor: Any, object_type: str, object_id: UUID) -> str:
    try:
        return page_of(actor, object_type, object_id)
    except (OutOfScope, NoReverseMatch):
        return ""

"""Acts that matter are done by whoever has just shown who he is: with the second factor, or with the password where there is none.

Signing in counts for ten minutes, showing it again for ten more. What was typed travels with the page that asks; nothing
of it is kept on the server.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from hengjian.base import clock
from hengjian.base.routes import AGAIN_CODE, AGAIN_FIELDS, AGAIN_PASSWORD
from hengjian.parties.login import PROVED_KEY, CodeAgainForm

FRESH = timedelta(minutes=10)


def look(request: HttpRequest) -> None:
    """Say on the request whether its sender has just shown who he is, taking the proof that it may carry out of it."""
    given = _taken_out(request)
    request.again_fault = ""  # type: ignore[attr-defined]
    if given and not _is_fresh(request):
        request.again_fault = _fault(request, given)  # type: ignore[attr-defined]
    request.is_fresh = _is_fresh(request)  # type: ignore[attr-defined]
    request.again_by = AGAIN_CODE if is_mfa_enabled(request.user) else AGAIN_PASSWORD  # type: ignore[attr-defined]


def _is_fresh(request: HttpRequest) -> bool:
    age: float = clock.real_now().timestamp() - request.session.get(PROVED_KEY, 0)
    return 0 <= age < FRESH.total_seconds()


def _taken_out(request: HttpRequest) -> dict[str, str]:
    """Password or code of a page that asked again; they go no further: not into a receipt, a view, a ledger."""
    if request.method != "POST" or not any(name in request.POST for name in AGAIN_FIELDS):
        return {}
    kept = request.POST.copy()
    given = {name: str(kept.pop(name)[-1]) for name in AGAIN_FIELDS if name in kept}
    kept._mutable = False
    request.POST = kept  # type: ignore[assignment]
    return given


def _fault(request: HttpRequest, given: dict[str, str]) -> str:
    """Check the proof; what is wrong with it, or nothing."""
    if is_mfa_enabled(request.user):
        form: Any = CodeAgainForm({"code": given.get(AGAIN_CODE, "")}, user=request.user)
        if not form.is_valid():
            return str(form.errors["code"][0])
        form.save()
        return ""
    adapter = get_adapter()
    try:
        if not adapter.reauthenticate(request.user, given.get(AGAIN_PASSWORD, "")):
            return str(adapter.error_messages["incorrect_password"])
    except ValidationError as refused:
        return str(refused.messages[0])
    reauthenticate_by_password(request)
    return ""

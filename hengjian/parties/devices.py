"""Known devices: a browser that has signed in to an account proves it by a cookie, and is counted apart from strangers."""

from __future__ import annotations

import hmac
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hengjian.base import crypto
from hengjian.parties.models import Account

KEPT_SECONDS = 400 * 24 * 3600  # browsers keep no cookie longer
MOST_ACCOUNTS = 8  # a desk in a hall is used by several
FORM = re.compile(r"[\w-]{22}(\.[0-9a-f]{32}){0,8}", re.ASCII)
MARK = "_device_of"


def _proof(device: str, account: Account) -> str:
    """What only we can say of this device and account; another password ends it, so that whoever knew the old one is a stranger."""
    return crypto.mac("device", f"{device}|{account.pk}|{account.password}".encode()).hex()[:32]


def _held(request: HttpRequest) -> tuple[str, list[str]]:
    """The number of the device and its proofs, as the cookie says."""
    said = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    if not FORM.fullmatch(said):
        return "", []
    device, *proofs = said.split(".")
    return device, proofs


def known_device(request: HttpRequest, account: Account) -> str:
    """The number of the device when it has signed in to the account before; empty for a stranger."""
    device, proofs = _held(request)
    wanted = _proof(device, account) if proofs else ""
    return device if any(hmac.compare_digest(wanted, one) for one in proofs) else ""


def will_be_known(request: HttpRequest, account: Account) -> None:
    """Let the answer to this request tell the browser that it is known to the account."""
    setattr(request, MARK, account)


def tell_device(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie, once somebody has signed in or changed the password here."""
    account = getattr(request, MARK, None)
    if account is None:
        return
    device, proofs = _held(request)
    device = device or secrets.token_urlsafe(16)
    proof = _proof(device, account)
    kept = [one for one in proofs if one != proof][-(MOST_ACCOUNTS - 1):]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME, ".".join([device, *kept, proof]), max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )

"""A command sent twice has one effect: the receipt is written in the transaction of the work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve

from hengjian.base import clock, standing
from hengjian.base.actions import RECEIPT
from hengjian.base.models.receipts import Receipt

FIELD, HEADER = "_receipt", "Idempotency-Key"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
KEPT_DAYS = 90
TRIES = 4  # the first one and three more
MAX_BODY = 256 * 1024
KEPT_HEADERS = (
    "Location", "Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "Cross-Origin-Resource-Policy",
    "HX-Redirect", "HX-Trigger", "HX-Push-Url", "HX-Refresh", "HX-Location",
)
TOLD_ONCE = 204
"""The status of a receipt whose answer is kept nowhere: nothing but that the command was carried out."""


class _Refused(Exception):
    """Carries an error answer out of the transaction, so that nothing half-written stays."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class ReceiptMiddleware:
    """Commands (POST) that carry a key run in one transaction with their receipt.

    The same key and the same content give the first answer again; the same key with other content gives 422.
    A refusal rolls everything back, unless the view says ``response.keep_writes`` (a refusal that is itself on record).
    An answer with ``response.told_once`` (a first password, an identity number in full, the register as a file), a
    streamed one and one too long to keep are given once: the receipt keeps none of it, and sent again the command says
    that it was carried out (409).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = self._key(request)
        if not key or not request.user.is_authenticated:
            return self.get_response(request)
        print_ = fingerprint(request)
        known = self._known(request, key)
        if known is not None:
            return self._again(known, print_)
        try:
            return self._unless_collided(request, key, print_)
        except IntegrityError:
            known = self._known(request, key)
            if known is None:
                raise
            return self._again(known, print_)

    def _unless_collided(self, request: HttpRequest, key: str, print_: str) -> HttpResponse:
        """Run the command; begin anew when the database took it back only because it met another one (deadlock)."""
        for tries_left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return self._first(request, key, print_)
            except _Refused as refused:
                if not (tries_left and getattr(refused.response, "collided", False)):
                    return refused.response
            except OperationalError as error:  # at the commit itself
                if not (tries_left and standing.state_of(error) in standing.COLLIDED):
                    raise
            self._from_the_start(request)
        raise AssertionError("the last try returns or raises")

    def _from_the_start(self, request: HttpRequest) -> None:
        """The files of a request as they came, for a view that reads them once more."""
        files: Any = request.FILES
        for file in files.values():
            file.seek(0)

    def _key(self, request: HttpRequest) -> str:
        if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
            return ""
        key = (request.headers.get(HEADER) or request.POST.get(FIELD, ""))[:64]
        return key if key and _takes_receipts(request) else ""

    def _known(self, request: HttpRequest, key: str) -> Receipt | None:
        return Receipt.objects.filter(account_id=request.user.pk, key=key).first()

    def _first(self, request: HttpRequest, key: str, print_: str) -> HttpResponse:
        receipt = Receipt.objects.create(account_id=request.user.pk, key=key, fingerprint=print_, at=clock.now())
        token = RECEIPT.set(key)
        try:
            response = self.get_response(request)
        finally:
            RECEIPT.reset(token)
        if response.status_code >= 400 and not getattr(response, "keep_writes", False):
            raise _Refused(response)
        if _is_told_once(response):
            receipt.status = TOLD_ONCE
        else:
            receipt.status, receipt.body = response.status_code, response.content
            receipt.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        receipt.save()
        return response

    def _again(self, known: Receipt, print_: str) -> HttpResponse:
        if known.fingerprint != print_:
            return JsonResponse({"detail": "同一回执号已用于另一份内容，请刷新页面后重新提交。"}, status=422)
        if known.status == TOLD_ONCE:
            return JsonResponse({"detail": "这条命令已经办成。它的答复只给出一次，不留存；没有看到的，请刷新页面后重新办理。"}, status=409)
        response = HttpResponse(bytes(known.body), status=known.status or 200)
        for name, value in known.headers.items():
            response[name] = value
        response["Idempotency-Replayed"] = "true"
        return response


def _takes_receipts(request: HttpRequest) -> bool:
    """Only our own commands: pages of the login library count and enter failed tries, which a refusal must not roll back."""
    try:
        return hasattr(resolve(request.path_info).func, "route_policy")
    except Resolver404:
        return False


def _is_told_once(response: HttpResponse) -> bool:
    return bool(getattr(response, "told_once", False)) or response.streaming or len(response.content) > MAX_BODY


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 over method, address and what was sent (without the token that changes per page)."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    if request.content_type not in FORMS:
        digest.update(request.body)
        return digest.hexdigest()
    for name in sorted(request.POST):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            _add_file(digest, name, file)
    return digest.hexdigest()


def _add_file(digest: Any, name: str, file: Any) -> None:
    digest.update(repr((name, file.name, file.size)).encode())
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)


def forget_old_receipts() -> int:
    """Delete receipts older than 90 days; return how many."""
    return Receipt.objects.filter(at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()[0]

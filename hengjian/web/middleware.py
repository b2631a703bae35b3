"""Turns refusals of the services into answers: 404, 403, 409, 422, each with what to do next."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from hengjian.base import standing
from hengjian.base.errors import BadInput, NotAllowed, NotFresh, OutOfScope, ReadOnly, StaleRow
from hengjian.base.ledger.continuity import continuity, words
from hengjian.base.routes import AGAIN_CODE
from hengjian.base.states import WrongState
from hengjian.base.texts import Unreadable, seen

STATUS: dict[type[Exception], int] = {OutOfScope: 404, NotAllowed: 403, WrongState: 409, StaleRow: 409, BadInput: 422, ReadOnly: 503}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADLINE = {
    400: noop("请求无法识别"), 413: noop("内容过多"), 415: noop("内容类型不对"),
    404: noop("没有找到"), 403: noop("不能这样做"), 409: noop("情况已经变了"), 422: noop("填写的内容有误"), 503: noop("系统现在只能查看"),
}
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
ADVICE = {
    400: noop("请从页面上的按钮重新操作。"),
    413: noop("请分几次提交。"),
    415: noop("请从页面上的按钮重新操作。"),
    404: noop("可能是地址有误，或者它不在您的职责范围之内。"),
    403: noop("如确需办理，请由有权限的岗位办理，或与本单位管理员联系。"),
    409: noop("请回到上一页刷新，看看现在的状态再办理。"),
    422: noop("您填的内容没有保存，请按下面的说明改正后重新提交。"),
    503: noop("页面可以照常查看。恢复办理以后请再提交一次，不会重复办理。"),
}
OPEN_WHEN_READ_ONLY = ("account_", "mfa_", "parties:language", "parties:post_switch", "portal:", "web:consent_to_recovery")
"""Beginnings of the names of routes that may be posted to even then: they write nothing, or what the base leaves open."""


class ProxyMiddleware:
    """Behind a reverse proxy the visitor's address stands in a header; it is believed only from a proxy of our own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if told and request.META.get("REMOTE_ADDR") in settings.PROXIES:
            request.META["REMOTE_ADDR"] = _address(told.rpartition(",")[2]) or request.META["REMOTE_ADDR"]
        return self.get_response(request)


def _address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""


class SteadySessionMiddleware(SessionMiddleware):
    """A session that the database does not take now takes no page away; a command is refused for it, as for any write."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError) as error:
            found = standing.hindrance_behind(error)
            if found is None:
                raise
            why, cause = found
            standing.write_refused(why)
            if request.method in SAFE_METHODS:
                return response
            raise cause from error


class LanguageMiddleware:
    """Chinese is the language of the house; only the switch in the head of the page (a cookie) changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class TextMiddleware:
    """What is sent is text that can be read and seen; what is not text is refused before anybody looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
                raise Unreadable(415, noop("不接受压缩过的请求。"))
            seen(request.path_info)
            request.GET = _seen_in(request.GET)  # type: ignore[assignment]
            if request.content_type in FORM_TYPES:
                request.POST = _seen_in(request.POST)  # type: ignore[assignment]
        except Unreadable as why:
            return refusal(request, why.status, why)
        return self.get_response(request)


def _seen_in(given: QueryDict) -> QueryDict:
    """The same fields without what nobody sees; passwords stay as they were typed."""
    kept = QueryDict(mutable=True)
    for name, values in given.lists():
        kept.setlist(seen(name), [_seen_value(name, value) for value in values])
    kept._mutable = False
    return kept


def _seen_value(name: str, value: str) -> str:
    without = seen(value)
    return value if "pass" in name else without


class ProblemMiddleware:
    """One place where exceptions of the trade become pages (or JSON for scripts)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any) -> HttpResponse | None:
        """While the database is behind what is remembered of it, commands are refused before they begin; so is what is no form."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method in SAFE_METHODS:
            return None
        if not _is_readable(request, view):
            return refusal(request, 415, Unreadable(415, noop("请用表单提交。")))
        if name.startswith(OPEN_WHEN_READ_ONLY):
            return None
        found = continuity()
        return None if found.is_sound else refusal(request, 503, ReadOnly(words(found)))

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        if isinstance(exc, NotFresh):
            return ask_again(request)
        if isinstance(exc, Unreadable):
            return refusal(request, exc.status, exc)
        for kind, status in STATUS.items():
            if isinstance(exc, kind):
                return refusal(request, status, exc)
        if isinstance(exc, Http404):
            return refusal(request, 404, exc)
        return None


def ask_again(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor or the password, and go on with what was sent: it travels in the page, nothing is kept here."""
    asks_code = request.again_by == AGAIN_CODE  # type: ignore[attr-defined]
    if request.headers.get("Accept", "").startswith("application/json"):
        told = {"detail": _("请先确认是您本人。"), "faults": [], "again": request.again_by}  # type: ignore[attr-defined]
        return JsonResponse(told, status=403)
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        home = reverse("mfa_reauthenticate" if asks_code else "account_reauthenticate")
        return redirect(f"{home}?{urlencode({'next': request.get_full_path()})}")
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    page = {
        "sent": sent, "asks_code": asks_code, "field": request.again_by, "fault": request.again_fault,  # type: ignore[attr-defined]
        "action": request.get_full_path(), "back": request.headers.get("Referer", "/"),
    }
    is_part = bool(request.headers.get("HX-Request"))
    answer = render(request, "web/again_part.html" if is_part else "web/again.html", page, status=403)
    answer["Cache-Control"] = "no-store"
    if is_part:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#main", "innerHTML"
    return answer


def _is_readable(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
    """Whether a command comes as a form, or as JSON where its view takes that: another type would read as an empty form."""
    return not request.content_type or request.content_type in FORM_TYPES or bool(getattr(view, "takes_json", False))


def shown(text: str) -> str:
    """A sentence of a refusal in the language of the page; one that carries names and numbers stays as it was said."""
    return translation.gettext(text) if text else ""


def refusal(request: HttpRequest, status: int, exc: Exception) -> HttpResponse:
    """The page or JSON answer of one refusal; never says more about a row than the status does."""
    said = "" if status == 404 else shown(str(exc))
    faults = [{"place": f.place, "field": f.field, "message": shown(f.message)} for f in getattr(exc, "faults", ())]
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"detail": said or shown(HEADLINE[status]), "faults": faults}, status=status)
    page: dict[str, Any] = {
        "status": status, "headline": shown(HEADLINE[status]), "said": said, "faults": faults, "advice": shown(ADVICE[status]),
        "back": request.headers.get("Referer", "/"),
    }
    template = "web/error_part.html" if request.headers.get("HX-Request") else "web/error.html"
    return render(request, template, page, status=status)

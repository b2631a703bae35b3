"""Error pages of the server as a whole."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop as noop

from hengjian.web.middleware import ADVICE, HEADLINE, shown

RETRY_SECONDS = 60


def _page(request: HttpRequest, status: int, headline: str, advice: str) -> HttpResponse:
    facts = {"status": status, "headline": shown(headline), "said": "", "faults": [], "advice": shown(advice), "back": "/"}
    return render(request, "web/error.html", facts, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for addresses that do not exist, worded like 404 for rows out of scope."""
    return _page(request, 404, HEADLINE[404], ADVICE[404])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 of the framework (a page open too long, a form from elsewhere)."""
    return _page(request, 403, HEADLINE[403], ADVICE[403])


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent cannot be read."""
    return _page(request, 400, noop("请求无法识别"), noop("请从页面上的按钮重新操作。"))


def broken(request: HttpRequest) -> HttpResponse:
    """500: nothing was written; the request may be sent again. 503 when it is the database that gives no answer."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _page(request, 500, noop("系统出了差错"), noop("刚才的操作没有生效，数据没有变动。请稍后再试；仍不行时请联系系统管理员。"))


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: locked for too long, full, read-only or gone; the page is drawn without asking the database anything."""
    headline = shown(noop("系统暂时忙不过来"))
    advice = shown(noop("数据库没有应答，刚才的操作没有生效，您填的内容没有丢。请一分钟后再提交一次，不会重复办理；仍不行时请联系系统管理员。"))
    if request.headers.get("Accept", "").startswith("application/json"):
        answer: HttpResponse = JsonResponse({"detail": advice, "faults": []}, status=503)
    elif request.headers.get("HX-Request"):
        answer = HttpResponse(render_to_string("web/error_part.html", {"status": 503, "headline": headline, "advice": advice}), status=503)
    else:
        answer = HttpResponse(render_to_string("web/unavailable.html", {"headline": headline, "advice": advice}), status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer

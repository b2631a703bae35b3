"""Error pages of the server as a whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as noop

from hengjian.web.middleware import ADVICE, HEADLINE, shown


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
    """500: nothing was written; the request may be sent again."""
    return _page(request, 500, noop("系统出了差错"), noop("刚才的操作没有生效，数据没有变动。请稍后再试；仍不行时请联系系统管理员。"))

"""Error pages of the server as a whole."""

import errno
import sys

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop as noop

from hengjian.base import standing
from hengjian.base.standing import Hindrance
from hengjian.web.middleware import ADVICE, HEADLINE, shown

RETRY_SECONDS = 60
_BUSY = noop("系统暂时忙不过来")
_VIEW_ONLY = noop("系统目前只能查看，不能办理")
# What failed at the commit itself may turn out to be there after all: nobody is told that it is not.
_AGAIN = noop("数据库没有应答，刚才的操作没有得到确认，您填的内容没有丢。请一分钟后再提交一次，不会重复办理；仍不行时请联系系统管理员。")
_FULL = noop("服务器的磁盘已满，刚才的操作没有生效。请联系系统管理员清理或扩容，之后再提交一次，不会重复办理。")
_READ_ONLY = noop("服务器的磁盘或数据库现在只读，刚才的操作没有生效。请联系系统管理员，恢复后再提交一次，不会重复办理。")
_BROKEN = noop("服务器读写磁盘出错，刚才的操作没有得到确认。请立即联系系统管理员检查磁盘，恢复后再提交一次，不会重复办理。")
WORDS = {
    Hindrance.READ_ONLY: (_VIEW_ONLY, _READ_ONLY), Hindrance.FULL: (_VIEW_ONLY, _FULL), Hindrance.BROKEN: (_VIEW_ONLY, _BROKEN),
    Hindrance.BUSY: (_BUSY, _AGAIN), Hindrance.GONE: (_BUSY, _AGAIN),
}
OUT_OF_MEMORY = (_BUSY, noop("服务器内存不足，刚才的操作没有生效。请稍后再试，上传的文件请拆小一些；仍不行时请联系系统管理员。"))
OF_THE_DISK = {
    errno.ENOSPC: (507, (noop("没有地方存放文件"), _FULL)), errno.EDQUOT: (507, (noop("没有地方存放文件"), _FULL)), errno.EROFS: (503, (_VIEW_ONLY, _READ_ONLY)),
    errno.EIO: (503, (_VIEW_ONLY, _BROKEN)), errno.EMFILE: (503, (_BUSY, _AGAIN)), errno.ENFILE: (503, (_BUSY, _AGAIN)), errno.ENOMEM: (503, OUT_OF_MEMORY),
}


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
    """500: nothing was written; the request may be sent again. 503 or 507 when it is the machine that fails us."""
    error = sys.exc_info()[1]
    if error is not None and (answer := of_the_machine(request, error)) is not None:
        return answer
    return _page(request, 500, noop("系统出了差错"), noop("刚才的操作没有生效，数据没有变动。请稍后再试；仍不行时请联系系统管理员。"))


def of_the_machine(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The answer when database, disk or memory refuse; None when the fault is our own."""
    if found := standing.hindrance_behind(error):
        why, cause = found
        standing.write_refused(why)
        if why is Hindrance.BROKEN:
            connection.close()  # what it still holds in memory may never have reached the disk
        answer = unavailable(request, WORDS[why])
        answer.collided = standing.state_of(cause) in standing.COLLIDED  # type: ignore[attr-defined]
        return answer
    if isinstance(error, MemoryError):
        return unavailable(request, OUT_OF_MEMORY)
    if isinstance(error, OSError) and error.errno in OF_THE_DISK:
        status, words = OF_THE_DISK[error.errno]
        return unavailable(request, words, status)
    return None


def unavailable(request: HttpRequest, words: tuple[str, str], status: int = 503) -> HttpResponse:
    """503: locked for too long, full, read-only or gone; the page is drawn without asking the database anything."""
    headline, advice = (shown(one) for one in words)
    facts = {"status": status, "headline": headline, "advice": advice}
    try:
        if request.headers.get("Accept", "").startswith("application/json"):
            answer: HttpResponse = JsonResponse({"detail": advice, "faults": []}, status=status)
        else:
            template = "web/error_part.html" if request.headers.get("HX-Request") else "web/unavailable.html"
            answer = HttpResponse(render_to_string(template, facts), status=status)
    except (MemoryError, OSError):  # not even for the page is there room
        answer = HttpResponse(f"{headline}：{advice}", content_type="text/plain; charset=utf-8", status=status)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer

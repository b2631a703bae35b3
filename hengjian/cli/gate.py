"""The gate before the pages: a request is taken in whole before a thread is given to it, so whoever sends slowly waits alone.

An ASGI application around the WSGI one. Bodies wait in memory, never in files: rosters do not lie in /tmp.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

THREADS = "_HENGJIAN_THREADS"
"""How `hengjian serve` tells its processes how many threads answer."""

MEBI = 1 << 20
MOST_OF_ONE, MOST_OF_ALL = 100 * MEBI, 256 * MEBI
"""So many bytes one request may bring (as deploy/nginx has it), and all that are under way together."""
PAUSE_S, GRACE_S, SLOWEST = 30.0, 60.0, 2048
"""The longest silence within a body; after a minute it has to have brought so many bytes for each second."""
AT_ONCE = 64 * 1024
"""An answer up to this size goes out in one piece, without its thread."""
DEAF_S = 60.0
"""A reader who takes nothing of a long answer for so long has gone."""

REFUSED = {408: "请求发送太慢，已中断。请检查网络后重试。", 413: "提交的内容太大。", 503: "现在上传的人太多，请一分钟后再试。"}


class Refused(Exception):
    """A request that is not let in: the status to answer with."""

    def __init__(self, status: int) -> None:
        super().__init__(REFUSED[status])
        self.status = status


class Left(Exception):
    """The client has gone before its request was whole."""


class Gate:
    """Takes requests in on the event loop, and gives whole ones to a fixed number of threads."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._under_way = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        held = [0]
        try:
            body = await self._taken_in(scope, receive, held)
            await self._answered(_environ(scope, body), send)
        except Refused as refusal:
            await _tell(send, refusal)
        except Left:
            return
        finally:
            self._under_way -= held[0]

    async def _taken_in(self, scope: dict[str, Any], receive: Receive, held: list[int]) -> bytes:
        """Read the whole body; raise Refused when it is too large or too slow, Left when its sender went away."""
        announced = _length(scope)
        if announced > MOST_OF_ONE:
            raise Refused(413)
        parts, began = list[bytes](), time.monotonic()
        while True:
            message = await _next(receive)
            part = message.get("body", b"")
            held[0] += len(part)
            self._under_way += len(part)
            if held[0] > MOST_OF_ONE:
                raise Refused(413)
            if self._under_way > MOST_OF_ALL:
                raise Refused(503)
            if time.monotonic() - began > GRACE_S + held[0] / SLOWEST:
                raise Refused(408)
            parts.append(part)
            if not message.get("more_body", False):
                break
        if held[0] < announced:
            raise Left
        return b"".join(parts)

    async def _answered(self, environ: dict[str, Any], send: Send) -> None:
        """Let a thread answer; what is long goes out from there piece by piece, as fast as it is read."""
        loop = asyncio.get_running_loop()

        async def send_here(message: dict[str, Any]) -> None:
            await send(message)  # what the server gives to wait for belongs to its loop, and need not be a coroutine

        def send_from_thread(message: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(send_here(message), loop).result(DEAF_S)

        for message in await loop.run_in_executor(self._threads, self._run, environ, send_from_thread):
            await send(message)

    def _run(self, environ: dict[str, Any], send_on: Callable[[dict[str, Any]], None]) -> list[dict[str, Any]]:
        """Run the application in this thread; return what is still to be sent."""
        begun = dict[str, Any]()

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            begun["status"] = int(status.partition(" ")[0])
            begun["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            return lambda _data: None

        answer = self._application(environ, start_response)
        try:
            parts = iter(answer)
            first, is_all = _first_of(parts)
            start = {"type": "http.response.start", **begun}
            if is_all:
                return [start, _body(first, more=False)]
            send_on(start)
            for part in chain([first], parts):
                send_on(_body(part, more=True))
            return [_body(b"", more=False)]
        finally:
            if (close := getattr(answer, "close", None)) is not None:
                close()


def _first_of(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The beginning of an answer, and whether that is all of it."""
    found, size = list[bytes](), 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size > AT_ONCE:
            return b"".join(found), False
    return b"".join(found), True


def _body(part: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": part, "more_body": more}


async def _next(receive: Receive) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PAUSE_S):
            message = await receive()
    except TimeoutError:
        raise Refused(408) from None
    if message["type"] == "http.disconnect":
        raise Left
    return message


def _length(scope: dict[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            with suppress(ValueError):
                return int(value)
    return 0


async def _tell(send: Send, refusal: Refused) -> None:
    said = f"{refusal}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(said)).encode()), (b"connection", b"close"), (b"retry-after", b"60")]
    with suppress(Exception):  # whoever is refused has often gone
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send(_body(said, more=False))


def _environ(scope: dict[str, Any], body: bytes) -> dict[str, Any]:
    """What PEP 3333 gives to an application, from what ASGI knows of a request."""
    server = scope.get("server") or ("localhost", 80)
    environ = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"), "SERVER_NAME": str(server[0]), "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}", "REMOTE_ADDR": str((scope.get("client") or ("",))[0]), "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.get("scheme", "http"), "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.input_terminated": True,
    }
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").upper().replace("-", "_")
        if name == "CONTENT_LENGTH" or b"_" in raw:  # an underscore would pass for the hyphen of another header
            continue
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','} {text}" if key in environ else text
    return environ

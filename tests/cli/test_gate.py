"""A request is taken in whole before a thread is given to it; what is too large, too slow or too much is refused; long answers flow."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from hengjian.cli import gate
from hengjian.cli.gate import Gate

Message = dict[str, Any]


def scope_of(path: str = "/", method: str = "POST", **headers: str) -> Message:
    return {
        "type": "http", "method": method, "path": path, "query_string": b"q=1", "http_version": "1.1", "scheme": "http", "server": ("localhost", 80),
        "client": ("10.0.0.9", 5), "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


async def asked(door: Gate, scope: Message, *parts: bytes, last: Message | None = None) -> list[Message]:
    """Send a request in parts; return what is answered."""
    messages = [{"type": "http.request", "body": part, "more_body": last is not None or part is not parts[-1]} for part in parts]
    waiting, sent = iter([*messages, *([last] if last else [])]), list[Message]()

    async def receive() -> Message:
        try:
            return next(waiting)
        except StopIteration:
            await asyncio.sleep(3600)
            raise AssertionError from None

    def send(message: Message) -> asyncio.Future[None]:
        """As granian does: something to wait for, made on the loop, and no coroutine."""
        done = asyncio.get_running_loop().create_future()
        sent.append(message)
        done.set_result(None)
        return done

    await door(scope, receive, send)
    return sent


def echo(environ: Message, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    said = [environ[key] for key in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_LENGTH")]
    return ["|".join(said).encode("latin-1"), b"|", environ["wsgi.input"].read()]


def test_the_application_sees_the_request_as_it_was_sent():
    start, body = asyncio.run(asked(Gate(echo, 1), scope_of("/机构/"), b"one ", b"two"))
    assert start["status"] == 200
    assert [value for name, value in start["headers"] if name == b"set-cookie"] == [b"a=1", b"b=2"]
    assert body["body"].decode() == "POST|/机构/|q=1|10.0.0.9|7|one two"
    assert not body["more_body"]


def test_cookies_are_joined_and_a_header_with_an_underscore_is_not_taken_for_another():
    scope = scope_of(cookie="a=1")
    scope["headers"] += [(b"cookie", b"b=2"), (b"x_forwarded_for", b"1.1.1.1")]
    environ = gate._environ(scope, b"")
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert "HTTP_X_FORWARDED_FOR" not in environ


@pytest.mark.parametrize(("headers", "status"), [({"content_length": str(101 << 20)}, 413), ({}, 413)], ids=["announced", "not announced"])
def test_what_is_too_large_is_refused_without_a_thread(headers, status, monkeypatch):
    monkeypatch.setattr(gate, "MOST_OF_ONE", 1 << 20)
    door = Gate(lambda *_: pytest.fail("a thread was given to it"), 1)
    start, body = asyncio.run(asked(door, scope_of(**headers), b"x" * (1 << 20), b"x"))
    assert (start["status"], body["body"].decode()) == (status, "提交的内容太大。\n")
    assert door._under_way == 0


def test_one_who_stops_in_the_middle_is_refused_in_time_and_one_who_leaves_is_not_answered(monkeypatch):
    monkeypatch.setattr(gate, "PAUSE_S", 0.05)
    door = Gate(echo, 1)
    start, _body = asyncio.run(asked(door, scope_of(), b"half", last={"type": "http.request", "body": b"", "more_body": True}))
    assert start["status"] == 408
    assert asyncio.run(asked(door, scope_of(), b"half", last={"type": "http.disconnect"})) == []
    assert asyncio.run(asked(door, scope_of(content_length="9"), b"half")) == []
    assert door._under_way == 0


def test_many_who_stop_in_the_middle_hold_up_nobody(monkeypatch):
    monkeypatch.setattr(gate, "MOST_OF_ALL", 1 << 20)

    async def play() -> tuple[list[Message], list[Message]]:
        door = Gate(echo, 2)
        stuck = [asyncio.create_task(asked(door, scope_of(), b"x" * 10_000, last={"type": "http.request", "body": b"", "more_body": True})) for _ in range(50)]
        await asyncio.sleep(0.05)
        quick = await asked(door, scope_of(), b"whole")
        refused = await asked(door, scope_of(), b"x" * (1 << 20))
        for one in stuck:
            one.cancel()
        return quick, refused

    quick, refused = asyncio.run(play())
    assert quick[0]["status"] == 200
    assert refused[0]["status"] == 503  # all that is under way together would be too much


def test_a_long_answer_flows_from_its_own_thread_and_is_closed():
    told: list[Any] = []

    class Long:
        def __iter__(self) -> Any:
            for number in range(5):
                told.append(threading.current_thread().name)
                yield bytes([65 + number]) * 40_000

        def close(self) -> None:
            told.append("closed")

    def application(_environ: Message, start_response: Any) -> Long:
        start_response("200 OK", [])
        return Long()

    messages = asyncio.run(asked(Gate(application, 3), scope_of(method="GET"), b""))
    assert [len(one.get("body", b"")) for one in messages[1:]] == [80_000, 40_000, 40_000, 40_000, 0]
    assert [one["more_body"] for one in messages[1:]] == [True] * 4 + [False]
    assert len(set(told[:-1])) == 1
    assert told[-1] == "closed"

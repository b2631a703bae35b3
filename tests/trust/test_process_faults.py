"""Processes, clients and clocks misbehave: nobody else notices, nothing is done twice, and what is wrong is shown."""

from __future__ import annotations

import os
import resource
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest
from test_tools import faketime_path

from tests.trust.rush import CSRF
from tests.trust.standing_place import pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


BODIES = 30
"""Requests without an end of their body; a server has eight threads."""


def _head(standing, key, n=0):
    """A command as it goes over the wire."""
    one = standing.filer(n)
    body = f"filler_name=%E8%AE%B8%E8%8B%A5%E8%B0%B7&filler_phone=13800005678&filled_on=2024-07-10&_receipt={key}"
    head = (
        f"POST /campaigns/self-check/{one.submission}/check/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: sessionid={one.session}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode(), body.encode()


def _reset(link):
    """Close with a reset instead of a farewell."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    link.close()


def test_an_answer_that_is_cut_off_is_asked_for_again_with_one_effect(standing):
    with standing.place.server(port=standing.port):
        for n, read in enumerate((0, 1, 20, 200)):
            link = socket.create_connection(("127.0.0.1", standing.port), 30)
            head, body = _head(standing, f"cut-{n}", n)
            link.sendall(head + body)
            if read:
                link.recv(read)
            _reset(link)
            assert standing.file(f"cut-{n}", n)[0] == 302
    for n in range(4):
        editions, state, receipts = standing.holds(n)
        assert (editions, state, receipts[f"cut-{n}"]) == (1, "filed", 302)


def test_slow_and_broken_clients_hold_nobody_up(standing, tell):
    """Heads that never end and bodies that never end, many more than there are threads."""
    with standing.place.server(port=standing.port):
        slow = []
        for n in range(60):
            link = socket.create_connection(("127.0.0.1", standing.port), 30)
            head, body = _head(standing, f"slow-{n}", 3)
            link.sendall(head + body[:-5] if n < BODIES else head[: -10 - n])
            slow.append(link)
        took = []
        for n in range(3):
            began = time.monotonic()
            assert standing.file(f"other-{n}", n)[0] == 302
            assert standing.page(n)[0] == 200
            took.append(time.monotonic() - began)
        for link in slow:
            _reset(link)
        assert standing.file("last", 3)[0] == 302
        tell(f"beside 60 connections that send nothing more, filing and reading took {max(took):.1f} s at most")
        assert max(took) < 10
    assert [standing.holds(n)[:2] for n in range(4)] == [(1, "filed")] * 4


def test_memory_that_runs_out_fails_one_request_and_the_server_goes_on(standing, tell):
    with standing.place.server(port=standing.port) as (_address, server):
        assert standing.page()[0] == 200
        pid = pages_of(server)
        used = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
        before = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (used + (48 << 20), before[1]))
        one = standing.filer(1)
        status, said = _or_cut_off(lambda: one.sent("/dossier/evidence/", b"_receipt=big&note=" + b"x" * (25 << 20)))
        assert status >= 400 or status == 0, said[:200]
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, before)
        _until(lambda: _or_cut_off(standing.page)[0] == 200)
        assert standing.file("after")[0] == 302
        tell(f"48 MB left and 25 MB sent: answered {status}; the process {'went on' if pages_of(server) == pid else 'died and was started anew'}")
    assert standing.holds()[:2] == (1, "filed")


def _or_cut_off(ask):
    try:
        return ask()
    except OSError:
        return 0, ""


def test_too_many_open_files_refuse_and_recover(standing):
    with standing.place.server(port=standing.port) as (_address, server):
        assert standing.page()[0] == 200
        pid = pages_of(server)
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")) + 4, before[1]))
        links = []
        for _n in range(40):
            with suppress(OSError):
                links.append(socket.create_connection(("127.0.0.1", standing.port), 2))
        for link in links:
            link.close()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        assert standing.file("after")[0] == 302
        assert pages_of(server) == pid
    assert standing.holds()[:2] == (1, "filed")


def test_a_worker_that_is_frozen_keeps_its_turn_and_does_nothing_twice(standing):
    settings = {"HENGJIAN_MODE": "production"}
    place = standing.place
    assert place.run("migrate", **settings).returncode == 0
    with place.worker(**settings) as worker:
        _until(lambda: "已启动" in place.var.with_suffix(".worker.log").read_text())
        os.kill(worker.pid, signal.SIGSTOP)
        second = place.run("worker", **settings)
        assert (second.returncode, "已有一个后台进程" in second.stderr) == (1, True)
        os.kill(worker.pid, signal.SIGCONT)
        worker.kill()
        worker.wait()
    with place.worker(**settings):
        _until(lambda: "已启动" in place.var.with_suffix(".worker.log").read_text())
    assert "账本完整" in place.run("ledger", "verify").stdout


def _until(is_so, seconds=60):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.2)


def test_a_clock_that_went_back_breaks_no_order_and_is_an_alarm(standing):
    with standing.place.server(port=standing.port):
        assert standing.file("before")[0] == 302
    library = _faketime()
    back = {"LD_PRELOAD": library, "FAKETIME": "-1h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with standing.place.server(port=standing.port, **back):
        assert standing.withdraw("back")[0] == 302
        assert standing.file("again")[0] == 302
        assert standing.page()[0] == 200
    assert "时钟比账本最后一条早" in standing.place.log.read_text()
    assert "时钟比账本最后一条早" in standing.place.run("doctor", **back).stdout
    assert "不早于账本最后一条" in standing.place.run("doctor").stdout
    assert standing.holds()[:2] == (2, "filed")
    assert "账本完整" in standing.place.run("ledger", "verify").stdout
    assert "一致" in standing.place.run("ledger", "reconcile").stdout


def test_a_clock_that_was_ahead_and_is_put_right_signs_nobody_out_and_keeps_the_order(standing):
    """Less than a minute ahead is no alarm; put right, what was written in the future stays first."""
    ahead = {"LD_PRELOAD": _faketime(), "FAKETIME": "+50s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with standing.place.server(port=standing.port, **ahead):
        assert standing.file("ahead")[0] == 302
        assert standing.page()[0] == 200
    with standing.place.server(port=standing.port):
        assert standing.withdraw("right")[0] == 302
        assert standing.file("again")[0] == 302
    assert standing.holds()[:2] == (2, "filed")
    assert "账本完整" in standing.place.run("ledger", "verify").stdout
    assert "一致" in standing.place.run("ledger", "reconcile").stdout


def _faketime():
    library = faketime_path()
    if library is None:
        pytest.skip("libfaketime is not on this machine: the clock of a server cannot be moved")
    return library



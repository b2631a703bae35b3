"""Ids ascend, and say when the row was made."""

import os
import threading
import time
from uuid import UUID

import pytest

from hengjian.base import ids
from hengjian.base.ids import uuid7


def test_ids_are_version_7_of_rfc_9562():
    made = uuid7()
    assert (made.version, made.int >> 62 & 0b11) == (7, 0b10)


def test_ids_ascend_within_a_process():
    made = [uuid7() for _ in range(50_000)]
    assert made == sorted(set(made))


def test_ids_carry_the_millisecond_of_the_machine():
    before = time.time_ns() // 1_000_000
    shown = uuid7().int >> 80
    assert before <= shown <= time.time_ns() // 1_000_000 + 1


def test_ids_ascend_when_the_machine_clock_goes_back(monkeypatch):
    first = uuid7()
    real = time.time_ns()
    monkeypatch.setattr(ids.time, "time_ns", lambda: real - 3_600_000_000_000)
    assert uuid7() > first


def test_an_overflowing_counter_moves_to_the_next_millisecond(monkeypatch):
    uuid7()
    frozen = time.time_ns() + 1_000_000_000
    monkeypatch.setattr(ids.time, "time_ns", lambda: frozen)
    first = uuid7()
    monkeypatch.setattr(ids, "_last_random", (1 << 74) - 1)
    second = uuid7()
    assert (second > first, second.int >> 80) == (True, frozen // 1_000_000 + 1)


def test_threads_never_get_the_same_id():
    made: list[UUID] = []
    threads = [threading.Thread(target=lambda: made.extend([uuid7() for _ in range(5_000)])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 40_000


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_worker_does_not_count_on_from_its_parent():
    uuid7()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, bytes([ids._last_ms == 0]))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 1) == b"\x01"

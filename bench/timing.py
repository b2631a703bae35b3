"""Time and queries of each request, told in a header of the answer; only while a benchmark runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Bench"


class Timed:
    """The outermost middleware."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = [0]

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            asked[0] += 1
            return execute(sql, params, many, context)

        wall, cpu = time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(count):
            response = self.answer(request)
        response[HEADER] = f"{time.perf_counter() - wall:.6f} {time.thread_time() - cpu:.6f} {asked[0]}"
        return response

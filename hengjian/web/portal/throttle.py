"""A limit on how often one address may ask, for pages that stand open to everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.base import clock

View = Callable[..., HttpResponse]


def at_most(times: int, *, name: str, seconds: int = 60) -> Callable[[View], View]:
    """Answer 429 when one address asks more than ``times`` within a window of ``seconds``."""

    def wrap(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            window = int(clock.real_now().timestamp()) // seconds
            key = f"throttle:{name}:{request.META.get('REMOTE_ADDR', '')}:{window}"
            cache.add(key, 0, timeout=seconds + 5)
            try:
                asked = cache.incr(key)
            except ValueError:  # it ran out between the two
                asked = 1
            if asked > times:
                answer = render(request, "429.html", status=429)
                answer["Retry-After"] = str(seconds)
                return answer
            return view(request, *args, **kwargs)

        return limited

    return wrap

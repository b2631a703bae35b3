"""Puts the actor on the request: the account in its current post, looked up afresh every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from hengjian.base import clock
from hengjian.parties.actors import actor_for, posts_today

IDLE = timedelta(minutes=60)


class ActorMiddleware:
    """Sets ``request.actor`` and ``request.posts``; a withdrawn post or idle session ends at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.posts = None, []  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            self._seat(request)
        return self.get_response(request)

    def _seat(self, request: HttpRequest) -> None:
        now = clock.real_now().timestamp()
        seen = request.session.get("seen_at", now)
        if now - seen > IDLE.total_seconds():
            logout(request)
            return
        if now - seen > 60 or "seen_at" not in request.session:
            request.session["seen_at"] = now
        posts = posts_today(request.user)  # type: ignore[arg-type]
        wanted = request.session.get("post_id")
        chosen = next((p for p in posts if str(p.id) == wanted), posts[0] if posts else None)
        request.posts = posts  # type: ignore[attr-defined]
        if chosen is not None:
            request.actor = actor_for(request.user, chosen)  # type: ignore[attr-defined,arg-type]

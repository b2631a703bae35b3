"""Puts the actor on the request: the account in its current post, looked up afresh every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, NOTHING, Scope
from hengjian.base.sight import seeing
from hengjian.parties import freshness, queries, services
from hengjian.parties.actors import actor_for, own_actor, posts_today
from hengjian.parties.devices import tell_device
from hengjian.parties.login import BEGAN_KEY, SESSION_KEY
from hengjian.parties.states import PLATFORM_ADMINS, SignInEnd

IDLE = timedelta(minutes=60)
FIRST_STEPS = frozenset({"account_change_password", "account_logout", "account_login", "parties:language"})
SECOND_FACTOR = frozenset({
    *FIRST_STEPS, "account_reauthenticate", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "mfa_index", "mfa_reauthenticate", "parties:post_switch",
})


class ActorMiddleware:
    """Sets ``request.actor`` and ``request.posts``; a withdrawn post or idle session ends at once.

    Whoever still has a first password, or as a platform administrator no second factor, gets no further than
    setting it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.posts = None, []  # type: ignore[attr-defined]
        step = None
        with seeing(None):
            if request.user.is_authenticated:
                self._seat(request)
            if request.user.is_authenticated:
                freshness.look(request)
                step = self._first_step(request)
        if step is None:
            with seeing(self._sight_of(request)):
                response = self.get_response(request)
        else:
            response = step
        tell_device(request, response)
        return response

    @staticmethod
    def _sight_of(request: HttpRequest) -> Scope | None:
        """What the database shows to this request: what the post may see; nothing to an account without; to a stranger not even that."""
        actor = request.actor  # type: ignore[attr-defined]
        if actor is not None:
            return actor.scope  # type: ignore[no-any-return]
        return NOTHING if request.user.is_authenticated else None

    def _seat(self, request: HttpRequest) -> None:
        now = clock.real_now().timestamp()
        seen = request.session.get("seen_at", now)
        if now - seen > IDLE.total_seconds():
            self._leave(request, SignInEnd.IDLE, _("您已有60分钟没有操作，为安全起见已退出，请重新登录。"))
            return
        if now - request.session.get(BEGAN_KEY, now) > queries.LONGEST_SIGN_IN.total_seconds():
            self._leave(request, SignInEnd.EXPIRED, _("这次登录已满12小时，请重新登录。"))
            return
        if queries.is_ended(EVERYTHING, request.session.get(SESSION_KEY)):
            self._leave(request, SignInEnd.ELSEWHERE, _("这次登录已在别处结束，请重新登录。"))
            return
        if now - seen > 60 or "seen_at" not in request.session:
            request.session["seen_at"] = now
        posts = posts_today(request.user)  # type: ignore[arg-type]
        wanted = request.session.get("post_id")
        chosen = next((p for p in posts if str(p.id) == wanted), posts[0] if posts else None)
        request.posts = posts  # type: ignore[attr-defined]
        if chosen is not None:
            request.actor = actor_for(request.user, chosen)  # type: ignore[attr-defined,arg-type]

    def _leave(self, request: HttpRequest, how: str, said: str) -> None:
        if kept := request.session.get(SESSION_KEY):
            services.end_sign_in(kept, actor=own_actor(request.user), how=how)  # type: ignore[arg-type]
        logout(request)
        messages.info(request, said)

    def _first_step(self, request: HttpRequest) -> HttpResponse | None:
        user: Any = request.user
        if user.must_change_password:
            return None if _name_of(request) in FIRST_STEPS else redirect("account_change_password")
        actor = request.actor  # type: ignore[attr-defined]
        needs_second = settings.REQUIRE_2FA and actor is not None and actor.role in PLATFORM_ADMINS
        if needs_second and _name_of(request) not in SECOND_FACTOR and not is_mfa_enabled(user):
            return redirect("mfa_activate_totp")
        return None


def _name_of(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name or ""
    except Resolver404:
        return ""

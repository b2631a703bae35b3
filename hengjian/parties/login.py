"""How people sign in: no self-registration, no account without an administrator."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from hengjian.parties import services
from hengjian.parties.actors import own_actor

TOLD = {
    "username_password_mismatch": _("登录名或密码不对。请检查后再试；连续输错多次会被暂时锁定。"),
    "too_many_login_attempts": _("输错的次数太多，已暂时锁定。请稍后再试，或请本单位管理员重置密码。"),
    "account_inactive": _("这个账号已停用，请联系本单位管理员。"),
    "incorrect_password": _("密码不对，请重新输入。"),
    "enter_current_password": _("现在的密码不对，请重新输入。"),
    "password_min_length": _("密码至少要有{0}个字符。"),
    "rate_limited": _("请求过于频繁，请稍后再试。"),
}


class Adapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator of the unit, never by signing up."""

    error_messages = {**DefaultAccountAdapter.error_messages, **TOLD}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(request.META.get("REMOTE_ADDR", ""))

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        raise PermissionError("accounts are opened by an administrator")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, str(TOLD["account_inactive"]))
        return redirect("account_login")

    def set_password(self, user: Any, password: str) -> None:
        """Change one's own password through the audited action; the ledger learns that, not what."""
        saved = services.change_own_details(user, actor=own_actor(user), password=password)
        user.password, user.must_change_password = saved.password, saved.must_change_password

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Say only what a person needs to hear; that one has signed in or out shows by itself."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)

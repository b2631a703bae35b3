"""How people sign in: no self-registration, no account without an administrator, each sign-in on record."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ChangePasswordForm
from allauth.account.signals import authentication_step_completed, password_changed
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import signals
from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from hengjian.base import budgets, clock, crypto
from hengjian.base.scope import EVERYTHING
from hengjian.parties import devices, guesses, queries, services
from hengjian.parties.actors import everything_actor, own_actor
from hengjian.parties.models import Account
from hengjian.parties.second_factors import PLACE as SECRET_PLACE
from hengjian.parties.states import SignInEnd, SignInMethod

SESSION_KEY, BEGAN_KEY, PROVED_KEY = "sign_in", "began_at", "proved_at"
NOBODY = Account(username="", name="")
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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Check a password, at login and wherever it is asked for again; a try that is over its budget is not looked at."""
        name = credentials.get("username", "")
        wanted = guesses.of_password(request, name, guesses.account_named(name))
        if budgets.spend(wanted):
            raise self.validation_error("too_many_login_attempts")
        user = super().authenticate(request, **credentials)
        if user is not None:
            budgets.give_back(wanted)
        return user

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """With a second factor it is that which is asked for again; the password alone is not enough then."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [one for one in found if one["id"] == "mfa_reauthenticate"] or found

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        raise PermissionError("accounts are opened by an administrator")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, str(TOLD["account_inactive"]))
        return redirect("account_login")

    def set_password(self, user: Any, password: str) -> None:
        """Change one's own password through the audited action; the ledger learns that, not what."""
        saved = services.change_own_password(user, actor=own_actor(user), password=password)
        user.password, user.must_change_password = saved.password, saved.must_change_password

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Let the language of the pages go with the account."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return answer

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Say only what a person needs to hear; that one has signed in or out shows by itself."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secret of a second factor sealed: a copy of the database signs nobody in."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, SECRET_PLACE).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(bytes.fromhex(encrypted_text), SECRET_PLACE)


class _Counted:
    """A form that asks for the code of a second factor, within the budget of the account."""

    user: Any

    def clean_code(self) -> str:
        wanted = guesses.of_code(context.request, self.user)
        if budgets.spend(wanted):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        budgets.give_back(wanted)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """The second step of the login."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """The code once more, before an act that matters."""


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password against the present one, which is tried within the budget of the account."""

    def clean_oldpassword(self) -> str:
        wanted = guesses.of_password(context.request, self.user.username, self.user)
        if budgets.spend(wanted):
            raise get_adapter().validation_error("too_many_login_attempts")
        password: str = super().clean_oldpassword()
        budgets.give_back(wanted)
        return password


def listen() -> None:
    """Enter each sign-in and what belongs to it; the time of the last one comes from the clock of the house."""
    signals.user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
    signals.user_logged_in.connect(_signed_in, dispatch_uid="parties.signed_in")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="parties.signed_out")
    signals.user_login_failed.connect(_failed, dispatch_uid="parties.failed")
    authentication_step_completed.connect(_proved_again, dispatch_uid="parties.proved_again")
    authentication_failed.connect(_second_step_failed, dispatch_uid="parties.second_step_failed")
    password_changed.connect(_password_changed, dispatch_uid="parties.password_changed")
    for signal, what in ((authenticator_added, "activate"), (authenticator_removed, "deactivate"), (authenticator_reset, "renew")):
        signal.connect(_second_factor(what), weak=False, dispatch_uid=f"parties.second_factor_{what}")


def _from(request: HttpRequest | None) -> services.Origin:
    held = getattr(request, "META", {})
    return services.Origin(str(held.get("REMOTE_ADDR", "")), str(held.get("HTTP_USER_AGENT", "")))


def _signed_in(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    steps = [record.get("type") for record in get_authentication_records(request, user) if record.get("method") == "mfa"]
    failed = queries.failed_since_last(EVERYTHING, user.pk)
    row = services.note_sign_in(user, actor=own_actor(user), method=steps[-1] if steps else SignInMethod.PASSWORD, origin=_from(request))
    request.session[SESSION_KEY] = str(row.pk)
    request.session[BEGAN_KEY] = request.session[PROVED_KEY] = clock.real_now().timestamp()
    user.last_login = clock.now()
    user.save(update_fields=["last_login"])
    devices.will_be_known(request, user)
    if failed:
        told = say("上次登录以来有%(n)s次没有登录成功。如果不是您本人，请修改密码，并告诉本单位管理员。") % {"n": failed}
        messages.warning(request, told, fail_silently=True)


def _proved_again(sender: Any, request: HttpRequest, user: Any, method: str, reauthenticated: bool = False, **_more: Any) -> None:
    """Whoever has a second factor shows that one; the session goes on under another key."""
    if reauthenticated and (method == "mfa" or not is_mfa_enabled(user)):
        request.session.cycle_key()
        request.session[PROVED_KEY] = clock.real_now().timestamp()


def _signed_out(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    kept = request.session.get(SESSION_KEY) if hasattr(request, "session") else None
    if kept and user is not None:
        services.end_sign_in(kept, actor=own_actor(user), how=SignInEnd.LEFT)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    """Enter the failure. For a name that nobody has the same is done and taken back: by the time it takes no name is found out."""
    account = guesses.account_named(credentials.get("username", ""))
    with transaction.atomic():
        _note_failure(account or NOBODY, _from(request))
        if account is None:
            transaction.set_rollback(True)


def _note_failure(account: Account, origin: services.Origin) -> None:
    services.note_sign_in(account, actor=everything_actor("登录程序"), method=SignInMethod.PASSWORD, origin=origin, succeeded=False)


def _second_step_failed(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    services.note_sign_in(user, actor=everything_actor("登录程序"), method=SignInMethod.TOTP, origin=_from(request), succeeded=False)


def _password_changed(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    devices.will_be_known(request, user)
    services.end_others(user, actor=own_actor(user), keep=request.session.get(SESSION_KEY), how=SignInEnd.PASSWORD)


def _second_factor(what: str) -> Any:
    def note(sender: Any, user: Any, authenticator: Any, **_more: Any) -> None:
        # Recovery codes come and go with the second factor; only a renewed batch is an act of its own.
        if what == "renew" or authenticator.type == Authenticator.Type.TOTP:
            services.note_second_factor(user, actor=own_actor(user), what=what)

    return note

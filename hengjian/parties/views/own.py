"""One's own account: details, password and second factor, sign-ins, posts; and the language of the pages."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from hengjian.base import clock
from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.routes import policy as route
from hengjian.base.routes import public
from hengjian.base.scope import EVERYTHING
from hengjian.parties import forms, queries, services
from hengjian.parties.actors import own_actor
from hengjian.parties.login import SESSION_KEY
from hengjian.parties.models import Account
from hengjian.parties.states import LANGUAGES

SHOWN_SIGN_INS = 12


def _save(account: Account, *, actor: Any, forget_phone: bool, phone: str, **given: Any) -> Account:
    kept = phone or ("" if forget_phone else None)
    return services.change_own_details(account, actor=own_actor(account), phone=kept, **given)


SAVE = PageAct(lazy("保存资料"), forms.OwnDetailsForm, _save, lazy("资料已保存。"), True)


def _second_factor(account: Account) -> dict[str, Any]:
    """Whether a second factor is set up, since when, and how many recovery codes are left."""
    held = {one.type: one for one in Authenticator.objects.filter(user=account)}
    codes = held.get(Authenticator.Type.RECOVERY_CODES)
    left = len(codes.wrap().get_unused_codes()) if codes else 0
    return {"is_on": Authenticator.Type.TOTP in held, "left": left, "wanted": settings.REQUIRE_2FA}


def _page(request: HttpRequest, form: ActForm | None = None) -> HttpResponse:
    account = Account.objects.get(pk=request.user.pk)
    today, here = clock.today(), request.session.get(SESSION_KEY, "")
    start = {"email": account.email, "language": account.language or settings.LANGUAGE_CODE, "density": account.density}
    open_now = {str(pk) for pk in queries.open_sign_ins(EVERYTHING, account.pk).values_list("pk", flat=True)}
    posts = account.posts.within(EVERYTHING).select_related("authority", "organisation").order_by("-valid_from", "id")
    return render(request, "parties/own.html", {
        "account": account, "form": form or forms.OwnDetailsForm(initial=start), "second": _second_factor(account),
        "password_at": queries.password_changed_at(EVERYTHING, account.pk), "others": len(open_now - {here}),
        "sign_ins": [(one, str(one.pk) == here, str(one.pk) in open_now) for one in queries.sign_ins(EVERYTHING, account.pk)[:SHOWN_SIGN_INS]],
        "posts": [(post, post.valid_to is None or post.valid_to >= today, post.valid_from > today) for post in posts],
    })


@require_GET
@route("parties.own_account", without_post=True)
def own_account(request: HttpRequest) -> HttpResponse:
    """What the account is, where it is signed in, which posts it holds."""
    return _page(request)


@require_POST
@route("parties.own_account", without_post=True)
def change_own(request: HttpRequest) -> HttpResponse:
    """Change one's own details."""
    answer = carry_out(request, SAVE, request.user, page=lambda bad: _page(request, bad), home=lambda _row: "parties:own_account")
    if answer.status_code == 302:
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.POST.get("language", settings.LANGUAGE_CODE), samesite="Lax")
    return answer


@require_POST
@route("parties.own_account", without_post=True)
def end_others(request: HttpRequest) -> HttpResponse:
    """End one's other sign-ins."""
    account = Account.objects.get(pk=request.user.pk)
    n = services.end_others(account, actor=own_actor(account), keep=request.session.get(SESSION_KEY))
    messages.success(request, ngettext("已结束%(n)s处登录，那里须重新登录。", "已结束%(n)s处登录，那里须重新登录。", n) % {"n": n})
    return redirect("parties:own_account")


@public("切换语言：登录页也可以切换；登录后随账号保存")
@require_http_methods(["GET", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages, and let the choice go with the account."""
    answer = set_language(request)
    wanted = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and wanted in LANGUAGES and wanted != request.user.language:
        services.change_own_details(request.user, actor=own_actor(request.user), language=wanted)
    return answer

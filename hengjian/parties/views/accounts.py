"""Accounts and posts, as their administrators keep them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base import clock
from hengjian.base.acts import ActForm, Offer, PageAct, carry_out
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.routes import policy as route
from hengjian.base.scope import EVERYTHING
from hengjian.parties import forms, policy, queries, services
from hengjian.parties.models import Account, Post
from hengjian.parties.states import Role

ADMINS = (Role.AUTHORITY_ADMIN, Role.INSTITUTION_ADMIN, Role.SECURITY_ADMIN)
PER_PAGE, SHOWN_SIGN_INS = 30, 5


@require_POST
@route("parties.post_switch", without_post=True)
def post_switch(request: HttpRequest) -> HttpResponse:
    """Go on in another of one's posts."""
    wanted = request.POST.get("post", "")
    chosen = next((post for post in request.posts if str(post.id) == wanted), None)  # type: ignore[attr-defined]
    if chosen is None:
        raise OutOfScope(wanted)
    request.session["post_id"] = wanted
    messages.info(request, _("现在以“%(post)s”的岗位办理。") % {"post": chosen})
    return redirect("/")


@require_GET
@route("parties.accounts", *ADMINS)
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that the actor administers."""
    actor, asked = request.actor, request.GET  # type: ignore[attr-defined]
    status = asked.get("status", "")
    found = queries.accounts_found(actor.scope, actor, words=asked.get("q", "").strip(), role=asked.get("role", ""), status=status)
    every = queries.accounts_found(actor.scope, actor)
    labels = {"on": _("启用"), "first": _("还没有改初始密码"), "none": _("没有任职"), "idle": _("90天未登录"), "off": _("停用")}
    counts = {key: queries.accounts_found(actor.scope, actor, status=key).count() for key in labels}
    roles = [(value, label) for value, label in Role.choices if value in policy.grantable_roles(actor)]
    return render(request, "parties/accounts.html", {
        "page": Paginator(found, PER_PAGE).get_page(asked.get("page")), "total": every.count(), "today": clock.today(), "counts": counts,
        "stats": [{"key": key, "label": labels[key], "count": n} for key, n in counts.items()],
        "fields": [{"name": "q", "label": _("姓名、登录名、单位")}, {"name": "role", "label": _("全部岗位"), "kind": "select", "options": roles}],
    })


def _first_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """Show the first password, this once; it stays out of receipts and caches."""
    answer = render(request, "parties/first_password.html", {"account": account, "password": password})
    answer["Cache-Control"] = "no-store"
    answer.told_once = True  # type: ignore[attr-defined]
    return answer


@require_http_methods(["GET", "POST"])
@route("parties.open_account", *ADMINS, fresh=True)
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account with its first post."""
    actor = request.actor  # type: ignore[attr-defined]
    start = {name: request.GET[name] for name in ("role", "holder") if name in request.GET}
    form = forms.AccountForm(request.POST or None, actor=actor, initial=start)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("username", "name", "phone", "email")}
        try:
            account, password = services.open_account(actor=actor, post=form.new_post(), **given)
        except BadInput as refusal:
            form.refuse(refusal)
        else:
            return _first_password(request, account, password)
    names = queries.holder_names(queries.tree_scope(actor), policy.grantable_roles(actor)) if "holder" in form.fields else []
    return render(request, "parties/open_account.html", {"form": form, "holders": names}, status=422 if form.errors else 200)


def _grant(account: Account, *, actor: Any, form: forms.PostForm) -> Any:
    return services.grant_post(account, actor=actor, post=form.new_post())


def _reset_factor(account: Account, *, actor: Any, reason: str) -> Any:
    return services.reset_second_factor(account, actor=actor, reason=reason)


def _switch(account: Account, *, actor: Any, reason: str) -> Any:
    return services.set_active(account, actor=actor, active=not account.is_active, reason=reason)


def _acts(account: Account) -> dict[str, PageAct]:
    switch = lazy("停用账号") if account.is_active else lazy("重新启用")
    found = {
        "grant": PageAct(lazy("增加岗位"), forms.PostForm, _grant, lazy("岗位已授予，下次打开页面即生效。")),
        "correct": PageAct(lazy("更正资料"), forms.CorrectionForm, services.correct_account, lazy("资料已更正。")),
    }
    if queries.has_second_factor(EVERYTHING, account.pk):
        found["factor"] = PageAct(lazy("重置动态验证码"), forms.ReasonForm, _reset_factor, lazy("动态验证码已重置，本人下次登录后须重新启用。"))
    return {**found, "switch": PageAct(switch, forms.ReasonForm, _switch, lazy("账号状态已改变，立即生效。"))}


def _form(act: PageAct, code: str, actor: Any, account: Account, data: Any = None) -> ActForm:
    if act.form is forms.PostForm:
        return forms.PostForm(data, actor=actor, auto_id=f"{code}-%s")
    return act.form(data, auto_id=f"{code}-%s", initial={"name": account.name, "email": account.email})


def _held(post: Post, actor: Any, today: date) -> dict[str, Any]:
    """A post as the page lists it: whether it counts, is to come, may be withdrawn, and who granted it."""
    granted_by = Account.objects.filter(pk=post.granted_by_id).values_list("name", flat=True).first() if post.granted_by_id else ""
    return {
        "post": post, "is_current": post.valid_to is None or post.valid_to >= today, "is_to_come": post.valid_from > today,
        "may_withdraw": policy.may_withdraw(actor, post), "granted_by": granted_by,
    }


def _page(request: HttpRequest, row: Account, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    posts = list(row.posts.within(EVERYTHING).select_related("authority", "organisation").order_by("-valid_from", "id"))
    today = clock.today()
    manages = policy.may_manage(actor, policy.counting(posts, today))
    offers = [
        Offer(code, reverse("parties:act_on_account", args=[row.pk, code]), act.label, (bound or {}).get(code) or _form(act, code, actor, row))
        for code, act in _acts(row).items()
        if row.id != actor.id and (manages or code == "grant")
    ]
    shown = [post for post in posts if actor.is_authority or not actor.holds(Role.INSTITUTION_ADMIN) or post.organisation_id == actor.org_id]
    return render(request, "parties/account.html", {
        "account": row, "posts": [_held(post, actor, today) for post in shown], "unseen": len(posts) - len(shown),
        "offers": offers, "manages": manages, "is_self": row.id == actor.id, "has_factor": queries.has_second_factor(EVERYTHING, row.pk),
        "sign_ins": [(one, False, one.ended_at is None) for one in queries.sign_ins(EVERYTHING, row.pk)[:SHOWN_SIGN_INS]],
        "holders": queries.holder_names(queries.tree_scope(actor), policy.grantable_roles(actor)) if not actor.holds(Role.INSTITUTION_ADMIN) else [],
    })


@require_GET
@route("parties.account", *ADMINS)
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account with its posts."""
    actor = request.actor  # type: ignore[attr-defined]
    return _page(request, queries.account_managed(actor.scope, actor, account_id))


@require_POST
@route("parties.act_on_account", *ADMINS, fresh=("grant", "factor", "switch"))
def act_on_account(request: HttpRequest, account_id: UUID, code: str) -> HttpResponse:
    """Grant a further post, or switch the account off or on."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.account_managed(actor.scope, actor, account_id)
    act = _acts(row).get(code)
    if act is None:
        raise OutOfScope(code)
    form = _form(act, code, actor, row, request.POST)
    if isinstance(form, forms.PostForm):
        act = PageAct(act.label, act.form, lambda one, *, actor, **_given: _grant(one, actor=actor, form=form), act.said)
    home = reverse("parties:account", args=[row.pk])
    return carry_out(request, act, row, form=form, page=lambda bad: _page(request, row, {code: bad}), home=lambda _done: home)


@require_POST
@route("parties.act_on_account", *ADMINS, fresh=True)
def reset_password(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a new first password and show it once."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.account_managed(actor.scope, actor, account_id)
    return _first_password(request, row, services.reset_password(row, actor=actor, reason=request.POST.get("reason", "")))


@require_POST
@route("parties.act_on_account", *ADMINS, fresh=True)
def withdraw(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Withdraw a post."""
    actor = request.actor  # type: ignore[attr-defined]
    post = queries.post_managed(actor.scope, actor, post_id)
    services.withdraw_post(post, actor=actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("岗位已收回，立即生效。"))
    return redirect("parties:account", post.account_id)

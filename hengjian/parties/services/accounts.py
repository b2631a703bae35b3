"""Accounts are opened and posts granted by administrators, each within what it holds itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.parties import policy
from hengjian.parties.models import Account, Authority, Organisation, Post

OPEN = title("parties.open_account", "开立账号")
GRANT = title("parties.grant_post", "授予岗位")
WITHDRAW = title("parties.withdraw_post", "收回岗位")
ACTIVE = title("parties.set_active", "启用或停用账号")
RESET = title("parties.reset_password", "重置密码")
DETAILS = title("parties.change_own_details", "修改本人资料")


@dataclass(frozen=True)
class NewPost:
    """The post that a new account begins with."""

    role: str
    holder: Authority | Organisation | None
    title: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def open_account(*, actor: Any, username: str, name: str, post: NewPost, phone: str = "", email: str = "", password: str = "") -> tuple[Account, str]:
    """Open an account with its first post; returns the account and its first password, to be changed at login."""
    faults = Faults()
    if not username.strip() or not username.strip().replace("-", "").replace("_", "").replace(".", "").isalnum():
        faults.add("登录名", "登录名只能用字母、数字、点、横线和下划线。")
    elif Account.objects.filter(username=username.strip()).exists():
        faults.add("登录名", f"登录名“{username}”已有人使用，请换一个。")
    if not name.strip():
        faults.add("姓名", "请填写姓名。")
    faults.raise_if_any()
    first = password or secrets.token_urlsafe(12)
    with audited_action(OPEN, actor=actor) as act:
        account = Account(username=username.strip(), name=name.strip(), phone=phone, email=email, created_at=clock.now(), must_change_password=not password)
        act.require(policy.may_grant(actor, role=post.role, holder=post.holder), "您不能授予这个岗位：岗位须在您的管理范围之内。")
        account.set_password(first)
        act.add(account)
        act.add(_post(account, post, actor))
    return account, first


def _post(account: Account, new: NewPost, actor: Any) -> Post:
    row = Post(account=account, role=new.role, title=new.title, valid_from=new.valid_from or clock.today(), valid_to=new.valid_to, granted_by_id=actor.id)
    if isinstance(new.holder, Authority):
        row.authority, row.area = new.holder, new.holder.path
    elif new.holder is not None:
        row.organisation, row.area = new.holder, new.holder.area
    return row


def grant_post(account: Account, *, actor: Any, post: NewPost) -> Post:
    """Give an account a further post."""
    if post.valid_to is not None and post.valid_to < (post.valid_from or clock.today()):
        raise BadInput("任职止", "任职止日不能早于任职起日。")
    with audited_action(GRANT, actor=actor) as act:
        account = act.take(account)
        act.require(policy.may_grant(actor, role=post.role, holder=post.holder, account_id=account.id), "您不能授予这个岗位：须在您的管理范围之内，且不能授予自己。")
        account.rights_version += 1
        return act.add(_post(account, post, actor))


def withdraw_post(post: Post, *, actor: Any, reason: str) -> Post:
    """Withdraw a post; it no longer counts from the next request on."""
    if len(reason.strip()) < 2:
        raise BadInput("理由", "请写明收回的理由。")
    with audited_action(WITHDRAW, actor=actor, reason=reason) as act:
        post = act.take(post)
        act.require(policy.may_withdraw(actor, post), "您不能收回这个岗位。")
        post.valid_to = min(clock.today() - timedelta(days=1), post.valid_to or date.max)
        if post.valid_to < post.valid_from:
            post.valid_from = post.valid_to
        account = act.take(post.account)
        account.rights_version += 1
    return post


def _may_manage(actor: Any, account: Account) -> bool:
    held = list(account.posts.select_related("authority", "organisation"))
    return actor.holds("system") or (bool(held) and all(policy.may_withdraw(actor, post) for post in held))


def set_active(account: Account, *, actor: Any, active: bool, reason: str) -> Account:
    """Switch an account off (left, lost device) or on again."""
    if len(reason.strip()) < 2:
        raise BadInput("理由", "请写明理由。")
    with audited_action(ACTIVE, actor=actor, reason=reason) as act:
        account = act.take(account)
        act.require(_may_manage(actor, account), "这个账号不在您的管理范围之内。")
        account.is_active = active
        account.rights_version += 1
    return account


def reset_password(account: Account, *, actor: Any) -> str:
    """Give an account a new first password, to be changed at the next login; returns it once."""
    first = secrets.token_urlsafe(12)
    with audited_action(RESET, actor=actor) as act:
        account = act.take(account)
        act.require(_may_manage(actor, account), "这个账号不在您的管理范围之内。")
        account.set_password(first)
        account.must_change_password = True
        account.rights_version += 1
    return first


def change_own_details(account: Account, *, actor: Any, email: str = "", phone: str = "", density: str = "", password: str = "") -> Account:
    """What a person may change about its own account."""
    account = Account.objects.get(pk=account.pk)  # a request hands in its lazy user
    if password:
        try:
            validate_password(password, account)
        except ValidationError as error:
            raise BadInput("新密码", "".join(error.messages)) from error
    with audited_action(DETAILS, actor=actor) as act:
        account = act.take(account)
        act.require(account.id == actor.id, "只能修改自己的资料。")
        if email:
            account.email = email
        if phone:
            account.phone = phone
        if density in {"loose", "normal", "tight"}:
            account.density = density
        if password:
            account.set_password(password)
            account.must_change_password = False
    return account

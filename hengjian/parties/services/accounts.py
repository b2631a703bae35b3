"""Accounts are opened and posts granted by administrators, each within what it holds itself."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import Action, audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.ledger.continuity import stays_open
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.parties import policy
from hengjian.parties.models import Account, Authority, Organisation, Post
from hengjian.parties.services.sign_ins import end_all
from hengjian.parties.states import LANGUAGES, Density, Role, SignInEnd

OPEN = title("parties.open_account", "开立账号")
GRANT = title("parties.grant_post", "授予岗位")
WITHDRAW = title("parties.withdraw_post", "收回岗位")
ACTIVE = title("parties.set_active", "启用或停用账号")
CORRECT = title("parties.correct_account", "更正账号资料")
RESET = title("parties.reset_password", "重置密码")
RESET_FACTOR = title("parties.reset_second_factor", "重置动态验证码")
DETAILS = title("parties.change_own_details", "修改本人资料")
PASSWORD = stays_open(title("parties.change_own_password", "修改密码"))
USERNAME = re.compile(r"[\w.-]{2,40}", re.ASCII)
PHONE = re.compile(r"\+?[\d\- ]{5,24}")
SHORTEST_REASON = 2


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
    username, name, faults = username.strip(), name.strip(), Faults()
    if not USERNAME.fullmatch(username):
        faults.add("username", _("登录名须为2至40位，只能用字母、数字、点、横线和下划线。"))
    elif Account.objects.filter(username__iexact=username).exists():
        faults.add("username", _("登录名“%(name)s”已有人使用，请换一个。") % {"name": username})
    if not name:
        faults.add("name", _("请填写姓名。"))
    _check_phone(faults, phone)
    _check_period(faults, post)
    faults.raise_if_any()
    first = password or secrets.token_urlsafe(12)
    with audited_action(OPEN, actor=actor) as act:
        account = Account(username=username, name=name, phone=phone, email=email, created_at=clock.now(), must_change_password=not password)
        act.require(policy.may_grant(actor, role=post.role, holder=post.holder), "您不能授予这个岗位：岗位须在您的管理范围之内。")
        account.set_password(first)
        act.add(account)
        act.add(_post(account, post, actor))
    return account, first


def _check_phone(faults: Faults, phone: str) -> None:
    if phone and not PHONE.fullmatch(phone):
        faults.add("phone", _("电话号码只能有数字、空格和横线，如 13900000000。"))


def _check_period(faults: Faults, post: NewPost) -> None:
    if post.valid_to is not None and post.valid_to < (post.valid_from or clock.today()):
        faults.add("valid_to", _("任职止日不能早于任职起日。"))


def _check_against(faults: Faults, account: Account, new: NewPost) -> None:
    """Refuse a post that the account holds already, or that may not stand beside what it holds in the same time."""
    start = new.valid_from or clock.today()
    within = Q(valid_to__isnull=True) | Q(valid_to__gte=start)
    if new.valid_to is not None:
        within &= Q(valid_from__lte=new.valid_to)
    held = list(account.posts.within(EVERYTHING).filter(within).select_related("authority", "organisation"))
    holder_id = new.holder.pk if new.holder else None
    if twin := next((one for one in held if one.role == new.role and one.org_id == holder_id), None):
        faults.add("role", _("这个账号同一时期已任“%(post)s”。要改任期，请先收回再授予。") % {"post": twin})
    elif not policy.may_stand_beside(new.role, [one.role for one in held]):
        faults.add("role", _("这个账号已任“%(post)s”，不能同时担任“%(role)s”：平台管理员不得兼任其他岗位，监管部门与被监管单位不得由同一账号任职。请另开账号。")
                   % {"post": held[0], "role": Role(new.role).label})


def _post(account: Account, new: NewPost, actor: Any) -> Post:
    row = Post(account=account, role=new.role, title=new.title, valid_from=new.valid_from or clock.today(), valid_to=new.valid_to, granted_by_id=actor.id)
    if isinstance(new.holder, Authority):
        row.authority, row.area = new.holder, new.holder.path
    elif new.holder is not None:
        row.organisation, row.area = new.holder, new.holder.area
    return row


def grant_post(account: Account, *, actor: Any, post: NewPost) -> Post:
    """Give an account a further post."""
    with audited_action(GRANT, actor=actor) as act:
        account = act.take(account)
        act.require(policy.may_grant(actor, role=post.role, holder=post.holder, account_id=account.id), "您不能授予这个岗位：须在您的管理范围之内，且不能授予自己。")
        faults = Faults()
        _check_period(faults, post)
        _check_against(faults, account, post)
        faults.raise_if_any()
        account.rights_version += 1
        return act.add(_post(account, post, actor))


def _reasoned(reason: str) -> str:
    if not says_enough(reason, SHORTEST_REASON):
        raise BadInput("reason", _("请写明理由，至少两个字。"))
    return reason.strip()


def withdraw_post(post: Post, *, actor: Any, reason: str) -> Post:
    """Withdraw a post; it no longer counts from the next request on."""
    with audited_action(WITHDRAW, actor=actor, reason=_reasoned(reason)) as act:
        post = act.take(post)
        act.require(policy.may_withdraw(actor, post), "您不能收回这个岗位。")
        post.valid_to = min(clock.today() - timedelta(days=1), post.valid_to or date.max)
        if post.valid_to < post.valid_from:
            post.valid_from = post.valid_to
        account = act.take(post.account)
        account.rights_version += 1
    return post


def _take_managed(act: Action, actor: Any, account: Account) -> Account:
    held = policy.counting(account.posts.within(EVERYTHING).select_related("authority", "organisation"), clock.today())
    act.require(policy.may_manage(actor, held), "这个账号不在您的管理范围之内。")
    taken = act.take(account)
    taken.rights_version += 1
    return taken


def set_active(account: Account, *, actor: Any, active: bool, reason: str) -> Account:
    """Switch an account off (left, lost device) or on again; switched off, its sessions end at once."""
    with audited_action(ACTIVE, actor=actor, reason=_reasoned(reason)) as act:
        account = _take_managed(act, actor, account)
        account.is_active = active
        if not active:
            end_all(act, account, SignInEnd.ADMINISTRATOR)
    return account


def correct_account(account: Account, *, actor: Any, name: str, email: str, phone: str = "", reason: str) -> Account:
    """Correct the name or the ways to reach somebody; an empty telephone leaves the one that is known."""
    faults = Faults()
    if not name.strip():
        faults.add("name", _("请填写姓名。"))
    _check_phone(faults, phone.strip())
    faults.raise_if_any()
    with audited_action(CORRECT, actor=actor, reason=_reasoned(reason)) as act:
        account = _take_managed(act, actor, account)
        account.name, account.email = name.strip(), email.strip()
        if phone.strip():
            account.phone = phone.strip()
    return account


def reset_password(account: Account, *, actor: Any, reason: str) -> str:
    """Give an account a new first password, to be changed at the next login; returns it once. Its sessions end."""
    first = secrets.token_urlsafe(12)
    with audited_action(RESET, actor=actor, reason=_reasoned(reason)) as act:
        account = _take_managed(act, actor, account)
        account.set_password(first)
        account.must_change_password = True
        end_all(act, account, SignInEnd.ADMINISTRATOR)
    return first


def reset_second_factor(account: Account, *, actor: Any, reason: str) -> Account:
    """Take a lost second factor away, recovery codes included; whoever must have one sets it up at the next login."""
    with audited_action(RESET_FACTOR, actor=actor, reason=_reasoned(reason)) as act:
        account = _take_managed(act, actor, account)
        held = Authenticator.objects.filter(user=account)
        if not held:
            raise BadInput("reason", _("这个账号没有启用动态验证码。"))
        held.delete()
        end_all(act, account, SignInEnd.ADMINISTRATOR)
    return account


def change_own_details(account: Account, *, actor: Any, email: str | None = None, phone: str | None = None, density: str = "", language: str = "") -> Account:
    """What a person may change about its own account; ``None`` leaves a detail as it is, an empty text takes it out."""
    faults = Faults()
    if phone is not None:
        phone = phone.strip()
        _check_phone(faults, phone)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            faults.add("email", _("电子邮箱“%(email)s”的写法不对，应如 name@example.com。") % {"email": email})
    if density not in {"", *Density.values}:
        faults.add("density", _("行距只有宽、中、密三种。"))
    if language not in {"", *LANGUAGES}:
        faults.add("language", _("界面语言只有中文和英文。"))
    faults.raise_if_any()
    wanted = {"email": email, "phone": phone, "density": density or None, "language": language or None}
    with audited_action(DETAILS, actor=actor) as act:
        account = act.take(Account.objects.get(pk=account.pk))  # a request hands in its lazy user
        act.require(account.id == actor.id, "只能修改自己的资料。")
        for name, value in wanted.items():
            if value is not None:
                setattr(account, name, value)
    return account


def change_own_password(account: Account, *, actor: Any, password: str) -> Account:
    """Set one's own password; the ledger learns that, not what."""
    account = Account.objects.get(pk=account.pk)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise BadInput("password", "".join(error.messages)) from error
    with audited_action(PASSWORD, actor=actor) as act:
        account = act.take(account)
        act.require(account.id == actor.id, "只能修改自己的资料。")
        account.set_password(password)
        account.must_change_password = False
    return account

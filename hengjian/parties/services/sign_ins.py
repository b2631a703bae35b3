"""Sign-ins to accounts: entered when they begin, when they fail and when they end; the second factor likewise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.actions import Action, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.ledger.continuity import stays_open
from hengjian.base.scope import EVERYTHING
from hengjian.parties import queries
from hengjian.parties.models import Account, SignIn
from hengjian.parties.states import SignInEnd, SignInMethod

BEGIN = stays_open(title("parties.sign_in", "登录"))
FAIL = stays_open(title("parties.fail_sign_in", "登录失败"))
END = stays_open(title("parties.end_sign_in", "退出登录"))
DOWNLOAD = title("parties.download_ledger", "下载审计记录")
SECOND_FACTOR = {
    "activate": stays_open(title("parties.activate_second_factor", "启用动态验证码")),
    "deactivate": stays_open(title("parties.deactivate_second_factor", "停用动态验证码")),
    "renew": stays_open(title("parties.renew_recovery_codes", "换一批备用码")),
}
BROWSERS = (
    (r"MicroMessenger/(\d+)", "微信"), (r"Edg\w*/(\d+)", "Edge"), (r"QQBrowser/(\d+)", "QQ浏览器"), (r"Firefox/(\d+)", "Firefox"),
    (r"(?:Headless)?Chrome/(\d+)", "Chrome"), (r"Version/(\d+)[^ ]* (?:Mobile/\w+ )?Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"), ("HarmonyOS", "鸿蒙"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("UOS", "统信UOS"), ("Kylin", "麒麟"), ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: network address and user agent."""

    address: str = ""
    agent: str = ""


def device_of(agent: str) -> str:
    """Name browser and system of a user agent, as far as they are known: Chrome 126，Windows."""
    browser = next((f"{name} {found[1]}" for pattern, name in BROWSERS if (found := re.search(pattern, agent))), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return "，".join(part for part in (browser, system) if part)


def note_sign_in(account: Account, *, actor: Any, method: str, origin: Origin, succeeded: bool = True) -> SignIn:
    """Enter one sign-in, or one try that failed."""
    if method not in SignInMethod.values:
        raise BadInput("method", method)
    row = SignIn(account=account, at=clock.now(), succeeded=succeeded, method=method, address=origin.address, device=device_of(origin.agent))
    with audited_action(BEGIN if succeeded else FAIL, actor=actor) as act:
        act.add(row)
    return row


def end_sign_in(sign_in_id: UUID | str, *, actor: Any, how: str) -> bool:
    """Enter the end of one sign-in; says whether it was still open."""
    row = SignIn.objects.within(EVERYTHING).filter(pk=sign_in_id, ended_at__isnull=True).first()
    if row is None:
        return False
    with audited_action(END, actor=actor) as act:
        row = act.take(row)
        act.require(actor.id == row.account_id or actor.holds("system"), "只能结束自己的登录。")
        row.ended_at, row.ended_by = clock.now(), how
    return True


def end_others(account: Account, *, actor: Any, keep: UUID | str | None, how: str = SignInEnd.ELSEWHERE) -> int:
    """End all sign-ins to one's own account but the one in hand; their sessions end with their next request."""
    with audited_action(END, actor=actor) as act:
        act.require(actor.id == account.id, "只能结束自己的登录。")
        return end_all(act, account, how, keep=keep)


def end_all(act: Action, account: Account, how: str, *, keep: UUID | str | None = None) -> int:
    """End the open sign-ins of an account within an action; returns how many there were."""
    open_now = [one for one in queries.open_sign_ins(EVERYTHING, account.pk) if str(one.pk) != str(keep)]

    def end(row: SignIn) -> None:
        row.ended_at, row.ended_by = clock.now(), how

    act.change_many(open_now, end, fields=("ended_at", "ended_by"))
    return len(open_now)


def note_download(account_id: UUID, *, actor: Any, what: str) -> Account:
    """Enter that an auditor took entries of the ledger out, and which."""
    with audited_action(DOWNLOAD, actor=actor, reason=what) as act:
        return act.take(Account.objects.get(pk=account_id))


def note_second_factor(account: Account, *, actor: Any, what: str) -> Account:
    """Enter that the second factor was activated, deactivated, or its recovery codes renewed; the ledger learns that, not what."""
    with audited_action(SECOND_FACTOR[what], actor=actor) as act:
        return act.take(Account.objects.get(pk=account.pk))  # a request hands in its lazy user

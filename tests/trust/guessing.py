"""Somebody who tries passwords: from many addresses, as fast as the server answers."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from django.test import Client

from hengjian.parties.models import Account, SignIn


class Passing:
    """A clock that goes on when it is told to."""

    def __init__(self, began: datetime) -> None:
        self._now = began

    def now(self) -> datetime:
        return self._now

    def by(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def address(n: int) -> str:
    """One of many addresses."""
    return f"10.{60 + n // 65000}.{n // 250 % 250}.{n % 250 + 1}"


_browser = threading.local()


def guess(username: str, password: str, where: str) -> str:
    """Try a password from an address, in a browser that has been nowhere; returns what the page says of it."""
    browser = _browser.__dict__.setdefault("client", Client())  # one for each thread: to make one takes longer than the try
    browser.cookies.clear()
    page = browser.post("/account/login/", {"login": username, "password": password}, REMOTE_ADDR=where).content.decode()
    return next((said for said in ("已暂时锁定", "登录名或密码不对") if said in page.partition('id="login-fault"')[2][:400]), page)


def evaluated(account: Account) -> int:
    """How many wrong tries were looked at: each is on record, others are not."""
    return SignIn.objects.filter(account=account, succeeded=False).count()

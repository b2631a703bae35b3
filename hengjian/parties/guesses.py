"""How often a password or a code may be tried, by whom. Counted in the database: see ``hengjian.base.budgets``.

An attacker with many addresses is a stranger on each of them, and all strangers to an account share one small budget.
The owner comes from a device that is known to the account and has a budget of its own. Where it is not known, the
administrator's reset lets him in: a first password is made by the machine, and trying to guess it leads nowhere.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network

from allauth.account.internal.userkit import get_user_by_username
from django.http import HttpRequest

from hengjian.base.budgets import Allowance, Wanted
from hengjian.parties.devices import known_device
from hengjian.parties.models import Account

STRANGERS = Allowance(10, timedelta(minutes=30))
STRANGERS_CODES = Allowance(10, timedelta(hours=2))
DEVICE = Allowance(10, timedelta(minutes=10))
DEVICE_CODES = Allowance(10, timedelta(hours=1))
ADDRESS = Allowance(300, timedelta(seconds=12))
FIRST_PASSWORDS = Allowance(20, timedelta(minutes=3))
IPV6_PREFIX = 64  # one line has as many addresses as it likes


def account_named(name: str) -> Account | None:
    """The account that a sign-in under this name would lead to, by the very rule of the login."""
    return get_user_by_username(name)  # type: ignore[return-value]


def address_of(request: HttpRequest) -> str:
    """The address that is counted: of IPv6 the network of one line."""
    told = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(told)
    except ValueError:
        return told
    return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False)) if address.version == 6 else str(address)


def of_password(request: HttpRequest, name: str, account: Account | None) -> Wanted:
    """The budgets that one try of a password is spent of. A name that nobody has is counted like any other."""
    if account is not None and (device := known_device(request, account)):
        return {f"password|{account.pk}|{device}": DEVICE}
    address = address_of(request)
    if account is not None and account.must_change_password:
        return {f"address|{address}": ADDRESS, f"first|{account.pk}|{address}": FIRST_PASSWORDS}
    return {f"address|{address}": ADDRESS, f"password|{account.pk if account else name.lower()}": STRANGERS}


def of_code(request: HttpRequest, account: Account) -> Wanted:
    """The budgets that one try of a second factor is spent of."""
    if device := known_device(request, account):
        return {f"code|{account.pk}|{device}": DEVICE_CODES}
    return {f"code|{account.pk}": STRANGERS_CODES}

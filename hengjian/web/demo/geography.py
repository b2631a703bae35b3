"""The tree of authorities of the demonstration, and the accounts of its officers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.parties.models import Account, Authority, Organisation, Post
from hengjian.parties.services import add_authority
from hengjian.web.demo.names import CITIES, PROVINCE, ZONE, person_name

MAKE = title("demo.make", "生成演示数据")
SINCE = date(2018, 1, 1)
PASSWORD = "hengjian-demo-2024"  # noqa: S105  printed by `make demo`; never used outside it


@dataclass
class Land:
    """The authorities of the province by key, and who works in them."""

    province: Authority
    cities: list[Authority] = field(default_factory=list)
    counties: list[Authority] = field(default_factory=list)
    zone: Authority | None = None
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def seats(self) -> list[Authority]:
        """Where institutions are registered: counties and the zone."""
        return [*self.counties, *([self.zone] if self.zone else [])]

    @property
    def all(self) -> list[Authority]:
        """Every authority from above to below."""
        return [self.province, *self.cities, *self.seats]


def make_land(*, actor: Any) -> Land:
    """One province, four cities, fourteen counties and a development zone without an area code."""

    def add(parent: Authority | None, key: str, area: str, short: str, level: str, number: int) -> Authority:
        return add_authority(
            actor=actor, parent=parent, key=key, name=f"{area}市场监督管理局", area_name=area, short_name=short, level=level,
            valid_from=SINCE, region_code=key if key.isdigit() else "", phone=f"0000-8800{number:04d}",
        )

    land = Land(add(None, *PROVINCE, "province", 1200))
    for n, (key, (area, short, counties)) in enumerate(CITIES.items()):
        city = add(land.province, key, area, short, "city", 2000 + n)
        land.cities.append(city)
        land.counties += [add(city, code, name, f"{name}局", "county", 3000 + int(code[-4:])) for code, name in counties]
    land.zone = add(land.province, *ZONE, "county", 4000)
    return land


def make_officers(land: Land, rng: Random, used: set[str], *, actor: Any, hashed: str) -> None:
    """A supervisor and a leader in each authority, an administrator in province and cities, three platform administrators."""
    accounts: list[Account] = []
    posts: list[Post] = []

    def open_(username: str, role: str, holder: Authority | Organisation | None, title_: str = "") -> None:
        account = Account(username=username, name=person_name(rng, used), password=hashed, created_at=clock.now())
        accounts.append(account)
        post = Post(account=account, role=role, title=title_, valid_from=SINCE)
        if isinstance(holder, Authority):
            post.authority, post.area = holder, holder.path
        posts.append(post)
        land.accounts[username] = account

    for node in land.all:
        name = {"99": "province", "zone-gx": "zone"}.get(node.key, node.key)
        open_(f"{name}", "supervisor", node, "监管员")
        open_(f"{name}-leader", "leader", node, "分管负责人")
        if node.level != "county":
            open_(f"{name}-admin", "authority_admin", node, "单位管理员")
    for role in ("system_admin", "security_admin", "audit_admin"):
        open_(role.replace("_", "-"), role, None)
    with audited_action(MAKE, actor=actor) as act:
        act.add_many(accounts)
        act.add_many(posts)

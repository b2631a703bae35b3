"""What the commands are sent in: one small world with everything on its way, made once and found unchanged by each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from hengjian.base.errors import OutOfScope
from hengjian.base.models import LedgerEntry
from hengjian.dossier import services as dossier
from hengjian.parties.models import Account, Authority
from hengjian.rectification.models import Problem
from hengjian.registry.models import Institution
from tests import factories
from tests.campaigns import facts as campaign_facts
from tests.campaigns.facts import Facts
from tests.dossier import files
from tests.factories import all_of
from tests.rectification import cases

CHEAP = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
"""The world has many accounts, and nobody signs in with a password here."""


@dataclass(frozen=True)
class File:
    """A file that goes along; every sending gets it fresh."""

    name: str = "现场照片.jpg"
    data: bytes = field(default_factory=files.photo)

    def upload(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.name, self.data)


@dataclass
class Sent:
    """One command as a browser sends it.

    Args:
        refs: for fields that name a row: the same kind of row where the sender has no business.
    """

    actor: Any
    args: tuple[Any, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    json: Any = None
    refs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """A command of the catalogue: its route, its code where a route carries many, and how it is made ready."""

    route: str
    code: str
    make: Callable[[Stage], Sent]
    reads: frozenset[str] = frozenset()
    told_once: bool = False
    writes: bool = True
    shared: str = ""

    @property
    def name(self) -> str:
        return f"{self.route} {self.code}".strip()


COMMANDS: dict[str, Command] = {}


def command(route: str, code: str = "", **more: Any) -> Callable[[Callable[[Stage], Sent]], Callable[[Stage], Sent]]:
    """Enter a command in the catalogue.

    Args:
        reads: names outside the valid body that the view reads too, each looked at by a person.
        told_once: the answer is kept nowhere; sent again, the command says that it is done.
        writes: ``False``: asks only.
        shared: why others may send it too with the same address: it does with their own rows what it says.
    """

    def keep(make: Callable[[Stage], Sent]) -> Callable[[Stage], Sent]:
        one = Command(route, code, make, frozenset(more.pop("reads", ())), **more)
        assert one.name not in COMMANDS, one.name
        COMMANDS[one.name] = one
        return make

    return keep


@dataclass
class Foreign:
    """Rows of another province."""

    province: Authority
    county: Authority
    institution: Institution
    officer: Any
    clerk: Any
    problem: Problem
    person: Any
    evidence: Any


@dataclass
class Stage:
    """The world of the facts of a campaign, another province beside it, and a hand on the clock."""

    facts: Facts
    foreign: Foreign
    clock: Any

    @property
    def world(self) -> factories.World:
        return self.facts.world

    @property
    def campaign(self) -> Any:
        return self.facts.dong.campaign

    @property
    def institution(self) -> Institution:
        """The first institution, in 东浦区."""
        return self.world.institutions[0]

    @property
    def entry(self) -> Any:
        """The id of an entry of the ledger: of a kind that no command takes."""
        return LedgerEntry.objects.order_by("id")[0].pk

    @property
    def clerk(self) -> Any:
        return self.world.clerk(self.institution)

    @property
    def county(self) -> Any:
        """The officer of 东浦区."""
        return self.world.officer(self.world.counties[0])

    @property
    def city(self) -> Any:
        return self.world.officer(self.world.cities[0])

    @property
    def province(self) -> Any:
        return self.world.officer(self.world.province)

    def post(self, role: str, holder: Any = None, username: str = "") -> Any:
        """Somebody in a post that the world has nobody in."""
        name = username or f"{role}-{holder.pk.hex[-6:] if holder is not None else 'platform'}"
        known = Account.objects.filter(username=name).first()
        with CHEAP:
            return factories.actor(known or factories.account(name, "岳知行", role, holder))


def _foreign() -> Foreign:
    province = factories.authority("云麓省", "88", "province")
    city = factories.authority("云溪市", "8801", "city", province)
    county = factories.authority("云亭县", "880101", "county", city)
    officer = factories.actor(factories.account("officer-f", "邻省监管员", "supervisor", county))
    institution = factories.institution("云溪锅炉检验有限公司", county)
    clerk = factories.actor(factories.account("clerk-f", "邻省质量负责人", "quality_manager", institution))
    person = factories.person("邻省检验员", institution)
    world = factories.World(province, [city], [county], county, {county.key: officer}, [institution], {institution.name: clerk})
    problem = cases.confirmed(world, due=date(2024, 8, 9))
    kept = dossier.keep_evidence("邻省照片.jpg", files.photo(), actor=clerk, owner_row=problem, object_type="rectification.problem", object_id=problem.pk, item="before")
    return Foreign(province, county, institution, officer, clerk, problem, person, kept)


def build(clock: Any) -> Stage:
    """Make the world."""
    with CHEAP:
        facts = campaign_facts.facts(clock)
        return Stage(facts, _foreign(), clock)


def signed_in(actor: Any, **more: Any) -> Client:
    """A browser in which somebody has signed in."""
    client = Client(**more)
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def fresh(row: Any) -> Any:
    """The row as it is in the database."""
    found = all_of(type(row)).filter(pk=row.pk).first()
    if found is None:
        raise OutOfScope(str(row.pk))
    return found


def address(one: Command, sent: Sent) -> str:
    """Where the command goes."""
    return reverse(one.route, args=sent.args) + (f"?{sent.query}" if sent.query else "")


def fields_of(sent: Sent) -> dict[str, Any]:
    """The body, files made fresh."""
    return {
        name: [each.upload() if isinstance(each, File) else each for each in value] if isinstance(value, list)
        else value.upload() if isinstance(value, File) else value
        for name, value in sent.body.items()
    }


def post(client: Client, one: Command, sent: Sent, *, key: str = "", more: dict[str, str] | None = None) -> Any:
    """Send it, under a key and with further fields if there are any."""
    headers = {"Idempotency-Key": key} if key else {}
    if sent.json is not None:
        return client.post(address(one, sent), {**sent.json, **(more or {})}, content_type="application/json", headers=headers)
    return client.post(address(one, sent), {**fields_of(sent), **(more or {})}, headers=headers)

"""A small world for tests: a province, two cities, three counties, a zone, institutions, people, accounts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hengjian.base import clock
from hengjian.base.actions import audited_action
from hengjian.base.guard import the_door_writes
from hengjian.base.scope import EVERYTHING
from hengjian.parties.actors import Actor, actor_for, everything_actor
from hengjian.parties.models import Account, Authority, Organisation, Post
from hengjian.registry.identifiers import fake_resident_id, fake_uscc
from hengjian.registry.models import Credential, Education, Employment, Institution, InsuranceMonth, Person
from tests.memory import remembered

SYSTEM = everything_actor("测试")
START = date(2020, 1, 1)
_rng = random.Random(7)
_given: set[str] = set()


past_the_wire = the_door_writes
"""As somebody writes who holds the password of the database: the wire of our own connections does not hang there."""


def keep(*rows: Any) -> None:
    """Save rows through the door."""
    with audited_action("test.keep", actor=SYSTEM) as act:
        for row in rows:
            act.add(row)


def authority(name: str, key: str, level: str, parent: Authority | None = None, **more: Any) -> Authority:
    """An authority below ``parent``."""
    path = (parent.path if parent else "") + key + "/"
    row = Authority(name=f"{name}市场监督管理局", area_name=name, short_name=name[:4], key=key, level=level, parent=parent, path=path,
                    region_code=key if key.isdigit() else "", valid_from=START, **more)
    keep(row)
    return row


def account(username: str, name: str, role: str, holder: Authority | Organisation | Institution | None = None, **more: Any) -> Account:
    """An account with one post; its password is ``rest-assured-9``."""
    row = Account(username=username, name=name, created_at=clock.now(), **more)
    row.set_password("rest-assured-9")
    post = Post(account=row, role=role, valid_from=START)
    if isinstance(holder, Institution):
        holder = holder.organisation
    if isinstance(holder, Authority):
        post.authority, post.area = holder, holder.path
    elif holder is not None:
        post.organisation, post.area = holder, holder.area
    keep(row, post)
    return row


def actor(who: Account) -> Actor:
    """The actor an account is in its first post."""
    post = Post.objects.filter(account=who).select_related("authority", "organisation").order_by("valid_from", "id")[0]
    return actor_for(who, post)


def institution(name: str, seat: Authority, *, kind: str = "inspection", **more: Any) -> Institution:
    """An institution at home in the area of ``seat``."""
    organisation = Organisation(name=name, uscc=fake_uscc(_rng), kind="institution", area=seat.path)
    row = Institution(id=organisation.id, organisation=organisation, name=name, kind=kind, area=seat.path, org_id=organisation.id,
                      org_area=seat.path, **more)
    keep(organisation, row)
    return row


def _fresh_id() -> tuple[str, date]:
    """An identity number that no other person of the tests has, with the day of birth in it."""
    born = date(1985, 5, 1) + timedelta(days=len(_given) // 50)
    number = fake_resident_id(_rng, born=born, male=True)
    while number in _given:
        number = fake_resident_id(_rng, born=born, male=True)
    _given.add(number)
    return number, born


def person(name: str, at: Institution | None = None, *, certified: bool = True, months: int = 0, degree: str = "bachelor", **more: Any) -> Person:
    """A person, employed and certified at an institution, insured by it for the last ``months`` months."""
    number, born = _fresh_id()
    row = Person(name=name, id_number=number, born_on=born)
    rows: list[Any] = [row]
    if at is not None:
        rows.append(Employment(person=row, institution=at, started_on=START, practice_registered_on=START, **more).owned_by(at))
    if certified:
        rows.append(Credential(person=row, certificate_no=f"T{_rng.randrange(10**8):08d}", grade="inspector", categories=["3000"],
                               issued_on=START, valid_until=date(2027, 12, 31)))
    rows.append(Education(person=row, degree=degree, school="澜川工学院", graduated_on=date(2007, 7, 1), diploma_no="D1"))
    if at is not None:
        rows += [InsuranceMonth(person=row, month=month, payer_id=at.organisation.uscc, payer_name=at.name) for month in months_back(months)]
    keep(*rows)
    return row


def months_back(count: int, until: date | None = None) -> list[date]:
    """First days of the ``count`` months before the present one, oldest first."""
    day = (until or clock.today()).replace(day=1)
    found = []
    for _ in range(count):
        day = (day - (day - day.replace(day=1)) if day.day > 1 else day)
        day = date(day.year - (day.month == 1), 12 if day.month == 1 else day.month - 1, 1)
        found.append(day)
    return found[::-1]


@dataclass
class World:
    """A province with two cities, three counties and a zone, an officer in each, two institutions."""

    province: Authority
    cities: list[Authority]
    counties: list[Authority]
    zone: Authority
    officers: dict[str, Actor] = field(default_factory=dict)
    institutions: list[Institution] = field(default_factory=list)
    clerks: dict[str, Actor] = field(default_factory=dict)

    def officer(self, of: Authority) -> Actor:
        """The supervisor of an authority."""
        return self.officers[of.key]

    def clerk(self, of: Institution) -> Actor:
        """The quality manager of an institution."""
        return self.clerks[of.name]


@remembered
def world() -> World:
    """Make the small world."""
    province = authority("澜川省", "99", "province")
    qing = authority("青麓市", "9901", "city", province)
    li = authority("砺石市", "9902", "city", province)
    dong = authority("东浦区", "990101", "county", qing)
    xi = authority("西岭区", "990102", "county", qing)
    chi = authority("赤岩县", "990201", "county", li)
    zone = authority("高新技术产业开发区", "zone-gx", "county", province)
    made = World(province, [qing, li], [dong, xi, chi], zone)
    for n, node in enumerate([province, qing, li, dong, xi, chi, zone]):
        made.officers[node.key] = actor(account(f"officer{n}", f"监管员{n}", "supervisor", node))
    made.institutions = [
        institution("青麓恒固气瓶检验有限公司", dong, specialities=["cylinder"]),
        institution("砺石正衡无损检测有限公司", chi, kind="testing", specialities=["ndt"]),
        institution("澜川高新电梯检测有限公司", zone, kind="testing", specialities=["lift"]),
    ]
    for n, one in enumerate(made.institutions):
        made.clerks[one.name] = actor(account(f"clerk{n}", f"质量负责人{n}", "quality_manager", one))
    return made


def all_of(model: Any) -> Any:
    """Every row of a table."""
    return model.objects.within(EVERYTHING)

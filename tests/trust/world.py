"""The world of the trust tests: every post at every holder that can have it, every kind of row, and in every text the mark of whose it is."""

from __future__ import annotations

from django.test import TestCase

from hengjian.base import clock
from hengjian.base.actions import audited_action
from hengjian.base.ledger import checks
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.forms.services import load_definitions
from hengjian.parties.models import Account, Authority, Organisation, Post
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import Institution
from tests import factories
from tests.factories import SYSTEM
from tests.trust import world_campaigns, world_matters, world_register
from tests.trust.ground import CITIES, COUNTIES, ELSEWHERE, PASSWORD, PROVINCES, UNITS, World, at, mark

KIND_OF_ACCOUNT = {"supervisor": "officer", "leader": "officer", "authority_admin": "chief", "institution_admin": "keeper"}


def made() -> World:
    """Build the world; what follows a commit is done as after one."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        at(2024, 6, 3, 9)
        load_definitions(actor=SYSTEM)
        world = World()
        _tree(world)
        _accounts(world)
        world_register.add(world)
        world_campaigns.add(world)
        world_matters.add(world)
    sequence_all()
    checks.ask("verify", actor=world.actor("", "audit_admin"))
    checks.run_asked()
    world_matters.note_ledger(world)
    return world


def _tree(world: World) -> None:
    """Authorities and institutions, each with marks in its texts."""
    for p in PROVINCES:
        _authority(world, f"{p}000", "province", None)
        for c in CITIES:
            city = _authority(world, f"{p}{c}00", "city", world.authorities[f"{p}000"])
            for d in COUNTIES:
                county = _authority(world, f"{p}{c}{d}0", "county", city)
                for u in UNITS:
                    _institution(world, f"{p}{c}{d}{u}", county)


def _authority(world: World, key: str, level: str, parent: Authority | None) -> Authority:
    name = mark(key, "o")
    row = Authority(
        name=f"{name}市场监督管理局", area_name=name, short_name=name, key=key, level=level, parent=parent,
        path=(parent.path if parent else "") + key + "/", valid_from=factories.START, phone=mark(key, "phone"),
    )
    factories.keep(row)
    world.authorities[key] = row
    world.note("authority", key, authority_id=row.pk)
    return row


def _institution(world: World, key: str, seat: Authority) -> None:
    organisation = Organisation(
        name=f"{mark(key, 'name')}检验有限公司", uscc=fake_uscc(factories._rng), kind="institution", area=seat.path, address=mark(key, "address"),
        legal_representative=mark(key, "legal"), contact_name=mark(key, "contact"),
    )
    row = Institution(id=organisation.id, organisation=organisation, name=organisation.name, kind="inspection", specialities=["lift"], area=seat.path,
                      org_id=organisation.id, org_area=seat.path)
    factories.keep(organisation, row)
    world.institutions[key] = row
    world.note("institution", key, ELSEWHERE.get(key, seat.key), institution_id=row.pk)


def _accounts(world: World) -> None:
    """Every post at every holder that can have it, one account each."""
    posts = [(key, role, one) for key, one in world.authorities.items() for role in AUTHORITY_ROLES]
    posts += [(key, role, one) for key, one in world.institutions.items() for role in INSTITUTION_ROLES]  # type: ignore[misc]
    posts += [("", role, None) for role in PLATFORM_ADMINS]  # type: ignore[misc]
    pattern = Account(username="pattern")
    pattern.set_password(PASSWORD)
    for key, role, holder in posts:
        name = f"{mark(key, 'user')}{role[:12]}" if key else f"平台{role}"
        account = Account(username=f"{key or 'platform'}-{role}".replace("_", "-"), name=name, password=pattern.password, created_at=clock.now(),
                          email=f"{mark(key, 'mail')}{role}@mail.example" if key else f"{role}@mail.example")
        post = Post(account=account, role=role, valid_from=factories.START, title=f"{mark(key, 'post')}{role[:10]}" if key else "")
        if isinstance(holder, Authority):
            post.authority, post.area = holder, holder.path
        elif holder is not None:
            post.organisation, post.area = holder.organisation, holder.area
        world.accounts[key, role], world.posts[key, role] = account, post
        if key:
            world.note(f"{KIND_OF_ACCOUNT.get(role, 'staff')}_account", key, "", role, account_id=account.pk)
            world.note(f"{KIND_OF_ACCOUNT.get(role, 'staff')}_post", key, "", role, post_id=post.pk)
    with audited_action("test.keep", actor=SYSTEM) as act:
        act.add_many(list(world.accounts.values()))
        act.add_many(list(world.posts.values()))



"""What happens in another province changes nothing of what is seen in this one: not a row, not a number, not a choice in a list."""

from __future__ import annotations

import re
from collections import Counter, deque
from datetime import date
from random import Random
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client

from hengjian.campaigns import services
from hengjian.campaigns.models import StatReturn
from hengjian.dossier import services as dossier
from hengjian.forms.services import load_definitions
from hengjian.parties.models import Account
from hengjian.rectification import services as problems
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_uscc
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.dossier import files
from tests.enforcement import test_orders_and_cases as papers
from tests.factories import SYSTEM, all_of
from tests.journeys import page_reader
from tests.rectification import cases
from tests.supervision import test_visits as visits
from tests.trust import offices
from tests.trust.test_leap_day import route_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

EACH = 2
"""So many addresses of each route are opened."""
_CHANGING = re.compile(r'csrf[^>]*>|nonce="[^"]*"|name="_?(?:key|receipt)[^>]*>|\ba-[0-9a-f]{8}\b')


def _neighbours() -> factories.World:
    """Another province with a unit of each kind."""
    province = factories.authority("云麓省", "88", "province")
    city = factories.authority("云溪市", "8801", "city", province)
    county = factories.authority("云亭县", "880101", "county", city)
    made = factories.World(province, [city], [county], county)
    for n, node in enumerate((province, city, county)):
        made.officers[node.key] = factories.actor(factories.account(f"officer-n{n}", f"邻省监管员{n}", "supervisor", node))
    unit = factories.institution("云溪锅炉检验有限公司", county)
    made.institutions, made.clerks = [unit], {unit.name: factories.actor(factories.account("clerk-n", "邻省质量负责人", "quality_manager", unit))}
    return made


def _at_work(world: factories.World, clock: Any) -> None:
    """Something of each kind on its way in it."""
    unit, city, county = world.institutions[0], world.cities[0], world.counties[0]
    clerk, officer = world.clerk(unit), world.officer(county)
    selfchecks.verified_person("温若谷", unit)
    campaign = scenes.launched(world)
    clock.set(2024, 7, 10, 10)
    scenes.issued(world, campaign, city)
    services.begin_selfcheck(scenes.submission_of(campaign, unit), actor=clerk)
    services.begin_return(all_of(StatReturn).filter(authority=county).order_by("due_on")[0], actor=officer)
    planned = cases.planned(world, title="设备台账不全", due=date(2024, 8, 20), subject_label="设备台账")
    problems.ask_extension(planned, actor=clerk, until=date(2024, 9, 9), reason="配件到货要两周，请准予延期")
    dossier.keep_evidence("整改现场.jpg", files.photo(), actor=clerk, owner_row=planned, object_type="rectification.problem", object_id=planned.pk, item="after")
    papers.served(world, due_on=date(2024, 8, 20))
    papers.filed(world)
    visits.recorded(world)
    registry.add_enterprise(actor=officer, name="云亭物业有限公司", uscc=fake_uscc(Random(8)), area=officer.area)


def _browser(who: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=who.id))
    return client


def _seen(client: Client) -> dict[str, str]:
    """The pages that lead on from somebody's desk, some of each route, without what changes from one answer to the next."""
    waiting, opened, found = deque(["/"]), Counter[str](), dict[str, str]()
    while waiting:
        address = waiting.popleft()
        route = route_of(address)
        if not route or address in found or opened[route] >= EACH:
            continue
        opened[route] += 1
        found[address], links = shown(client, address)
        waiting.extend(links)
    return found


def shown(client: Client, address: str) -> tuple[str, list[str]]:
    """A page without what changes from one answer to the next, and where it leads; nothing of what is no page."""
    answer = client.get(address, follow=True)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return "", []
    text, here = answer.content.decode(), answer.request["PATH_INFO"]
    return _CHANGING.sub("", text), [urljoin(here, link).partition("#")[0] for link in page_reader.read(text).links]


def _told_apart(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Addresses whose page is another one now, each with the first line that differs."""
    found = [f"{address} is new" for address in after.keys() - before.keys()] + [f"{address} is gone" for address in before.keys() - after.keys()]
    for address in before.keys() & after.keys():
        was, now = before[address].splitlines(), after[address].splitlines()
        if was != now:
            found.append(f"{address}: " + next((f"{one.strip()[:120]!r} became {two.strip()[:120]!r}" for one, two in zip(was, now, strict=False) if one != two), "longer or shorter"))
    return sorted(found)


def beside(clock: Any) -> tuple[dict[str, Client], dict[str, dict[str, str]]]:
    """Browsers of a province, and what they showed before another province beside it went to work, as it has now."""
    load_definitions(actor=SYSTEM)
    clock.set(2024, 6, 11, 10)
    world = _neighbours()
    _at_work(world, clock)
    people = [*(world.officer(node) for node in (world.province, world.cities[0], world.counties[0])), world.clerk(world.institutions[0])]
    viewers = {who.name: _browser(who) for who in people}
    clock.set(2024, 8, 1, 10)
    before = {name: _seen(client) for name, client in viewers.items()}
    offices.make(clock)
    clock.set(2024, 8, 1, 10)
    return viewers, before


def test_what_others_do_changes_nothing_that_is_seen_here(clock):
    viewers, before = beside(clock)
    told = {name: _told_apart(before[name], _seen(client)) for name, client in viewers.items()}
    assert min(len(found) for found in before.values()) > 20
    assert {name: found for name, found in told.items() if found} == {}

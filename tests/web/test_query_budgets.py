"""A page asks the database equally often for three rows and for thirty: no list, board or object page asks once for each row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengjian.base import clock as house_clock
from hengjian.base.ledger import continuity
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import CaseStory, Extension, Notice, Submission
from hengjian.dossier.models import Document, Evidence, EvidenceUse
from hengjian.enforcement.models import Case, Order
from hengjian.parties.models import Message, Organisation
from hengjian.rectification.models import Problem, ProblemSource
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import Approval, Enterprise, Equipment, ImportRun, Institution
from hengjian.supervision.models import Visit
from tests import factories
from tests.campaigns import scenes
from tests.factories import World, all_of, keep

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 30
Asked = dict[tuple[str, str], tuple[int, list[str]]]
OF_A_CITY = (
    "/", "/campaigns/{campaign}/", "/campaigns/{campaign}/board/", "/campaigns/{campaign}/board/series/", "/campaigns/{campaign}/dashboard/",
    "/campaigns/{campaign}/relay/", "/campaigns/{campaign}/compare/", "/campaigns/{campaign}/statistics/", "/campaigns/{campaign}/timetable/",
    "/campaigns/statistics/{table}/", "/parties/tree/", "/registry/people/", "/rectification/problems/figures/",
)
OF_AN_INSTITUTION = ("/", "/campaigns/{campaign}/notice/", "/campaigns/self-check/")
PAGES = (
    "/", "/registry/", "/registry/people/", "/registry/enterprises/", "/registry/equipment/", "/registry/imports/", "/registry/staffing/",
    "/rectification/problems/", "/rectification/problems/figures/", "/rectification/problems/lists/", "/enforcement/orders/", "/enforcement/cases/",
    "/supervision/visits/", "/supervision/visits/coverage/", "/campaigns/", "/campaigns/extensions/", "/campaigns/stories/", "/messages/",
    "/search/?q=检验", "/parties/tree/", "/packs/",
    "/campaigns/{campaign}/", "/campaigns/{campaign}/board/", "/campaigns/{campaign}/targets/", "/campaigns/{campaign}/letters/",
    "/campaigns/{campaign}/letters/new/", "/campaigns/{campaign}/timetable/", "/campaigns/{campaign}/extensions/", "/campaigns/{campaign}/relay/",
    "/campaigns/{campaign}/board/series/", "/campaigns/{campaign}/compare/", "/campaigns/{campaign}/statistics/", "/campaigns/{campaign}/reports/", "/campaigns/{campaign}/dashboard/",
    "/campaigns/statistics/{table}/", "/registry/institutions/{institution}/", "/rectification/problems/{problem}/", "/history/registry.institution/{institution}/",
)


@pytest.fixture(autouse=True)
def the_look_outside_is_no_page_s(monkeypatch):
    """What is remembered outside of the database is looked at every few seconds, by whatever page comes along."""
    monkeypatch.setattr(continuity, "LOOK_AGAIN_SECONDS", 3600.0)


def _grown(world: World, campaign: Any, count: int) -> None:
    """So many institutions more in one county, each with a row of everything that lists show."""
    seat, officer = world.counties[0], world.officer(world.counties[0])
    start = all_of(Institution).count()
    made = [factories.institution(f"东浦第{start + n}电梯检验有限公司", seat, specialities=["lift"]) for n in range(count)]
    campaigns.join_running_campaigns(actor=factories.SYSTEM)
    for n, one in enumerate(made, start):
        factories.person(f"众人{n:03d}", one, months=3)
        filed = all_of(Submission).filter(campaign=campaign, org_id=one.org_id).exclude(form_code="task_report").order_by("key")[0]
        keep(*_matters(n, one, campaign, filed, officer), *_desk(n, one, officer))


def _matters(n: int, one: Institution, campaign: Any, filed: Submission, officer: Any) -> list[Any]:
    now, day, office = house_clock.now(), date(2024, 7, 1), {"authority_id": officer.org_id, "authority_name": "东浦区局"}
    named = {"institution_name": one.name, "campaign_id": campaign.pk}
    problem = Problem(
        number=f"W2024-{n:04d}", title=f"记录不全{n}", facts="抽查的记录没有仪器编号", kind="record", state="confirmed", merge_key=hashlib.sha256(str(n).encode()).hexdigest(),
        found_at=now, first_finder="visit", due_on=day, original_due_on=day, **named,
    )
    order = Order(number=f"令{n:04d}", facts="记录不全", provisions="第十条", measure="改正", issued_on=day, due_on=day, original_due_on=day, **office, **named)
    visit = Visit(number=f"查{n:04d}", institution=one, institution_kind=one.kind, visited_on=day, findings="记录不全", recorded_by_name="许若谷", **office, **named)
    evidence = Evidence(name=f"照片{n}.png", media_type="image/png", size=9, sha256=f"{n:064d}", kept_at=now, uploaded_by_name="许若谷")
    rows = [
        problem, order, visit, evidence,
        ProblemSource(problem=problem, finder="visit", label="现场检查", found_at=now),
        Case(number=f"案{n:04d}", cause="出具虚假报告", facts="报告与现场不符", filed_on=day, **office, **named),
        Approval(institution=one, number=f"TS7{n:06d}", approval_class="乙", issued_on=day, valid_until=date(2026, 1, 1)),
        EvidenceUse(evidence=evidence, object_type="registry.institution", object_id=one.pk, item="document", attached_at=now, attached_by_name="许若谷"),
        Document(definition_code="x", object_type="registry.institution", object_id=one.pk, title=f"通知{n}", payload={}, layout={}, digest="0" * 64,
                 code=f"HJ-2024-{n:08d}", made_at=now, made_by_name="许若谷"),
        Extension(campaign=campaign, object_type="campaigns.submission", object_id=filed.pk, asked_by_id=None, asked_by_name="许若谷", asked_at=now, due_on=day,
                  wanted_on=date(2024, 7, 9), reason="人员外出", decider_id=officer.org_id),
        Notice(campaign=campaign, number=f"督{n:04d}", issuer_id=officer.org_id, addressee=one.name, object_type="campaigns.submission", object_id=filed.pk,
               matter="按期报送", due_on=day, issued_at=now, issued_by_name="许若谷"),
        CaseStory(campaign=campaign, authority_id=officer.org_id, kind="case", title=f"案例{n}", text="集中核验学历", told_at=now, told_by_name="许若谷"),
    ]
    return [row.owned_by(one) for row in rows]


def _desk(n: int, one: Institution, officer: Any) -> list[Any]:
    """What is no institution's: a user of lifts, a file that was handed in, a message."""
    user = Organisation(name=f"众安物业{n}有限公司", uscc=fake_uscc(factories._rng), kind="enterprise", area=one.area)
    shop = Enterprise(id=user.id, organisation=user, name=user.name, uscc=user.uscc, area=one.area, org_id=user.id, org_area=one.area)
    lift = Equipment(code=f"3000{n:06d}", category="3000", enterprise=shop).owned_by(shop)
    run = ImportRun(file_name=f"名册{n}.xlsx", sha256=f"{n:064x}", size=9, kind="workbook", state="refused", started_at=house_clock.now(), finished_at=house_clock.now(),
                    by_id=officer.id, by_name=officer.name, org_id=officer.org_id, area=officer.area, org_area=officer.area)
    told = Message(account_id=officer.id, kind="task", title=f"消息{n}", at=house_clock.now(), dedupe=f"budget {n}")
    return [user, shop, lift, run, told]


def _asked(client: Client, address: str) -> tuple[int, list[str]]:
    client.get(address)  # what is read once and kept is read now
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        if answer.streaming:
            list(answer.streaming_content)
    asked = [one["sql"] for one in queries.captured_queries]
    return answer.status_code, [sql for sql in asked if sql.startswith("SELECT")]  # once a minute the session notes that it was used


def _more(few: Asked, many: Asked, again: Callable[[tuple[str, str]], tuple[int, list[str]]]) -> dict[tuple[str, str], list[str]]:
    """What pages asked beyond what they asked before; asked again, as what is due once a minute may have fallen into the first look."""
    grown = [key for key in many if len(many[key][1]) > len(few[key][1])]
    last = {key: again(key)[1] for key in grown}
    return {key: list((Counter(last[key]) - Counter(few[key][1])).elements()) for key in grown if len(last[key]) > len(few[key][1])}


def test_no_page_asks_more_often_for_thirty_rows_than_for_three(clock):
    world = scenes.begun(clock)
    campaign = scenes.launched(world)
    _grown(world, campaign, FEW)
    one = all_of(Institution).filter(name__startswith="东浦第")[0]
    names = {
        "campaign": campaign.pk, "institution": one.pk, "problem": all_of(Problem).filter(org_id=one.org_id)[0].pk,
        "table": scenes.return_of(campaign, world.counties[0]).pk,
    }
    pages = [page.format(**names) for page in PAGES]
    viewers = {"county": scenes.signed_in(world.officer(world.counties[0])), "province": scenes.signed_in(world.officer(world.province))}
    wanted = [(who, page) for who in viewers for page in pages if who == "county" or "campaign" in page or page == "/"]
    few = {(who, page): _asked(viewers[who], page) for who, page in wanted}
    _grown(world, campaign, MANY - FEW)
    many = {(who, page): _asked(viewers[who], page) for who, page in wanted}

    assert {key: status for key, (status, _queries) in many.items() if status not in (200, 403, 404)} == {}
    seen = {page for (_who, page), (status, _queries) in many.items() if status == 200}
    assert len(seen) >= len(pages) - 4, sorted(set(pages) - seen)
    assert _more(few, many, lambda key: _asked(viewers[key[0]], key[1])) == {}


def test_no_page_asks_more_often_for_ten_counties_than_for_three(clock):
    world = scenes.begun(clock)
    campaign = scenes.launched(world)
    city, one = world.cities[0], world.institutions[0]
    names = {"campaign": campaign.pk, "table": scenes.return_of(campaign, city).pk}
    viewers = {"city": (scenes.signed_in(world.officer(city)), OF_A_CITY), "institution": (scenes.signed_in(world.clerk(one)), OF_AN_INSTITUTION)}

    def asked() -> dict[tuple[str, str], tuple[int, list[str]]]:
        return {(who, page): _asked(client, page.format(**names)) for who, (client, pages) in viewers.items() for page in pages}

    scenes.issued(world, campaign, city)
    few = asked()
    for n in range(10):
        factories.authority(f"第{n}县", f"{city.key}{70 + n}", "county", city)
    many = asked()

    assert {key: status for key, (status, _queries) in many.items() if status != 200} == {}
    assert _more(few, many, lambda key: _asked(viewers[key[0]][0], key[1].format(**names))) == {}

"""The ground that bad input is thrown at: one campaign with something of every kind in it, and somebody of every kind of post."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from hengjian.campaigns import documents, services
from hengjian.campaigns.models import StatReturn, Submission, WorkReport
from hengjian.campaigns.services import reports, stories
from hengjian.dossier import services as dossier
from hengjian.parties.models import Account
from hengjian.rectification import services as problems
from hengjian.registry import exchange
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import Person
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.campaigns.selfchecks import Scene
from tests.dossier import files
from tests.enforcement import test_orders_and_cases as papers
from tests.factories import all_of
from tests.rectification import cases
from tests.registry.books import roster
from tests.supervision import test_visits as visits

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


@dataclass
class Offices:
    """The scene, and an account for each kind of post."""

    scene: Scene
    people: dict[str, Account]

    @property
    def world(self) -> factories.World:
        """Authorities, officers, institutions, clerks."""
        return self.scene.world


def make(clock: Any) -> Offices:
    """Make it."""
    scene = selfchecks.scene(clock)
    selfchecks.titled(all_of(Person).filter(employments__institution=scene.institution).order_by("id")[0])
    scene.filed({"陆青禾": {"education_genuine": "否", "remarks": "学信网未查到"}})
    _second_filing(scene)
    _register(scene)
    _papers(scene)
    _reports(scene)
    scenes.drafted(scene.world)
    return Offices(scene, _people(scene.world))


def _second_filing(scene: Scene) -> None:
    """An institution that is still filling, and wants more time for it."""
    other = scene.world.institutions[1]
    selfchecks.verified_person("温若谷", other)
    clerk = scene.world.clerk(other)
    held = scenes.submission_of(scene.campaign, other)
    services.begin_selfcheck(held, actor=clerk)
    held = all_of(Submission).select_related("checker", "campaign", "target__institution").get(pk=held.pk)
    services.ask_extension(held, actor=clerk, wanted_on=held.due_on + timedelta(days=7), reason="社保记录尚在核对，需延期一周。")


def _register(scene: Scene) -> None:
    """An enterprise with a lift, a roster with a fault, one that waits for its confirmation."""
    county = scene.county
    enterprise = registry.add_enterprise(actor=county, name="青麓云栖物业有限公司", uscc=fake_uscc(random.Random(5)), area=county.area)
    registry.add_equipment(enterprise, actor=county, code="31009901012024000001", category="3000", next_due_on=date(2024, 9, 1))
    exchange.check_file(actor=scene.clerk, file_name="花名册.xlsx", data=roster(4, faults={2: {"级别": "特级"}}))
    exchange.check_file(actor=scene.clerk, file_name="新聘人员.xlsx", data=roster(3, seed=8))


def _papers(scene: Scene) -> None:
    """Problems in several states with a photo, an order, a case, a visit, a letter."""
    world = scene.world
    cases.opened(world)
    planned = cases.planned(world, title="设备台账不全", due=date(2024, 8, 20), subject_label="设备台账")
    problems.ask_extension(planned, actor=scene.clerk, until=planned.due_on + timedelta(days=20), reason="配件到货要两周，请准予延期")
    dossier.keep_evidence(
        "整改现场.jpg", files.photo(), actor=scene.clerk, owner_row=planned, object_type="rectification.problem", object_id=planned.pk, item="after",
    )
    papers.served(world, due_on=date(2024, 8, 20))
    papers.drafted(world, due_on=date(2024, 8, 20))
    papers.filed(world)
    visits.recorded(world)
    late = scenes.submission_of(scene.campaign, world.institutions[2])
    services.issue_notice(
        scene.campaign, actor=world.officer(late.checker), issuer=late.checker, rows=[late], matter="请尽快报送自查表。", paper=documents.letter_paper,
    )


def _reports(scene: Scene) -> None:
    """A table and a work report begun by the county, a story told, a plan acknowledged."""
    county, actor = scene.world.counties[0], scene.county
    services.begin_return(all_of(StatReturn).filter(authority=county).order_by("due_on")[0], actor=actor)
    report = all_of(WorkReport).filter(campaign=scene.campaign, authority=county).select_related("authority", "campaign").order_by("round").first()
    if report is not None:
        figures = documents.report_figures(actor.scope, report)
        reports.begin_report(report, actor=actor, sections=documents.report_draft_of(actor.scope, report, figures))
    stories.tell_story(
        scene.campaign, actor=actor, authority=county, kind="practice", story_title="集中核验学历", checked=True, keywords="学历 核验",
        text="组织辖区机构集中登录学信网逐人核验，一周内完成全部核验。",
    )
    services.acknowledge_plan(scenes.plan_of(scene.campaign, scene.world.cities[0]), actor=scene.world.officer(scene.world.cities[0]))


def _people(world: factories.World) -> dict[str, Account]:
    """Who is sent to the doors: the levels of supervision, institutions, administrators."""
    held = {
        "province": world.officer(world.province), "city": world.officer(world.cities[0]), "county": world.officer(world.counties[0]),
        "institution": world.clerk(world.institutions[0]), "filling": world.clerk(world.institutions[1]),
    }
    found = {who: Account.objects.get(pk=actor.id) for who, actor in held.items()}
    found["leader"] = factories.account("offices-leader", "分管负责人", "leader", world.counties[0])
    found["administrator"] = factories.account("offices-admin", "单位管理员", "authority_admin", world.province)
    for role in ADMINISTRATORS:
        found[role] = factories.account(f"offices-{role}", "平台管理员", role)
    return found


def session_of(account: Account) -> str:
    """The cookie of somebody who has just signed in."""
    client = Client()
    client.force_login(account)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)

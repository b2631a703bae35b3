"""A campaign on its way: launched by the province, and what the pages need to be opened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from hengjian.base.actions import audited_action
from hengjian.campaigns import services
from hengjian.campaigns.models import Campaign, Plan, StatReturn, Submission
from hengjian.forms import queries as forms
from hengjian.forms.services import load_definitions
from hengjian.parties.models import Account
from tests import factories
from tests.factories import SYSTEM, World, all_of
from tests.memory import remembered

HUNAN = "cn-43.2024-standardisation.campaign"
HEILONGJIANG = "cn-23.2012-127.campaign"


@remembered
def begun(clock: Any) -> World:
    """The small world on the day of the document, with the packs loaded."""
    load_definitions(actor=SYSTEM)
    clock.set(2024, 6, 11, 10)
    return factories.world()


def drafted(world: World, code: str = HUNAN, **changes: Any) -> Campaign:
    """A draft of the province."""
    officer = world.officer(world.province)
    return services.draft_campaign(
        forms.definition(officer.scope, code), actor=officer, issuer=world.province, campaign_title="澜川省特种设备检验检测机构年行动",
        short_title="年行动", document_number="澜市监办特设〔2024〕21号", issued_on=date(2024, 6, 11), changes=changes,
    )


@remembered
def launched(world: World, code: str = HUNAN, **changes: Any) -> Campaign:
    """A running campaign of the province."""
    return services.launch_campaign(drafted(world, code, **changes), actor=world.officer(world.province))


def plan_of(campaign: Campaign, authority: Any) -> Plan:
    """The plan of one authority."""
    return all_of(Plan).get(campaign=campaign, authority=authority)


def issued(world: World, campaign: Campaign, authority: Any, **dates: date) -> Plan:
    """Acknowledged and issued by its officer, with dates by key."""
    officer = world.officer(authority)
    plan = services.acknowledge_plan(plan_of(campaign, authority), actor=officer)
    return services.issue_plan(plan, actor=officer, number="青市监〔2024〕9号", issued_on=date(2024, 6, 20), dates={(k, 1): d for k, d in dates.items()},
                               tasks=[{"title": "底片复评5%", "text": "抽取5%复评"}])


def submission_of(campaign: Campaign, institution: Any) -> Submission:
    """What one institution files first."""
    held = all_of(Submission).select_related("target__institution", "checker", "campaign").filter(campaign=campaign, org_id=institution.id)
    return held.exclude(form_code="task_report").order_by("key")[0]


def return_of(campaign: Campaign, authority: Any) -> StatReturn:
    """The first table of an authority."""
    return all_of(StatReturn).get(campaign=campaign, authority=authority, round=1)


def put(submission: Submission, state: str, **columns: Any) -> None:
    """Bring a filing to a state without its sheet."""
    with audited_action("test.put", actor=SYSTEM) as act:
        row = act.take(submission)
        row.state = state
        if state in {"filed", "accepted"}:
            row.filed_at = row.first_filed_at = columns.pop("filed_at", None) or factories.clock.now()
        for name, value in columns.items():
            setattr(row, name, value)


def signed_in(who: Any) -> Client:
    """A browser in which an actor has signed in."""
    client = Client()
    client.force_login(Account.objects.get(pk=who.id))
    return client

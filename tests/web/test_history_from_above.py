"""The history of what was issued above: those below read it from the day it was issued; how it was drawn up stays above."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.base.models import LedgerEntry
from hengjian.campaigns import services
from hengjian.forms.models import FormDefinition
from tests.campaigns import scenes
from tests.campaigns.scenes import plan_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world, clock):
    draft = scenes.drafted(world)
    services.edit_draft(draft, actor=world.officer(world.province), changes={}, short_title="改过的简称")
    clock.forward(hours=2)
    return services.launch_campaign(draft, actor=world.officer(world.province))


def read(who, kind: str, row):
    return signed_in(who).get(reverse("web:history", args=[kind, row.pk]))


def test_those_below_read_it_from_the_day_of_issue(world, campaign):
    above = read(world.officer(world.province), "campaigns.campaign", campaign).content.decode()
    below = read(world.officer(world.counties[0]), "campaigns.campaign", campaign).content.decode()
    assert [above.count("<time "), below.count("<time ")] == [3, 1]
    assert "改过的简称</ins>" in above
    assert "改过的简称</ins>" not in below
    assert "发起专项行动" in below


def test_an_entry_from_before_proves_nothing_to_those_below(world, campaign):
    drawn_up = LedgerEntry.objects.filter(object_id=campaign.pk).order_by("id")[0]
    place = reverse("web:proof", args=[drawn_up.pk])
    assert signed_in(world.officer(world.counties[0])).get(place).status_code == 404
    assert signed_in(world.officer(world.province)).get(place).status_code != 404


def test_a_plan_above_tells_its_history_once_it_is_issued(world, campaign):
    city = plan_of(campaign, world.cities[0])
    county = world.officer(world.counties[0])
    assert read(county, "campaigns.plan", city).status_code == 404
    scenes.issued(world, campaign, world.cities[0])
    page = read(county, "campaigns.plan", city)
    assert (page.status_code, "印发实施方案" in page.content.decode()) == (200, True)
    assert "签收上级方案" not in page.content.decode()


def test_the_page_of_a_plan_leads_to_its_history_and_its_reference_to_the_page(world, campaign):
    plan = plan_of(campaign, world.province)
    county = signed_in(world.officer(world.counties[0]))
    page = county.get(reverse("campaigns:plan", args=[plan.pk])).content.decode()
    assert reverse("web:history", args=["campaigns.plan", plan.pk]) in page
    assert county.get(reverse("web:open", args=["campaigns.plan", plan.pk]))["Location"] == reverse("campaigns:plan", args=[plan.pk])


def test_definitions_tell_when_they_were_loaded(world):
    row = FormDefinition.objects.all()[0]
    assert read(world.clerk(world.institutions[0]), "forms.formdefinition", row).status_code == 200

"""Each of the five documents can be launched as it stands, and asks what it prints."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import services
from hengjian.campaigns.models import Deadline, StatReturn, Submission
from hengjian.forms import queries as forms
from hengjian.forms.services import load_definitions
from tests import factories
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db

ASKED = {
    "cn-43.2024-standardisation.campaign": (5, {"self_check"}, 2),
    "cn-37-05.2024-40.campaign": (6, {"self_check"}, 2),
    "cn-31.2024-317.campaign": (6, {"self_check", "people_check"}, 2),
    "cn-43.2023-conduct.campaign": (1, set(), 0),
    "cn-23.2012-127.campaign": (14, {"institution_list", "institution_report"}, 0),
}


@pytest.mark.parametrize("code", ASKED)
def test_a_template_is_launched_as_it_stands(clock, code):
    load_definitions(actor=SYSTEM)
    world = factories.world()
    factories.institution("澜川同泰安全评价有限公司", world.counties[0], kind="safety_evaluation")
    template = forms.definition(EVERYTHING, code)
    starts = template.body.get("starts_on") or template.body["deadlines"][0]["due"]
    clock.set(*map(int, starts.split("-")), 9)
    officer = world.officer(world.province)
    issued = date.fromisoformat(starts)
    draft = services.draft_campaign(template, actor=officer, issuer=world.province, campaign_title=template.title, short_title="行动", document_number="",
                                    issued_on=issued)

    campaign = services.launch_campaign(draft, actor=officer)

    deadlines = list(all_of(Deadline).filter(plan__campaign=campaign))
    keys = {s.key for s in all_of(Submission).filter(campaign=campaign)}
    rounds = {r.round for r in all_of(StatReturn).filter(campaign=campaign)}
    assert (len(deadlines), keys, len(rounds)) == ASKED[code]

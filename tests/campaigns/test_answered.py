"""Whether a line is answered: the database says the same as the function over its values."""

from __future__ import annotations

import pytest

from hengjian.base.actions import audited_action
from hengjian.forms.models import SheetLine
from hengjian.forms.queries import are_answered, is_answered
from tests.campaigns import selfchecks
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db
COLUMNS = ("real_practice", "education_genuine")


def test_the_database_and_the_function_agree(clock):
    scene = selfchecks.scene(clock)
    scene.begun()
    lines = selfchecks.lines(scene.submission())
    told = [{}, {"real_practice": "是", "education_genuine": "-"}, {"real_practice": "是", "education_genuine": ""}, {"real_practice": "是", "education_genuine": None}]
    for values in told:
        with audited_action("test.fill", actor=SYSTEM) as act:
            act.take(lines[0]).values = values
        held = all_of(SheetLine).filter(pk=lines[0].pk)
        assert held.filter(are_answered(COLUMNS)).exists() == is_answered(values, COLUMNS), values
    assert held.filter(are_answered(())).exists()

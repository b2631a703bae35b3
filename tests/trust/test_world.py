"""The world of the trust tests is whole: every post, every kind of row, related to each viewer in every way."""

from __future__ import annotations

import pytest

from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS
from tests.trust.ground import MARK, relation
from tests.trust.targets import targets

pytestmark = pytest.mark.django_db


def test_keys_say_how_they_are_related():
    pairs = {"a000": "ancestor", "a100": "ancestor", "a110": "own", "a11x": "descendant", "a120": "sibling", "a12x": "sibling", "b110": "foreign"}
    assert {key: relation("a110", key) for key in pairs} == pairs


def test_the_world_holds_every_post_and_every_kind_of_row_in_every_relation(ground):
    world = ground
    held = {role for _key, role in world.accounts}
    assert held == {*AUTHORITY_ROLES, *INSTITUTION_ROLES, *PLATFORM_ADMINS}
    assert (len(world.authorities), len(world.institutions), len(world.accounts)) == (14, 16, 14 * 3 + 16 * 6 + 3)
    county = targets(world, "a110")
    real = ("submission", "problem", "order", "case", "visit", "evidence", "person", "letter", "document")
    assert {kind: sorted({"descendant", "sibling", "foreign", "guessed"} - set(county[kind])) for kind in real} == {kind: [] for kind in real}
    assert {"own", "ancestor", "sibling", "foreign"} <= set(county["plan"])
    assert "here" in county["order"]
    assert "crossed" in county["contradiction"]
    assert {"visit_id", "campaign_id", "story_id"} <= set(world.removed)
    assert all(MARK.search(one.name) for one in [*world.authorities.values(), *world.institutions.values()])

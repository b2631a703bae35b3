"""Every route has a policy; each role reaches the places of its navigation; what is another's is not found."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse

from hengjian.base.routes import EXEMPT, routes, unprotected
from hengjian.dossier import services
from hengjian.parties.states import Role
from hengjian.web.context import ENTRIES
from tests import factories
from tests.dossier import files
from tests.house.tree import ROOT
from tests.web.people import Cast, cast

UNGUARDED = """
import django
django.setup()
import hengjian.urls
from django.http import HttpResponse
from django.urls import path
hengjian.urls.urlpatterns.append(path("open-door/", lambda request: HttpResponse("in"), name="open_door"))
import hengjian.wsgi
"""


@pytest.fixture
def people(db, clock) -> Cast:
    return cast()


def test_every_route_has_a_policy():
    assert unprotected() == []
    assert len(list(routes())) > 60


def test_public_routes_say_why():
    assert sorted(name for _path, name, rule in routes() if rule is not None and rule.is_public) == [
        "parties:language", "portal:document", "portal:verify",
    ]
    assert all(rule.why for _path, _name, rule in routes() if rule is not None and rule.is_public)
    assert all(EXEMPT.values())


def test_the_server_does_not_start_with_an_unguarded_view(tmp_path):
    env = {**os.environ, "HENGJIAN_VAR": str(tmp_path), "HENGJIAN_ENV": "dev", "DJANGO_SETTINGS_MODULE": "hengjian.settings"}
    ended = subprocess.run([sys.executable, "-c", UNGUARDED], cwd=ROOT, env=env, capture_output=True, text=True)
    assert ended.returncode != 0
    assert "route without a policy: open-door/ (open_door)" in ended.stderr


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_each_place_of_its_navigation(people, role):
    client = people.client(role)
    places = [entry.route for entry in ENTRIES if not entry.roles or role in entry.roles]
    answers = {name: client.get(reverse(name), follow=True).status_code for name in [*places, "web:inbox", "web:search"]}
    assert answers == dict.fromkeys(answers, 200)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_a_place_that_is_not_in_its_navigation(people, role):
    client = people.client(role)
    closed = {"parties:accounts", "web:ledger", "parties:tree"} - {entry.route for entry in ENTRIES if role in entry.roles}
    if role in ("supervisor", "leader"):
        closed -= {"parties:tree"}  # regulators may look at the tree of their area
    assert {name: client.get(reverse(name)).status_code for name in closed} == dict.fromkeys(closed, 403)


def test_whoever_has_not_signed_in_is_sent_to_the_login(client, db):
    for name in ("web:desk", "web:inbox", "parties:accounts", "web:ledger"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/login/")


def test_the_login_leads_back_to_the_page_with_all_its_filters(client, db):
    answer = client.get(reverse("registry:people"), {"q": "甲&乙", "page": "2"})
    (back,) = parse_qs(urlsplit(answer["Location"]).query)["next"]
    assert parse_qs(urlsplit(back).query) == {"q": ["甲&乙"], "page": ["2"]}


def test_what_belongs_to_others_is_not_found(people):
    unit, other = people.world.institutions[:2]
    clerk = people.world.clerk(other)
    row = services.keep_evidence("a.xlsx", files.xlsx(), actor=clerk, owner_row=other, object_type="registry.institution", object_id=other.pk)
    client = people.client(Role.QUALITY_MANAGER)
    assert unit.pk != other.pk
    for url in (
        reverse("dossier:evidence", args=[row.pk]), reverse("dossier:original", args=[row.pk]),
        reverse("dossier:document", args=[uuid4()]), reverse("web:history", args=["registry.institution", other.pk]),
        reverse("web:history", args=["parties.account", clerk.id]), reverse("web:history", args=["no.such", other.pk]),
        reverse("dossier:evidence_of", args=["registry.institution", other.pk]), "/no-such-page/",
    ):
        assert (url, client.get(url).status_code) == (url, 404)


def test_an_account_of_another_unit_is_not_found(people):
    stranger = factories.account("stranger", "外人", "filler", people.world.institutions[1])
    client = people.client(Role.INSTITUTION_ADMIN)
    assert client.get(reverse("parties:account", args=[stranger.pk])).status_code == 404
    assert client.get(reverse("parties:account", args=[people.accounts[Role.FILLER].pk])).status_code == 200

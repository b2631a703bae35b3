"""Definitions on pages: under the document they come from, every text of theirs in the outline."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hengjian.base.scope import EVERYTHING
from hengjian.forms import queries
from hengjian.forms.models import FormDefinition
from hengjian.forms.packs import CampaignTemplate, Checklist, ScoredChecklist, Statistics, load, outline
from hengjian.forms.services import load_definitions
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import cast


@pytest.mark.parametrize("definition", load(), ids=lambda one: f"{one.code}-{one.version}")
def test_an_outline_leaves_nothing_out(definition: Any) -> None:
    parts = outline(definition)
    said = "\n".join([text for part in parts for row in part.rows for text in row] + [f"{part.title}\n{part.note}" for part in parts])
    if isinstance(definition, Checklist):
        wanted = [item.text for item in definition.items]
    elif isinstance(definition, ScoredChecklist):
        wanted = [each.text for item in definition.items for each in item.requirements] + [one.printed for one in definition.groups]
    elif isinstance(definition, Statistics):
        wanted = [cell.label for cell in definition.cells] + [rule.say for rule in definition.rules]
    elif isinstance(definition, CampaignTemplate):
        wanted = [task.text for task in (*definition.tasks, *definition.requirements)] + [one.title for one in definition.deadlines]
    else:
        wanted = []
    assert [text for text in wanted if text not in said] == []
    assert all(len(row) == len(part.heads) for part in parts for row in part.rows)


@pytest.fixture
def loaded(db: Any, clock: Any) -> None:
    load_definitions(actor=factories.SYSTEM)


def test_definitions_stand_under_the_document_they_come_from(loaded: None) -> None:
    groups = queries.definitions_by_document(EVERYTHING)
    assert len({(one.title, one.number) for one in groups}) == len(groups)
    found = {one.title: one for one in groups}
    law = found["中华人民共和国特种设备安全法"]
    assert (law.number, law.issuer, [row.code for row in law.rows]) == ("主席令第4号", "", ["national.documents.case"])
    assert found["特种设备安全监督检查办法"].issuer == "国家市场监督管理总局"
    hunan = [one for one in groups if one.issuer == "湖南省市场监督管理局办公室"]
    assert len(hunan) == 2, "two documents without a number are two"
    case = FormDefinition.objects.get(code="national.documents.case")
    assert (queries.issuer_of(EVERYTHING, case), queries.issuer_of(EVERYTHING, law.rows[0])) == ("", "")
    assert queries.issuer_of(EVERYTHING, FormDefinition.objects.get(code="national.documents.order")) == "国家市场监督管理总局"


def test_each_definition_has_a_page(loaded: None) -> None:
    people = cast()
    client = people.client(Role.SUPERVISOR)
    page = client.get(reverse("web:packs")).content.decode()
    assert "东营市特种设备检验检测机构规范化专业化建设年行动实施方案" in page
    for row in FormDefinition.objects.all():
        shown = client.get(reverse("web:definition", args=[row.pk]))
        assert shown.status_code == 200
    scored = FormDefinition.objects.get(code="cn-31.2024-317.annex3")
    page = client.get(reverse("web:definition", args=[scored.pk])).content.decode()
    assert "满分100分，另加分5分" in page
    assert "资源条件(10)" in page

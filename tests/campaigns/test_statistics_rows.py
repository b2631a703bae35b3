"""Names behind a figure: masked by what the figure counts, on the page, in the workbook and between editions."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from hengjian.base.actions import audited_action
from hengjian.campaigns import documents, exchange, indicators
from hengjian.campaigns.services import statistics as services
from hengjian.forms import queries as forms
from hengjian.forms.models import FormDefinition
from tests import factories
from tests.campaigns.facts import FIGURES, Facts, facts, put_right
from tests.campaigns.scenes import signed_in
from tests.factories import all_of

pytestmark = pytest.mark.django_db

CLEAR, MASKED = ("沈砚秋", "周以宁"), ("沈*秋", "周*宁")


@pytest.fixture
def at(clock) -> Facts:
    return facts(clock)


def in_other_units(at: Facts) -> None:
    """A form of another province counts the same people in 名."""
    form = all_of(FormDefinition).get(code=at.ret(at.world.province).form_code)
    body = {**form.body, "cells": [{**cell, "unit": "名" if cell["unit"] == "人" else cell["unit"]} for cell in form.body["cells"]]}
    with audited_action("test.unit", actor=factories.SYSTEM) as act:
        act.take(form).body = body


def test_every_figure_says_whether_its_rows_name_people(at):
    form = forms.definition(at.officer(at.world.province).scope, at.ret(at.world.province).form_code)
    by_unit = {cell["indicator"] for cell in form.body["cells"] if cell["unit"] == "人"}
    assert by_unit == indicators.OF_PEOPLE
    assert set(FIGURES) >= indicators.OF_PEOPLE


def test_names_are_masked_whatever_the_unit_is_called(at):
    in_other_units(at)
    ret, client = at.ret(at.world.province), signed_in(at.officer(at.world.province))
    page = client.get(reverse("campaigns:figure", args=[ret.id, "practice_problem_people"]), headers={"HX-Request": "true"}).content.decode()
    assert MASKED[0] in page
    assert CLEAR[0] not in page
    cell = documents.table_page(at.officer(at.world.province).scope, ret).cells["people_checked"]
    _name, data = exchange.rows_workbook(ret, cell)
    said = " ".join(str(value) for row in openpyxl.load_workbook(BytesIO(data)).active.iter_rows(values_only=True) for value in row)
    assert all(name in said for name in MASKED)
    assert not any(name in said for name in CLEAR)
    institutions = documents.table_page(at.officer(at.world.province).scope, ret).cells["institutions_self_checked"]
    assert not institutions.names_people


def test_the_rows_of_a_frozen_edition_are_downloaded_as_they_were_filed(at):
    officer = at.officer(at.world.province)
    ret = at.ret(at.world.province)
    services.file_return(ret, actor=officer, drawn=documents.draw_table(officer.scope, ret))
    ret = at.ret(at.world.province)
    page = documents.table_page(officer.scope, ret)
    assert page.is_frozen
    assert page.cells["people_checked"].names_people
    shown = signed_in(officer).get(reverse("campaigns:figure", args=[ret.id, "people_checked"]), headers={"HX-Request": "true"}).content.decode()
    assert f"{reverse('campaigns:figure_rows', args=[ret.id, 'people_checked'])}?edition=1" in shown


def test_an_earlier_edition_is_opened_and_printed_as_it_was_filed(at):
    city = at.world.cities[0]
    officer, ret = at.officer(city), at.ret(at.world.cities[0])
    services.file_return(ret, actor=officer, drawn=documents.draw_table(officer.scope, ret))
    put_right(at, "staffing")
    services.revise_return(at.ret(city), actor=officer, reason="补充整改情况后重报")
    client, url = signed_in(officer), reverse("campaigns:statistics", args=[ret.id])
    old = client.get(url, {"edition": 1}).content.decode()
    assert "回到现在的表" in old
    assert "更正这个数" not in client.get(reverse("campaigns:figure", args=[ret.id, "people_checked"]), {"edition": 1}).content.decode()
    assert f"{url}?edition=1" in client.get(url).content.decode()
    ret = at.ret(city)
    services.file_return(ret, actor=officer, drawn=documents.draw_table(officer.scope, ret))

    def rectified(number):
        name, data = documents.statistics_file(officer, at.ret(city), "xlsx", edition_number=number)
        cells = [value for row in openpyxl.load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True) for value in row]
        return name.rpartition("-")[2], cells[cells.index("发现人员资源条件不满足《核准规则》规定的检验检测机构数量（家）") :][:8]

    (first, before), (second, after) = rectified("1"), rectified("2")
    assert (first, second) == ("第1版.xlsx", "第2版.xlsx")
    assert [value for value in before if isinstance(value, int)][:2] == [1, 0]
    assert [value for value in after if isinstance(value, int)][:2] == [1, 1]


def test_a_draft_has_no_code_to_scan(at):
    ret = at.ret(at.world.province)
    _name, data = documents.statistics_file(at.officer(at.world.province), ret, "xlsx")
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert sheet._images == []
    assert any(value == "草稿，尚未报送" for row in sheet.iter_rows(values_only=True) for value in row)

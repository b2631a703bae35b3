"""The round trip through Excel: down, filled, up again; what differs is chosen cell by cell, strangers are refused."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengjian.base.errors import BadInput
from hengjian.campaigns.queries.selfcheck_print import filling_workbook
from hengjian.campaigns.queries.selfcheck_versions import last_reading, reading_differences
from hengjian.campaigns.services import filing, selfcheck
from hengjian.forms import services as forms
from hengjian.parties.models import Account
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import SHANGHAI, fill, line, lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


def filled(scene, submission, **answers):
    """Download, write into the rows of these people (columns from “是否在本单位真实执业” on), hand back the bytes."""
    _name, data = filling_workbook(scene.clerk.scope, submission)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for name, values in answers.items():
            at = next((cell for cell in row if cell.value == name), None)
            if at is not None:
                following = [cell for cell in row if cell.column > at.column and not isinstance(cell, openpyxl.cell.cell.MergedCell)]
                for cell, value in zip(following, values, strict=False):
                    cell.value = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def read(scene, data, name="自查表.xlsx"):
    return forms.read_workbook(scene.submission().sheet, actor=scene.clerk, file_name=name, data=data)


def test_a_filled_workbook_changes_nothing_until_one_chooses(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {"沈砚秋": {"real_practice": "否", "remarks": "本页写的"}})
    data = filled(scene, submission, 沈砚秋=["是", "√", "－", "工作簿写的"], 陆青禾=["是", "是", "-"])

    reading = read(scene, data)

    assert (reading.line_count, reading.same_count) == (3, 1)
    differences = reading_differences(scene.clerk.scope, scene.submission(), reading)
    assert {(d.label, d.column): (d.before, d.after) for d in differences} == {
        ("沈砚秋", "real_practice"): ("否", "是"), ("沈砚秋", "education_genuine"): ("", "是"), ("沈砚秋", "title_genuine"): ("", "-"),
        ("沈砚秋", "remarks"): ("本页写的", "工作簿写的"), ("陆青禾", "real_practice"): ("", "是"),
        ("陆青禾", "education_genuine"): ("", "是"), ("陆青禾", "title_genuine"): ("", "-"),
    }
    assert line(submission, "陆青禾").values == {}

    chosen = [(d.key, d.column) for d in differences if not d.before]
    assert selfcheck.take_workbook(scene.submission(), reading, actor=scene.clerk, chosen=chosen) == 5
    assert line(submission, "沈砚秋").values == {"real_practice": "否", "remarks": "本页写的", "education_genuine": "是", "title_genuine": "-"}
    assert last_reading(scene.clerk.scope, scene.submission()).settled_at is not None


def test_a_workbook_as_it_came_has_no_difference(scene):
    submission = scene.begun()
    reading = read(scene, filled(scene, submission))
    assert (reading.found, reading.settled_at is not None) == ({}, True)


def test_faults_are_named_by_row_and_column(scene):
    submission = scene.begun()
    with pytest.raises(BadInput) as refused:
        read(scene, filled(scene, submission, 沈砚秋=["也许"], 陆青禾=["是", "无所谓"]))
    assert [(fault.field, fault.message) for fault in refused.value.faults] == [
        ("初次取证时提交的学历是否真实", "只能填“是”、“否”、“-”，您填的是“无所谓”。"),
        ("是否在本单位真实执业", "只能填“是”、“否”、“-”，您填的是“也许”。"),
    ]
    assert all(fault.row and fault.sheet == "附件1" for fault in refused.value.faults)


def test_a_workbook_of_another_unit_or_of_an_earlier_edition_is_refused(scene):
    submission = scene.begun()
    data = filled(scene, submission)
    scene.filed()
    filing.withdraw_submission(scene.submission(), actor=scene.clerk, reason="需要补充说明")
    with pytest.raises(BadInput, match="较早的版本"):
        read(scene, data)

    mate = selfchecks.Scene(scene.world, scene.campaign, scene.world.institutions[1], scene.world.clerk(scene.world.institutions[1]), scene.county)
    mate.begun()
    with pytest.raises(BadInput, match="另一单位"):
        read(mate, filled(scene, scene.submission()))
    with pytest.raises(BadInput):
        read(scene, b"not a workbook")


def test_people_of_one_name_are_matched_in_their_order(clock):
    scene = selfchecks.scene(clock, people=("沈砚秋", "沈砚秋"))
    submission = scene.begun()
    reading = read(scene, filled(scene, submission, 沈砚秋=["是", "是", "-"]))
    assert [len(one) for one in reading.found.values()] == [3, 3]


def test_a_checklist_goes_and_comes_item_by_item(clock):
    scene = selfchecks.scene(clock, SHANGHAI)
    submission = scene.begun()
    _name, data = filling_workbook(scene.clerk.scope, submission)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book.worksheets[0].iter_rows():
        if row[0].value == "2.2.1":
            cells = [cell for cell in row if not isinstance(cell, openpyxl.cell.cell.MergedCell)]
            cells[-3].value, cells[-2].value, cells[-1].value = "否", "2台测厚仪超期", "已送检"
    held = io.BytesIO()
    book.save(held)

    reading = read(scene, held.getvalue())

    assert (reading.line_count, reading.found) == (38, {"2.2.1": {"answer": "否", "problem": "2台测厚仪超期", "correction": "已送检"}})


def test_the_page_shows_counts_and_writes_what_was_chosen(scene, client):
    client.force_login(Account.objects.get(pk=scene.clerk.id))
    submission = scene.begun()
    url = reverse("campaigns:workbook", args=[submission.pk])
    data = filled(scene, submission, 沈砚秋=["是", "是", "-", "在岗"])
    page = client.post(url, {"file": SimpleUploadedFile("表.xlsx", data)}, follow=True).content.decode()
    assert "有3行，其中2行与本页相同，4格不同待您选择" in page
    assert "1行不同待您选择" in client.get(reverse("campaigns:sheet", args=[submission.pk])).content.decode()

    key = line(submission, "沈砚秋").key
    client.post(reverse("campaigns:apply_workbook", args=[submission.pk]), {f"take-{key}|real_practice": "theirs", f"take-{key}|remarks": "mine"})
    assert {one.label: one.values for one in lines(submission)}["沈砚秋"] == {"real_practice": "是"}

    refused = client.post(url, {"file": SimpleUploadedFile("表.xlsx", b"x")})
    assert refused.status_code == 422
    down = client.get(reverse("campaigns:workbook_file", args=[submission.pk]))
    assert down["Content-Disposition"].startswith("attachment")

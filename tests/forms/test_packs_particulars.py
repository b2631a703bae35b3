"""The particulars of each definition against its document: number, annex, title, chapter, what each deadline asks for."""

from __future__ import annotations

import re

import pytest

from hengjian.forms.packs import CampaignTemplate, Checklist, Lists, find, load, printed_rows
from tests.forms.packs_seeds import SHANGHAI, plain, seed, seed_of
from tests.forms.test_packs_forms_verbatim import printed_words, rows_of_annex

OF_DOCUMENTS = [each.code for each in load() if not each.code.startswith("national.")]
CAMPAIGNS = [each.code for each in load() if isinstance(each, CampaignTemplate)]


@pytest.mark.parametrize("code", OF_DOCUMENTS)
def test_a_definition_names_number_annex_and_title_of_its_document(code):
    definition = find(code)
    text = seed_of(definition)
    assert definition.pack is not None
    assert definition.source.number == definition.pack.number
    assert definition.source.part is None or plain(definition.source.part) in text
    ours = isinstance(definition, Lists) or (isinstance(definition, Checklist) and definition.own_words)
    assert ours or plain(definition.title) in text
    if definition.layout is not None:
        assert plain("".join(definition.layout["title"])) == plain(definition.title)
        assert plain(definition.layout.get("annex") or "") == plain(definition.source.part or "")


@pytest.mark.parametrize("code", OF_DOCUMENTS)
def test_the_fields_around_a_form_are_printed_as_they_are_named(code):
    definition = find(code)
    if definition.layout is None:
        return
    layout = str(definition.document["layout"])
    assert [each.label for each in (*definition.head, *definition.foot) if each.label not in layout] == []


@pytest.mark.parametrize("code", [code for code in OF_DOCUMENTS if isinstance(find(code), Checklist)])
def test_a_checklist_is_printed_under_its_columns(code):
    definition = find(code)
    assert isinstance(definition, Checklist)
    printed = printed_words(definition.layout, printed_rows(definition))
    assert [each for each in definition.columns if printed.count(each) < definition.columns.count(each)] == []


@pytest.mark.parametrize("code", ["cn-31.2024-317.annex1", "cn-31.2024-317.annex3"])
def test_each_row_of_heads_is_printed_cell_by_cell(code):
    definition = find(code)
    printed = printed_words(definition.layout, printed_rows(definition))
    rows = rows_of_annex(int(code[-1]))
    assert [cell for row in rows for cell in row if cell and not cell.isdigit() and cell not in printed] == []
    heads = [row for row in rows if row[0] == "序号"]
    if isinstance(definition, Checklist):
        assert definition.head_title == rows[0][0]
        heads += rows[:2]
    assert [row for row in heads if "".join(dict.fromkeys(row)) not in printed] == []


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_a_task_stands_in_the_chapter_that_it_names(code):
    campaign = find(code)
    assert isinstance(campaign, CampaignTemplate)
    text = seed_of(campaign)
    for task in (*campaign.tasks, *campaign.requirements):
        begin = text.index(plain(task.chapter))
        assert task.chapter.startswith(f"{task.clause[0]}、")
        assert plain((task.text or task.subtasks[0].text)[:20]) in text[begin:]


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_a_deadline_asks_for_what_the_document_asks_for(code):
    campaign = find(code)
    assert isinstance(campaign, CampaignTemplate)
    text = seed_of(campaign)
    for deadline in campaign.deadlines:
        said, annex = re.fullmatch(r"(.*?)(?:（(附件\d)）)?", deadline.title).groups()  # type: ignore[union-attr]
        titles = {form.code: plain(find(form.code).title) for form in campaign.forms}
        whole = titles.get(deadline.form, "")
        assert (plain(said) in text and whole.startswith(plain(said))) or (plain(said) == whole if whole else plain(said) in text)
        assert annex is None or (find(deadline.form).source.part == annex and annex in text)
        assert plain(deadline.copy_to or "") in text


def test_the_three_lists_of_the_conduct_notice_are_printed_under_their_names():
    lists = find("cn-43.2023-conduct.lists")
    assert isinstance(lists, Lists)
    for each in lists.document["lists"]:
        assert "".join(each["layout"]["title"]) == each["title"]
        (block,) = [one["list"] for one in each["layout"]["blocks"] if "list" in one]
        assert [one["title"] for one in block["columns"]] == [one["label"] for one in each["columns"]]
    words = seed(lists.pack.seed) if lists.pack else ""
    assert "明确完成时限" in words
    assert [sum(one["label"] == "完成时限" for one in each["columns"]) for each in lists.document["lists"]] == [0, 1, 1]


def test_the_score_sheet_is_shanghais():
    assert plain(find("cn-31.2024-317.annex3").title) in seed(SHANGHAI)

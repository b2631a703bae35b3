"""The components in a browser: accessible, under the strict policy, and the roster filled by keyboard alone."""

from __future__ import annotations

import pytest

from tests.accessibility import assert_accessible
from tests.web import site

pytestmark = [pytest.mark.urls("tests.web.site"), pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def fresh_sheet():
    site.reset()


def cell(page, line, column):
    return page.locator(f'tr[data-line="{line}"] td[data-column="{column}"]')


def value(page, line, column):
    return cell(page, line, column).get_attribute("data-value")


def wait_saved(page, text="已保存"):
    page.locator("[data-save-status]", has_text=text).wait_for()


def test_every_component_is_accessible(page):
    page.goto("/")
    assert_accessible(page)
    assert page.locator(".hj-plot svg").count() == 3
    cell(page, 5, "practice").click()
    assert_accessible(page)


def test_a_phone_never_scrolls_sideways(phone):
    phone.goto("/")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(phone)


def test_a_line_is_filled_by_keyboard_alone(page):
    page.goto("/")
    cell(page, 5, "practice").focus()
    for key in ("1", "Tab", "2", "Tab", "3", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("学信网未查到")
    page.keyboard.press("Enter")
    wait_saved(page)
    assert [value(page, 5, column) for column in ("practice", "degree", "title", "note")] == ["是", "否", "-", "学信网未查到"]
    assert [saved["value"] for saved in site.SAVED] == ["是", "否", "-", "学信网未查到"]


def test_escape_gives_back_the_old_word_and_then_leaves_the_sheet(page):
    page.goto("/")
    cell(page, 4, "note").focus()
    page.keyboard.type("写错了")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert value(page, 4, "note") == "4月离职未办理变更"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Roster"
    assert site.SAVED == []


def test_two_answers_to_one_cell_are_settled_by_a_person(page):
    site.theirs("2", "degree", "否")
    page.goto("/")
    cell(page, 2, "degree").focus()
    page.keyboard.press("3")
    line = page.locator("tr.difference")
    line.wait_for()
    assert "沈听澜14:31填的是：否" in line.inner_text()
    page.get_by_role("button", name="保留我的").click()
    wait_saved(page)
    assert (value(page, 2, "degree"), line.count()) == ("-", 0)
    assert site.CELLS["2", "degree"]["value"] == "-"


def test_their_answer_may_be_taken(page):
    site.theirs("2", "degree", "否")
    page.goto("/")
    cell(page, 2, "degree").focus()
    page.keyboard.press("3")
    page.get_by_role("button", name="采用对方的").click()
    page.locator("tr.difference").wait_for(state="detached")
    assert value(page, 2, "degree") == "否"
    assert site.SAVED == []


def test_a_refused_word_stays_and_says_why(page):
    page.goto("/")
    cell(page, 1, "note").focus()
    page.keyboard.type("太短")
    page.keyboard.press("Enter")
    page.get_by_text("请写明日期。").wait_for()
    assert value(page, 1, "note") == "太短"
    wait_saved(page, "1处没有保存")


def test_nothing_typed_is_lost_when_the_server_is_away(page):
    site.BROKEN.append(True)
    page.goto("/")
    cell(page, 3, "title").focus()
    page.keyboard.press("1")
    wait_saved(page, "1处存在本机")
    page.once("dialog", lambda asked: asked.accept())
    page.reload()
    assert value(page, 3, "title") == "是"
    site.BROKEN.clear()
    wait_saved(page)
    assert site.CELLS["3", "title"]["value"] == "是"


BLOCK = '序号\t姓名\tA\tB\tC\t说明\n1\t沈砚秋\t√\t×\t—\t"两行\n文字"\n2\t周以宁\t大概\t否\t-\t\n3\t某甲\t是\t是\t是\t\n'


def paste(page, text):
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_a_block_of_excel_finds_its_people_by_name(page):
    page.goto("/")
    cell(page, 3, "practice").focus()
    paste(page, BLOCK)
    wait_saved(page)
    assert [value(page, 1, column) for column in ("practice", "degree", "title", "note")] == ["是", "否", "-", "两行\n文字"]
    assert value(page, 2, "degree") == "否"
    assert "“大概”不是可选的答案" in cell(page, 2, "practice").inner_text()
    assert "清单里没有某甲（共1人）" in page.locator("#notices").inner_text()
    page.get_by_role("button", name="撤销这次粘贴").click()
    cell(page, 1, "degree").and_(page.locator('[data-value="是"]')).wait_for()
    assert [value(page, 1, column) for column in ("practice", "degree", "title", "note")] == ["是", "是", "是", ""]


def test_a_block_without_names_goes_over_the_cells_from_here(page):
    page.goto("/")
    cell(page, 4, "degree").focus()
    paste(page, "否\t-\n是\t是\n")
    wait_saved(page)
    assert [value(page, line, column) for line in (4, 5) for column in ("degree", "title")] == ["否", "-", "是", "是"]


def test_views_of_the_sheet_count_and_hide(page):
    page.goto("/")
    page.locator('[data-grid-filter="clash"]').click()
    assert page.locator("tr[data-line]:visible").count() == 1
    assert page.locator('[data-grid-filter="blank"]').inner_text().endswith("1")


def test_filters_live_in_the_address(page):
    page.goto("/?status=filed")
    page.select_option("#f-area", "4302")
    page.wait_for_url("**/?*area=4302*")
    page.locator(".hj-chip", has_text="云汀市").wait_for()
    page.fill("#f-q", "砺石")
    page.wait_for_url("**q=*")
    assert page.url.count("area=") == 1
    assert page.url.count("status=filed") == 1


def test_what_is_opened_stands_beside_its_list(page):
    page.goto("/")
    page.locator("#list a.hj-strong").nth(1).click()
    page.wait_for_url("**/?open=2")
    page.locator('#list tr[aria-selected="true"]', has_text="W-2024-0091").wait_for()
    page.locator("#panel-head:focus").wait_for()


def test_a_refusal_is_told_in_words_and_changes_nothing(page):
    page.goto("/")
    page.evaluate("htmx.ajax('GET', '/refused/', {target: '#panel'})")
    page.locator("#notices", has_text="问题已经销号。").wait_for()
    assert page.locator("#panel-head").count() == 1


def test_keys_and_density(page):
    page.goto("/")
    page.locator('[data-set-density="tight"]').click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.density") == "tight"
    page.locator("summary", has_text="退回再整改").click()
    page.locator("textarea[name=reason]:focus").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".hj-act[open]").count() == 0

"""The self-check as both sides do it: imported, filled, filed, returned, corrected, accepted."""

from __future__ import annotations

import re
from typing import Any

from hengjian.registry.models import InsuranceMonth, Person
from tests.factories import all_of
from tests.journeys import papers, rosters
from tests.journeys.desks import Desk
from tests.journeys.people import Journey

PASTE = """text => {
    const data = new DataTransfer(); data.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
REMARK = "请写明何时取消执业公示，并说明现由哪家单位缴纳社保。"
CORRECTED = "2023年12月起社保由云汀承压设备检验站缴纳，7月16日前取消执业公示"


def imports(the: Journey) -> None:
    """200 people from Excel: exactly seven faults are shown and marked, mended, and all is imported at once."""
    desk = the.clerk
    people, paid = rosters.lines(the.institution.organisation.uscc, the.institution.name)
    the.held["names"] = {person["姓名"] for person in people}
    wrong = rosters.mistakes(people)
    faulty = rosters.write(the.folder / "人员花名册.xlsx", people, paid, wrong)
    desk.go("/registry/imports/", accessible=True)
    desk.page.set_input_files("input[name=file]", faulty)
    desk.press("预检")
    desk.sees("有7处问题，没有写入任何数据。")
    shown = [row.locator("td").all_inner_texts()[:3] for row in desk.page.locator("#list tbody tr").all()]
    assert all(re.match(r"[A-Z]+ ", column) for _sheet, _row, column in shown), "the letter of the column stands before its head"
    told = [(sheet, row.strip("第行"), column.split(" ", 1)[1]) for sheet, row, column in shown]
    assert sorted(told) == sorted(one.place for one in wrong)
    desk.checked()
    marked = desk.takes(lambda: desk.follow("下载已标出问题的工作簿"), the.folder)
    assert rosters.red_cells(marked) == {one.place for one in wrong}
    assert not all_of(Person).exists()

    mended = rosters.write(the.folder / "人员花名册-改好.xlsx", people, paid)
    desk.go("/registry/imports/")
    desk.page.set_input_files("input[name=file]", mended)
    desk.press("预检")
    desk.sees("预检通过，尚未写入。")
    desk.press("确认导入")
    desk.sees("已导入")
    assert (all_of(Person).count(), all_of(InsuranceMonth).count()) == (200, 196 * len(rosters.MONTHS))
    desk.go("/registry/people/", accessible=True)
    desk.sees("200")


def begins(the: Journey) -> None:
    """The institution acknowledges the notice and begins: 200 lines with the names of the register, the answers blank."""
    desk = the.clerk
    desk.go("/campaigns/self-check/")
    desk.press("签收通知")
    desk.told("已签收通知。")
    desk.press("开始填报")
    desk.page.wait_for_url("**/sheet/")
    the.held["submission"] = desk.page.url.split("/self-check/")[1].split("/")[0]
    names = desk.page.locator("#roster tr[data-line]").evaluate_all("rows => rows.map(row => row.dataset.name)")
    assert (len(names), set(names)) == (200, the.held["names"])
    assert desk.page.locator("#roster td.ans", has_text="是").count() == 0
    desk.sees("200行未填")


def cell_of(desk: Desk, name: str, column: str) -> Any:
    """The cell of a person."""
    return desk.page.locator(f"#roster tr[data-name={name}] td[data-column={column}]")


def saved(desk: Desk) -> None:
    """Wait until all that was typed is on the server."""
    desk.page.locator("[data-save-status][data-state=saved]").wait_for()


def answers(the: Journey) -> None:
    """593 cells by the proposals of the system, four by a pasted block and a key, three 否 with remarks by keyboard."""
    desk = the.clerk
    desk.press("按系统数据预填593格")
    desk.told("7行未填")
    cell_of(desk, rosters.NEWCOMERS[0], "real_practice").click()
    desk.page.evaluate(PASTE, "是\n是\n是")
    desk.page.get_by_text("粘贴了3格").wait_for()
    cell_of(desk, rosters.NEWCOMERS[3], "real_practice").click()
    desk.page.keyboard.press("1")
    saved(desk)
    for (name, column), said in rosters.TOLD.items():
        cell_of(desk, name, column).click()
        desk.page.keyboard.press("2")
        saved(desk)
        cell_of(desk, name, "remarks").click()
        desk.page.keyboard.type(said)
        desk.page.keyboard.press("Enter")
        saved(desk)
    desk.page.get_by_role("button", name="有“否”").click()
    assert desk.page.locator("#roster tr[data-line]:visible").count() == 3
    desk.checked()
    desk.page.get_by_role("button", name="未填").click()
    assert desk.page.locator("#roster tr[data-line]:visible").count() == 0


def files(the: Journey) -> None:
    """The institution says that it meets the staffing conditions, looks at the whole and files it; the form is made."""
    desk = the.clerk
    desk.page.get_by_label("第4项由本单位填报").select_option("是")
    desk.press("保存")
    desk.follow("核对并报送")
    signs(desk, "2024-07-08")
    desk.sees("还差签字盖章")
    form = desk.takes(lambda: desk.follow("Word"), the.folder)
    words = papers.docx_words(form)
    assert {"特种设备检验检测机构自查情况统计表", rosters.TOLD[rosters.EDUCATION, "education_genuine"]} <= words


def signs(desk: Desk, day: str) -> None:
    """Fill the foot of the form and file."""
    desk.page.wait_for_url("**/check/")
    desk.sees("全部填齐，没有未说明的矛盾。")
    desk.page.get_by_label("填表人姓名").fill("许若谷")
    desk.page.get_by_label("联系电话").fill("13800005678")
    desk.page.get_by_label("填报日期").fill(day)
    desk.checked()
    desk.press("报送东浦区市场监督管理局")
    desk.told("已报送东浦区市场监督管理局。")


def returns(the: Journey) -> None:
    """The county opens a person beside the list, remarks on the cell, and returns the self-check."""
    desk = the.county
    desk.go(f"/campaigns/self-check/{the.held['submission']}/")
    desk.sees("第1版，7月8日")
    desk.follow("有问题")
    assert desk.page.locator("#roster tr[data-row]").count() == 3
    desk.follow(rosters.PRACTICE)
    desk.page.locator("#panel").get_by_role("heading", name="提出意见").wait_for()
    desk.checked()
    desk.page.get_by_label("所指的栏").select_option(label="存在问题及整改情况说明")
    desk.page.locator("#panel").get_by_label("意见", exact=True).fill(REMARK)
    desk.press("记录意见", within=desk.page.locator("#panel"))
    desk.told("意见已记录，退回时一并告知机构。")
    fold = desk.unfold("退回")
    fold.get_by_label("退回的总意见").fill("1处说明不清，请修改后重报。")
    desk.press("退回机构修改", within=fold)
    desk.told("已退回青麓恒固气瓶检验有限公司。")


def corrects(the: Journey) -> None:
    """The institution reads the remark beside the cell, corrects it, answers, and files again."""
    desk = the.clerk
    desk.go("/campaigns/self-check/")
    desk.sees("1处退回意见未答复")
    desk.follow("继续填报")
    desk.sees(REMARK)
    cell_of(desk, rosters.PRACTICE, "remarks").click()
    desk.page.keyboard.type(CORRECTED)
    desk.page.keyboard.press("Enter")
    saved(desk)
    fold = desk.unfold("答复")
    fold.get_by_label("答复内容").fill("已补充缴纳单位和取消公示的时间。")
    desk.press("保存答复", within=fold)
    desk.sees("已补充缴纳单位和取消公示的时间。")
    desk.follow("核对并报送")
    signs(desk, "2024-07-10")


def accepts(the: Journey) -> None:
    """The county sees what differs from the version before, in the list and side by side, and accepts."""
    desk = the.county
    desk.go(f"/campaigns/self-check/{the.held['submission']}/")
    desk.sees("第2版，7月10日")
    changed = desk.page.locator("#roster td.other")
    assert changed.count() == 1
    assert changed.inner_text().strip() == rosters.TOLD[rosters.PRACTICE, "real_practice"] + CORRECTED
    desk.follow("比较任意两版")
    desk.sees("1格、0个汇总数不同", rosters.TOLD[rosters.PRACTICE, "real_practice"], CORRECTED)
    desk.checked()
    desk.follow(the.institution.name, within=desk.page)
    desk.press("接收")
    desk.told("已接收。")
    desk.sees("东浦区")

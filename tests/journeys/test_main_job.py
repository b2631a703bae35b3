"""The main job in the browser, as the people do it: from the official document to the figures and back to the person."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.ledger.verify import verify
from hengjian.base.scope import EVERYTHING
from hengjian.base.working_days import seed_calendar
from hengjian.forms import queries as forms
from hengjian.forms.services import load_definitions
from hengjian.registry.models import Employment
from tests import factories
from tests.factories import SYSTEM, all_of
from tests.journeys import papers, problem_acts, rosters, selfcheck_acts
from tests.journeys.desks import Desk, Office
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)

TITLE, SHORT = "澜川省特种设备检验检测机构规范化专业化建设年行动", "规范化专业化建设年行动"
FIGURES = {
    "institutions_self_checked": 1,  # 青麓恒固 filed and was accepted; the other two institutions have not begun
    "people_checked": 200,  # every line of the 200 is answered in all three columns
    "practice_problem_people": 1,  # 白砚秋
    "practice_cancelled_people": 1,  # whose practice registration the institution cancelled on 16 July
    "education_problem_people": 1,  # 方若谷
    "education_cancelled_people": 1,  # whose one certificate the province cancelled on 16 July
    "title_problem_people": 1,  # 江以宁
    "title_cancelled_people": 0,  # who keeps the certificate
    "staffing_unmet_institutions": 0,  # the institution answered 是 to item 4
    "staffing_rectified_institutions": 0,
    "authenticity_problem_institutions": 1,  # all three are people of the one institution
    "authenticity_rectified_institutions": 1,  # and all three problems were closed on 17 July
    "institutions_inspected": 1,  # the visit of 18 July
    "institutions_inspected_on_site": 1,  # which looked at the work on site
    "institutions_with_violations": 1,  # and found one violation
    "orders_issued": 1,  # for which one order was served
    "cases_filed": 0,
    "examination_institutions_inspected": 0,  # there is no such institution
}


@pytest.fixture
def journey(browser: Any, live_server: Any, clock: Any, transactional_db: Any, tmp_path: Path) -> Iterator[Journey]:
    clock.set(2024, 6, 11, 9)
    seed_calendar(actor=SYSTEM)
    load_definitions(actor=SYSTEM)
    office = Office(browser, live_server.url)
    yield Journey(office, clock, factories.world(), tmp_path)
    office.close()


def launches(the: Journey) -> None:
    """The province draws the campaign up from the template of the document, looks at what it does, and launches it."""
    desk = the.province
    desk.go("/campaigns/", accessible=True)
    desk.go("/campaigns/new/")
    desk.page.locator("li", has_text="湖南").get_by_role("link", name=SHORT).click()
    desk.page.wait_for_url("**template=cn-43.2024-**")
    desk.page.get_by_label("行动名称").fill(TITLE)
    desk.page.get_by_label("文号").fill("澜市监办特设〔2024〕21号")
    desk.press("建立拟制稿")
    desk.page.wait_for_url("**/draft/")
    desk.checked()
    the.held["campaign"] = desk.page.url.split("/campaigns/")[1].split("/")[0]
    desk.press("保存并核对发起")
    desk.page.wait_for_url("**/preview/")
    desk.sees("6个部门、3家机构")
    desk.checked()
    desk.page.get_by_label("以上内容已与印发的文件核对一致").check()
    desk.press("发起并通知6个部门、3家机构")
    desk.page.wait_for_url("**/board/")
    desk.told("已发起，各级部门和机构已收到通知。")


def relays(the: Journey, desk: Desk, number: str, day: str, later: str = "") -> None:
    """A level acknowledges and issues its own plan with an earlier date; a later one is refused with the reason."""
    desk.go(f"/campaigns/{the.held['campaign']}/relay/", accessible=True)
    desk.follow("签收上级方案")
    desk.press("签收")
    desk.told("已签收。")
    desk.page.get_by_label("本级文号").fill(number)
    date_of = desk.page.locator('input[name="due-self_check:1"]')
    if later:
        date_of.fill(later)
        date_of.dispatch_event("change")
        desk.press("印发本级方案")
        desk.sees("没有印发，填的内容都还在", "晚于上级期限7月31日，系统未予发布。请改为7月31日或更早。")
        assert desk.page.get_by_label("本级文号").input_value() == number
    date_of.fill(day)
    desk.checked()
    desk.press("印发本级方案")
    desk.told("已印发，下级部门已收到通知。")


def figures_on(desk: Desk) -> dict[str, int]:
    """The figures that the page of a table shows, by key."""
    held = desk.page.locator("article.hj-official a.hj-fig").all()
    return {str(one.get_attribute("href")).split("/figure/")[1].split("/")[0]: int(one.inner_text()) for one in held}


def opens_table(the: Journey, desk: Desk) -> None:
    """Open the own first table of a level."""
    desk.go(f"/campaigns/{the.held['campaign']}/statistics/")
    desk.follow("打开")
    desk.page.locator("article.hj-official").wait_for()


def files_table(the: Journey, desk: Desk) -> None:
    """A level looks at its table and files it; what is filed stays."""
    opens_table(the, desk)
    desk.sees("尚未报送，数字随事实变动", "校验")
    assert figures_on(desk) == FIGURES
    desk.checked()
    desk.press("审定并报送")
    desk.sees("报送并封存")
    assert figures_on(desk) == FIGURES


def accepts_table(the: Journey, desk: Desk, below: str) -> None:
    """The level above accepts the table of the one below."""
    opens_table(the, desk)
    desk.follow(below)
    desk.sees("报送并封存")
    desk.press("接收")
    desk.sees("已接收")


def opens_a_figure(the: Journey) -> None:
    """From the figure of the province to its row, to the problem, to the person."""
    desk = the.province
    opens_table(the, desk)
    desk.page.locator("a.hj-fig[href*='/figure/practice_problem_people/']").click()
    panel = desk.page.locator("#panel")
    panel.get_by_role("heading", name="其中：发现真实执业存在问题人数（人）").wait_for()
    assert panel.locator("strong.hj-num").inner_text() == "1"
    shares = {row.locator("th").inner_text(): row.locator("td.n").inner_text() for row in panel.locator("table.hj-t").first.locator("tr").all()}
    assert shares == {"青麓市": "1", "砺石市": "0", "高新技术产业开发区": "0"}
    desk.checked()
    panel.get_by_role("region", name="明细").get_by_role("link").click()
    desk.page.wait_for_url("**/problems/**")
    problem = desk.page.locator("#panel")
    problem.get_by_role("heading", name=problem_acts.PROBLEMS[0]).wait_for()
    problem.get_by_role("link", name=rosters.PRACTICE, exact=True).click()
    desk.page.get_by_role("heading", level=1, name=rosters.PRACTICE).wait_for()
    assert desk.page.url.rstrip("/").endswith(the.held["person"])
    desk.sees("已取消", "不在本单位真实执业，自查后取消执业公示", rosters.OTHER_PAYER[1])
    desk.checked()


def downloads(the: Journey) -> None:
    """The filed table as Excel, Word and PDF: every word of the official form stands in each, every figure in its place."""
    desk = the.province
    opens_table(the, desk)
    xlsx, docx, pdf = (desk.takes(partial(desk.follow, name), the.folder) for name in ("Excel", "Word", "PDF"))
    layout = forms.definition(EVERYTHING, "cn-43.2024-standardisation.annex2").body["layout"]
    filled = ["单位名称（盖章）：澜川省市场监督管理局", the.institution.name, "填报日期：2024年7月25日"]
    wanted = {papers.squeezed(word) for word in [*papers.labels(layout), *filled]}
    in_word = papers.squeezed("".join(papers.docx_words(docx)))
    in_excel = papers.squeezed("".join(papers.xlsx_words(xlsx)))
    for told in (in_word, in_excel, papers.pdf_words(pdf)):
        assert [word for word in sorted(wanted) if word not in told] == []
        assert "草稿" not in told
    for table in (papers.workbook_rows(xlsx), papers.document_rows(docx)):
        assert papers.figures_in_place(table, layout) == {key: str(value) for key, value in FIGURES.items()}


def verifies(the: Journey) -> None:
    """The ledger holds, every row agrees with it; a row changed behind its back is named."""
    sequence_all()
    verdict = verify()
    assert verdict.faults == []
    assert (verdict.pending, verdict.entries > 2000) == (0, True)
    assert reconcile().faults == []
    job = all_of(Employment).get(person_id=the.held["person"])
    with factories.past_the_wire(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_employment SET practice_cancelled_on = NULL WHERE id = %s", [job._meta.pk.get_db_prep_value(job.pk, connection)])
        assert cursor.rowcount == 1
    (fault,) = reconcile().faults
    assert fault.object == f"registry.employment:{job.pk}"
    assert all(word in fault.message for word in ("检验检测人员", "取消执业公示日期", "与账本最后一次记载不符"))
    assert rosters.PRACTICE not in fault.message, "whoever checks the ledger need not know the person"


def test_the_main_job(journey: Journey) -> None:
    the = journey
    launches(the)
    the.on(6, 14)
    relays(the, the.city, "青市监特〔2024〕9号", "2024-07-19", later="2024-08-05")
    the.on(6, 17)
    relays(the, the.county, "东市监特〔2024〕4号", "2024-07-17")
    the.on(6, 20)
    selfcheck_acts.imports(the)
    the.on(7, 5)
    selfcheck_acts.begins(the)
    selfcheck_acts.answers(the)
    the.on(7, 8)
    selfcheck_acts.files(the)
    the.on(7, 9)
    selfcheck_acts.returns(the)
    the.on(7, 10)
    selfcheck_acts.corrects(the)
    the.on(7, 11)
    selfcheck_acts.accepts(the)
    problem_acts.confirms(the)
    the.on(7, 16)
    problem_acts.cancels_practice(the)
    problem_acts.cancels_certificate(the)
    problem_acts.puts_right(the)
    the.on(7, 17)
    problem_acts.closes(the)
    the.on(7, 18)
    problem_acts.inspects(the)
    problem_acts.orders(the)
    the.on(7, 22)
    files_table(the, the.county)
    the.on(7, 24)
    accepts_table(the, the.city, "东浦区")
    files_table(the, the.city)
    the.on(7, 25)
    accepts_table(the, the.province, "青麓市")
    files_table(the, the.province)
    opens_a_figure(the)
    downloads(the)
    verifies(the)

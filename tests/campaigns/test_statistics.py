"""The statistics table: exact figures with their rows, corrections, rules, freezing, roll-up, changes of the tree, downloads."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from docx import Document as Docx

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.models import LedgerEntry
from hengjian.base.states import WrongState
from hengjian.campaigns import documents
from hengjian.campaigns.models import StatCorrection, StatEdition
from hengjian.campaigns.queries import statistics as queries
from hengjian.campaigns.services import statistics as services
from hengjian.parties import services as parties
from hengjian.parties.models import Account, Authority
from hengjian.registry import services as registry
from hengjian.registry.models import Credential
from tests.campaigns.facts import FIGURES, facts, put_right
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(clock):
    return facts(clock)


def drawn(at, authority):
    """The table of an authority as it stands."""
    return documents.draw_table(at.officer(authority).scope, at.ret(authority))


def values(table) -> dict[str, int]:
    return {cell.key: cell.shown for cell in table.cells}


def cell(table, key: str):
    return next(one for one in table.cells if one.key == key)


def file(at, authority) -> StatEdition:
    """File the table of an authority."""
    return services.file_return(at.ret(authority), actor=at.officer(authority), drawn=drawn(at, authority))


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def test_the_figures_are_exact(at):
    assert values(drawn(at, at.world.province)) == FIGURES


def test_every_figure_has_its_rows(at):
    table = drawn(at, at.world.province)
    assert {one.key: len(one.rows) for one in table.cells} == FIGURES
    assert [row.label for row in cell(table, "practice_problem_people").rows] == ["沈砚秋"]
    assert [row.label for row in cell(table, "education_problem_people").rows] == ["周以宁"]
    assert sorted(row.label for row in cell(table, "people_checked").rows) == ["周以宁", "沈砚秋", "温怀瑾", "陆青禾"]
    assert {row.object_type for row in cell(table, "orders_issued").rows} == {"enforcement.order"}
    assert all(one.definition for one in table.cells)


def test_the_list_names_each_institution_once_with_what_was_done(at):
    (line,) = drawn(at, at.world.province).problem_list
    assert line["name"] == "青麓恒固气瓶检验有限公司"
    assert all(sign in line["problem"] for sign in ("（1）", "（2）", "（3）", "（4）"))


def test_a_table_counts_its_own_area_only(at):
    zero = dict.fromkeys(FIGURES, 0)
    assert values(drawn(at, at.world.zone)) == zero
    assert values(drawn(at, at.world.cities[1])) == zero | {"institutions_self_checked": 1, "people_checked": 1, "institutions_inspected": 1}


def test_rectified_figures_follow_the_facts(at):
    for kind in ("practice", "education", "staffing"):
        put_right(at, kind)
    registry.cancel_credential(all_of(Credential).get(person__name="周以宁"), actor=at.officer(at.world.province), on=date(2024, 7, 10), reason="学历不实，主动申请注销")
    found = values(drawn(at, at.world.province))
    assert (found["authenticity_rectified_institutions"], found["staffing_rectified_institutions"], found["education_cancelled_people"]) == (1, 1, 1)


def test_a_correction_keeps_both_values_and_its_reason(at):
    city = at.world.cities[0]
    services.correct_figure(at.ret(city), actor=at.officer(city), figure="people_checked", computed=3, corrected=2, reason="一人已调离，不再排查")
    found = cell(drawn(at, city), "people_checked")
    assert (found.computed, found.shown, len(found.rows), found.correction.reason) == (3, 2, 3, "一人已调离，不再排查")
    services.withdraw_correction(found.correction, actor=at.officer(city))
    assert cell(drawn(at, city), "people_checked").shown == 3


@pytest.mark.parametrize(("corrected", "reason", "says"), [(2, "太短", "至少5个字"), (3, "数字相同的更正", "相同"), (-1, "小于零的更正数", "不能小于0")])
def test_a_correction_needs_a_reason_and_a_difference(at, corrected, reason, says):
    city = at.world.cities[0]
    with pytest.raises(BadInput, match=says):
        services.correct_figure(at.ret(city), actor=at.officer(city), figure="people_checked", computed=3, corrected=corrected, reason=reason)


def test_a_rule_that_blocks_refuses_the_filing_by_its_sentence(at):
    city = at.world.cities[0]
    services.correct_figure(at.ret(city), actor=at.officer(city), figure="practice_cancelled_people", computed=1, corrected=2, reason="误录的更正用于校验")
    with pytest.raises(BadInput, match="已取消执业公示人数不能多于发现真实执业存在问题人数"):
        file(at, city)
    assert at.ret(city).state == "idle"


def test_a_rule_that_warns_lets_it_pass_and_is_kept(at):
    city = at.world.cities[0]
    services.correct_figure(at.ret(city), actor=at.officer(city), figure="orders_issued", computed=1, corrected=0, reason="指令书已另行统计到省局")
    edition = file(at, city)
    assert [check["key"] for check in edition.checks if check["effect"] == "warn"] == ["violations_need_measures"]


def test_filing_freezes_and_later_facts_change_nothing(at):
    city = at.world.cities[0]
    edition = file(at, city)
    put_right(at, "education")
    page = documents.table_page(at.officer(city).scope, at.ret(city))
    assert page.is_frozen
    assert {key: one.shown for key, one in page.cells.items()} == {one["key"]: one["shown"] for one in edition.figures["cells"]}
    assert edition.definition["code"] == "cn-43.2024-standardisation.annex2"
    assert len(edition.digest) == 64


def test_a_revision_is_a_new_edition_with_a_difference(at):
    city = at.world.cities[0]
    first = file(at, city)
    put_right(at, "staffing")
    services.revise_return(at.ret(city), actor=at.officer(city), reason="补充整改情况后重报")
    second = file(at, city)
    (change,) = documents.edition_changes(first, second)
    assert (change["label"], change["before"], change["after"]) == ("已整改（家）", 0, 1)
    assert change["came"] == ["青麓恒固气瓶检验有限公司"]
    assert (first.number, second.number, first.digest == second.digest) == (1, 2, False)


def test_an_old_edition_keeps_its_correction_after_it_was_withdrawn(at):
    city = at.world.cities[0]
    officer = at.officer(city)
    services.correct_figure(at.ret(city), actor=officer, figure="people_checked", computed=3, corrected=2, reason="一人已调离，不再排查")
    file(at, city)
    services.revise_return(at.ret(city), actor=officer, reason="核实后撤回更正重报")
    services.withdraw_correction(all_of(StatCorrection).get(), actor=officer)
    file(at, city)
    scope = officer.scope
    old = documents.table_page(scope, at.ret(city), edition_number="1").cells["people_checked"]
    new = documents.table_page(scope, at.ret(city), edition_number="2").cells["people_checked"]
    assert (old.shown, old.computed, old.correction.reason) == (2, 3, "一人已调离，不再排查")
    assert (new.shown, new.correction) == (3, None)


def test_county_city_and_province_reconcile_to_the_row(at):
    for authority in [*at.world.counties, at.world.zone, *at.world.cities]:
        file(at, authority)
    table = drawn(at, at.world.province)
    assert values(table) == FIGURES
    for one in table.cells:
        below = [row["id"] for city in [*at.world.cities, at.world.zone] for held in _frozen(at, city) if held["key"] == one.key for row in held["rows"]]
        assert sorted(below) == sorted(str(row.object_id) for row in one.rows), one.key
    assert [check.key for check in table.checks if check.key == "children_sum"] == []


def _frozen(at, authority) -> list[dict]:
    return queries.editions_of(SYSTEM.scope, at.ret(authority)).last().figures["cells"]


def test_a_correction_below_is_carried_up(at):
    county, city = at.world.counties[0], at.world.cities[0]
    services.correct_figure(at.ret(county), actor=at.officer(county), figure="people_checked", computed=3, corrected=2, reason="一人已调离，不再排查")
    file(at, county)
    found = cell(drawn(at, city), "people_checked")
    assert (found.shown, len(found.rows), found.carried) == (2, 3, -1)
    file(at, at.world.counties[1])
    file(at, city)
    assert cell(drawn(at, at.world.province), "people_checked").shown == 3  # 2 from this city, 1 of the other


def test_a_correction_of_ones_own_explains_the_difference_to_those_below(at):
    for authority in at.world.counties[:2]:
        file(at, authority)
    city = at.world.cities[0]
    services.correct_figure(at.ret(city), actor=at.officer(city), figure="people_checked", computed=3, corrected=2, reason="一人重复，县级漏核")
    assert "children_sum" not in [check.key for check in drawn(at, city).checks]
    file(at, city)
    assert at.ret(city).state == "filed"


def test_frozen_tables_below_are_counted_and_the_rest_is_live(at):
    county = at.world.counties[0]
    file(at, county)
    put_right(at, "staffing")
    assert values(drawn(at, county))["staffing_rectified_institutions"] == 1  # the county itself would count it now
    assert values(drawn(at, at.world.cities[0]))["staffing_rectified_institutions"] == 0  # the city takes what was filed


def test_the_chain_is_filed_returned_refiled_and_accepted(at):
    city, province = at.world.cities[0], at.world.province
    file(at, city)
    with pytest.raises(WrongState):
        file(at, city)
    with pytest.raises(NotAllowed):
        services.accept_return(at.ret(city), actor=at.officer(city))
    services.return_return(at.ret(city), actor=at.officer(province), reason="请补充典型案例后重报")
    assert (at.ret(city).state, at.ret(city).return_count) == ("returned", 1)
    file(at, city)
    services.accept_return(at.ret(city), actor=at.officer(province))
    assert (at.ret(city).state, at.ret(city).edition_count) == ("accepted", 2)


def test_the_province_files_to_itself(at):
    file(at, at.world.province)
    assert at.ret(at.world.province).state == "accepted"


def test_after_a_change_of_the_tree_the_old_table_stands_with_its_tree(at, clock):
    qing, li, dong = at.world.cities[0], at.world.cities[1], at.world.counties[0]
    edition = file(at, qing)
    clock.set(2024, 9, 1, 9)
    parties.move_authority(dong, actor=SYSTEM, parent=li, on=date(2024, 9, 1), reason="区划调整")

    page = documents.table_page(at.officer(qing).scope, at.ret(qing), edition_number="1")
    assert {key: one.shown for key, one in page.cells.items()} == {one["key"]: one["shown"] for one in edition.figures["cells"]}
    assert [node["area"] for node in page.edition.tree] == ["青麓市", "东浦区", "西岭区"]
    split = queries.shares(SYSTEM.scope, at.ret(qing).authority, page.cells["people_checked"].rows, page.edition.tree)
    assert {one.name: one.value for one in split} == {"东浦区": 3, "西岭区": 0}


def test_after_a_change_of_the_tree_live_figures_follow_and_nobody_is_counted_twice(at, clock):
    qing, li, dong = at.world.cities[0], at.world.cities[1], at.world.counties[0]
    clock.set(2024, 9, 1, 9)
    parties.move_authority(dong, actor=SYSTEM, parent=li, on=date(2024, 9, 1), reason="区划调整")
    scope = SYSTEM.scope
    people = {one.area_name: cell(documents.draw_table(scope, at.ret(one)), "people_checked").shown for one in (qing, li, dong, at.world.province)}
    assert people == {"青麓市": 0, "砺石市": 4, "东浦区": 3, "澜川省": 4}
    split = queries.shares(scope, Authority.objects.within(scope).get(pk=li.pk), cell(documents.draw_table(scope, at.ret(li)), "people_checked").rows)
    assert {one.name: one.value for one in split} == {"东浦区": 3, "赤岩县": 1}


# Pages


def test_the_page_is_the_official_form_and_each_figure_opens(at):
    go = signed_in(at.officer(at.world.province))
    ret = at.ret(at.world.province)
    text = go.get(reverse("campaigns:statistics", args=[ret.id])).content.decode()
    assert "组织开展自查的机构总数（家）" in text
    assert "（填报说明：本表由市州局负责填报；可根据实际需要添加行）" in text
    for key in FIGURES:
        answer = go.get(reverse("campaigns:figure", args=[ret.id, key]), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert 'id="panel"' in answer.content.decode()
    whole = go.get(reverse("campaigns:statistics", args=[ret.id]), {"figure": "practice_problem_people"}).content.decode()
    assert "沈*秋" in whole
    assert "<a href=\"/open/rectification.problem/" in whole


def test_the_rows_of_a_figure_are_compared_with_their_seals_on_the_spot(at):
    sequence_all()
    go, ret = signed_in(at.officer(at.world.province)), at.ret(at.world.province)
    url = reverse("campaigns:figure", args=[ret.id, "practice_problem_people"])
    assert "逐条核对，无一不符" in go.get(url, {"check": "1"}).content.decode()
    problem = at.problem("practice")
    with without_triggers():
        LedgerEntry.objects.filter(object_id=problem.pk).update(reason="改写过的理由")
    text = go.get(url, {"check": "1"}).content.decode()
    assert "逐条核对，1条不符" in text
    assert "hj-proof bad" in text


def test_areas_lead_to_their_own_tables(at):
    go, ret = signed_in(at.officer(at.world.province)), at.ret(at.world.province)
    text = go.get(reverse("campaigns:statistics", args=[ret.id]), {"figure": "people_checked"}).content.decode()
    assert f'{reverse("campaigns:statistics", args=[at.ret(at.world.cities[0]).id])}?figure=people_checked' in text
    assert "下级3个地区，0个已报送" in text


def test_names_of_people_are_masked_on_the_page(at):
    go = signed_in(at.officer(at.world.province))
    text = go.get(reverse("campaigns:figure", args=[at.ret(at.world.province).id, "people_checked"])).content.decode()
    assert "沈砚秋" not in text


def test_who_sees_and_does_what(at):
    city, county, province = at.world.cities[0], at.world.counties[0], at.world.province
    ret = at.ret(city)
    page = reverse("campaigns:statistics", args=[ret.id])
    seen = {"province": province, "city": city, "county": county, "other": at.world.cities[1]}
    assert {name: signed_in(at.officer(who)).get(page).status_code for name, who in seen.items()} == {"province": 200, "city": 200, "county": 404, "other": 404}
    assert signed_in(at.dong.clerk).get(page).status_code == 403
    assert "审定并报送" not in signed_in(at.officer(province)).get(page).content.decode()
    assert signed_in(at.officer(province)).post(reverse("campaigns:file_return", args=[ret.id])).status_code == 403


def test_a_county_lists_its_own_table_and_a_city_those_below(at):
    campaign = at.dong.campaign.id
    city = signed_in(at.officer(at.world.cities[0])).get(reverse("campaigns:returns", args=[campaign])).context
    assert [one.authority.area_name for one in city["own"]] == ["青麓市", "青麓市"]
    assert {one.authority.area_name for one in city["below"]} == {"东浦区", "西岭区"}
    county = signed_in(at.officer(at.world.counties[0])).get(reverse("campaigns:returns", args=[campaign])).context
    assert county["below"] == []


def test_the_whole_chain_by_the_pages(at):
    city, province = at.world.cities[0], at.world.province
    ret, below, above = at.ret(city), signed_in(at.officer(city)), signed_in(at.officer(province))
    below.post(reverse("campaigns:correct_figure", args=[ret.id, "people_checked"]), {"corrected": "2", "reason": "一人已调离，不再排查"})
    assert all_of(StatCorrection).get().corrected == 2
    assert below.post(reverse("campaigns:correct_figure", args=[ret.id, "people_checked"]), {"corrected": "二", "reason": "写错的更正数"}).status_code == 422
    below.post(reverse("campaigns:file_return", args=[ret.id]))
    above.post(reverse("campaigns:send_back_return", args=[ret.id]), {"reason": "请核对排查人数"})
    assert "请核对排查人数" in below.get(reverse("campaigns:statistics", args=[ret.id])).content.decode()
    below.post(reverse("campaigns:withdraw_correction", args=[all_of(StatCorrection).get().id]))
    below.post(reverse("campaigns:file_return", args=[ret.id]))
    above.post(reverse("campaigns:accept_return", args=[ret.id]))
    assert at.ret(city).state == "accepted"
    changes = above.get(reverse("campaigns:compare_editions", args=[ret.id])).context["changes"]
    assert [(one["before"], one["after"]) for one in changes] == [(2, 3)]


@pytest.mark.parametrize("filed", [False, True])
def test_downloads_say_what_the_official_form_says(at, filed):
    province = at.world.province
    if filed:
        file(at, province)
    go, ret = signed_in(at.officer(province)), at.ret(province)
    data = {fmt: go.get(reverse("campaigns:statistics_file", args=[ret.id, fmt])).content for fmt in ("xlsx", "docx", "pdf")}
    texts = {"xlsx": _xlsx_text(data["xlsx"]), "docx": _docx_text(data["docx"]), "pdf": _pdf_text(data["pdf"])}
    labels = ["附件2", "（一）特种设备检验检测机构自查和监督检查情况汇总", "其中：开展检验检测现场抽查的机构数量（家）", "（二）存在问题的特种设备检验检测机构和考试机构清单",
              "青麓恒固气瓶检验有限公司", "澜川省市场监督管理局", "填表人姓名"]
    for fmt, text in texts.items():
        flat = "".join(text.split())
        assert [label for label in labels if label not in flat] == [], fmt
        assert ("草稿，尚未报送" in flat) is not filed, fmt
    assert go.get(reverse("campaigns:statistics_file", args=[ret.id, "csv"])).status_code in {404, 422}


def _xlsx_text(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    said = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    return "\n".join([*said, str(page.oddFooter.left.text), str(page.oddFooter.center.text), str(page.oddFooter.right.text)])


def _docx_text(data: bytes) -> str:
    """Every word of the body and of the foot, tables in them included."""
    book = Docx(io.BytesIO(data))
    parts = [book.element, *(section.footer._element for section in book.sections)]
    return "\n".join(text for part in parts for text in part.itertext())


def _pdf_text(data: bytes) -> str:
    book = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in book)


def test_a_filed_table_is_given_out_as_the_same_document(at):
    province = at.world.province
    file(at, province)
    go = signed_in(at.officer(province))
    url = reverse("campaigns:statistics_file", args=[at.ret(province).id, "pdf"])
    assert go.get(url).content == go.get(url).content


def test_the_rows_of_a_figure_are_a_workbook(at):
    go = signed_in(at.officer(at.world.province))
    data = go.get(reverse("campaigns:figure_rows", args=[at.ret(at.world.province).id, "people_checked"])).content
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert rows[0][0] == "排查特种设备检验检测人员人数（人）"
    assert len(rows) == 4 + 4
    assert sorted(row[1] for row in rows[4:]) == ["周*宁", "沈*秋", "温*瑾", "陆*禾"]


def test_a_table_outside_the_scope_is_not_there(at):
    with pytest.raises(OutOfScope):
        queries.return_by_id(at.officer(at.world.cities[1]).scope, at.ret(at.world.cities[0]).id)

"""Work reports written from the data, and the stories told in them without names."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document as Docx

from hengjian.base.errors import BadInput, NotAllowed, StaleRow
from hengjian.campaigns import documents, indicators
from hengjian.campaigns.models import CaseStory, WorkReport
from hengjian.campaigns.queries import report_draft
from hengjian.campaigns.queries import reports as queries
from hengjian.campaigns.services import reports as services
from hengjian.campaigns.services import stories as telling
from hengjian.parties.models import Account
from tests.campaigns.facts import facts, put_right
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(clock):
    return facts(clock)


def report_of(at, authority) -> WorkReport:
    return queries.report_by_id(at.officer(authority).scope, all_of(WorkReport).get(authority=authority, round=1).id)


def figures(at, authority) -> dict[str, report_draft.ReportFigure]:
    return documents.report_figures(at.officer(authority).scope, report_of(at, authority))


def drafted(at, authority) -> list[dict]:
    return documents.report_draft_of(at.officer(authority).scope, report_of(at, authority), figures(at, authority))


def text_of(sections: list[dict], held: dict) -> str:
    return "\n".join(report_draft.filled(text, held) for section in sections for text in section["paragraphs"])


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def tell(at, **changes) -> CaseStory:
    """A case told by the city."""
    city = at.world.cities[0]
    given = {"kind": "case", "story_title": "某机构人员未真实执业", "text": "某机构自查发现一名人员社保由外单位缴纳，主动申报并取消执业公示。", "keywords": "挂证、主动申报", "checked": True}
    return telling.tell_story(at.dong.campaign, actor=at.officer(city), authority=city, **{**given, **changes})


def test_the_draft_says_the_figures_of_the_table_in_the_words_of_the_document(at):
    city = at.world.cities[0]
    sections, held = drafted(at, city), figures(at, city)
    assert [one["title"] for one in sections] == ["一、总体情况", "二、自查情况", "三、监督检查情况", "四、问题整改情况", "五、典型案例和经验做法", "六、下一步工作"]
    said = text_of(sections, held)
    assert "组织开展自查的机构1家，排查特种设备检验检测人员3人" in said
    assert "发现真实执业存在问题1人，已取消执业公示1人；发现学历存在问题1人，已注销资质0人" in said
    assert "开展检验检测质量监督检查的机构1家，其中开展检验检测现场抽查的机构1家；开展监督检查的考试机构1家" in said
    assert "发现存在违法违规行为的检验检测机构1家，下达安全监察指令书1份，立案处罚1件" in said
    assert "共发现问题4个" in said
    assert "气瓶检验机构应检查1家，已检查1家" in said


def test_the_draft_is_chinese_for_a_reader_in_english_too(at):
    city = at.world.cities[0]
    in_chinese = drafted(at, city)
    with translation.override("en"):
        assert drafted(at, city) == in_chinese


def test_what_a_table_freezes_is_chinese_for_a_reader_in_english_too(at):
    city, campaign = at.world.cities[0], at.dong.campaign
    counted, named = indicators.figures(city.path, campaign, report_draft.NAMES), indicators.problem_list(indicators.Facts(city.path, campaign))
    assert counted["cases_filed"].definition.startswith("行动期间")
    assert named
    with translation.override("en"):
        assert indicators.figures(city.path, campaign, report_draft.NAMES) == counted
        assert indicators.problem_list(indicators.Facts(city.path, campaign)) == named


def test_an_area_without_findings_says_so(at):
    zone = at.world.zone
    said = text_of(drafted(at, zone), figures(at, zone))
    assert "自查未发现真实执业、学历、职称存在问题的人员。" in said
    assert "目前没有需要整改的问题。" in said


def test_each_figure_leads_to_where_it_opens(at):
    city = at.world.cities[0]
    ret = at.ret(city)
    held = figures(at, city)
    assert held["排查人数"].url == f"{reverse('campaigns:statistics', args=[ret.id])}?figure=people_checked"
    page = signed_in(at.officer(city)).get(reverse("campaigns:report", args=[report_of(at, city).id])).content.decode()
    assert f'href="{held["排查人数"].url}"' in page


def test_a_figure_follows_the_data_until_the_report_is_filed(at):
    city = at.world.cities[0]
    officer = at.officer(city)
    services.begin_report(report_of(at, city), actor=officer, sections=drafted(at, city))
    assert figures(at, city)["已整改问题数"].value == 0
    put_right(at, "staffing")
    assert figures(at, city)["已整改问题数"].value == 1
    services.file_report(report_of(at, city), actor=officer, sections=[], figures=figures(at, city).values())
    put_right(at, "practice")
    assert figures(at, city)["已整改问题数"].value == 1


def test_sections_are_edited_and_unknown_figures_refused(at):
    city = at.world.cities[0]
    officer, row = at.officer(city), report_of(at, city)
    sections = drafted(at, city)
    sections[5]["paragraphs"] = ["排查{排查人数}人，继续跟踪{不存在的数}。"]
    with pytest.raises(BadInput, match="没有名为“不存在的数”的数"):
        services.save_report(row, actor=officer, report_title=row.title, sections=sections, figures=figures(at, city))
    sections[5]["paragraphs"] = ["下一步对{排查人数}人逐一复核。"]
    saved = services.save_report(row, actor=officer, report_title=row.title, sections=sections, figures=figures(at, city))
    assert (saved.state, saved.sections[5]["paragraphs"]) == ("draft", ["下一步对{排查人数}人逐一复核。"])
    with pytest.raises(StaleRow):
        services.save_report(row, actor=officer, report_title="另一个标题", sections=sections, figures=figures(at, city), version=row.version)


def test_filed_returned_filed_again_and_accepted(at):
    city, province = at.world.cities[0], at.world.province
    officer, above = at.officer(city), at.officer(province)
    services.file_report(report_of(at, city), actor=officer, sections=drafted(at, city), figures=figures(at, city).values())
    with pytest.raises(NotAllowed):
        services.accept_report(report_of(at, city), actor=officer)
    services.return_report(report_of(at, city), actor=above, reason="请补充典型案例")
    assert (report_of(at, city).state, report_of(at, city).return_reason) == ("returned", "请补充典型案例")
    services.file_report(report_of(at, city), actor=officer, sections=[], figures=figures(at, city).values())
    services.accept_report(report_of(at, city), actor=above)
    assert report_of(at, city).state == "accepted"


def test_the_province_accepts_its_own(at):
    province = at.world.province
    services.file_report(report_of(at, province), actor=at.officer(province), sections=drafted(at, province), figures=figures(at, province).values())
    assert report_of(at, province).state == "accepted"


def test_a_case_is_written_into_the_next_draft(at):
    tell(at)
    city = at.world.cities[0]
    row = services.begin_report(report_of(at, city), actor=at.officer(city), sections=[{"key": "x", "title": "一", "paragraphs": ["旧文字"]}])
    services.redraft_report(row, actor=at.officer(city), sections=drafted(at, city), reason="已登记典型案例")
    assert "典型案例1：某机构人员未真实执业。" in report_of(at, city).sections[4]["paragraphs"][0]


@pytest.mark.parametrize("filed", [False, True])
def test_the_printed_report_has_title_addressee_and_every_paragraph(at, filed):
    city = at.world.cities[0]
    if filed:
        services.file_report(report_of(at, city), actor=at.officer(city), sections=drafted(at, city), figures=figures(at, city).values())
    go = signed_in(at.officer(city))
    row = report_of(at, city)
    data = go.get(reverse("campaigns:report_file", args=[row.id, "docx"])).content
    said = "\n".join("".join(text.itertext()) for text in Docx(io.BytesIO(data)).element.body)
    wanted = [row.title, "澜川省市场监督管理局：", "一、总体情况", "排查特种设备检验检测人员3人", "青麓市市场监督管理局"]
    assert [one for one in wanted if one not in said] == []
    assert "{" not in said
    assert go.get(reverse("campaigns:report_file", args=[row.id, "pdf"])).content[:5] == b"%PDF-"


# Stories


def test_a_story_from_a_problem_begins_without_names(at):
    problem = at.problem("practice")
    put_right(at, "practice")
    go = signed_in(at.officer(at.world.cities[0]))
    given = go.get(reverse("campaigns:tell_story", args=[at.dong.campaign.id]), {"problem": problem.pk}).context["given"]
    said = f"{given['title']}{given['text']}"
    assert [name for name in ("沈砚秋", "许若谷", "青麓恒固气瓶检验", at.dong.institution.name) if name in said] == []
    assert given["title"] == "某人员未在本单位真实执业"


def test_problems_put_right_are_offered_once(at):
    put_right(at, "practice")
    scope = at.officer(at.world.cities[0]).scope
    assert [one.kind for one in queries.problems_to_tell(scope, at.dong.campaign)] == ["practice"]
    tell(at, problem=at.problem("practice"))
    assert queries.problems_to_tell(scope, at.dong.campaign) == []


@pytest.mark.parametrize("text", [
    "青麓恒固气瓶检验有限公司自查发现一名人员社保由外单位缴纳。", "青麓恒固气瓶检验自查发现一名人员社保由外单位缴纳，已取消。",
    "自查发现沈砚秋社保由外单位缴纳，主动申报并取消执业公示。", "某人员身份证号99010119850501123X，社保由外单位缴纳，已取消。", "某人员电话13800005678，社保由外单位缴纳，已经取消公示。",
])
def test_a_story_with_a_name_or_number_is_refused(at, text):
    with pytest.raises(BadInput, match="还有"):
        tell(at, text=text)


def test_a_story_is_read_through_before_it_is_saved(at):
    with pytest.raises(BadInput, match="请通读并确认"):
        tell(at, checked=False)


def test_stories_are_found_by_words_kind_and_area_within_the_scope(at):
    story = tell(at)
    city, province, other = (at.officer(one).scope for one in (at.world.cities[0], at.world.province, at.world.cities[1]))
    assert list(queries.stories(province, text="挂证 社保")) == [story]
    assert list(queries.stories(province, text="挂证 气瓶")) == []
    assert list(queries.stories(province, kind="practice")) == []
    assert list(queries.stories(province, area=at.world.cities[0].path)) == [story]
    assert list(queries.stories(city)) == [story]
    assert list(queries.stories(other)) == []


def test_only_the_teller_mends_and_takes_back(at):
    story = tell(at)
    given = {"kind": "case", "story_title": "改过的标题", "text": story.text, "keywords": "", "checked": True}
    with pytest.raises(NotAllowed):
        telling.amend_story(story, actor=at.officer(at.world.province), **given)
    assert telling.amend_story(story, actor=at.officer(at.world.cities[0]), **given).title == "改过的标题"
    telling.drop_story(all_of(CaseStory).get(), actor=at.officer(at.world.cities[0]), reason="重复登记，予以撤回")
    assert not all_of(CaseStory).exists()


# Pages


def test_the_whole_way_by_the_pages(at):
    city, province = at.world.cities[0], at.world.province
    go, above, row = signed_in(at.officer(city)), signed_in(at.officer(province)), report_of(at, city)
    edit = reverse("campaigns:edit_report", args=[row.id])
    assert "{自查机构数}" in go.get(edit).content.decode()
    assert above.get(edit).status_code == 403
    typed = {"title": "青麓市工作情况报告", "section-overview": "总体情况如下。\n\n排查{排查人数}人。", "version": row.version}
    assert go.post(edit, {**typed, "section-overview": "{没有这个数}"}).status_code == 422
    assert go.post(edit, typed).status_code == 302
    assert report_of(at, city).sections[0]["paragraphs"] == ["总体情况如下。", "排查{排查人数}人。"]
    go.post(reverse("campaigns:file_report", args=[row.id]))
    assert go.get(edit)["Location"] == reverse("campaigns:report", args=[row.id])
    assert above.get(reverse("campaigns:report", args=[row.id])).status_code == 200
    above.post(reverse("campaigns:accept_report", args=[row.id]))
    assert report_of(at, city).state == "accepted"
    listed = above.get(reverse("campaigns:reports", args=[at.dong.campaign.id])).context
    assert "青麓市" in [one.authority.area_name for one in listed["below"]]
    stranger = signed_in(at.officer(at.world.cities[1]))
    assert stranger.get(reverse("campaigns:report", args=[row.id])).status_code == 404
    assert signed_in(at.dong.clerk).get(reverse("campaigns:report", args=[row.id])).status_code == 403


def test_a_story_by_the_pages(at):
    go = signed_in(at.officer(at.world.cities[0]))
    url = reverse("campaigns:tell_story", args=[at.dong.campaign.id])
    given = {"kind": "practice", "title": "集中核验学历", "text": "组织辖区机构集中登录学信网逐人核验，一周内完成全部核验。", "keywords": "学历 核验"}
    assert go.post(url, given).status_code == 422
    assert go.post(url, {**given, "checked": "1"}).status_code == 302
    found = signed_in(at.officer(at.world.province)).get(reverse("campaigns:stories"), {"q": "学信网"}).content.decode()
    assert "集中核验学历" in found
    assert "没有符合条件的案例或做法" in go.get(reverse("campaigns:stories"), {"q": "没有的词"}).content.decode()
    story = all_of(CaseStory).get()
    assert story.told_at.date() == date(2024, 7, 10)
    assert go.get(reverse("campaigns:amend_story", args=[story.id])).status_code == 200
    assert signed_in(at.officer(at.world.province)).get(reverse("campaigns:amend_story", args=[story.id])).status_code == 403
    assert go.get(reverse("campaigns:story", args=[story.id])).status_code == 200


def test_each_figure_of_the_draft_leads_to_its_rows(at):
    city = at.world.cities[0]
    go, row = signed_in(at.officer(city)), report_of(at, city)
    data = go.get(reverse("campaigns:report_file", args=[row.id, "docx"])).content
    paper = Docx(io.BytesIO(data))
    links = {part.target_ref for part in paper.part.rels.values() if part.reltype.endswith("/hyperlink")}
    assert any(one.endswith("?figure=people_checked") for one in links)
    assert all(go.get(one.split("8000", 1)[-1]).status_code == 200 for one in links)
    said = "".join(paragraph.text for paragraph in paper.paragraphs)
    assert "排查特种设备检验检测人员3人" in said

    services.file_report(row, actor=at.officer(city), sections=drafted(at, city), figures=figures(at, city).values())
    filed = Docx(io.BytesIO(go.get(reverse("campaigns:report_file", args=[row.id, "docx"])).content))
    assert not any(part.reltype.endswith("/hyperlink") for part in filed.part.rels.values())

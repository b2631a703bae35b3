"""Pages of campaigns: the list, drawing one up, launching it, the overview, who may open what."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengjian.campaigns import services
from hengjian.campaigns.models import Campaign, Submission, Target
from hengjian.campaigns.services import papers
from hengjian.forms import queries as forms
from hengjian.parties.models import Message
from tests.campaigns import scenes
from tests.campaigns.scenes import signed_in
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


def page(who, name, *args, **query):
    return signed_in(who).get(reverse(f"campaigns:{name}", args=args), query)


def text_of(response) -> str:
    return response.content.decode()


def draft_fields(campaign, **changes):
    """What the browser sends for a draft as it stands."""
    body = campaign.body
    fields = {
        "title": campaign.title, "short_title": campaign.short_title, "document_number": campaign.document_number,
        "issued_on": campaign.issued_on.isoformat(), "audience": body["audience"], "review_days": "3", "lowest_first": "1",
        "starts_on": body["starts_on"], "ends_on": body["ends_on"], "purpose": body["purpose"],
    }
    for table in ("tasks", "deadlines", "coverage"):
        fields[table] = [str(n) for n in range(len(body[table]))]
        for n, row in enumerate(body[table]):
            fields |= {f"{table}-{n}-{name}": str(row.get(name, "")) for name in ("key", "title", "clause", "form", "from", "to", "round", "due", "printed")}
    return {**fields, **changes}


def test_an_empty_list_says_what_to_do(world):
    said = text_of(page(world.officer(world.province), "campaigns"))
    assert "还没有专项行动" in said
    assert reverse("campaigns:new_campaign") in said


def test_the_list_shows_drafts_to_their_own_authority_only(world):
    scenes.drafted(world)
    assert "拟制中" in text_of(page(world.officer(world.province), "campaigns"))
    assert "澜川省特种设备检验检测机构年行动" not in text_of(page(world.officer(world.cities[0]), "campaigns"))


def test_a_campaign_is_drawn_up_from_a_template(world):
    browser = signed_in(world.officer(world.province))
    assert "规范化专业化建设年行动" in text_of(browser.get(reverse("campaigns:new_campaign")))

    answer = browser.post(reverse("campaigns:new_campaign"), {
        "template": scenes.HUNAN, "title": "澜川省年行动", "short_title": "年行动", "document_number": "", "issued_on": "2024-06-11",
    })

    campaign = all_of(Campaign).get()
    assert answer["Location"] == reverse("campaigns:draft", args=[campaign.id])
    assert [task["clause"] for task in campaign.body["tasks"]][:2] == ["二（一）", "二（二）"]


def test_a_campaign_is_drawn_up_from_nothing(world):
    browser = signed_in(world.officer(world.cities[0]))
    browser.post(reverse("campaigns:new_campaign"), {"template": "none", "title": "青麓市专项", "short_title": "青麓专项", "issued_on": "2024-06-11"})
    campaign = all_of(Campaign).get()
    assert (campaign.template_code, campaign.body["tasks"], campaign.area) == ("", [], world.cities[0].path)
    assert browser.get(reverse("campaigns:draft", args=[campaign.id])).status_code == 200


def test_a_name_left_out_is_asked_for_and_nothing_typed_is_lost(world):
    answer = signed_in(world.officer(world.province)).post(
        reverse("campaigns:new_campaign"), {"template": scenes.HUNAN, "title": "", "short_title": "年行动", "issued_on": "2024-06-11"}
    )
    assert answer.status_code == 422
    assert "请填写行动名称。" in text_of(answer)
    assert 'value="年行动"' in text_of(answer)


def test_saving_a_draft_keeps_the_wording_of_the_template(world):
    campaign = scenes.drafted(world)
    before = campaign.body
    signed_in(world.officer(world.province)).post(reverse("campaigns:draft", args=[campaign.id]), draft_fields(campaign))

    after = all_of(Campaign).get().body
    assert after["tasks"] == before["tasks"]
    assert after["coverage"] == before["coverage"]
    assert [(d["key"], d["due"], d["round"], d["printed"], d.get("place", "")) for d in after["deadlines"]] == [
        (d["key"], d["due"], d["round"], d["printed"], d.get("place", "")) for d in before["deadlines"]
    ]


def test_a_row_is_added_without_saving_and_without_losing_a_word(world):
    campaign = scenes.drafted(world)
    answer = signed_in(world.officer(world.province)).post(
        reverse("campaigns:draft", args=[campaign.id]), draft_fields(campaign, title="改了名字", add="deadlines")
    )
    assert answer.status_code == 200
    assert 'value="改了名字"' in text_of(answer)
    assert text_of(answer).count('name="deadlines" value=') == len(campaign.body["deadlines"]) + 1
    assert all_of(Campaign).get().title == campaign.title


def test_a_row_is_removed(world):
    campaign = scenes.drafted(world)
    browser = signed_in(world.officer(world.province))
    answer = browser.post(reverse("campaigns:draft", args=[campaign.id]), draft_fields(campaign, remove="tasks:0"))
    assert text_of(answer).count('name="tasks" value=') == len(campaign.body["tasks"]) - 1


def repeated(campaign, **changes):
    """The fields of a draft whose first deadline is to come back each month."""
    return draft_fields(campaign, **{"deadlines-0-due": "2024-07-15", "deadlines-0-days": "15、30", "deadlines-0-until": "2024-09-20", **changes})


def test_a_deadline_becomes_one_for_each_of_its_days_of_the_month(world):
    campaign = scenes.drafted(world)
    browser, address = signed_in(world.officer(world.province)), reverse("campaigns:draft", args=[campaign.id])
    before = campaign.body["deadlines"]
    said = browser.post(address, repeated(campaign, repeat="deadlines:0"))
    rows = said.context["body"]["deadlines"]
    assert [(row["due"], row["round"]) for row in rows[:5]] == [
        ("2024-07-15", 1), ("2024-07-30", 2), ("2024-08-15", 3), ("2024-08-30", 4), ("2024-09-15", 5)]
    assert len(rows) == len(before) + 4
    assert {row["title"] for row in rows[:5]} == {before[0]["title"]}
    assert len({row["key"] for row in rows}) == len(rows)
    assert {row["printed"] for row in rows[1:5]} == {""}
    campaign.refresh_from_db()
    assert campaign.body["deadlines"] == before


@pytest.mark.parametrize(("changes", "words"), [
    ({"deadlines-0-days": "月底"}, "读不出来，请按“15、30”的样子填写"),
    ({"deadlines-0-days": "32"}, "每个数在1到31之间"),
    ({"deadlines-0-until": ""}, "请先填写第一期的期限和最后一期的日期"),
    ({"deadlines-0-until": "2024-07-01"}, "最后一期的日期早于第一期"),
    ({"deadlines-0-until": "2034-07-01"}, "超过60期"),
])
def test_days_of_the_month_that_cannot_be_read_are_said(world, changes, words):
    campaign = scenes.drafted(world)
    said = signed_in(world.officer(world.province)).post(reverse("campaigns:draft", args=[campaign.id]), repeated(campaign, repeat="deadlines:0", **changes))
    assert words in text_of(said)


def test_two_rows_of_one_form_and_round_are_refused_by_row(world):
    campaign = scenes.drafted(world)
    address = reverse("campaigns:draft", args=[campaign.id])
    twice = next(n for n, row in enumerate(campaign.body["deadlines"]) if row["key"] == "statistics_2")
    said = signed_in(world.officer(world.province)).post(address, draft_fields(campaign, **{f"deadlines-{twice}-round": "1"}))
    assert said.status_code == 422
    assert "是同一张表的同一期（第1期）" in text_of(said)


def test_dates_past_are_said_once_before_the_launch(world, clock):
    campaign = scenes.drafted(world)
    clock.set(2024, 8, 5, 10)
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:preview", args=[campaign.id])).content.decode()
    assert "3个期限已经过去：" in said
    assert ">已过<" in said
    assert "-3个工作日" not in said


def test_days_of_the_month_are_not_saved_without_their_dates(world):
    campaign = scenes.drafted(world)
    said = signed_in(world.officer(world.province)).post(reverse("campaigns:draft", args=[campaign.id]), repeated(campaign))
    assert said.status_code == 422
    assert "请点“按月分期”，或者把它清空" in text_of(said)


def test_faults_are_named_by_row(world):
    campaign = scenes.drafted(world)
    wrong = draft_fields(campaign, **{"deadlines-0-title": "", "deadlines-1-from": "province", "deadlines-1-to": "city", "deadlines-2-due": "月底"})
    answer = signed_in(world.officer(world.province)).post(reverse("campaigns:draft", args=[campaign.id]), wrong)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "第1行　请填写报送事项。" in said
    assert "第2行　“由谁报、报给谁”须自下而上，例如机构报县。" in said
    assert "第3行　期限“月底”不是日期，请按2024-07-31的样子填写。" in said


def test_an_institution_is_found_and_left_out_with_its_reason(world):
    campaign, left_out = scenes.drafted(world), world.institutions[0]
    browser = signed_in(world.officer(world.province))
    assert left_out.name in text_of(browser.get(reverse("campaigns:find_institutions", args=[campaign.id]), {"find": "恒固"}))

    short = browser.post(reverse("campaigns:draft", args=[campaign.id]), draft_fields(campaign, exception=[str(left_out.id)], **{f"why-{left_out.id}": "注销"}))
    assert short.status_code == 422
    browser.post(reverse("campaigns:draft", args=[campaign.id]), draft_fields(
        campaign, exception=[str(left_out.id)], preview="1", **{f"why-{left_out.id}": "已申请注销，不再检验"}))
    assert all_of(Campaign).get().body["exceptions"] == {str(left_out.id): "已申请注销，不再检验"}
    assert "2家机构" in text_of(browser.get(reverse("campaigns:preview", args=[campaign.id])))


def test_the_official_document_is_kept_and_open_to_those_whom_it_reaches(world):
    campaign = scenes.drafted(world)
    paper = SimpleUploadedFile("方案.txt", "澜市监办特设〔2024〕21号".encode(), content_type="text/plain")
    officer = world.officer(world.province)
    signed_in(officer).post(reverse("campaigns:draft", args=[campaign.id]), draft_fields(campaign, document=paper))
    kept = all_of(Campaign).get().document_evidence_id
    if kept is None:
        pytest.fail("the document was not kept")
    services.launch_campaign(campaign, actor=officer)
    answer = page(world.clerk(world.institutions[0]), "document", campaign.id, kept)
    assert answer.content == "澜市监办特设〔2024〕21号".encode()


def test_launch_is_confirmed_and_everybody_is_told(world):
    campaign = scenes.drafted(world)
    browser = signed_in(world.officer(world.province))
    said = text_of(browser.get(reverse("campaigns:preview", args=[campaign.id])))
    assert "发起并通知6个部门、3家机构" in said

    answer = browser.post(reverse("campaigns:preview", args=[campaign.id]))

    assert answer["Location"] == reverse("campaigns:board", args=[campaign.id])
    assert all_of(Submission).count() == 3
    told = {m.account.username for m in all_of(Message).select_related("account")}
    assert told == {"officer1", "officer2", "officer6", "clerk0", "clerk1", "clerk2"}


def test_a_draft_that_is_not_complete_says_what_is_missing(world):
    campaign = scenes.drafted(world, deadlines=[], audience=[])
    browser = signed_in(world.officer(world.province))
    said = text_of(browser.get(reverse("campaigns:preview", args=[campaign.id])))
    assert "还没有选择纳入哪些类别的机构。" in said
    assert "还没有报送期限。" in said
    assert browser.post(reverse("campaigns:preview", args=[campaign.id])).status_code == 422


def test_a_draft_is_deleted(world):
    campaign = scenes.drafted(world)
    signed_in(world.officer(world.province)).post(reverse("campaigns:discard", args=[campaign.id]))
    assert all_of(Campaign).count() == 0


@pytest.mark.parametrize("name", ["draft", "preview", "find_institutions"])
def test_a_draft_is_nobody_elses(world, name):
    campaign = scenes.drafted(world)
    assert page(world.officer(world.cities[0]), name, campaign.id).status_code == 404
    assert page(world.clerk(world.institutions[0]), name, campaign.id).status_code == 403


def test_those_above_do_not_know_of_a_draft_nor_of_its_file_until_it_is_launched(world):
    city = world.cities[0]
    officer, above = world.officer(city), signed_in(world.officer(world.province))
    draft = services.draft_campaign(
        forms.definition(officer.scope, scenes.HUNAN), actor=officer, issuer=city, campaign_title="青麓市年行动", short_title="青麓年行动",
        document_number="青市监办〔2024〕9号", issued_on=date(2024, 6, 11),
    )
    papers.keep_papers(draft, [SimpleUploadedFile("方案.txt", "方案".encode())], actor=officer)
    draft = all_of(Campaign).get()
    named = ["campaigns.campaign", draft.id]
    opened = [reverse("campaigns:campaign", args=[draft.id]), reverse("web:open", args=named), reverse("web:history", args=named),
              reverse("web:proofs", args=named), reverse("dossier:evidence", args=[draft.document_evidence_id])]
    assert [above.get(url).status_code for url in opened] == [404] * 5
    assert "青市监办" not in text_of(above.get(reverse("web:search"), {"q": "青麓市年行动"}))
    assert signed_in(officer).get(opened[4]).status_code == 200
    services.launch_campaign(draft, actor=officer)
    assert [above.get(url).status_code for url in opened] == [200, 302, 200, 200, 200]


PAGES = ["campaign", "board", "relay", "timetable", "extensions_of", "letters", "targets", "compare", "series", "new_letters", "board_file"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_each_level(world, name):
    campaign = scenes.launched(world)
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    for place in (world.province, world.cities[0], world.counties[0], world.zone):
        assert page(world.officer(place), name, campaign.id).status_code == 200, place.name


@pytest.mark.parametrize("name", [*PAGES, "notice"])
def test_a_campaign_of_another_city_is_not_known(world, name):
    officer = world.officer(world.cities[0])
    campaign = services.draft_campaign(None, actor=officer, issuer=world.cities[0], campaign_title="青麓专项", short_title="青麓", document_number="",
                                       issued_on=date(2024, 6, 11), changes={
        "audience": ["inspection"], "deadlines": [{"key": "x", "title": "自查表", "form": "cn-43.2024-standardisation.annex1",
                                                   "from": "institution", "to": "city", "due": "2024-07-31", "round": 1}]})
    services.launch_campaign(campaign, actor=officer)
    other = world.clerk(world.institutions[1]) if name == "notice" else world.officer(world.cities[1])
    assert page(other, name, campaign.id).status_code == 404


@pytest.mark.parametrize("name", [n for n in PAGES if n not in {"campaign", "timetable", "letters"}])
def test_pages_of_regulators_are_closed_to_institutions(world, name):
    campaign = scenes.launched(world)
    assert page(world.clerk(world.institutions[0]), name, campaign.id).status_code == 403


def test_an_institution_reads_the_notice_and_acknowledges_it(world):
    campaign = scenes.launched(world)
    clerk = world.clerk(world.institutions[0])
    assert page(clerk, "campaign", campaign.id)["Location"] == reverse("campaigns:notice", args=[campaign.id])
    said = text_of(page(clerk, "notice", campaign.id))
    assert "还没有签收" in said
    assert "全面自查检验检测人员资格条件" in said
    assert "报东浦区市场监督管理局" in said

    signed_in(clerk).post(reverse("campaigns:acknowledge_notice", args=[campaign.id]))
    assert all_of(Target).get(org_id=clerk.org_id).acknowledged_by_name == clerk.name


def test_the_issuer_leaves_an_institution_out_later_and_takes_it_in_again(world):
    campaign = scenes.launched(world)
    target = all_of(Target).get(institution=world.institutions[0])
    browser = signed_in(world.officer(world.province))
    assert browser.post(reverse("campaigns:leave_out", args=[target.id]), {"reason": "停"}).status_code == 422
    browser.post(reverse("campaigns:leave_out", args=[target.id]), {"reason": "核准证已经注销"})
    assert "核准证已经注销" in text_of(browser.get(reverse("campaigns:targets", args=[campaign.id]), {"status": "out"}))
    browser.post(reverse("campaigns:take_in", args=[target.id]), {"reason": "注销申请已撤回"})
    assert all_of(Target).get(pk=target.id).included
    assert signed_in(world.officer(world.cities[0])).post(reverse("campaigns:leave_out", args=[target.id]), {"reason": "核准证已经注销"}).status_code == 403


def test_a_campaign_is_closed_with_a_reason(world):
    campaign = scenes.launched(world)
    signed_in(world.officer(world.province)).post(reverse("campaigns:close", args=[campaign.id]), {"reason": "行动期满"})
    assert all_of(Campaign).get().state == "closed"


def test_every_institution_of_the_list_leads_to_a_visit_of_the_campaign(world):
    """Figures 13–18 of annex 2 count only visits that name the campaign."""
    campaign = scenes.launched(world)
    institution = world.institutions[0]
    listed = signed_in(world.officer(world.counties[0])).get(reverse("campaigns:targets", args=[campaign.id])).content.decode()
    assert f"{reverse('supervision:record')}?org={institution.id}&amp;campaign={campaign.id}" in listed

"""Supervision letters: issued downwards, answered with papers, sent back, crossed off, on the desks of both sides."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.ledger.history import history
from hengjian.base.states import WrongState
from hengjian.campaigns import services
from hengjian.campaigns.models import Notice
from hengjian.dossier.models import EvidenceUse
from hengjian.parties.models import Message
from hengjian.web.desk.institution import institution_desk
from hengjian.web.desk.regulator import regulator_desk
from tests import factories
from tests.campaigns import scenes
from tests.campaigns.scenes import put, return_of, signed_in, submission_of
from tests.factories import all_of

pytestmark = pytest.mark.django_db

def photograph(name: str, shade: int) -> SimpleUploadedFile:
    """A small picture."""
    held = BytesIO()
    Image.new("RGB", (24, 24), (shade, shade, shade)).save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world, clock):
    made = scenes.launched(world)
    clock.set(2024, 8, 2, 9)
    return made


@pytest.fixture
def letter(world, campaign):
    """A letter of the province to the first institution, due within five working days."""
    row = submission_of(campaign, world.institutions[0])
    return services.issue_notice(campaign, actor=world.officer(world.province), issuer=world.province, rows=[row], matter="自查表逾期未报送，请说明原因。")[0]


def answered(world, letter, **papers):
    return services.answer_notice(letter, actor=world.clerk(world.institutions[0]), text="填表人请假，已另行指派，8月6日前报送。", **papers)


def told(kind="letter"):
    return {m.account.username for m in all_of(Message).filter(kind=kind).select_related("account")}


def page(who, letter):
    return signed_in(who).get(reverse("campaigns:letter", args=[letter.id])).content.decode()


def act(who, letter, code, **data):
    return signed_in(who).post(reverse("campaigns:act_on_letter", args=[letter.id, code]), data)


def test_five_working_days_are_left_unless_told_otherwise(letter):
    assert letter.due_on == date(2024, 8, 9)


def test_the_addressee_answers_with_papers_and_the_issuer_hears_of_it(world, letter):
    clerk = world.clerk(world.institutions[0])
    assert 'name="text"' in page(clerk, letter)
    papers = [photograph("情况说明.png", 90), photograph("指派单.png", 160)]
    answer = act(clerk, letter, "answer", text="填表人请假，已另行指派，8月6日前报送。", papers=papers)
    assert answer.status_code == 302
    held = all_of(Notice).get()
    assert (held.state, held.answered_by_name, held.answer[:5]) == ("answered", clerk.name, "填表人请假")
    assert all_of(EvidenceUse).filter(object_type="campaigns.notice", object_id=held.id).count() == 2
    assert "officer0" in told()
    said = page(world.officer(world.province), letter)
    assert "情况说明.png" in said
    assert "已另行指派" in said


def test_an_empty_answer_is_refused_and_what_was_typed_stays(world, letter):
    answer = act(world.clerk(world.institutions[0]), letter, "answer", text="好的")
    assert answer.status_code == 422
    assert "请写明办理情况（至少5个字）。" in answer.content.decode()
    assert "好的" in answer.content.decode()
    assert all_of(Notice).get().state == "issued"


def test_only_the_addressee_answers_and_only_the_issuer_crosses_off(world, letter):
    with pytest.raises(NotAllowed):
        services.answer_notice(letter, actor=world.officer(world.province), text="替机构答复一下")
    held = answered(world, letter)
    for who in (world.clerk(world.institutions[0]), world.officer(world.counties[0])):
        with pytest.raises(NotAllowed):
            services.close_notice(held, actor=who)
    assert services.close_notice(held, actor=world.officer(world.province), note="情况属实").state == "closed"
    assert "clerk0" in told()


def test_an_answer_may_be_sent_back_and_given_again(world, letter, clock):
    held = answered(world, letter)
    clock.set(2024, 8, 5, 9)
    back = act(world.officer(world.province), held, "return", reason="没有写明何时报送", due_on="2024-08-07")
    assert back.status_code == 302
    held = all_of(Notice).get()
    assert (held.state, held.due_on, held.return_count) == ("returned", date(2024, 8, 7), 1)
    assert "没有写明何时报送" in page(world.clerk(world.institutions[0]), held)
    again = services.answer_notice(held, actor=world.clerk(world.institutions[0]), text="8月6日中午报送。")
    assert services.close_notice(again, actor=world.officer(world.province)).state == "closed"
    with pytest.raises(WrongState):
        services.answer_notice(again, actor=world.clerk(world.institutions[0]), text="再答复一次试试")


def test_it_is_not_crossed_off_before_an_answer_or_a_filing(world, letter, campaign):
    with pytest.raises(NotAllowed, match="还没有答复，也还没有报送"):
        services.close_notice(letter, actor=world.officer(world.province))
    assert 'id="close-note"' not in page(world.officer(world.province), letter)
    put(submission_of(campaign, world.institutions[0]), "filed")
    assert 'id="close-note"' in page(world.officer(world.province), letter)
    assert services.close_notice(letter, actor=world.officer(world.province), note="已报送").state == "closed"


def test_late_is_shown_from_the_day_after(world, letter, clock):
    clock.set(2024, 8, 9, 23, 59)
    assert "未答复" not in page(world.officer(world.province), letter)
    clock.set(2024, 8, 12, 9)
    assert "逾期1个工作日未答复" in page(world.officer(world.province), letter)
    listed = signed_in(world.officer(world.province)).get(reverse("campaigns:letters", args=[letter.campaign_id]), {"status": "overdue"}).content.decode()
    assert letter.number in listed


def test_both_desks_know_what_is_to_be_done(world, letter):
    task = next(t for t in institution_desk(world.clerk(world.institutions[0])).desk.tasks if "督办单" in t.title)
    assert (task.due_on, task.verb, task.clause) == (date(2024, 8, 9), "去答复", f"督办单{letter.number}")
    issuer = regulator_desk(world.officer(world.province)).desk
    assert any(letter.number in one.what for one in issuer.awaited)
    answered(world, letter)
    issuer = regulator_desk(world.officer(world.province)).desk
    closing = next(t for t in issuer.tasks if t.title.startswith("核销督办单"))
    assert (closing.clause, closing.due_on) == ("系统设定", date(2024, 8, 7))
    assert any(letter.number in one.what for one in issuer.waiting)
    assert not any("答复督办单" in t.title for t in institution_desk(world.clerk(world.institutions[0])).desk.tasks)


def test_a_lower_authority_gets_letters_about_its_table(world, campaign):
    ret = return_of(campaign, world.cities[0])
    browser = signed_in(world.officer(world.province))
    address = reverse("campaigns:new_letters", args=[campaign.id])
    said = browser.get(address).content.decode()
    assert "第1次统计表" in said
    browser.post(address, {"row": [str(ret.id)], "matter": "统计表逾期未报送", "due_on": "2024-08-09"})
    held = all_of(Notice).get()
    assert (held.addressee, held.org_id) == (world.cities[0].name, world.cities[0].id)
    city = world.officer(world.cities[0])
    assert any("统计表逾期未报送" in t.title for t in regulator_desk(city).desk.tasks)
    services.answer_notice(held, actor=city, text="今天下班前报送。")
    assert "officer0" in told()


def test_nobody_supervises_itself_or_twice(world, campaign, letter):
    with pytest.raises(NotAllowed, match="不能督办自己"):
        services.issue_notice(campaign, actor=world.officer(world.cities[0]), issuer=world.cities[0], rows=[return_of(campaign, world.cities[0])], matter="")
    again = {"actor": world.officer(world.province), "issuer": world.province, "rows": [submission_of(campaign, world.institutions[0])], "matter": ""}
    with pytest.raises(BadInput, match="还没有核销"):
        services.issue_notice(campaign, **again)
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:new_letters", args=[campaign.id])).content.decode()
    assert "已有督办单，未核销" in said


def test_the_list_filters_by_state_side_and_words(world, campaign, letter):
    browser = signed_in(world.officer(world.province))
    address = reverse("campaigns:letters", args=[campaign.id])
    for query, is_there in ({}, True), ({"status": "issued"}, True), ({"status": "closed"}, False), ({"side": "from"}, True), ({"side": "to"}, False), ({"q": "不存在"}, False):
        assert (f">{letter.number}</a>" in browser.get(address, query).content.decode()) is is_there, query


def test_an_institution_sees_its_own_letters_only(world, campaign, letter):
    address = reverse("campaigns:letters", args=[campaign.id])
    assert letter.number in signed_in(world.clerk(world.institutions[0])).get(address).content.decode()
    assert letter.number not in signed_in(world.clerk(world.institutions[1])).get(address).content.decode()
    notice = signed_in(world.clerk(world.institutions[0])).get(reverse("campaigns:notice", args=[campaign.id])).content.decode()
    assert letter.number in notice


def test_the_ledger_tells_the_course_in_chinese(world, letter):
    services.close_notice(answered(world, letter), actor=world.officer(world.province), note="情况属实")
    assert [one.title for one in history("campaigns.notice", letter.id)] == ["签发督办单", "答复督办单", "核销督办单"]


def test_names_of_superiors_stay_hidden_where_the_deployment_says_so(world, letter, settings):
    settings.HIDE_SUPERIORS = True
    assert world.officer(world.province).name not in page(world.clerk(world.institutions[0]), letter)
    assert world.officer(world.province).name in page(world.officer(world.province), letter)


def test_a_letter_out_of_the_area_is_not_there(world, letter):
    other = factories.account("far", "外市监管员", "supervisor", world.cities[1])
    assert signed_in(factories.actor(other)).get(reverse("campaigns:letter", args=[letter.id])).status_code == 404

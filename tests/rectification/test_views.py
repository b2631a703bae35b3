"""Pages of the register: who may open them, what a command answers, nothing typed is lost."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hengjian.dossier.models import Document
from hengjian.rectification import services
from hengjian.rectification.models import Problem
from tests import factories
from tests.factories import all_of
from tests.rectification import cases
from tests.rectification.cases import county, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


@pytest.fixture
def enter(client):
    """Sign in as the account of an actor."""
    from hengjian.parties.models import Account

    def sign_in(actor):
        client.force_login(Account.objects.get(pk=actor.id))
        return client

    return sign_in


def page_of(problem):
    return reverse("rectification:problem", args=[problem.pk])


def act_of(problem, code):
    return reverse("rectification:act", args=[problem.pk, code])


def test_the_register_opens_for_both_sides_and_for_nobody_unknown(world, enter, client):
    problem = cases.planned(world)
    assert client.get(reverse("rectification:problems")).status_code == 302
    for actor in (county(world), world.clerk(world.institutions[0])):
        answer = enter(actor).get(reverse("rectification:problems"))
        assert answer.status_code == 200
        assert problem.number in answer.text
        assert "整改中" in answer.text


def test_filters_and_views_live_in_the_address(world, enter):
    cases.planned(world)
    client = enter(county(world))
    url = reverse("rectification:problems")
    for query in ("?status=overdue", "?q=内审&kind=system&finder=self_check&severity=1", "?view=measures", "?view=responsibilities",
                  "?campaign=nonsense&page=99", f"?area={world.counties[0].path}"):
        assert client.get(url + query).status_code == 200
    assert "W-2024-0001" not in client.get(url + "?status=overdue").text
    assert "完成内审，修订程序文件" in client.get(url + "?view=measures").text


def test_a_problem_outside_the_scope_is_not_found(world, enter):
    problem = cases.opened(world)
    assert enter(world.officer(world.counties[2])).get(page_of(problem)).status_code == 404


def test_buttons_follow_state_and_post(world, enter):
    problem = cases.opened(world)
    officer = enter(county(world)).get(page_of(problem)).text
    assert act_of(problem, "confirm") in officer
    assert act_of(problem, "report") not in officer
    unit = enter(world.clerk(world.institutions[0])).get(page_of(problem)).text
    assert act_of(problem, "plan") in unit
    assert act_of(problem, "confirm") not in unit
    assert "下达指令书" not in unit


def test_a_command_leads_back_to_the_problem(world, enter):
    problem = cases.opened(world)
    answer = enter(county(world)).post(act_of(problem, "confirm"), {"severity": "2", "due_on": "2024-06-20", "note": ""})

    assert (answer.status_code, answer["Location"]) == (302, page_of(problem))
    assert fresh(problem).state == "confirmed"


def test_bad_input_comes_back_with_what_was_typed(world, enter):
    problem = cases.opened(world)
    answer = enter(county(world)).post(act_of(problem, "confirm"), {"severity": "2", "due_on": "2024-06-01", "note": "请尽快"})

    assert answer.status_code == 422
    assert "整改时限已经过去" in answer.text
    assert "请尽快" in answer.text


def test_not_permitted_is_403_wrong_state_409_unknown_command_404(world, enter):
    problem = cases.confirmed(world)
    plan = {"measure": "甲", "responsible_name": "乙", "responsible_department": "丙", "at_once": "0"}
    assert enter(county(world)).post(act_of(problem, "plan"), plan).status_code == 403
    again = {"severity": "1", "due_on": "2024-06-20", "note": ""}
    assert enter(county(world)).post(act_of(problem, "confirm"), again).status_code == 409
    assert enter(county(world)).post(act_of(problem, "nonsense")).status_code == 404
    assert enter(county(world)).get(act_of(problem, "confirm")).status_code == 405


def test_more_time_is_decided_on_the_page(world, enter):
    problem = cases.planned(world)
    client = enter(world.clerk(world.institutions[0]))
    assert client.post(act_of(problem, "extension"), {"until": "2024-07-05", "reason": "社保次月入账"}).status_code == 302
    asked = problem.extensions.get()
    url = reverse("rectification:decide", args=[problem.pk, asked.pk])
    assert url in enter(county(world)).get(page_of(problem)).text
    assert enter(county(world)).post(url, {"granted": "1", "reason": "属实"}).status_code == 302
    assert str(fresh(problem).due_on) == "2024-07-05"


def test_a_unit_registers_its_own_problem_and_an_officer_that_of_an_institution(world, enter):
    url = reverse("rectification:open")
    given = {"kind": "fee", "severity": "1", "title": "收费未公示", "facts": "大厅没有公示收费标准。", "subject_label": "", "clause": ""}
    client = enter(world.clerk(world.institutions[0]))
    assert client.get(url).status_code == 200
    assert client.post(url, given).status_code == 302
    told = all_of(Problem).get()
    assert (told.first_finder, told.disclosed_at is not None) == ("self_check", True)
    officer = enter(county(world))
    assert officer.post(url, {**given, "title": "", "finder": "complaint"}).status_code == 422
    named = {**given, "title": "投诉乱收费", "finder": "complaint", "institution": str(world.institutions[0].pk)}
    assert officer.post(url, named).status_code == 302
    assert all_of(Problem).filter(first_finder="complaint", disclosed_at=None).count() == 1


def test_the_lists_print_and_download(world, enter):
    cases.planned(world)
    client = enter(county(world))
    page = client.get(reverse("rectification:lists"))
    assert page.status_code == 200
    assert all(name in page.text for name in ("问题清单", "举措清单", "责任清单"))
    answer = client.post(reverse("rectification:issue_list", args=["measures", "docx"]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert client.post(reverse("rectification:issue_list", args=["measures", "pdf"])).status_code == 200
    assert client.post(reverse("rectification:issue_list", args=["problems", "pdf"])).status_code == 200
    given = sorted(all_of(Document).values_list("title", flat=True))
    assert given == ["举措清单", "问题清单"]  # unchanged, the same document is handed out in the other format
    assert client.post(reverse("rectification:issue_list", args=["measures", "exe"])).status_code == 404


def test_evidence_is_kept_beside_the_problem(world, enter):
    problem = cases.planned(world)
    photograph = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(photograph, "PNG")
    client = enter(world.clerk(world.institutions[0]))
    file = SimpleUploadedFile("整改后.png", photograph.getvalue())
    answer = client.post(act_of(problem, "evidence"), {"item": "after", "file": file, "note": ""})
    assert answer.status_code == 302
    assert "整改后.png" in client.get(page_of(problem)).text
    bad = client.post(act_of(problem, "evidence"), {"item": "after", "file": SimpleUploadedFile("整改后.exe", b"MZ1"), "note": ""})
    assert bad.status_code == 422


def test_names_of_superiors_are_hidden_where_the_deployment_says_so(world, enter, settings):
    problem = cases.closed(world)
    officer, clerk = county(world), world.clerk(world.institutions[0])
    services.add_evidence(problem, actor=officer, file_name="核查.txt", data="核查记录".encode(), item="after", note="核查时所见")
    settings.HIDE_SUPERIORS = True
    for view in ("", "measures", "responsibilities"):
        said = enter(clerk).get(page_of(problem) + f"?view={view}").text
        assert officer.name not in said
        assert "核查时所见" in said
        assert officer.name in enter(officer).get(page_of(problem) + f"?view={view}").text
    assert clerk.name in enter(clerk).get(page_of(problem)).text
    assert officer.name not in enter(clerk).get(reverse("rectification:lists")).text
    settings.HIDE_SUPERIORS = False
    assert officer.name in enter(clerk).get(page_of(problem)).text


def test_of_all_buttons_one_is_solid(world, enter):
    problem = cases.planned(world)
    said = enter(world.clerk(world.institutions[0])).get(page_of(problem)).text
    assert said.count('<summary class="btn btn-primary">') == 1
    assert '<summary class="btn btn-primary">申报整改完毕' in said
    assert '<summary class="btn">修改整改举措' in said


def test_a_problem_cannot_be_merged_where_there_is_no_other(world, enter):
    problem = cases.confirmed(world)
    assert "并入另一问题" not in enter(county(world)).get(page_of(problem)).text
    cases.opened(world, subject_label="管理评审", title="管理评审缺失")
    said = enter(county(world)).get(page_of(problem)).text
    assert "并入另一问题" in said
    assert "请选择问题" in said
    assert "---------" not in said


def test_the_panel_leads_to_what_it_repeats_and_as_what_it_came_back(world, enter, clock):
    first = cases.closed(world)
    clock.set(2024, 9, 20, 9)
    again = cases.opened(world)
    assert again.number in enter(county(world)).get(page_of(first)).text
    assert first.number in enter(county(world)).get(page_of(again)).text


def test_an_institution_is_picked_by_name_where_there_are_many(world, enter):
    for number in range(25):
        factories.institution(f"青麓{number:02d}号检验站", world.counties[0])
    url, named = reverse("rectification:open"), "青麓07号检验站"
    client = enter(county(world))
    assert f'<option value="{named}">' in client.get(url).text
    given = {"kind": "fee", "severity": "1", "title": "收费未公示", "facts": "大厅没有公示。", "finder": "complaint"}
    unknown = client.post(url, {**given, "institution": "青麓99号检验站"})
    assert unknown.status_code == 422
    assert "没有这一名称" in unknown.text
    assert client.post(url, {**given, "institution": named}).status_code == 302
    assert all_of(Problem).get().institution_name == named


def test_the_responsible_person_of_the_unit_finds_it_on_the_own_desk(world, enter):
    problem = cases.confirmed(world)
    inspector = factories.account("inspector", "苏映雪", "inspector", world.institutions[0])
    plan = {"measure": "补充内审", "responsible_name": "苏映雪", "responsible_department": "质量部", "at_once": "1"}
    assert enter(world.clerk(world.institutions[0])).post(act_of(problem, "plan"), plan).status_code == 302
    found = fresh(problem)
    assert (found.responsible_id, found.at_once) == (inspector.pk, True)


def test_each_figure_opens_to_its_rows(world, enter):
    problem = cases.planned(world)
    client = enter(county(world))
    url = reverse("rectification:figures")
    assert "点开一个数" in client.get(url).text
    opened = client.get(url + "?open=kind.system").text
    assert page_of(problem) in opened
    assert page_of(problem) not in client.get(url + "?open=kind.fee").text
    assert client.get(url + "?open=nonsense").status_code == 200

"""Figures of the register: what counts as found, as settled, and the rows behind."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.base.figures import Figure, Period, RowRef
from hengjian.base.ids import uuid7
from hengjian.rectification import documents, indicators, services
from tests import factories
from tests.rectification import cases
from tests.rectification.cases import county

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def about(world, name, kind="practice", person=None, **more):
    return cases.opened(
        world, kind=kind, subject_type="registry.person", subject_id=person or uuid7(), subject_label=name, title=f"{name}存在问题",
        campaign_id=world.province.id, **more,
    )


def settled(world, problem):
    clerk = world.clerk(world.institutions[0])
    problem = services.confirm_problem(problem, actor=county(world), severity=2, due_on=date(2024, 6, 28))
    problem = services.plan_rectification(problem, actor=clerk, measure="取消执业公示", responsible_name="许若谷",
                                          responsible_department="质量部")
    problem = services.report_rectified(problem, actor=clerk, text="已取消")
    return services.verify_problem(problem, actor=county(world))


def test_people_count_once_and_settle_when_all_is_verified(world):
    person = uuid7()
    first = about(world, "温如晦", person=person)
    about(world, "江照野")
    about(world, "江照野", kind="education")
    scope, campaign = world.officer(world.province).scope, world.province.id

    assert indicators.problem_people(scope, campaign, "practice").value == 2
    assert indicators.problem_people(scope, campaign, "education").value == 1
    assert indicators.problem_people_settled(scope, campaign, "practice").value == 0
    settled(world, first)
    figure = indicators.problem_people_settled(scope, campaign, "practice")
    assert [(row.object_id, row.label) for row in figure.rows] == [(person, "温如晦")]
    assert indicators.problem_people(scope, uuid7(), "practice").value == 0
    assert indicators.problem_people(world.officer(world.cities[1]).scope, campaign, "practice").value == 0


def test_a_hint_counts_only_once_confirmed_and_a_dismissed_problem_never(world):
    scope, campaign = county(world).scope, world.province.id
    hint = about(world, "石某", finder="screening", actor=county(world), disclosed=False)
    assert indicators.problem_people(scope, campaign, "practice").value == 0
    services.confirm_problem(hint, actor=county(world), severity=2, due_on=date(2024, 6, 28))
    assert indicators.problem_people(scope, campaign, "practice").value == 1
    services.dismiss_problem(hint, actor=county(world), reason="社保为补缴，经核实在岗")
    assert indicators.problem_people(scope, campaign, "practice").value == 0


def test_institutions_are_rectified_when_all_their_problems_are(world):
    scope, campaign = county(world).scope, world.province.id
    one, two = about(world, "温如晦"), about(world, "江照野", kind="title")
    assert indicators.problem_institutions(scope, campaign).value == 1
    settled(world, one)
    assert indicators.problem_institutions_rectified(scope, campaign).value == 0
    settled(world, two)
    assert indicators.problem_institutions_rectified(scope, campaign).value == 1
    assert indicators.problem_institutions(scope, campaign, ["staffing"]).value == 0


def test_a_problem_found_again_in_a_campaign_counts_there_too(world):
    person, campaign = uuid7(), world.province.id
    cases.opened(world, kind="practice", subject_type="registry.person", subject_id=person, subject_label="温如晦",
                 campaign_id=uuid7())
    about(world, "温如晦", person=person, actor=county(world), finder="inspection", disclosed=False)

    assert indicators.problem_people(county(world).scope, campaign, "practice").value == 1


def test_shares_by_kind_and_age_add_up(world, clock):
    about(world, "温如晦")
    clock.forward(days=10)
    cases.opened(world)
    scope = county(world).scope

    assert {s.key: s.figure.value for s in indicators.problems_by_kind(scope) if s.figure.value} == {"practice": 1, "system": 1}
    assert [s.figure.value for s in indicators.open_problems_by_age(scope)] == [1, 1, 0, 0]


def test_overdue_recurred_and_on_time_follow_the_dates(world, clock):
    scope = county(world).scope
    cases.planned(world)
    cases.closed(world, subject_label="管理评审")
    clock.set(2024, 7, 1, 9)
    cases.opened(world, subject_label="管理评审")

    assert indicators.problems_overdue(scope).value == 1
    assert indicators.problems_recurred(scope).value == 1
    assert indicators.problems_closed_on_time(scope).value == indicators.problems_closed_on_time(scope, by_original=True).value == 1


def test_a_figure_counts_distinct_rows():
    row = RowRef("registry.person", uuid7(), "温如晦")
    figure = Figure.of([row, row], unit="人", definition="")
    assert (figure.value, figure.joined(figure).value) == (1, 1)


def test_a_period_ends_at_midnight_in_shanghai(clock):
    period = Period(date(2024, 6, 1), date(2024, 6, 30))
    assert period.holds(clock.set(2024, 6, 30, 23, 59))
    assert not period.holds(clock.set(2024, 7, 1, 0, 0))
    with pytest.raises(ValueError, match="ends"):
        Period(date(2024, 7, 1), date(2024, 6, 30))


def test_the_three_lists_print_the_same_problems(world):
    import io

    from openpyxl import load_workbook

    from hengjian.dossier.services import document_file

    problem = cases.planned(world)
    wanted = {"problems": "内审未闭环。2023年内审的3项不符合没有纠正。", "measures": "完成内审，修订程序文件", "responsibilities": "苏映雪"}
    for view, words in wanted.items():
        made = documents.issue_list([problem], view, actor=county(world))
        book = load_workbook(io.BytesIO(document_file(county(world).scope, made, "xlsx")[1]))
        text = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
        assert problem.number in text
        assert words in text, (view, text)

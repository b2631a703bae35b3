"""Commands of a page: which are offered, one solid button, rows picked by name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from hengjian.base.acts import ActForm, FileForm, OfficersForm, PageAct, PickField, offered
from hengjian.base.states import StateChart
from hengjian.registry.models import Institution
from tests import factories
from tests.factories import all_of

CHART = StateChart("open", None, report=("open", "told"), plan=("open|told", "open"), close=("told", "shut"))
ACTS = {
    "close": PageAct("销号", ActForm, None, "", True, move="close", may=lambda actor, row: actor.is_officer),
    "report": PageAct("申报", ActForm, None, "", True, move="report"),
    "plan": PageAct("举措", ActForm, None, "", True, move="plan|report"),
    "add": PageAct("添加", ActForm, None, ""),
}


def codes(state, *, officer=False, shut=()):
    row, actor = SimpleNamespace(CHART=CHART, state=state), SimpleNamespace(is_officer=officer)
    found = offered(ACTS, row, actor, url=lambda code: f"/{code}/", form=lambda code: ActForm(), shut=shut)
    return [(one.code, one.is_main) for one in found]


@pytest.mark.parametrize(("state", "officer", "shut", "said"), [
    ("open", False, (), [("report", True), ("plan", False), ("add", False)]),
    ("open", False, {"report"}, [("plan", True), ("add", False)]),
    ("told", True, (), [("close", True), ("plan", False), ("add", False)]),
    ("told", False, (), [("plan", True), ("add", False)]),
    ("shut", True, (), [("add", False)]),
])
def test_state_and_policy_decide_and_one_button_is_solid(state, officer, shut, said):
    assert codes(state, officer=officer, shut=shut) == said


def test_officers_are_named_by_what_they_are_and_two_are_needed():
    class RecheckForm(OfficersForm):
        officer_word = "复查人员"

    form = RecheckForm({"officer1": "甲", "card1": "1"})
    assert form.fields["officer2"].label == "复查人员2姓名"
    assert not form.is_valid()
    assert set(form.errors) == {"officer2", "card2"}


def test_a_file_is_asked_for():
    assert set(FileForm({}).errors) == {"file"}


class PickForm(ActForm):
    institution = PickField(queryset=Institution.objects.none(), empty_label="请选择机构")


@pytest.mark.django_db
def test_few_rows_are_chosen_and_many_are_typed(clock):
    clock.set(2024, 6, 3, 9)
    world = factories.world()
    form = PickForm(initial={"institution": world.institutions[0].pk})
    form.fields["institution"].offer(all_of(Institution).order_by("name"))
    assert "<select" in str(form["institution"])
    assert "请选择机构" in str(form["institution"])
    made = [factories.institution(f"第{n}检验站", world.counties[0]) for n in range(20)]

    def posted(said):
        form = PickForm({"institution": said}, initial={})
        form.fields["institution"].offer(all_of(Institution).order_by("name"))
        return form

    form = PickForm(initial={"institution": str(made[3].pk)})
    form.fields["institution"].offer(all_of(Institution).order_by("name"))
    assert 'value="第3检验站"' in str(form["institution"])
    assert "<datalist" in str(form["institution"])
    for said in (made[3].name, str(made[3].pk)):
        form = posted(said)
        assert form.is_valid()
        assert form.cleaned_data["institution"] == made[3]
    assert "没有这一名称" in str(posted("第99检验站").errors)
    assert posted("").errors

"""A row moves only as its chart says, and the refusal says why in Chinese."""

import pytest

from hengjian.base.states import StateChart, WrongState

TITLES = {"draft": "草稿", "filed": "已报送", "returned": "已退回", "accepted": "已接收"}
CHART = StateChart(
    "draft",
    TITLES,
    file=("draft|returned", "filed", "报送"),
    send_back=("filed", "returned", "退回"),
    accept=("filed", "accepted", "接收"),
)


def test_a_move_leads_to_the_state_written():
    assert CHART.next("file", "returned") == "filed"


def test_a_move_from_another_state_is_refused_in_words():
    with pytest.raises(WrongState) as refused:
        CHART.next("accept", "draft")
    assert str(refused.value) == "当前状态为“草稿”，不能接收。"
    assert (refused.value.move, refused.value.state) == ("accept", "draft")


def test_an_unknown_move_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        CHART.next("vanish", "draft")


def test_the_moves_possible_now_come_with_their_labels():
    assert CHART.moves_from("filed") == {"send_back": "退回", "accept": "接收"}
    assert CHART.is_final("accepted")


def test_a_state_without_a_way_to_it_is_found():
    assert CHART.unreachable(set(TITLES)) == set()
    assert CHART.unreachable({*TITLES, "lost"}) == {"lost"}


def test_labels_may_be_left_out_and_a_move_may_be_called_start():
    chart = StateChart("new", start=("new", "running"))
    assert (chart.label("start"), chart.title("new"), chart.states) == ("start", "new", {"new", "running"})

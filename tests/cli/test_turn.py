"""One background process at a time: the second is refused, waits for one that ends, and takes over from one that died."""

from __future__ import annotations

import pytest

from hengjian.cli.turn import FileTurn, ServerTurn, turn, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_has_the_turn_and_the_next_gets_it_afterwards():
    first, second = turn(), turn()
    try:
        assert (first.take(), second.take(), first.take()) == (True, False, True)
        assert not wait_for(second, seconds=0.0)
        first.leave()
        assert wait_for(second, seconds=0.0)
        assert not first.take()
    finally:
        first.leave()
        second.leave()


@pytest.mark.postgres_only
def test_a_turn_that_was_lost_with_its_connection_is_not_believed_any_more():
    first, second = ServerTurn(), ServerTurn()
    try:
        assert first.take()
        first._held.close()
        assert (first.take(), second.take(), first.take()) == (False, True, False)
    finally:
        first.leave()
        second.leave()


@pytest.mark.sqlite_only
def test_the_turn_beside_a_file_is_a_lock_of_the_system():
    assert isinstance(turn(), FileTurn)

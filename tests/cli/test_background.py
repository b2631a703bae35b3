"""Jobs run when they are due, and one that fails holds nobody up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django.db import OperationalError

from hengjian.base import parking
from hengjian.cli.background import Ticker, jobs_of, jobs_of_apps

pytestmark = pytest.mark.django_db


def test_a_job_runs_at_once_and_then_at_its_pace():
    ran = []
    ticker = Ticker(
        {"often": (timedelta(seconds=10), lambda: ran.append("often")), "rarely": (timedelta(hours=1), lambda: ran.append("rarely"))}
    )
    assert ticker.run_due(100.0) == ["often", "rarely"]
    assert ticker.run_due(109.9) == []
    assert ticker.run_due(110.0) == ["often"]
    assert ran == ["often", "rarely", "often"]


def test_a_failing_job_is_tried_again_and_the_others_run(caplog):
    ran = []

    def fails():
        raise ValueError("no mail server")

    ticker = Ticker({"mail": (timedelta(seconds=5), fails), "other": (timedelta(seconds=5), lambda: ran.append(1))})
    assert ticker.run_due(1.0) == ["mail", "other"]
    assert ticker.run_due(6.0) == ["mail", "other"]
    assert ran == [1, 1]
    assert "job mail failed" in caplog.text


def test_a_job_that_fails_five_times_is_parked_shown_and_tried_again_later():
    fails, ran = [True], []

    def poisoned():
        ran.append(1)
        if fails:
            raise ValueError("cannot be done")

    ticker, second = Ticker({"poison": (timedelta(seconds=5), poisoned)}), 0.0
    while len(ran) < parking.TRIES:
        ticker.run_due(second)
        second += 5.0
    assert [(one.name, one.failures, one.fault) for one in parking.parked()] == [("poison", 5, "ValueError: cannot be done")]
    assert ticker.run_due(second + 3600) == []
    assert Ticker(ticker.jobs).run_due(0.0) == [], "a new process knows what is parked"
    fails.clear()
    assert ticker.run_due(second + parking.PARKED_PAUSE.total_seconds()) == ["poison"]
    assert parking.failing() == {}


def test_a_job_over_which_the_process_died_counts_as_failed():
    class Killed(BaseException):
        pass

    def deadly():
        raise Killed

    for failures in (1, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "unlink", lambda *_args, **_kwargs: None)  # a process that is killed tidies nothing up
            with pytest.raises(Killed):
                Ticker({"deadly": (timedelta(seconds=5), deadly)}).run_due(1.0)
        ticker = Ticker({"other": (timedelta(seconds=5), lambda: None)})
        ticker.run_due(1.0)
        assert {name: (one.failures, one.fault) for name, one in parking.failing().items()} == {"deadly": (failures, parking.DIED)}
        assert parking.died_over() == ""


def test_a_database_that_gives_no_answer_is_no_failure_of_the_job():
    def unanswered():
        raise OperationalError("database is locked")

    Ticker({"job": (timedelta(seconds=5), unanswered)}).run_due(1.0)
    assert parking.failing() == {}


def test_a_database_that_cannot_say_whether_it_was_put_back_lets_the_jobs_rest(monkeypatch):
    def unanswered():
        raise OperationalError("server closed the connection")

    ticker = Ticker({"job": (timedelta(seconds=5), lambda: None)})
    with monkeypatch.context() as patch:
        patch.setattr("hengjian.cli.background.continuity", unanswered)
        assert ticker.run_due(1.0) == []
    assert ticker.run_due(2.0) == ["job"]


def test_jobs_are_the_public_functions_of_their_file():
    module = ModuleType("some.jobs")
    source = "def remind(): pass\ndef tidy(): pass\ndef _helper(): pass\n"
    exec("from datetime import timedelta\nfrom textwrap import dedent\nEVERY = {'tidy': timedelta(days=1)}\n" + source, vars(module))
    paces = {name: pace for name, (pace, _job) in jobs_of(module, "some").items()}
    assert paces == {"some.remind": timedelta(hours=1), "some.tidy": timedelta(days=1)}


def test_every_job_of_the_house_takes_nothing():
    taking = [name for name, (_pace, job) in jobs_of_apps().items() if job.__code__.co_argcount]
    assert taking == []

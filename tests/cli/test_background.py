"""Jobs run when they are due, and one that fails holds nobody up."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

from hengjian.cli.background import Ticker, jobs_of, jobs_of_apps


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


def test_jobs_are_the_public_functions_of_their_file():
    module = ModuleType("some.jobs")
    source = "def remind(): pass\ndef tidy(): pass\ndef _helper(): pass\n"
    exec("from datetime import timedelta\nfrom textwrap import dedent\nEVERY = {'tidy': timedelta(days=1)}\n" + source, vars(module))
    paces = {name: pace for name, (pace, _job) in jobs_of(module, "some").items()}
    assert paces == {"some.remind": timedelta(hours=1), "some.tidy": timedelta(days=1)}


def test_every_job_of_the_house_takes_nothing():
    taking = [name for name, (_pace, job) in jobs_of_apps().items() if job.__code__.co_argcount]
    assert taking == []

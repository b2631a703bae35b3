"""Jobs run when they are due, and one that fails holds nobody up."""

from __future__ import annotations

from datetime import timedelta

from hengjian.cli.background import Ticker


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

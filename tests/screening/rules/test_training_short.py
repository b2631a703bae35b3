"""继续教育学时不足."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows
from tests.screening.people import employed


def trained(person: str, technical: float | None = None, quality: float | None = None, year: int | None = 2024) -> dict[str, Any]:
    return {"person_id": person, "year": year, "technical_hours": technical, "quality_hours": quality}


def package() -> dict[str, Rows]:
    """The data's last day is 30 December 2025: the year 2025 is not over."""
    inspectors = ("检验不足", "检验刚够", "检验没有培训记录", "检验学时不明", "今年不足", "前年不足")
    employments = [
        *(employed(one, post="inspector") for one in inspectors),
        employed("年中入职", post="inspector", started_on="2024-01-02"),
        employed("年中离职", post="inspector", ended_on="2024-12-30"),
        employed("年末离职", post="inspector", ended_on="2024-12-31"),
        employed("兼职检验", post="inspector", full_time=False),
        employed("是否全职不明", post="inspector", full_time=None),
        employed("质量负责人不足", post="quality_manager", full_time=False),
        employed("技术负责人不足", post="technical_manager"),
        employed("技术负责人刚够", post="technical_manager"),
        employed("考官", post="examiner"),
        employed("入职不明", post="inspector", started_on=None),
    ]
    trainings = [
        trained("检验不足", 23.5, 100),
        trained("检验刚够", 24, 0),
        trained("检验学时不明", None, 0),
        trained("今年不足", 24),
        trained("今年不足", 1, year=2025),
        trained("前年不足", 24),
        trained("前年不足", 1, year=2023),
        *(trained(one, 0, 0) for one in ("年中入职", "年中离职", "年末离职", "兼职检验", "是否全职不明", "考官", "入职不明")),
        trained("质量负责人不足", 100, 15.9),
        trained("技术负责人不足", 100, 0),
        trained("技术负责人刚够", 0, 16),
        trained("检验没有培训记录", 0, 0, year=None),
    ]
    return {"employments": employments, "trainings": trainings, "complaints": [{"complaint_id": "诉", "received_at": "2025-12-30T09:00:00"}]}


def test_too_few_hours_in_a_whole_year_are_found(engine: Bench):
    assert engine.found("training_short", package()) == {"检验不足", "年末离职", "质量负责人不足", "技术负责人不足"}


def test_a_year_without_a_row_is_told_as_missing_and_not_as_short(duckdb_engine: Bench):
    assert duckdb_engine.screen("training_short", package()).insufficient == ("检验没有培训记录",)


def test_the_evidence_says_year_hours_and_what_was_asked(duckdb_engine: Bench):
    found = duckdb_engine.screen("training_short", package()).findings.to_pylist()
    proof = json.loads(next(one["evidence"] for one in found if one["subject_id"] == "质量负责人不足"))
    assert proof["years"] == [{"year": 2024, "post": "quality_manager", "had_hours": 15.9, "asked_hours": 16.0}]


def test_the_hours_can_be_moved(duckdb_engine: Bench):
    assert "检验不足" not in duckdb_engine.found("training_short", package(), technical_hours=23.5)
    assert "质量负责人不足" not in duckdb_engine.found("training_short", package(), quality_hours=15)

"""无可追溯工作痕迹."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows
from tests.screening.people import employed

# The data's last day is 30 June 2025; 180 days before it is 1 January.
LAST, FIRST, BEFORE = "2025-06-30", "2025-01-01", "2024-12-31"


def package() -> dict[str, Rows]:
    busy = (
        "检验",
        "编制",
        "审核",
        "批准",
        "签到",
        "离开才算",
        "记录",
        "只在第一百八十一天",
        "在别的机构",
        "计划不明的签到",
        "时间不明的编制",
    )
    employments = [
        *(employed(one, post="inspector", started_on="2020-01-01") for one in (*busy, "没有痕迹")),
        employed("满六个月", post="inspector", started_on="2024-12-30"),
        employed("不满六个月", post="inspector", started_on="2024-12-31"),
        employed("已离职", post="inspector", ended_on=LAST),
        employed("还没到离职日", post="inspector", ended_on="2025-07-01"),
        employed("质量负责人", post="quality_manager"),
        employed("岗位不明"),
        employed("非全职", post="inspector", full_time=False),
        employed("是否全职不明", post="inspector", full_time=None),
        employed("入职不明", post="inspector", started_on=None),
    ]
    reports: list[dict[str, Any]] = [
        {"report_id": "末", "institution_id": "甲", "issued_at": f"{LAST}T10:00:00"},
        {"report_id": "一", "institution_id": "甲", "inspector_ids": "别人; 检验", "inspected_on": FIRST, "issued_at": f"{LAST}T09:00:00"},
        {"report_id": "二", "institution_id": "甲", "drafted_by": "编制", "drafted_at": f"{FIRST}T09:00:00"},
        {"report_id": "三", "institution_id": "甲", "reviewed_by": "审核", "reviewed_at": f"{FIRST}T09:00:00"},
        {"report_id": "四", "institution_id": "甲", "approved_by": "批准", "approved_at": f"{FIRST}T09:00:00"},
        {"report_id": "五", "institution_id": "甲", "drafted_by": "时间不明的编制", "issued_at": f"{LAST}T09:00:00"},
        {"report_id": "六", "institution_id": "甲", "drafted_by": "只在第一百八十一天", "drafted_at": f"{BEFORE}T09:00:00"},
        {"report_id": "七", "institution_id": "乙", "drafted_by": "在别的机构", "drafted_at": f"{LAST}T09:00:00"},
    ]
    visits = [
        {"visit_id": "1", "plan_id": "甲计划", "person_id": "签到", "arrived_at": f"{FIRST}T08:00:00", "left_at": None},
        {"visit_id": "2", "plan_id": "甲计划", "person_id": "离开才算", "arrived_at": f"{BEFORE}T22:00:00", "left_at": f"{FIRST}T01:00:00"},
        {"visit_id": "3", "plan_id": "没有这个计划", "person_id": "计划不明的签到", "arrived_at": f"{FIRST}T08:00:00"},
        {"visit_id": "4", "plan_id": "乙计划", "person_id": "在别的机构", "arrived_at": f"{FIRST}T08:00:00"},
        {"visit_id": "5", "plan_id": "甲计划", "person_id": "只在第一百八十一天", "arrived_at": "2024-12-01T08:00:00"},
    ]
    plans = [{"plan_id": "甲计划", "institution_id": "甲"}, {"plan_id": "乙计划", "institution_id": "乙"}]
    records = [{"record_id": "1", "report_id": "末", "recorded_by": "记录", "started_at": f"{FIRST}T08:00:00"}]
    return {"employments": employments, "reports": reports, "visits": visits, "plans": plans, "records": records}


def test_inspectors_without_any_trace_in_180_days_are_found(engine: Bench):
    assert engine.found("no_work_trace", package()) == {"没有痕迹", "只在第一百八十一天", "在别的机构", "满六个月", "还没到离职日"}


def test_the_evidence_says_when_the_last_trace_was(duckdb_engine: Bench):
    found = {one["subject_id"]: one for one in duckdb_engine.screen("no_work_trace", package()).findings.to_pylist()}
    late, never = (json.loads(found[one]["evidence"]) for one in ("只在第一百八十一天", "没有痕迹"))
    assert (late["last_trace_on"], never["last_trace_on"]) == ("2024-12-31", None)
    assert never["says"].startswith("自2020-01-01起全职受聘为检验人员，2025-01-01至2025-06-30没有签到")
    assert found["没有痕迹"]["institution_id"] == "甲"


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "只在第一百八十一天" not in duckdb_engine.found("no_work_trace", package(), days=181)
    assert "满六个月" not in duckdb_engine.found("no_work_trace", package(), months=7)

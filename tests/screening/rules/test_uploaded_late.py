"""报告上传不及时."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def report(name: str, issued: str | None, uploaded: str | None) -> dict[str, Any]:
    return {"report_id": name, "institution_id": "甲", "issued_at": issued, "uploaded_at": uploaded}


def package() -> dict[str, Rows]:
    reports = [
        report("第十个工作日", "2025-07-01 09:00", "2025-07-15 23:00"),
        report("第十一个工作日", "2025-07-01 09:00", "2025-07-16 01:00"),
        report("没有上传已经过期", "2025-07-02 09:00", None),
        report("没有上传还没过期", "2025-07-03 09:00", None),
        report("出具时间不明", None, None),
        report("先上传后出具", "2025-07-16 09:00", "2025-07-01 09:00"),
    ]
    return {"reports": reports, "complaints": [{"complaint_id": "最后一天", "received_at": "2025-07-17 10:00"}]}


def test_reports_uploaded_after_ten_working_days_or_never_are_found(engine: Bench):
    assert engine.found("uploaded_late", package()) == {"第十一个工作日", "没有上传已经过期"}


def test_the_evidence_says_whether_it_was_ever_uploaded(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("uploaded_late", package()).findings.to_pylist()}
    proofs = {name: json.loads(one["evidence"]) for name, one in findings.items()}
    assert {name: (one["workdays"], one["uploaded"]) for name, one in proofs.items()} == {
        "第十一个工作日": (11, "才上传"),
        "没有上传已经过期": (11, "仍未上传"),
    }


def test_the_limit_can_be_moved(duckdb_engine: Bench):
    assert "没有上传还没过期" in duckdb_engine.found("uploaded_late", package(), workdays_allowed=9)

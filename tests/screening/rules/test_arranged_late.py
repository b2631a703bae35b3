"""不及时安排检验."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def asked(name: str | None, accepted: str | None, arranged: str | None) -> dict[str, Any]:
    return {"application_id": name, "institution_id": "甲", "accepted_at": accepted, "arranged_at": arranged}


def package(last: str = "2025-10-17 08:00") -> dict[str, Rows]:
    applications = [
        asked("第十个工作日", "2025-07-01 16:00", "2025-07-15 17:00"),
        asked("第十一个工作日", "2025-07-01 16:00", "2025-07-16 08:00"),
        asked("长假前后第十个工作日", "2025-09-26 09:00", "2025-10-16 17:00"),
        asked("长假前后第十一个工作日", "2025-09-26 09:00", "2025-10-17 08:00"),
        asked("没有安排也没有过期", "2025-10-10 09:00", None),
        asked("没有安排已经过期", "2025-09-26 09:00", None),
        asked("受理时间不明", None, "2025-10-16 17:00"),
        asked("先安排后受理", "2025-07-16 08:00", "2025-06-01 08:00"),
        asked(None, None, None),
    ]
    return {"applications": applications, "reports": [{"report_id": "最后一天", "uploaded_at": last}]}


def test_more_than_ten_working_days_are_late_with_the_days_in_lieu_counted(engine: Bench):
    assert engine.found("arranged_late", package()) == {"第十一个工作日", "长假前后第十一个工作日", "没有安排已经过期"}


def test_what_was_never_arranged_waits_until_the_last_day(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("arranged_late", package("2025-10-20 08:00")).findings.to_pylist()}
    proof = json.loads(findings["没有安排已经过期"]["evidence"])
    assert (proof["workdays"], proof["arranged_at"], proof["arranged"]) == (12, None, "仍未安排")
    assert findings["没有安排已经过期"]["institution_id"] == "甲"
    assert "没有安排已经过期" not in duckdb_engine.found("arranged_late", package("2025-10-16 08:00"))


def test_the_limit_can_be_moved(duckdb_engine: Bench):
    assert "第十个工作日" in duckdb_engine.found("arranged_late", package(), workdays_allowed=9)
    assert duckdb_engine.found("arranged_late", package(), workdays_allowed=11) == set()

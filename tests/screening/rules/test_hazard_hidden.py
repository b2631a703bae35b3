"""隐瞒问题."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows

CASES = {
    "隐瞒": ("qualified", {"一": "fail", "二": "pass", "三": "fail"}),
    "登记了隐患": ("qualified", {"一": "fail"}),
    "结论不合格": ("unqualified", {"一": "fail"}),
    "整改后合格": ("qualified_after_rectification", {"一": "fail"}),
    "结论不明": (None, {"一": "fail"}),
    "全部合格": ("qualified", {"一": "pass", "二": "not_applicable", "三": None}),
    "没有记录": ("qualified", {}),
}


def package() -> dict[str, Rows]:
    reports: Rows = [{"report_id": name, "conclusion": one, "institution_id": "甲"} for name, (one, _) in CASES.items()]
    records: Rows = [{"record_id": f"{name}的记录", "report_id": name} for name, (_, items) in CASES.items() if items]
    readings: Rows = [
        {"record_id": f"{name}的记录", "item": item, "result": result}
        for name, (_, items) in CASES.items()
        for item, result in items.items()
    ]
    stray: Rows = [{"record_id": None, "item": "一", "result": "fail"}, {"record_id": "查无此记录", "item": "一", "result": "fail"}]
    hazards: Rows = [{"hazard_id": "1", "report_id": "登记了隐患"}, {"hazard_id": "2", "report_id": None}]
    return {"reports": reports, "records": records, "readings": readings + stray, "hazards": hazards}


def test_failed_readings_under_a_qualified_report_without_a_hazard_are_found(engine: Bench):
    assert engine.found("hazard_hidden", package()) == {"隐瞒"}


def test_the_evidence_names_the_items_and_the_record(duckdb_engine: Bench):
    (finding,) = duckdb_engine.screen("hazard_hidden", package()).findings.to_pylist()
    proof = json.loads(finding["evidence"])
    assert (sorted(proof["items"]), proof["record_ids"], finding["institution_id"]) == (["一", "三"], ["隐瞒的记录"], "甲")

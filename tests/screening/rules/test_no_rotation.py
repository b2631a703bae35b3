"""长期未轮岗."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def plans(enterprise: str, members: list[str | None], last: str = "2025-01-10", institution: str | None = "甲") -> list[dict[str, Any]]:
    """Plans of one institution for one enterprise, from 2022-01-10 on, a month after the other, the last on a given day."""
    days = [f"{2022 + n // 12}-{n % 12 + 1:02d}-10" for n in range(len(members) - 1)] + [last]
    return [
        {
            "plan_id": f"{enterprise}{n}",
            "institution_id": institution,
            "enterprise_id": enterprise,
            "member_ids": who,
            "starts_at": f"{day} 09:00",
        }
        for n, (who, day) in enumerate(zip(members, days, strict=True))
    ]


def package() -> dict[str, Rows]:
    rows = [
        *plans("企业一", ["十二次满三年;徒弟"] + ["十二次满三年"] * 11),
        *plans("企业二", ["十一次"] * 11),
        *plans("企业三", ["差一天满三年"] * 12, last="2025-01-09"),
        *plans("企业四", ["九成"] * 18 + ["别人"] * 2),
        *plans("企业五", ["不到九成"] * 17 + ["别人"] * 2),
        *plans("企业六", ["两人;总在一起"] * 12),
        *plans("企业七", ["有的没写人"] * 6 + [None, ""] + ["有的没写人"] * 6),
        *plans("企业八", ["机构不明"] * 12, institution=None),
        *plans("企业九", ["十一次加一次没写人"] * 11 + [None]),
    ]
    return {"plans": [*rows, {"plan_id": "空"}]}


def test_whoever_makes_nearly_all_inspections_of_an_enterprise_for_years_is_found(engine: Bench):
    assert engine.found("no_rotation", package()) == {"十二次满三年", "九成", "两人", "总在一起", "有的没写人"}


def test_the_evidence_gives_share_and_months(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("no_rotation", package()).findings.to_pylist()}
    proof = json.loads(findings["九成"]["evidence"])
    assert (proof["plans"], proof["own_plans"], proof["share"], proof["months"]) == (20, 18, 0.9, 36)
    assert findings["九成"]["institution_id"] == "甲"


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "差一天满三年" in duckdb_engine.found("no_rotation", package(), least_months=35)
    assert "不到九成" in duckdb_engine.found("no_rotation", package(), least_share=0.89)
    assert "十二次满三年" not in duckdb_engine.found("no_rotation", package(), least_plans=13)

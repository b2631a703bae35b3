"""影像复用."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows

BASE = 0xF00D_1234_5678_9ABC


def photo(name: str, equipment: str | None, at: str | None, number: int | str | None, visit: str | None = None) -> dict[str, Rows]:
    """A photo on a visit and plan of its own, and the report of that plan and equipment."""
    visit = visit or f"签到{name}"
    shown = f"{number:016x}" if isinstance(number, int) else number
    return {
        "photos": [{"photo_id": name, "visit_id": visit, "equipment_id": equipment, "taken_at": at, "perceptual_hash": shown}],
        "visits": [{"visit_id": visit, "plan_id": f"计划{name}"}],
        "plans": [{"plan_id": f"计划{name}", "institution_id": "院"}],
        "reports": [{"report_id": f"报告{name}", "plan_id": f"计划{name}", "equipment_id": equipment, "institution_id": "院"}],
    }


def flipped(*bits: int) -> int:
    return BASE ^ sum(1 << bit for bit in bits)


def package() -> dict[str, Rows]:
    far = 0x0123_0000_FFFF_4242
    cases = [
        photo("最早", "甲", "2026-01-01 09:00", BASE),
        photo("同日", "乙", "2026-01-01 17:00", BASE),
        photo("同设备", "甲", "2026-01-05 09:00", flipped(3)),
        photo("相同", "丙", "2026-01-02 00:00", BASE),
        photo("差四位", "丁", "2026-01-03 09:00", f"{flipped(0, 31, 32, 63):016X}"),
        photo("差五位", "戊", "2026-01-03 09:00", flipped(1, 12, 23, 44, 57)),
        photo("设备不明", None, "2026-01-03 09:00", BASE),
        photo("时间不明", "己", None, BASE),
        photo("哈希不明", "庚", "2026-01-03 09:00", None),
        photo("哈希不全", "辛", "2026-01-03 09:00", "f00d12345678"),
        {**photo("无报告", "壬", "2026-01-04 09:00", BASE), "reports": []},
        {**photo("无签到", "癸", "2026-01-04 09:00", BASE), "visits": [], "reports": []},
        photo("别的", "乙", "2026-01-09 09:00", far),
        photo("别的之前", "子", "2026-01-08 09:00", far ^ 0b1111),
        photo("别的后来同一台", "子", "2026-01-10 09:00", far ^ 0b1111),
    ]
    names = ("photos", "visits", "plans", "reports")
    return {name: [row for one in cases for row in one[name]] for name in names}


def test_pictures_shown_before_for_other_equipment_on_another_day_are_found(engine: Bench):
    found = engine.screen("photo_reuse", package()).findings.to_pylist()
    assert {(one["subject_type"], one["subject_id"]) for one in found} == {
        ("report", "报告相同"),
        ("report", "报告差四位"),
        ("report", "报告同设备"),
        ("visit", "签到无报告"),
        ("report", "报告别的"),
        ("report", "报告别的后来同一台"),
    }


def test_the_evidence_names_the_earliest_picture_of_other_equipment(duckdb_engine: Bench):
    findings = duckdb_engine.screen("photo_reuse", package()).findings.to_pylist()
    told = {one["subject_id"]: json.loads(one["evidence"]) for one in findings}
    assert (told["报告差四位"]["photo_list"][0]["first_photo_id"], told["报告差四位"]["distance"]) == ("最早", 4)
    assert told["报告同设备"]["photo_list"][0]["first_photo_id"] == "同日"
    assert {one["institution_id"] for one in findings} == {"院"}


def test_many_hashes_meet_block_by_block_and_are_found_alike(duckdb_engine: Bench, monkeypatch):
    at_once = duckdb_engine.found("photo_reuse", package())
    monkeypatch.setattr("hengjian.screening.rules.photo_reuse.FEW", 0)
    assert duckdb_engine.found("photo_reuse", package()) == at_once


def test_the_distance_can_be_moved(duckdb_engine: Bench):
    assert "报告差五位" in duckdb_engine.found("photo_reuse", package(), distance=5)
    assert "报告差四位" not in duckdb_engine.found("photo_reuse", package(), distance=2)

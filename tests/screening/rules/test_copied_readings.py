"""原始数据雷同."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

from hengjian.screening.rules import copied_readings
from tests.screening.packages import Bench, Rows

Values = dict[str, float | None]


def record(name: str, equipment: str, values: Values, minute: int | None, category: str = "3000") -> dict[str, Rows]:
    started = None if minute is None else dt.datetime(2026, 1, 1) + dt.timedelta(minutes=minute)
    return {
        "equipment": [{"equipment_id": equipment, "category": category}],
        "reports": [{"report_id": f"报告{name}", "equipment_id": equipment, "institution_id": "院"}],
        "records": [{"record_id": name, "report_id": f"报告{name}", "started_at": started}],
        "readings": [{"record_id": name, "item": item, "value": value, "result": "pass"} for item, value in values.items()],
    }


def together(cases: list[dict[str, Rows]]) -> dict[str, Rows]:
    package = {name: [row for one in cases for row in one[name]] for name in ("equipment", "reports", "records", "readings")}
    package["equipment"] = list({row["equipment_id"]: row for row in package["equipment"]}.values())
    return package


def row(base: float, number: int = 6, **changed: float | None) -> Values:
    return {f"项{at}": base + at for at in range(number)} | changed


def package() -> dict[str, Rows]:
    constant: Values = {"常值": 1.0}
    others = [record(f"别人{at}", f"台{at}", row(1000 + 20 * at, 11) | constant, 20) for at in range(20)]
    return together(
        [
            *others,
            record("原", "甲", row(10) | constant, 0),
            record("照抄", "乙", row(10) | constant, 5),
            record("同一设备", "甲", row(10) | constant, 9),
            record("同时开始", "丙", row(10) | constant, 0),
            record("六项差一", "丁", row(10, 项0=99.0) | constant, 7),
            record("只有五项", "戊", row(10, 5) | constant, 8),
            record("缺一项为空", "己", row(10, 项3=None) | constant, 8),
            record("别的类别", "庚", row(10) | constant, 8, "2000"),
            record("时间不明", "辛", row(10) | constant, None),
            record("十项原", "壬", row(200, 10) | constant, 1),
            record("十项差一", "癸", row(200, 10, 项4=7.0) | constant, 2),
            record("十项差二", "子", row(200, 10, 项4=7.5, 项5=8.5) | constant, 3),
            record("十项少一", "丑", row(200, 9) | constant, 4),
            record("六项在十项里", "寅", row(200, 6) | constant, 6),
            record("十一项里多一项", "卯", row(200, 11) | constant, 10),
        ]
    )


def test_records_that_repeat_an_earlier_one_of_other_equipment_are_found(engine: Bench):
    assert engine.found("copied_readings", package()) == {
        "报告照抄",
        "报告同一设备",
        "报告十项差一",
        "报告十项少一",
        "报告六项在十项里",
        "报告十一项里多一项",
    }


def test_the_evidence_puts_the_values_beside_each_other(duckdb_engine: Bench):
    findings = duckdb_engine.screen("copied_readings", package()).findings.to_pylist()
    told = {one["subject_id"]: json.loads(one["evidence"]) for one in findings}["报告十项差一"]
    assert (told["first_record_id"], told["first_equipment_id"], told["equal"], told["readings"]) == ("十项原", "壬", 9, 10)
    assert {"item": "项4", "value": 7.0, "first_value": 204.0} in told["value_list"]


def by_hand(package: dict[str, Rows], share: float = 0.9, least: int = 6) -> set[str]:
    """Every pair, item by item, as the rule says it."""
    equipment = {one["report_id"]: one["equipment_id"] for one in package["reports"]}
    category = {one["equipment_id"]: one["category"] for one in package["equipment"]}
    records: dict[str, Any] = {
        one["record_id"]: (equipment[one["report_id"]], one["started_at"], one["report_id"]) for one in package["records"]
    }
    values: dict[str, Values] = {name: {} for name in records}
    for one in package["readings"]:
        if one["value"] is not None:
            values[one["record_id"]][one["item"]] = one["value"]
    for kind in set(category.values()):
        own = [name for name in records if category[records[name][0]] == kind]
        for item in {item for name in own for item in values[name]}:
            column = [values[name][item] for name in own if item in values[name]]
            if max(column.count(value) for value in column) > 0.5 * len(own):
                for name in own:
                    values[name].pop(item, None)
    found = set()
    for later, (place, time, report) in records.items():
        for earlier, (other, before, _) in records.items():
            if other != place and category[other] == category[place] and before < time and len(values[later]) >= least:
                equal = sum(values[earlier].get(item) == value for item, value in values[later].items())
                if equal >= share * len(values[later]) - 1e-9:
                    found.add(report)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_bands_and_rare_readings_find_what_comparing_every_pair_finds(duckdb_engine: Bench, seed: int, monkeypatch: pytest.MonkeyPatch):
    random = np.random.default_rng(seed)
    number = [7, 12, 21, 9, 14, 33][seed]
    if seed % 2:
        monkeypatch.setattr("hengjian.screening.shared.bands.CHANCE_PAIRS", 0.0)
    cases: list[dict[str, Rows]] = []
    drawn: list[Values] = []
    for at in range(120):
        values: Values = {f"项{one:02d}": float(random.integers(0, 40)) for one in range(number)}
        if at and random.random() < 0.5:
            values |= drawn[random.integers(0, at)]
            for one in random.choice(number, random.integers(0, 1 + number // 5), replace=False):
                values[f"项{one:02d}"] = float(random.integers(0, 40))
        for one in random.choice(number, random.choice([0, 0, 1, 2, number // 2]), replace=False):
            values.pop(f"项{one:02d}", None)
        drawn.append(values)
        cases.append(
            record(f"{at}", f"台{random.integers(0, 60)}", values, int(random.integers(0, 200)), str(random.choice(["3000", "2000"])))
        )
    package = together(cases)
    expected = by_hand(package)
    assert 3 < len(expected) < 100
    assert duckdb_engine.found("copied_readings", package) == expected


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "报告只有五项" in duckdb_engine.found("copied_readings", package(), readings=5)
    assert "报告十项差二" in duckdb_engine.found("copied_readings", package(), share=80)
    assert copied_readings.RULE.values().share == 90

"""漏检项目."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows


def group(category: str, size: int, kind: str | None = "periodic", lacking: tuple[int, ...] = (), rare: int = 0) -> dict[str, Rows]:
    """Reports with the items 甲 and 乙; those named lack 乙, and only some of the first have 丙 too."""
    names = [f"{category}-{at}" for at in range(size)]
    items = [(name, "甲") for name in names]
    items += [(name, "乙") for at, name in enumerate(names) if at not in lacking]
    items += [(name, "丙") for name in names[:rare]]
    return {
        "equipment": [{"equipment_id": f"台{category}", "category": None if category == "不明" else category}],
        "reports": [
            {"report_id": name, "report_no": f"号{name}", "equipment_id": f"台{category}", "inspection_kind": kind, "institution_id": "院"}
            for name in names
        ],
        "report_items": [{"report_id": name, "item": item, "value": 1.0, "result": "pass"} for name, item in items],
    }


def package() -> dict[str, Rows]:
    groups = [
        group("五十份", 50, lacking=(7,)),
        group("四十九份", 49, lacking=(7,)),
        group("正好九成五", 100, lacking=(1, 2, 3, 4, 5)),
        group("不到九成五", 100, lacking=(1, 2, 3, 4, 5, 6)),
        group("少见项目", 100, rare=94),
        group("常见项目", 100, rare=95),
        group("检验类别不明", 60, kind=None, lacking=(1,)),
        group("不明", 60, lacking=(1,)),
        {"reports": [{"report_id": "什么都没有", "equipment_id": "台常见项目", "inspection_kind": "testing"}]},
    ]
    told = {name: [row for one in groups for row in one.get(name, [])] for name in ("equipment", "reports", "report_items")}
    told["report_items"] = [row for row in told["report_items"] if row["report_id"] != "五十份-9"] + [
        {"report_id": "五十份-3", "item": None}
    ]
    return told


def test_reports_that_lack_what_nearly_all_of_their_kind_have_are_found(engine: Bench):
    found = engine.found("items_missing", package())
    late = {f"常见项目-{at}" for at in range(95, 100)}
    assert found == {"五十份-9"} | {f"正好九成五-{at}" for at in (1, 2, 3, 4, 5)} | late | {"五十份-7"}


def test_the_evidence_names_the_items_and_how_many_have_them(duckdb_engine: Bench):
    findings = duckdb_engine.screen("items_missing", package()).findings.to_pylist()
    told = {one["subject_id"]: json.loads(one["evidence"]) for one in findings}
    assert told["五十份-7"]["item_list"] == [{"item": "乙", "have": 48, "have_share": 96.0}]
    assert (told["五十份-9"]["items"], told["五十份-9"]["peers"]) == (2, 50)


def test_the_share_and_the_size_of_the_group_can_be_moved(duckdb_engine: Bench):
    assert "四十九份-7" in duckdb_engine.found("items_missing", package(), peers=49)
    assert "不到九成五-6" in duckdb_engine.found("items_missing", package(), share=94)

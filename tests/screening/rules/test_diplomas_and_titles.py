"""学历存疑、职称存疑、学历证书编号重复、学历时间不合理."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows
from tests.screening.people import employed


def checked(resource: str) -> Rows:
    key = "education_id" if resource == "educations" else "title_id"
    results = {"查无": "not_found", "不符": "mismatch", "属实": "genuine", "待查": "pending", "没有结果": None}
    rows = [{key: f"{person}证", "person_id": person, "result": result} for person, result in results.items()]
    return [*rows, {key: "属实二", "person_id": "一真一假", "result": "genuine"}, {key: "查无二", "person_id": "一真一假", "result": "not_found"}]


def test_diplomas_that_the_check_did_not_find_are_found(engine: Bench):
    assert engine.found("diploma_not_genuine", {"educations": checked("educations")}) == {"查无", "不符", "一真一假"}


def test_titles_that_the_check_did_not_find_are_found(engine: Bench):
    assert engine.found("title_not_genuine", {"titles": checked("titles")}) == {"查无", "不符", "一真一假"}


def test_the_institution_is_that_of_the_latest_employment(duckdb_engine: Bench):
    employments = [
        employed("查无", employment_id="一", institution_id="甲", ended_on="2024-06-30"),
        employed("查无", employment_id="二", institution_id="乙", started_on="2023-01-01"),
    ]
    package = {"educations": checked("educations"), "employments": employments}
    found = {one["subject_id"]: one["institution_id"] for one in duckdb_engine.screen("diploma_not_genuine", package).findings.to_pylist()}
    assert found == {"查无": "乙", "不符": None, "一真一假": None}


def diploma(person: str, number: str | None, school: str | None = "工业大学", **fields: Any) -> dict[str, Any]:
    return {"education_id": f"{person}{number}", "person_id": person, "school": school, "diploma_no": number} | fields


SHARED = {
    "educations": [
        diploma("赵", "100"),
        diploma("钱", " 100 "),
        diploma("孙", "100", "另一所大学"),
        diploma("李", "200"),
        diploma("李", "200", education_id="李又一份"),
        diploma("周", ""),
        diploma("吴", ""),
        diploma("郑", None),
        diploma("王", None),
        diploma("冯", "300", None),
        diploma("陈", "300", None),
        diploma("褚", "400"),
        diploma("卫", "400"),
        diploma("蒋", "400"),
    ]
}


def test_everybody_under_one_number_of_one_school_is_found(engine: Bench):
    assert engine.found("diploma_shared", SHARED) == {"赵", "钱", "褚", "卫", "蒋"}


def test_the_evidence_names_all_holders(duckdb_engine: Bench):
    found = duckdb_engine.screen("diploma_shared", SHARED).findings.to_pylist()
    proof = json.loads(next(one["evidence"] for one in found if one["subject_id"] == "褚"))
    assert (proof["holders"], proof["education_ids"]) == (["卫", "蒋", "褚"], ["褚400"])
    assert proof["says"] == "工业大学的学历证书编号400同时登记在3人名下"


def graduated(person: str, day: str | None, degree: str | None = "bachelor") -> dict[str, Any]:
    return {"education_id": f"{person}{day}", "person_id": person, "degree": degree, "graduated_on": day}


def certified(person: str, day: str | None, grade: str | None = "inspector") -> dict[str, Any]:
    return {"credential_id": f"{person}{day}", "person_id": person, "grade": grade, "issued_on": day}


def implausible() -> dict[str, Rows]:
    """Everybody was born on 10 May 1990."""
    educations = [
        graduated("十四岁中专", "2005-05-09", "secondary"),
        graduated("十五岁中专", "2005-05-10", "secondary"),
        graduated("十七岁大专", "2008-05-09", "college"),
        graduated("十八岁大专", "2008-05-10", "college"),
        graduated("十八岁本科", "2009-05-09", "bachelor"),
        graduated("十九岁本科", "2009-05-10", "bachelor"),
        graduated("十八岁硕士", "2009-05-09", "master"),
        graduated("学历层次不明", "2000-01-01", None),
        graduated("出生不明", "1991-01-01"),
        graduated("先取证后毕业", "2015-07-01"),
        graduated("同一天", "2015-07-01"),
        graduated("有更早的学历", "2015-07-01"),
        graduated("有更早的学历", "2010-07-01", "college"),
        graduated("只有无损检测证", "2015-07-01"),
        graduated("级别不明", "2015-07-01"),
        graduated("取证时间不明", "2015-07-01"),
        graduated("毕业不明", None),
        graduated("另一份时间不明", "2015-07-01"),
        graduated("另一份时间不明", None),
    ]
    credentials = [
        certified("先取证后毕业", "2018-01-01"),
        certified("先取证后毕业", "2015-06-30", "engineer"),
        certified("同一天", "2015-07-01"),
        certified("有更早的学历", "2012-01-01"),
        certified("只有无损检测证", "2012-01-01", "ndt_2"),
        certified("级别不明", "2012-01-01", None),
        certified("取证时间不明", None),
        certified("毕业不明", "2012-01-01"),
        certified("另一份时间不明", "2012-01-01"),
    ]
    names = {row["person_id"] for row in educations}
    people = [{"person_id": name, "born_on": None if name == "出生不明" else "1990-05-10"} for name in sorted(names)]
    return {"educations": educations, "credentials": credentials, "people": people}


def test_who_graduated_too_young_or_after_the_first_credential_is_found(engine: Bench):
    assert engine.found("diploma_implausible", implausible()) == {
        "十四岁中专", "十七岁大专", "十八岁本科", "十八岁硕士", "先取证后毕业"
    }


def test_the_evidence_compares_two_dates(duckdb_engine: Bench):
    found = duckdb_engine.screen("diploma_implausible", implausible()).findings.to_pylist()
    proof = json.loads(next(one["evidence"] for one in found if one["subject_id"] == "先取证后毕业"))
    assert proof["says"] == "最早毕业晚于首次取得检验人员证：毕业日期2015-07-01，对照日期2015-06-30"


def test_the_ages_can_be_moved(duckdb_engine: Bench):
    found = duckdb_engine.found("diploma_implausible", implausible(), age_secondary=16, age_bachelor=18)
    assert found == {"十四岁中专", "十五岁中专", "十七岁大专", "先取证后毕业"}

"""人员资源条件不满足: fewer full-time, insured, validly certified people than the approval class asks for."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from hengjian.screening.expressions import lists, literal_day, month_number
from hengjian.screening.rule import NotRun, Rule, Values
from hengjian.screening.shared.credentials import ALWAYS_FROM, ALWAYS_UNTIL
from hengjian.screening.shared.employments import payments
from hengjian.screening.tables import Tables

NEEDED, OPTIONAL = ("approval_class", "minimum"), ("grade", "category", "post")
# A higher grade counts for a lower one of its own ladder.
LADDERS = (("inspector", "engineer", "senior_engineer"), ("ndt_1", "ndt_2", "ndt_3"))
NO_TABLE = "没有人员配备条件表（核准类别、级别、最少人数）：用 --staffing 给出"


def find(tables: Tables, values: Values) -> ir.Table | NotRun:
    """Return institutions short of people, by the table that the deployment supplies.

    Its columns: approval_class and minimum (how many people); and, each optional and without a limit where it is empty, grade (this one
    or a higher one of the same ladder), category (an equipment code that the credential has to name), post. A row without a minimum asks
    for nothing. A person counts who on the last day is employed full-time, was insured by the institution in that month (or in the last
    month of the insurance data, where these end before), and holds a valid credential as asked.
    """
    if tables.staffing is None:
        return NotRun(NO_TABLE)
    if lacking := sorted(set(NEEDED) - set(tables.staffing.column_names)):
        return NotRun(f"人员配备条件表缺少列：{'、'.join(lacking)}")
    asked = tables.given("staffing", _conditions(tables.staffing))
    institutions = tables["institutions"].filter(_.institution_id.notnull() & (_.status.isnull() | (_.status == "active")))
    wanted = tables.keep("staff_wanted", institutions.select("institution_id", "approval_class").join(asked, "approval_class"))
    numbers = _numbers(wanted, tables.keep("staff_counted", _counted(tables)))
    short = numbers.filter(numbers.people < numbers.minimum)
    condition = ibis.struct({name: short[name] for name in ("grade", "category", "post", "minimum", "people")})
    found = short.group_by("institution_id", "approval_class").aggregate(lacking=condition.collect(), missing=(short.minimum - short.people).max())
    return found.select(
        "approval_class",
        "lacking",
        "missing",
        last_day=literal_day(tables.last_day),
        subject_id="institution_id",
        institution_id="institution_id",
        occurred_at=literal_day(tables.last_day),
    )


def _conditions(staffing: pa.Table) -> pa.Table:
    """The table with a number for each condition and the grades that count, separated by ';'."""
    rows = [row for row in staffing.to_pylist() if row["approval_class"] and row["minimum"] is not None]
    # A category read from CSV is a number.
    told = [
        {"approval_class": row["approval_class"], "minimum": int(row["minimum"])} | {name: str(row.get(name) or "") or None for name in OPTIONAL}
        for row in rows
    ]
    columns = [(name, pa.string()) for name in ("approval_class", *OPTIONAL, "grades")] + [("minimum", pa.int64()), ("number", pa.int64())]
    return pa.Table.from_pylist([row | {"grades": _at_least(row["grade"]), "number": n} for n, row in enumerate(told)], schema=pa.schema(columns))


def _at_least(grade: str | None) -> str | None:
    ladder = next((one for one in LADDERS if grade in one), ())
    return ";".join(ladder[ladder.index(grade) :]) if grade in ladder else grade


def _numbers(wanted: ir.Table, counted: ir.Table) -> ir.Table:
    """How many people meet each condition of each institution, none included."""
    pairs = wanted.join(counted.rename(held_grade="grade", held_post="post"), "institution_id")
    met = pairs.filter(
        (pairs.grades.isnull() | lists(pairs.grades, pairs.held_grade))
        & (pairs.category.isnull() | lists(pairs.categories, pairs.category))
        & (pairs.post.isnull() | (pairs.post == pairs.held_post))
    )
    people = met.group_by("institution_id", "number").aggregate(people=met.person_id.nunique())
    joined = wanted.left_join(people, ["institution_id", "number"])
    return joined.mutate(people=joined.people.fill_null(0))


def _counted(tables: Tables) -> ir.Table:
    """People who count at all, a row for each credential and post: institution_id, person_id, post, grade, categories."""
    day = literal_day(tables.last_day)
    jobs = tables["employments"].filter(_.full_time & (_.started_on <= day) & (_.ended_on.isnull() | (_.ended_on >= day)))
    paid = payments(tables).filter(_.payer_id.notnull() & (_.month <= month_number(day)))
    insured = paid.cross_join(paid.aggregate(latest=_.month.max())).filter(_.month == _.latest).select("person_id", institution_id="payer_id")
    there = jobs.semi_join(insured, ["person_id", "institution_id"]).select("institution_id", "person_id", "post")
    held = tables["credentials"].filter(
        (_.issued_on.fill_null(literal_day(ALWAYS_FROM)) <= day) & (_.valid_until.fill_null(literal_day(ALWAYS_UNTIL)) >= day)
    )
    return there.join(held.select("person_id", "grade", "categories"), "person_id")


RULE = Rule(
    code="staff_below_threshold",
    family="I",
    title="人员资源条件不满足",
    subject="institution",
    severity=2,
    clause="湖南方案 二（一）、东营方案 三（一）1：人员数量持续满足《核准规则》要求",
    needs={
        "institutions": ("institution_id", "approval_class"),
        "employments": ("person_id", "institution_id", "full_time"),
        "social_insurance": ("person_id", "month", "payer_id"),
        "credentials": ("person_id", "grade"),
    },
    says="核准类别{approval_class}要求的持证全职参保人员不足，最多缺{missing}人（截至{last_day}）",
    clears="补充的聘用、参保和证书材料；或者适用另一核准类别条件的依据",
    labels={
        "approval_class": "核准类别",
        "lacking": "未满足的条件",
        "missing": "最多缺",
        "last_day": "数据截止日",
        "grade": "级别",
        "category": "设备类别",
        "post": "岗位",
        "minimum": "最少人数",
        "people": "实有人数",
    },
    find=find,
)

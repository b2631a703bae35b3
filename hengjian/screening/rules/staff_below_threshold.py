"""人员资源条件不满足: fewer full-time, insured, validly certified people than the approval class asks for."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from hengjian.screening.expressions import literal_day, month_number
from hengjian.screening.rule import NotRun, Rule, Values
from hengjian.screening.shared.credentials import ALWAYS_FROM, ALWAYS_UNTIL
from hengjian.screening.shared.employments import payments
from hengjian.screening.tables import Tables

COLUMNS = ("approval_class", "grade", "minimum")
GRADES = {"inspector": 1, "engineer": 2, "senior_engineer": 3}
NO_TABLE = "没有人员配备条件表（核准类别、级别、最少人数）：用 --staffing 给出"


def find(tables: Tables, values: Values) -> ir.Table | NotRun:
    """Return institutions short of people of a grade, by the table that the deployment supplies.

    The table has the columns approval_class, grade (inspector, engineer or senior_engineer: this or higher) and minimum.
    A person counts who on the last day is employed full-time, was insured by the institution in the last month of the
    insurance data, and holds a valid credential of the grade.
    """
    asked = tables.staffing
    if asked is None:
        return NotRun(NO_TABLE)
    if set(COLUMNS) - set(asked.column_names):
        return NotRun(f"人员配备条件表缺少列：{'、'.join(sorted(set(COLUMNS) - set(asked.column_names)))}")
    counted = _counted(tables)
    table = tables.given(
        "staffing",
        asked.select(COLUMNS)
        .set_column(2, "minimum", pc.cast(asked.column("minimum"), pa.int64()))
        .append_column("level", pa.array([GRADES.get(one, 1) for one in asked.column("grade").to_pylist()], pa.int64())),
    )
    institutions = tables["institutions"].filter(ibis._.institution_id.notnull() & (ibis._.status == "active"))
    wanted = institutions.select("institution_id", "approval_class").inner_join(table, "approval_class")
    staff = wanted.left_join(counted, [wanted.institution_id == counted.institution_id, counted.held >= wanted.level])
    numbers = staff.group_by("institution_id", "approval_class", "grade", "minimum").aggregate(people=staff.person_id.nunique())
    short = numbers.filter(numbers.people < numbers.minimum)
    one = ibis.struct({name: short[name] for name in ("grade", "minimum", "people")})
    return (
        short.group_by("institution_id")
        .aggregate(approval_class=short.approval_class.max(), lacking=one.collect(), missing=(short.minimum - short.people).max())
        .select(
            "approval_class",
            "lacking",
            "missing",
            last_day=literal_day(tables.last_day),
            subject_id="institution_id",
            institution_id="institution_id",
            occurred_at=literal_day(tables.last_day).cast("timestamp"),
        )
    )


def _counted(tables: Tables) -> ir.Table:
    """People who count, with the highest grade that they hold: institution_id, person_id, held."""
    day = literal_day(tables.last_day)
    jobs = tables["employments"]
    jobs = jobs.filter(jobs.full_time & (jobs.started_on <= day) & (jobs.ended_on.isnull() | (jobs.ended_on >= day)))
    paid = payments(tables).filter(ibis._.payer_id.notnull())
    latest = paid.aggregate(latest=paid.month.max())
    insured = paid.cross_join(latest).filter(lambda row: (row.month == row.latest) & (row.latest <= month_number(day)))
    there = jobs.semi_join(insured, [jobs.person_id == insured.person_id, jobs.institution_id == insured.payer_id])
    held = tables["credentials"].filter(ibis._.grade.isin(list(GRADES)))
    held = held.filter(
        (ibis.coalesce(held.issued_on, literal_day(ALWAYS_FROM)) <= day)
        & (ibis.coalesce(held.valid_until, literal_day(ALWAYS_UNTIL)) >= day)
    )
    level = ibis.cases(*((held.grade == grade, number) for grade, number in GRADES.items()))
    best = held.mutate(level=level).group_by("person_id").aggregate(held=ibis._.level.max())
    return there.select("institution_id", "person_id").distinct().inner_join(best, "person_id")


RULE = Rule(
    code="staff_below_threshold",
    family="I",
    title="人员资源条件不满足",
    subject="institution",
    severity=2,
    clause="湖南方案 二（一）：人员数量持续满足核准规则要求",
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
        "lacking": "各级缺员",
        "missing": "最多缺",
        "last_day": "数据截止日",
        "grade": "级别",
        "minimum": "最少人数",
        "people": "实有人数",
    },
    find=find,
)

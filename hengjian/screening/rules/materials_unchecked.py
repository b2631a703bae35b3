"""未核对资料: a candidate's papers were checked after the start, or never."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.exams import seated_candidates
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return candidates whose papers were not checked before the session; an empty time is "not checked"."""
    seated = tables.kept(seated_candidates)
    late = seated.filter(seated.materials_checked_at.isnull() | (seated.materials_checked_at > seated.starts_at))
    return late.select(
        "session_id",
        "person_id",
        "materials_checked_at",
        "starts_at",
        "institution_id",
        checked=ibis.ifelse(late.materials_checked_at.isnull(), "没有核对", "开考之后才核对"),
        subject_id="seat",
        occurred_at="starts_at",
    )


RULE = Rule(
    code="materials_unchecked",
    family="H",
    title="未核对资料",
    subject="candidate",
    severity=2,
    clause="湖南方案 二（二）：考试前对所有参考人员的申请资料逐一核对",
    needs={"exam_sessions": ("session_id", "starts_at"), "exam_candidates": ("session_id", "person_id")},
    says="{starts_at}开考，考生资料{checked}（核对时间：{materials_checked_at}）",
    clears="开考前核对的签字记录",
    labels={
        "session_id": "场次编号",
        "person_id": "考生",
        "materials_checked_at": "资料核对时间",
        "starts_at": "开始时间",
        "checked": "情形",
    },
    find=find,
)

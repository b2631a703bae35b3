"""考培不分: the institution that examines a candidate has trained them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.exams import seated_candidates
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return candidates trained by the institution of their session."""
    same = tables.kept(seated_candidates).filter(ibis._.trained_by == ibis._.institution_id)
    return same.select("session_id", "person_id", "trained_by", "starts_at", "institution_id", subject_id="seat", occurred_at="starts_at")


RULE = Rule(
    code="trained_by_examiner",
    family="H",
    title="考培不分",
    subject="candidate",
    severity=2,
    clause="湖南方案 二（二）、上海方案 一（四）：严格考培分离；湖南行风通知 一（五）",
    needs={"exam_sessions": ("session_id", "institution_id"), "exam_candidates": ("session_id", "person_id", "trained_by")},
    says="考生由考试机构{trained_by}自己培训，又在{starts_at}的场次由它考试",
    clears="培训合同、发票等证明由其他单位培训、登记有误的材料",
    labels={"session_id": "场次编号", "person_id": "考生", "trained_by": "培训单位", "starts_at": "开始时间"},
    find=find,
)

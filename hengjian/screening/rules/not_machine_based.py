"""未实行机考: a session that was not held on machines."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return sessions that say they were not machine-based."""
    paper = tables["exam_sessions"].filter(~ibis._.machine_based & ibis._.session_id.notnull())
    return paper.select("starts_at", "ends_at", "institution_id", subject_id="session_id", occurred_at="starts_at")


RULE = Rule(
    code="not_machine_based",
    family="H",
    title="未实行机考",
    subject="session",
    severity=2,
    clause="湖南行风通知 一（五）：理论考试必须全部采用机考",
    needs={"exam_sessions": ("session_id", "machine_based")},
    says="{starts_at}的场次没有实行机考",
    clears="发证机关同意该场次不实行机考的文件；或者登记有误的证明",
    labels={"starts_at": "开始时间", "ends_at": "结束时间"},
    find=find,
)

"""未回避: somebody on the staff of a session has the candidate's employer."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.exams import seated_candidates
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return candidates examined, watched or asked by a colleague."""
    staff = tables["exam_staff"].filter(ibis._.employer_id.notnull() & ibis._.person_id.notnull())
    staff = staff.select("session_id", "employer_id", "role", staff_id="person_id")
    met = tables.kept(seated_candidates).inner_join(staff, ["session_id", "employer_id"])
    member = ibis.struct({"staff_id": met.staff_id, "role": met.role})
    return (
        met.group_by("seat")
        .aggregate(
            session_id=met.session_id.max(),
            person_id=met.person_id.max(),
            employer_id=met.employer_id.max(),
            staff=met.staff_id.collect(distinct=True),
            roles=member.collect(),
            starts_at=met.starts_at.max(),
            institution_id=met.institution_id.max(),
        )
        .select(
            "session_id", "person_id", "employer_id", "staff", "roles", "starts_at", "institution_id", subject_id="seat", occurred_at="starts_at"
        )
    )


RULE = Rule(
    code="no_recusal",
    family="H",
    title="未回避",
    subject="candidate",
    severity=2,
    clause="湖南方案 二（二）、上海方案 一（四）：落实回避要求；湖南行风通知 一（五）",
    needs={
        "exam_sessions": ("session_id", "institution_id"),
        "exam_candidates": ("session_id", "person_id", "employer_id"),
        "exam_staff": ("session_id", "person_id", "employer_id"),
    },
    says="考生的聘用单位{employer_id}也是考务人员{staff}的单位",
    clears="考务人员已离开该单位的证明；或者该考务人员没有接触这名考生的安排记录",
    labels={
        "session_id": "场次编号",
        "person_id": "考生",
        "employer_id": "聘用单位",
        "staff": "考务人员",
        "roles": "考务人员及其职责",
        "staff_id": "考务人员",
        "role": "职责",
        "starts_at": "开始时间",
    },
    find=find,
)

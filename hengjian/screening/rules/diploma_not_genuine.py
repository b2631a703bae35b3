"""学历存疑: a diploma that the check did not find, or found different."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.employments import with_employer
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with an education whose check came out not_found or mismatch."""
    doubted = tables["educations"].filter(_.result.isin(["not_found", "mismatch"]) & _.person_id.notnull())
    row = ibis.struct({name: doubted[name] for name in ("education_id", "degree", "school", "graduated_on", "diploma_no", "verification", "result")})
    people = doubted.group_by("person_id").aggregate(
        number=doubted.count(), schools=doubted.school.collect(distinct=True), diplomas=row.collect(), graduated_on=doubted.graduated_on.max()
    )
    return with_employer(tables, people).select(
        "number", "schools", "diplomas", "institution_id", subject_id="person_id", occurred_at="graduated_on"
    )


RULE = Rule(
    code="diploma_not_genuine",
    family="B",
    title="学历存疑",
    subject="person",
    severity=3,
    clause="湖南方案 二（一）、东营方案 三（一）1：取证时提交的学历证书的真实性，通过学信网等方式核验",
    needs={"educations": ("person_id", "result")},
    says="{number}份学历核验不符或查无此证（{schools}）",
    clears="学校出具的历史学历证明；或者学信网重新核验的结果",
    labels={
        "diplomas": "学历",
        "schools": "毕业院校",
        "number": "份数",
        "graduated_on": "毕业日期",
        "education_id": "学历标识",
        "degree": "学历层次",
        "school": "毕业院校",
        "diploma_no": "证书编号",
        "verification": "核验方式",
        "result": "核验结果",
    },
    find=find,
)

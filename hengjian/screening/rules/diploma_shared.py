"""学历证书编号重复: one diploma number of one school under several people."""

from __future__ import annotations

import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import first_of_each
from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.employments import with_employer
from hengjian.screening.tables import Tables

SEVERAL = 2


def find(tables: Tables, values: Values) -> ir.Table:
    """Return each person under a number that others have too."""
    stripped = tables["educations"].mutate(school=_.school.strip(), diploma_no=_.diploma_no.strip())
    held = stripped.filter(_.person_id.notnull() & (_.school != "") & (_.diploma_no != ""))
    shared = held.group_by("school", "diploma_no").aggregate(people=held.person_id.nunique(), holders=held.person_id.collect(distinct=True))
    each = held.join(shared.filter(shared.people >= SEVERAL), ["school", "diploma_no"])
    # What stands under one number once, whatever a person handed in twice.
    each = first_of_each(each, "person_id", [each.school, each.diploma_no, each.education_id], education_ids=each.education_id)
    return with_employer(tables, each).select(
        "school", "diploma_no", "people", "holders", "education_ids", "institution_id", subject_id="person_id", occurred_at="graduated_on"
    )


RULE = Rule(
    code="diploma_shared",
    family="B",
    title="学历证书编号重复",
    subject="person",
    severity=2,
    clause="湖南方案 二（一）、东营方案 三（一）1：取证时提交的学历证书的真实性",
    needs={"educations": ("person_id", "school", "diploma_no")},
    says="{school}的学历证书编号{diploma_no}同时登记在{people}人名下",
    clears="证书原件与学信网核验结果，证明编号属于本人或者录入有误",
    labels={
        "school": "毕业院校",
        "diploma_no": "证书编号",
        "people": "人数",
        "holders": "登记在名下的人员",
        "education_ids": "本人的学历标识",
    },
    find=find,
)

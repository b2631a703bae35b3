"""学历证书编号重复: one diploma number of one school under several people."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return each person under a number that others have too."""
    held = tables["educations"].filter(ibis._.person_id.notnull())
    held = held.filter((held.school.strip() != "") & (held.diploma_no.strip() != ""))
    held = held.mutate(school=held.school.strip(), diploma_no=held.diploma_no.strip())
    shared = held.group_by("school", "diploma_no").aggregate(people=held.person_id.nunique(), holders=held.person_id.collect(distinct=True))
    each = held.inner_join(shared.filter(shared.people > 1), ["school", "diploma_no"])
    return (
        each.group_by("person_id")
        .aggregate(
            school=each.school.min(),
            diploma_no=each.diploma_no.min(),
            people=each.people.max(),
            education_ids=each.education_id.collect(distinct=True),
            holders=each.holders.arbitrary(),
            graduated_on=each.graduated_on.max(),
        )
        .select(
            "school",
            "diploma_no",
            "people",
            "education_ids",
            "graduated_on",
            subject_id="person_id",
            institution_id=ibis.null("string"),
            occurred_at=ibis._.graduated_on.cast("timestamp"),
        )
    )


RULE = Rule(
    code="diploma_shared",
    family="B",
    title="学历证书编号重复",
    subject="person",
    severity=2,
    clause="湖南方案 二（一）：自查学历证书的真实性",
    needs={"educations": ("person_id", "school", "diploma_no")},
    says="{school}的学历证书编号{diploma_no}同时登记在{people}人名下",
    clears="证书原件与学信网结果，证明编号录入有误",
    labels={
        "school": "毕业院校",
        "diploma_no": "证书编号",
        "people": "人数",
        "education_ids": "学历标识",
        "graduated_on": "毕业日期",
    },
    find=find,
)

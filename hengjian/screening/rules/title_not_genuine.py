"""职称存疑: a professional title that the check did not find, or found different."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.employments import with_employer
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with a title whose check came out not_found or mismatch."""
    doubted = tables["titles"].filter(_.result.isin(["not_found", "mismatch"]) & _.person_id.notnull())
    row = ibis.struct({name: doubted[name] for name in ("title_id", "title", "awarded_on", "certificate_no", "verification", "result")})
    people = doubted.group_by("person_id").aggregate(
        number=doubted.count(), titles=doubted.title.collect(distinct=True), title_list=row.collect(), awarded_on=doubted.awarded_on.max()
    )
    return with_employer(tables, people).select(
        "number", "titles", "title_list", "institution_id", subject_id="person_id", occurred_at="awarded_on"
    )


RULE = Rule(
    code="title_not_genuine",
    family="B",
    title="职称存疑",
    subject="person",
    severity=3,
    clause="湖南方案 二（一）、东营方案 三（一）1：职称证书通过原件与评审表、批文等比对核验",
    needs={"titles": ("person_id", "result")},
    says="{number}份职称核验不符或查无此证（{titles}）",
    clears="职称评审表、批准文件的原件；或者人社部门重新核验的结果",
    labels={
        "title_list": "职称",
        "titles": "职称名称",
        "number": "份数",
        "awarded_on": "取得日期",
        "title_id": "职称标识",
        "title": "职称",
        "certificate_no": "证书编号",
        "verification": "核验方式",
        "result": "核验结果",
    },
    find=find,
)

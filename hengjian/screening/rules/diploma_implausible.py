"""学历时间不合理: graduated too young, or only after the credential that needed the diploma."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import first_of_each
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.employments import with_employer
from hengjian.screening.tables import Tables

TOO_YOUNG, AFTER_CREDENTIAL = "毕业时年龄过小", "最早毕业晚于首次取得检验人员证"


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people who graduated before the age of their degree, or whose earliest graduation lies after their earliest credential."""
    doubts = ibis.union(_too_young(tables, values), _after_credential(tables))
    doubt = ibis.struct({name: doubts[name] for name in ("graduated_on", "degree", "compared_with", "reason", "education_id")})
    people = first_of_each(doubts, "person_id", [doubts.graduated_on, doubts.reason, doubts.education_id], doubts=doubt)
    return with_employer(tables, people).select(
        "reason", "graduated_on", "compared_with", "doubts", "institution_id", subject_id="person_id", occurred_at="graduated_on"
    )


def _too_young(tables: Tables, values: Values) -> ir.Table:
    dated = tables["educations"].filter(_.person_id.notnull() & _.graduated_on.notnull())
    born = tables["people"].filter(_.born_on.notnull()).select("person_id", "born_on")
    aged = dated.join(born, "person_id")
    had_birthday = aged.graduated_on.month() * 100 + aged.graduated_on.day() >= aged.born_on.month() * 100 + aged.born_on.day()
    age = aged.graduated_on.year() - aged.born_on.year() - ibis.ifelse(had_birthday, 0, 1)
    least = ibis.cases(
        (aged.degree == "secondary", values.age_secondary),
        (aged.degree == "college", values.age_college),
        (aged.degree.isin(["bachelor", "master", "doctor"]), values.age_bachelor),
    )
    return aged.filter(age < least).select(
        "person_id", "education_id", "degree", "graduated_on", compared_with="born_on", reason=ibis.literal(TOO_YOUNG)
    )


def _after_credential(tables: Tables) -> ir.Table:
    """A person one of whose diplomas has no date may have graduated before: nothing is said of them."""
    held = tables["educations"].filter(_.person_id.notnull())
    first = first_of_each(held, "person_id", [held.graduated_on, held.education_id], undated=held.graduated_on.isnull())
    credentials = tables["credentials"].filter(_.person_id.notnull() & _.issued_on.notnull() & _.grade.notnull() & ~_.grade.startswith("ndt"))
    issued = credentials.group_by("person_id").aggregate(compared_with=credentials.issued_on.min())
    late = first.join(issued, "person_id").filter((_.graduated_on > _.compared_with) & ~_.undated.contains(True))
    return late.select("person_id", "education_id", "degree", "graduated_on", "compared_with", reason=ibis.literal(AFTER_CREDENTIAL))


RULE = Rule(
    code="diploma_implausible",
    family="B",
    title="学历时间不合理",
    subject="person",
    severity=2,
    clause="湖南方案 二（一）、东营方案 三（一）1：取证时提交的学历证书的真实性",
    needs={
        "educations": ("person_id", "graduated_on"),
        "people": ("person_id", "born_on"),
        "credentials": ("person_id", "issued_on", "grade"),
    },
    parameters=(
        Param("age_secondary", 15, "岁", "中专毕业不小于"),
        Param("age_college", 18, "岁", "大专毕业不小于"),
        Param("age_bachelor", 19, "岁", "本科及以上毕业不小于"),
    ),
    says="{reason}：毕业日期{graduated_on}，对照日期{compared_with}",
    clears="毕业证书、身份证件原件，证明毕业日期或出生日期登记有误；或者取证时依据的另一份更早的学历",
    exempts=("无损检测证的取得时间，不作对照",),
    labels={
        "reason": "情形",
        "graduated_on": "毕业日期",
        "compared_with": "对照日期（出生或首次取证）",
        "doubts": "各处疑点",
        "degree": "学历层次",
        "education_id": "学历标识",
    },
    find=find,
)

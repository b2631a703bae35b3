"""学历时间不合理: graduated too young, or only after the credential that needed the diploma."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people who graduated before the age of their degree, or whose earliest graduation lies after their earliest credential."""
    educations = tables["educations"].filter(ibis._.person_id.notnull() & ibis._.graduated_on.notnull())
    young = _too_young(educations, tables["people"], values)
    late = _after_credential(tables)
    together = ibis.union(young, late)
    return (
        together.group_by("person_id")
        .aggregate(
            reasons=together.reason.collect(distinct=True),
            graduated_on=together.graduated_on.min(),
            compared_with=together.compared_with.min(),
        )
        .select(
            "reasons",
            "graduated_on",
            "compared_with",
            subject_id="person_id",
            institution_id=ibis.null("string"),
            occurred_at=ibis._.graduated_on.cast("timestamp"),
        )
    )


def _too_young(educations: ir.Table, people: ir.Table, values: Values) -> ir.Table:
    born = people.filter(people.born_on.notnull()).select("person_id", "born_on")
    aged = educations.inner_join(born, "person_id")
    had_birthday = aged.graduated_on.month() * 100 + aged.graduated_on.day() >= aged.born_on.month() * 100 + aged.born_on.day()
    age = aged.graduated_on.year() - aged.born_on.year() - ibis.ifelse(had_birthday, 0, 1)
    least = ibis.cases(
        (aged.degree == "secondary", values.age_secondary),
        (aged.degree == "college", values.age_college),
        (aged.degree.isin(["bachelor", "master", "doctor"]), values.age_bachelor),
    )
    young = aged.mutate(age=age, least=least).filter(ibis._.age < ibis._.least)
    return young.select("person_id", "graduated_on", compared_with="born_on", reason=ibis.literal("毕业时年龄过小"))


def _after_credential(tables: Tables) -> ir.Table:
    """A person one of whose diplomas has no date may have graduated before: nothing is said of them."""
    educations = tables["educations"].filter(ibis._.person_id.notnull())
    first = educations.group_by("person_id").aggregate(
        graduated_on=educations.graduated_on.min(), undated=educations.graduated_on.isnull().any()
    )
    held = tables["credentials"]
    held = held.filter(held.issued_on.notnull() & held.person_id.notnull() & held.grade.notnull() & ~held.grade.startswith("ndt"))
    issued = held.group_by("person_id").aggregate(compared_with=held.issued_on.min())
    both = first.inner_join(issued, "person_id")
    late = both.filter((both.graduated_on > both.compared_with) & ~both.undated)
    return late.select("person_id", "graduated_on", "compared_with", reason=ibis.literal("毕业晚于首次取得检验人员证"))


RULE = Rule(
    code="diploma_implausible",
    family="B",
    title="学历时间不合理",
    subject="person",
    severity=2,
    clause="湖南方案 二（一）：取证时提交的学历证书的真实性",
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
    says="{reasons}：毕业日期{graduated_on}，对照日期{compared_with}",
    clears="更正后的毕业日期、出生日期及原件；或者取证时依据的另一份更早的学历",
    labels={"reasons": "情形", "graduated_on": "毕业日期", "compared_with": "对照日期（出生或首次取证）"},
    find=find,
)

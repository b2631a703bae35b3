"""时序颠倒: record finished, drafted, reviewed, approved, issued do not follow each other."""

from __future__ import annotations

from itertools import combinations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables

STEPS = {
    "finished_at": "记录完成",
    "drafted_at": "编制",
    "reviewed_at": "审核",
    "approved_at": "批准",
    "issued_at": "出具",
}


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports with a step before an earlier one, or inspected after issue; steps without a time are skipped over."""
    finished = tables["records"].filter(ibis._.report_id.notnull()).group_by("report_id").aggregate(finished_at=ibis._.finished_at.max())
    timed = tables["reports"].filter(ibis._.report_id.notnull()).left_join(finished, "report_id").drop("report_id_right")
    pairs = [(first, then, (timed[then] < timed[first]).fill_null(False)) for first, then in combinations(STEPS, 2)]
    inspected_after = (timed.inspected_on > timed.issued_at.date()).fill_null(False)
    broken = inspected_after
    said = ibis.ifelse(inspected_after, "出具早于检验日期", "")
    for first, then, backwards in pairs:
        broken = broken | backwards
        said = ibis.ifelse(backwards, f"{STEPS[then]}早于{STEPS[first]}", said)
    return (
        timed.mutate(broken=broken, said=said)
        .filter(ibis._.broken)
        .select(
            "report_no",
            "inspected_on",
            *STEPS,
            "institution_id",
            "said",
            subject_id="report_id",
            occurred_at=ibis.coalesce(ibis._.issued_at, ibis._.approved_at, ibis._.reviewed_at, ibis._.drafted_at, ibis._.finished_at),
        )
    )


RULE = Rule(
    code="order_broken",
    family="D",
    title="时序颠倒",
    subject="report",
    severity=2,
    clause="湖南方案：原始记录、报告编制审核批准的时间合乎逻辑；检验机构核准规则：报告签发程序",
    needs={"reports": ("report_id",), "records": ("report_id", "finished_at")},
    says="报告{report_no}：{said}",
    clears="更正后的时间及系统日志；或者终端时钟有误的证明",
    labels={"report_no": "报告编号", "inspected_on": "检验日期", **STEPS, "said": "情形"},
    find=find,
)

"""超标准收费: a fee above the standard, beyond what rounding explains."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables

ROUNDING = 1e-9


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports charged above the standard by more than the tolerance."""
    charged = tables["reports"].filter(ibis._.fee.notnull() & ibis._.fee_standard.notnull() & ibis._.report_id.notnull())
    above = charged.filter(charged.fee - charged.fee_standard * values.times > ROUNDING)
    return above.select(
        "report_no",
        "fee",
        "fee_standard",
        "inspected_on",
        "equipment_id",
        "institution_id",
        over=above.fee - above.fee_standard,
        subject_id="report_id",
        occurred_at=ibis.coalesce(above.issued_at, above.inspected_on.cast("timestamp")),
    )


RULE = Rule(
    code="fee_above_standard",
    family="G",
    title="超标准收费",
    subject="report",
    severity=2,
    clause="上海方案 附件3 第36项：严格执行检验收费标准，无超标准收费；湖南方案 二（五）：检验收费不规范",
    needs={"reports": ("report_id", "fee", "fee_standard")},
    parameters=(Param("times", 1.02, "倍", "超过收费标准的倍数"),),
    says="报告{report_no}收费{fee}元，标准{fee_standard}元，多收{over}元",
    clears="按合同另行提供的服务明细；或者适用另一收费标准的依据",
    labels={
        "report_no": "报告编号",
        "fee": "收费金额",
        "fee_standard": "收费标准",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
        "over": "多收",
    },
    find=find,
)

"""How the institutions of the demonstration fill their self-checks: honestly, carelessly, falsely, late, or not at all."""

from __future__ import annotations

from random import Random
from typing import Any

from hengjian.forms.models import SheetLine
from hengjian.web.demo.people import Plant

FATES = (("accepted", 35), ("filed", 8), ("returned", 4), ("draft", 5), ("late", 2), ("idle", 3))
SAID = {
    "left": ("real_practice", "2024年4月离职未办理变更，正在办理取消执业公示"),
    "no_insurance": ("real_practice", "近5个月未由本单位缴纳社保，已书面告知本人限期说明"),
    "other_payer": ("real_practice", "有4个月由其他单位缴纳社保，已要求本人作出说明"),
    "diploma_not_found": ("education_genuine", "学信网未查到，院校函复无此学籍，已报告发证机关"),
    "title_mismatch": ("title_genuine", "评审表姓名与证书不一致，已报告人社部门核实"),
}


def fates(rng: Random, count: int) -> list[str]:
    """What becomes of each of ``count`` self-checks, in the proportions of a campaign a week before its end."""
    total = sum(weight for _, weight in FATES)
    drawn = [fate for fate, weight in FATES for _ in range(round(weight * count / total))]
    drawn += ["accepted"] * max(0, count - len(drawn))
    rng.shuffle(drawn)
    return drawn[:count]


def answers(lines: list[SheetLine], plant: Plant, titled: set[Any], *, honest: bool) -> dict[str, dict[str, str]]:
    """The cells of a roster: 是 for everybody but those on whom something was planted and who is honestly told.

    Args:
        titled: people with a title; the others get “-”.
    """
    found = {}
    for line in lines:
        cells = {"real_practice": "是", "education_genuine": "是", "title_genuine": "是" if line.subject_id in titled else "-"}
        for what, (column, remark) in SAID.items():
            if honest and line.subject_id in getattr(plant, what):
                cells |= {column: "否", "remarks": remark}
        found[line.key] = cells
    return found

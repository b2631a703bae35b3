"""Write docs/guide/rules.md: every screening rule with its clause, parameters, limits and what would clear a finding."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "guide" / "rules.md"
HEAD = """# 规则一览

由 `scripts/rules_page.py` 从规则本身生成。[返回目录](README.md) · [风险筛查](screening.md) · [编写规则](writing-rules.md)
"""


def page() -> str:
    """Return the text of the page."""
    from hengjian.screening.catalogue import catalogue  # the path is set when this file is run
    from hengjian.screening.rule import FAMILIES

    parts = [HEAD]
    for family, name in FAMILIES.items():
        parts.append(f"\n## {family} {name}\n")
        parts += [_section(rule) for rule in catalogue().values() if rule.family == family]
    return "".join(parts)


def _section(rule: object) -> str:
    from hengjian.screening.contract import RESOURCE_TITLES  # see above
    from hengjian.screening.rule import SUBJECTS, Rule
    from hengjian.screening.wording import said

    assert isinstance(rule, Rule)
    needs = "、".join(RESOURCE_TITLES[name] for name in rule.needs)
    lines = [
        f"\n### {rule.title} `{rule.code}`\n",
        f"- 对象：{SUBJECTS[rule.subject]}　严重程度：{rule.severity}　版本：{rule.version}" + ("　统计类" if rule.statistical else "") + "\n",
        f"- 依据：{rule.clause}\n",
        f"- 需要：{needs}\n",
    ]
    if rule.parameters:
        lines.append("- 参数：" + "；".join(f"`{one.name}` {one.meaning} {said(float(one.default))} {one.unit}".rstrip() for one in rule.parameters) + "\n")
    if rule.exempts:
        lines.append(f"- 不算：{'；'.join(rule.exempts)}\n")
    if rule.limits:
        lines.append(f"- 不能发现：{rule.limits}\n")
    lines.append(f"- 怎样可以排除：{rule.clears}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))

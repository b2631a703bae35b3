"""report.html: one page that opens without a network and tells what was screened, found, not run, and what cannot be concluded."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader

from hengjian.screening.contract import RESOURCE_TITLES
from hengjian.screening.engine.checking import Fault
from hengjian.screening.engine.faults import counted
from hengjian.screening.engine.kept import findings_by_rule, signals
from hengjian.screening.rule import SUBJECTS
from hengjian.screening.wording import said

if TYPE_CHECKING:
    from hengjian.screening.engine.screen import RuleReport, Run

SEVERITIES = {3: "重", 2: "中", 1: "轻"}
SHOWN_FINDINGS, SHOWN_SIGNALS, SHOWN_FAULTS = 10, 20, 5


def write_report(run: Run, faults: list[Fault], findings: Path, target: Path) -> None:
    """Write the report of a run."""
    loader = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    target.write_text(loader.get_template("report.html.j2").render(_facts(run, faults, findings)), encoding="utf-8")


def _facts(run: Run, faults: list[Fault], findings: Path) -> dict[str, Any]:
    by_code = {one.rule.code: one for one in run.reports}
    first = {code: list(islice(rows, SHOWN_FINDINGS)) for code, rows in findings_by_rule(findings)}
    found = [(by_code[code], rows) for code, rows in first.items()]
    ran = [one for one in run.reports if not one.not_run]
    return {
        "run": run,
        "total": sum(one.findings for one in run.reports),
        "rows_total": sum(run.checked.rows.values()),
        "aside_total": sum(run.checked.set_aside.values()),
        "ran": ran,
        "idle": [one for one in run.reports if one.not_run],
        "clean": [one for one in ran if not one.findings],
        "found": sorted(found, key=lambda pair: (-pair[0].rule.severity, pair[0].rule.family, pair[0].rule.code)),
        "bars": _bars([one for one, _ in found]),
        "number": "{:,}".format,
        "signals": signals(findings)[:SHOWN_SIGNALS],
        "titles": {one.rule.code: one.rule.title for one in run.reports},
        "faults": counted(run.checked),
        "examples": _examples(faults),
        "statistical": [one.rule.title for one in run.reports if one.rule.statistical],
        "subjects": SUBJECTS,
        "resources": RESOURCE_TITLES,
        "severities": SEVERITIES,
        "parameters": _parameters,
        "unusable": _unusable,
        "said": said,
    }


def _examples(faults: list[Fault]) -> list[Fault]:
    seen: dict[tuple[str, str, str], int] = {}
    shown = []
    for one in faults:
        mark = (one.resource, one.field, one.kind)
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] <= SHOWN_FAULTS:
            shown.append(one)
    return shown


def _parameters(report: RuleReport) -> str:
    return "；".join(f"{one.meaning} {said(float(report.parameters[one.name]))} {one.unit}" for one in report.rule.parameters)


def _unusable(report: RuleReport) -> str:
    return "；".join(f"{RESOURCE_TITLES[name]} {number}行" for name, number in report.unusable.items())


def _bars(reports: Iterable[RuleReport]) -> list[tuple[RuleReport, float]]:
    """Return rules with how long their bar is, in percent of the longest, the longest first."""
    ordered = sorted(reports, key=lambda one: (-one.findings, one.rule.code))
    return [(one, max(0.5, 100 * one.findings / ordered[0].findings)) for one in ordered]

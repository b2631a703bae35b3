"""What a contradiction says: a rule and its facts, put into words in the language of the page.

The facts are plain data as they were when the contradiction was found (days as ISO dates, months as their first day).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.registry.states import VerificationMethod, VerificationResult

Facts = Mapping[str, Any]


def month_words(month: date) -> str:
    """2024年3月."""
    return _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month}


def day_words(day: str | None) -> str:
    """2024年3月5日; a day that was not recorded says so."""
    if not day:
        return _("日期未记录")
    known = date.fromisoformat(day)
    return _("%(year)s年%(month)s月%(day)s日") % {"year": known.year, "month": known.month, "day": known.day}


def spans(months: Iterable[date]) -> str:
    """Months in words: 2023年12月至2024年3月、2024年5月."""
    runs: list[list[date]] = []
    for month in sorted(set(months)):
        if runs and (month.year * 12 + month.month) - (runs[-1][-1].year * 12 + runs[-1][-1].month) == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return _("、").join(
        month_words(run[0]) if len(run) == 1 else _("%(first)s至%(last)s") % {"first": month_words(run[0]), "last": month_words(run[-1])}
        for run in runs
    )


def say(rule: str, facts: Facts) -> str:
    """The sentence of a rule with its facts."""
    return SENTENCES[rule](facts)


def _months(given: Iterable[str]) -> list[date]:
    return [date.fromisoformat(one) for one in given]


def _insured_elsewhere(facts: Facts) -> str:
    said = _("，").join(
        _("%(months)s由%(name)s缴纳") % {"months": spans(_months(one["months"])), "name": one["name"]} for one in facts["payers"]
    )
    return _("填报“是”，但近12个月中%(said)s社保，本单位未缴纳。") % {"said": said}


def _insurance_gap(facts: Facts) -> str:
    said = {"months": spans(_months(facts["months"])), "n": len(facts["months"])}
    return _("填报“是”，但%(months)s（共%(n)s个月）没有社保缴纳记录。") % said


def _registered_elsewhere(facts: Facts) -> str:
    said = _("；").join(_("%(name)s（%(day)s公示）") % {"name": one["name"], "day": day_words(one["on"])} for one in facts["jobs"])
    return _("填报“是”，但在其他机构仍有执业公示：%(said)s。") % {"said": said}


def _employed_elsewhere(facts: Facts) -> str:
    said = _("；").join(_("%(name)s（%(day)s起）") % {"name": one["name"], "day": day_words(one["on"])} for one in facts["jobs"])
    return _("填报“是”，但同时在其他机构登记有聘用关系：%(said)s。") % {"said": said}


def _employment_ended(facts: Facts) -> str:
    if facts.get("on"):
        return _("填报“是”，但名录记载已于%(day)s离职。") % {"day": day_words(facts["on"])}
    return _("填报“是”，但名录中没有在本单位的聘用记录。")


def _no_certificate(facts: Facts) -> str:
    if not facts.get("number"):
        return _("填报“是”，但没有现行有效的检验检测人员证（名录中没有检验检测人员证）。")
    said = {"number": facts["number"], "day": day_words(facts["until"])}
    return _("填报“是”，但没有现行有效的检验检测人员证（证书%(number)s有效期至%(day)s）。") % said


def _unverified(word: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        if not facts.get("papers"):
            return _("填报“是”，但档案中没有学历记录，也没有核验记录。")
        return _("填报“是”，但%(word)s“%(said)s”没有核验记录，无从证明属实。") % {"word": _(word), "said": _("、").join(facts["papers"])}
    return said


def _refuted(word: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        papers = _("；").join(
            _("“%(label)s”%(day)s经%(method)s，结果为“%(result)s”") % {
                "label": one["label"], "day": day_words(one["on"]), "method": _label(VerificationMethod, one["method"]),
                "result": _label(VerificationResult, one["result"]),
            } for one in facts["papers"]
        )
        return _("填报“是”，但%(word)s%(said)s。") % {"word": _(word), "said": papers}
    return said


def _expired(word: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        papers = _("；").join(
            _("“%(label)s”的验证报告%(day)s到期") % {"label": one["label"], "day": day_words(one["until"])} for one in facts["papers"]
        )
        return _("填报“是”，但%(word)s%(said)s，请重新申请后登记。") % {"word": _(word), "said": papers}
    return said


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def _staffing(facts: Facts) -> str:
    return _("填报“是”，但按名录核对，人员条件不满足：%(said)s。") % {"said": _("；").join(shortfall(one) for one in facts["lines"])}


def shortfall(line: Facts) -> str:
    """全职持证人员现有3人，规定5人."""
    return _("%(title)s现有%(counted)s%(unit)s，规定%(minimum)s%(unit)s") % dict(line)


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "practice.insured_elsewhere": _insured_elsewhere,
    "practice.insurance_gap": _insurance_gap,
    "practice.registered_elsewhere": _registered_elsewhere,
    "practice.employed_elsewhere": _employed_elsewhere,
    "practice.employment_ended": _employment_ended,
    "practice.no_certificate": _no_certificate,
    "education.unverified": _unverified("学历"),
    "education.refuted": _refuted("学历"),
    "education.expired": _expired("学历"),
    "title.unverified": _unverified("职称"),
    "title.refuted": _refuted("职称"),
    "title.expired": _expired("职称"),
    "title.absent": lambda facts: _("填报“是”，但档案中没有职称记录；不涉及职称的应填“-”。"),
    "title.present": lambda facts: _("填报“-”（不涉及），但档案中有职称：%(said)s。") % {"said": _("、").join(facts["papers"])},
    "remarks.missing": lambda facts: _("填报存在问题，但没有写存在问题及整改情况。"),
    "staffing.unmet": _staffing,
}

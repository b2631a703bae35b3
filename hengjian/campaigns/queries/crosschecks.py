"""Cross-checks of a self-check against the register: pure rules, each with a code and a sentence that names its facts.

A finding is a signal that the filler may explain, never a verdict. Source: 沪市监特种〔2024〕317号 一(一) (真实性).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from hengjian.campaigns.queries.practice_facts import Grounds, Job, Paper, PersonFacts

YES, NOT_INVOLVED = "是", "-"
PRACTICE, EDUCATION, TITLE, REMARKS, STAFFING = "real_practice", "education_genuine", "title_genuine", "remarks", "staffing_met"
LEAST_GAP = 3
"""Months without any payment from which a gap is told."""

Row = dict[str, str]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A claim that the register does not bear out: rule, column, sentence, and the rows it rests on."""

    rule: str
    column: str
    sentence: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """An answer that the register bears out, with what it is based on. Offered, never filled in by itself."""

    column: str
    value: str
    basis: str


@dataclass(frozen=True)
class Rule:
    """One cross-check: which column it looks at, its heading, and the function that finds."""

    code: str
    column: str
    title: Any
    find: Callable[[PersonFacts, Grounds], Finding | None]
    claims: tuple[str, ...] = field(default=(YES,))


def spans(months: Iterable[date]) -> str:
    """Months in words: 2023年12月至2024年3月、2024年5月."""
    runs: list[list[date]] = []
    for month in sorted(set(months)):
        if runs and (month.year * 12 + month.month) - (runs[-1][-1].year * 12 + runs[-1][-1].month) == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(_month(run[0]) if len(run) == 1 else f"{_month(run[0])}至{_month(run[-1])}" for run in runs)


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "日期未记录"


def _months_here(facts: PersonFacts, state: str) -> list[Any]:
    return [cell for cell in facts.months if cell.state == state and any(job.covers_month(cell.month) for job in facts.here)]


def insured_elsewhere(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Months of the employment here that another unit paid and this one did not."""
    paid = _months_here(facts, "other")
    if not paid:
        return None
    by_payer: dict[str, list[date]] = {}
    for cell in paid:
        for code, name in cell.payers:
            by_payer.setdefault(name or code, []).append(cell.month)
    said = "，".join(f"{spans(months)}由{name}缴纳" for name, months in by_payer.items())
    rows = tuple({"type": "registry.insurancemonth", "label": f"{_month(cell.month)}　{'、'.join(name or code for code, name in cell.payers)}"}
                 for cell in paid)
    return Finding("practice.insured_elsewhere", PRACTICE, f"填报“是”，但近12个月中{said}社保，本单位未缴纳。", rows)


def insurance_gap(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Three months or more of the employment here that nobody paid; silent where no insurance data were imported."""
    missing = [cell.month for cell in _months_here(facts, "none")]
    if len(missing) < LEAST_GAP or not grounds.has_insurance_data:
        return None
    rows = tuple({"type": "registry.insurancemonth", "label": f"{_month(month)}　无缴纳记录"} for month in missing)
    return Finding("practice.insurance_gap", PRACTICE, f"填报“是”，但{spans(missing)}（共{len(missing)}个月）没有社保缴纳记录。", rows)


def registered_elsewhere(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Practice registered at another institution."""
    jobs = [job for job in facts.elsewhere if job.is_registered_on(grounds.day)]
    if not jobs:
        return None
    said = "；".join(f"{job.institution_name}（{_day(job.registered_on)}公示）" for job in jobs)
    return Finding("practice.registered_elsewhere", PRACTICE, f"填报“是”，但在其他机构仍有执业公示：{said}。", _rows_of(jobs))


def employed_elsewhere(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Employed by another institution at the same time (what is registered there is told by its own rule)."""
    jobs = [job for job in facts.elsewhere if job.holds_on(grounds.day) and not job.is_registered_on(grounds.day)]
    if not jobs or not any(job.holds_on(grounds.day) for job in facts.here):
        return None
    said = "；".join(f"{job.institution_name}（{_day(job.started_on)}起）" for job in jobs)
    return Finding("practice.employed_elsewhere", PRACTICE, f"填报“是”，但同时在其他机构登记有聘用关系：{said}。", _rows_of(jobs))


def employment_ended(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """No employment here that still holds."""
    if any(job.holds_on(grounds.day) for job in facts.here):
        return None
    ended = [job.ended_on for job in facts.here if job.ended_on]
    said = f"名录记载已于{_day(max(ended))}离职" if ended else "名录中没有在本单位的聘用记录"
    return Finding("practice.employment_ended", PRACTICE, f"填报“是”，但{said}。", _rows_of(facts.here))


def no_certificate(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """No certificate that is valid."""
    if facts.is_certified:
        return None
    said = f"证书{facts.certificate_no}有效期至{_day(facts.certificate_until)}" if facts.certificate_no else "名录中没有检验检测人员证"
    rows = ({"type": "registry.credential", "label": facts.certificate_no},) if facts.certificate_no else ()
    return Finding("practice.no_certificate", PRACTICE, f"填报“是”，但没有现行有效的检验检测人员证（{said}）。", rows)


def _rows_of(jobs: Iterable[Job]) -> tuple[Row, ...]:
    return tuple({"type": "registry.employment", "id": str(job.id), "label": job.institution_name} for job in jobs)


def _paper_rows(papers: Iterable[Paper]) -> tuple[Row, ...]:
    return tuple({"type": "registry.verification", "id": str(paper.id), "label": paper.label} for paper in papers)


def _unverified(code: str, column: str, word: str, papers: tuple[Paper, ...]) -> Finding | None:
    waiting = [paper for paper in papers if paper.result in ("", "pending")]
    if not waiting:
        return None
    said = "、".join(paper.label for paper in waiting)
    return Finding(code, column, f"填报“是”，但{word}“{said}”没有核验记录，无从证明属实。", _paper_rows(waiting))


def _refuted(code: str, column: str, word: str, papers: tuple[Paper, ...]) -> Finding | None:
    wrong = [paper for paper in papers if paper.result in ("not_found", "mismatch")]
    if not wrong:
        return None
    said = "；".join(f"“{paper.label}”{_day(paper.verified_on)}经{paper.method_label}，结果为“{paper.result_label}”" for paper in wrong)
    return Finding(code, column, f"填报“是”，但{word}{said}。", _paper_rows(wrong))


def _expired(code: str, column: str, word: str, papers: tuple[Paper, ...], day: date) -> Finding | None:
    old = [paper for paper in papers if paper.result == "genuine" and paper.valid_until and paper.valid_until < day]
    if not old:
        return None
    said = "；".join(f"“{paper.label}”的验证报告{_day(paper.valid_until)}到期" for paper in old)
    return Finding(code, column, f"填报“是”，但{word}{said}，请重新申请后登记。", _paper_rows(old))


def education_unverified(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A diploma that nobody verified, or none on file at all."""
    if not facts.educations:
        return Finding("education.unverified", EDUCATION, "填报“是”，但档案中没有学历记录，也没有核验记录。")
    return _unverified("education.unverified", EDUCATION, "学历", facts.educations)


def education_refuted(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A diploma that was not found or does not match."""
    return _refuted("education.refuted", EDUCATION, "学历", facts.educations)


def education_expired(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A verification report of a diploma that has run out."""
    return _expired("education.expired", EDUCATION, "学历", facts.educations, grounds.day)


def title_unverified(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A title that nobody verified."""
    return _unverified("title.unverified", TITLE, "职称", facts.titles)


def title_refuted(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A title that was not found or does not match."""
    return _refuted("title.refuted", TITLE, "职称", facts.titles)


def title_expired(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A verification report of a title that has run out."""
    return _expired("title.expired", TITLE, "职称", facts.titles, grounds.day)


def title_absent(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A title is claimed to be genuine where the file has none."""
    if facts.titles:
        return None
    return Finding("title.absent", TITLE, "填报“是”，但档案中没有职称记录；不涉及职称的应填“-”。")


def title_present(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """不涉及 although the file has a title."""
    if not facts.titles:
        return None
    said = "、".join(paper.label for paper in facts.titles)
    return Finding("title.present", TITLE, f"填报“-”（不涉及），但档案中有职称：{said}。", _paper_rows(facts.titles))


RULES = (
    Rule("practice.insured_elsewhere", PRACTICE, gettext_lazy("与社保数据矛盾"), insured_elsewhere),
    Rule("practice.insurance_gap", PRACTICE, gettext_lazy("与社保数据矛盾"), insurance_gap),
    Rule("practice.registered_elsewhere", PRACTICE, gettext_lazy("另一机构有执业公示"), registered_elsewhere),
    Rule("practice.employed_elsewhere", PRACTICE, gettext_lazy("另一机构有聘用记录"), employed_elsewhere),
    Rule("practice.employment_ended", PRACTICE, gettext_lazy("与聘用记录矛盾"), employment_ended),
    Rule("practice.no_certificate", PRACTICE, gettext_lazy("与证书数据矛盾"), no_certificate),
    Rule("education.unverified", EDUCATION, gettext_lazy("学历没有核验记录"), education_unverified),
    Rule("education.refuted", EDUCATION, gettext_lazy("与学历核验结果矛盾"), education_refuted),
    Rule("education.expired", EDUCATION, gettext_lazy("学历验证报告已到期"), education_expired),
    Rule("title.unverified", TITLE, gettext_lazy("职称没有核验记录"), title_unverified),
    Rule("title.refuted", TITLE, gettext_lazy("与职称核验结果矛盾"), title_refuted),
    Rule("title.expired", TITLE, gettext_lazy("职称验证报告已到期"), title_expired),
    Rule("title.absent", TITLE, gettext_lazy("与职称档案矛盾"), title_absent),
    Rule("title.present", TITLE, gettext_lazy("与职称档案矛盾"), title_present, claims=(NOT_INVOLVED,)),
)
WITHOUT_REMARKS, STAFFING_CLAIM = "remarks.missing", "staffing.unmet"
TITLES = {
    **{rule.code: rule.title for rule in RULES},
    WITHOUT_REMARKS: gettext_lazy("没有写说明"), STAFFING_CLAIM: gettext_lazy("与人员条件核对结果矛盾"),
}


def conceded_answer(rule: str, problem_answer: str) -> str:
    """The answer with which a filler gives way to a finding; empty where only an explanation or a text can."""
    return {"title.absent": NOT_INVOLVED, "title.present": "", WITHOUT_REMARKS: ""}.get(rule, problem_answer)


def check_person(values: Values, facts: PersonFacts, grounds: Grounds) -> list[Finding]:
    """All findings on one line of a roster."""
    found = (rule.find(facts, grounds) for rule in RULES if values.get(rule.column) in rule.claims)
    return [one for one in found if one is not None]


def check_remarks(problems: Iterable[str], values: Values, text_column: str) -> list[Finding]:
    """A problem is told without a word on it; ``problems`` are the columns answered so."""
    if not list(problems) or str(values.get(text_column) or "").strip():
        return []
    return [Finding(WITHOUT_REMARKS, text_column, "填报存在问题，但没有写存在问题及整改情况。")]


def check_staffing(claim: str, grounds: Grounds) -> list[Finding]:
    """The institution says that it meets the staffing conditions; the register counts otherwise."""
    if claim != YES or grounds.staffing != "unmet":
        return []
    said = "；".join(grounds.shortfalls)
    return [Finding(STAFFING_CLAIM, STAFFING, f"填报“是”，但按名录核对，人员条件不满足：{said}。")]


def proposals(facts: PersonFacts, grounds: Grounds) -> list[Proposal]:
    """Answers that the register bears out for one person."""
    found = []
    if not any(rule.find(facts, grounds) for rule in RULES if rule.column == PRACTICE) and _months_here(facts, "own"):
        found.append(Proposal(PRACTICE, YES, "近12个月社保由本单位缴纳，证书有效，未见在其他机构聘用或执业公示"))
    if facts.educations and all(_is_borne_out(paper, grounds.day) for paper in facts.educations):
        found.append(Proposal(EDUCATION, YES, "学历均已核验属实"))
    if not facts.titles:
        found.append(Proposal(TITLE, NOT_INVOLVED, "档案中没有职称"))
    elif all(_is_borne_out(paper, grounds.day) for paper in facts.titles):
        found.append(Proposal(TITLE, YES, "职称均已核验属实"))
    return found


def _is_borne_out(paper: Paper, day: date) -> bool:
    return paper.result == "genuine" and (paper.valid_until is None or paper.valid_until >= day)

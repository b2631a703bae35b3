"""Cross-checks of a self-check against the register: pure rules, each with a code and a sentence that names its facts.

A finding is a signal that the filler may explain, never a verdict. Source: 沪市监特种〔2024〕317号 一(一) (真实性).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.campaigns.models.clash_words import say
from hengjian.campaigns.queries.practice_facts import Grounds, Job, Paper, PersonFacts

YES, NOT_INVOLVED = "是", "-"
PRACTICE, EDUCATION, TITLE, REMARKS, STAFFING = "real_practice", "education_genuine", "title_genuine", "remarks", "staffing_met"
LEAST_GAP = 3
"""Months without any payment from which a gap is told."""

Row = dict[str, str]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A claim that the register does not bear out: rule, column, the facts that its sentence names, the rows it rests on."""

    rule: str
    column: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, in the language of the page."""
        return say(self.rule, self.facts)


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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _months_here(facts: PersonFacts, state: str) -> list[Any]:
    return [cell for cell in facts.months if cell.state == state and any(job.covers_month(cell.month) for job in facts.here)]


def insured_elsewhere(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Months of the employment here that another unit paid and this one did not."""
    paid = _months_here(facts, "other")
    if not paid:
        return None
    by_payer: dict[str, list[str]] = {}
    for cell in paid:
        for code, name in cell.payers:
            by_payer.setdefault(name or code, []).append(cell.month.isoformat())
    rows = tuple({"type": "registry.insurancemonth", "label": f"{cell.month:%Y-%m}　{' '.join(name or code for code, name in cell.payers)}"} for cell in paid)
    said = {"payers": [{"name": name, "months": months} for name, months in by_payer.items()]}
    return Finding("practice.insured_elsewhere", PRACTICE, said, rows)


def insurance_gap(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Three months or more of the employment here that nobody paid; silent where no insurance data were imported."""
    missing = [cell.month for cell in _months_here(facts, "none")]
    if len(missing) < LEAST_GAP or not grounds.has_insurance_data:
        return None
    rows = tuple({"type": "registry.insurancemonth", "label": f"{month:%Y-%m}"} for month in missing)
    return Finding("practice.insurance_gap", PRACTICE, {"months": [month.isoformat() for month in missing]}, rows)


def registered_elsewhere(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Practice registered at another institution."""
    jobs = [job for job in facts.elsewhere if job.is_registered_on(grounds.day)]
    if not jobs:
        return None
    said = [{"name": job.institution_name, "on": _iso(job.registered_on)} for job in jobs]
    return Finding("practice.registered_elsewhere", PRACTICE, {"jobs": said}, _rows_of(jobs))


def employed_elsewhere(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """Employed by another institution at the same time (what is registered there is told by its own rule)."""
    jobs = [job for job in facts.elsewhere if job.holds_on(grounds.day) and not job.is_registered_on(grounds.day)]
    if not jobs or not any(job.holds_on(grounds.day) for job in facts.here):
        return None
    said = [{"name": job.institution_name, "on": _iso(job.started_on)} for job in jobs]
    return Finding("practice.employed_elsewhere", PRACTICE, {"jobs": said}, _rows_of(jobs))


def employment_ended(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """No employment here that still holds."""
    if any(job.holds_on(grounds.day) for job in facts.here):
        return None
    ended = [job.ended_on for job in facts.here if job.ended_on]
    return Finding("practice.employment_ended", PRACTICE, {"on": _iso(max(ended, default=None))}, _rows_of(facts.here))


def no_certificate(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """No certificate that is valid."""
    if facts.is_certified:
        return None
    rows = ({"type": "registry.credential", "label": facts.certificate_no},) if facts.certificate_no else ()
    return Finding("practice.no_certificate", PRACTICE, {"number": facts.certificate_no, "until": _iso(facts.certificate_until)}, rows)


def _rows_of(jobs: Iterable[Job]) -> tuple[Row, ...]:
    return tuple({"type": "registry.employment", "id": str(job.id), "label": job.institution_name} for job in jobs)


def _paper_rows(papers: Iterable[Paper]) -> tuple[Row, ...]:
    return tuple({"type": "registry.verification", "id": str(paper.id), "label": paper.label} for paper in papers)


def _unverified(code: str, column: str, papers: tuple[Paper, ...]) -> Finding | None:
    waiting = [paper for paper in papers if paper.result in ("", "pending")]
    return Finding(code, column, {"papers": [paper.label for paper in waiting]}, _paper_rows(waiting)) if waiting else None


def _refuted(code: str, column: str, papers: tuple[Paper, ...]) -> Finding | None:
    wrong = [paper for paper in papers if paper.result in ("not_found", "mismatch")]
    said = [{"label": paper.label, "on": _iso(paper.verified_on), "method": paper.method, "result": paper.result} for paper in wrong]
    return Finding(code, column, {"papers": said}, _paper_rows(wrong)) if wrong else None


def _expired(code: str, column: str, papers: tuple[Paper, ...], day: date) -> Finding | None:
    old = [paper for paper in papers if paper.result == "genuine" and paper.valid_until and paper.valid_until < day]
    said = [{"label": paper.label, "until": _iso(paper.valid_until)} for paper in old]
    return Finding(code, column, {"papers": said}, _paper_rows(old)) if old else None


def education_unverified(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A diploma that nobody verified, or none on file at all."""
    if not facts.educations:
        return Finding("education.unverified", EDUCATION, {"papers": []})
    return _unverified("education.unverified", EDUCATION, facts.educations)


def education_refuted(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A diploma that was not found or does not match."""
    return _refuted("education.refuted", EDUCATION, facts.educations)


def education_expired(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A verification report of a diploma that has run out."""
    return _expired("education.expired", EDUCATION, facts.educations, grounds.day)


def title_unverified(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A title that nobody verified."""
    return _unverified("title.unverified", TITLE, facts.titles)


def title_refuted(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A title that was not found or does not match."""
    return _refuted("title.refuted", TITLE, facts.titles)


def title_expired(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A verification report of a title that has run out."""
    return _expired("title.expired", TITLE, facts.titles, grounds.day)


def title_absent(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """A title is claimed to be genuine where the file has none."""
    return None if facts.titles else Finding("title.absent", TITLE, {"papers": []})


def title_present(facts: PersonFacts, grounds: Grounds) -> Finding | None:
    """不涉及 although the file has a title."""
    if not facts.titles:
        return None
    return Finding("title.present", TITLE, {"papers": [paper.label for paper in facts.titles]}, _paper_rows(facts.titles))


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
    return [Finding(WITHOUT_REMARKS, text_column, {"columns": list(problems)})]


def check_staffing(claim: str, grounds: Grounds) -> list[Finding]:
    """The institution says that it meets the staffing conditions; the register counts otherwise."""
    if claim != YES or grounds.staffing != "unmet":
        return []
    return [Finding(STAFFING_CLAIM, STAFFING, {"lines": [dict(line) for line in grounds.short]})]


def proposals(facts: PersonFacts, grounds: Grounds) -> list[Proposal]:
    """Answers that the register bears out for one person."""
    found = []
    if not any(rule.find(facts, grounds) for rule in RULES if rule.column == PRACTICE) and _months_here(facts, "own"):
        found.append(Proposal(PRACTICE, YES, _("近12个月社保由本单位缴纳，证书有效，未见在其他机构聘用或执业公示")))
    if facts.educations and all(_is_borne_out(paper, grounds.day) for paper in facts.educations):
        found.append(Proposal(EDUCATION, YES, _("学历均已核验属实")))
    if not facts.titles:
        found.append(Proposal(TITLE, NOT_INVOLVED, _("档案中没有职称")))
    elif all(_is_borne_out(paper, grounds.day) for paper in facts.titles):
        found.append(Proposal(TITLE, YES, _("职称均已核验属实")))
    return found


def _is_borne_out(paper: Paper, day: date) -> bool:
    return paper.result == "genuine" and (paper.valid_until is None or paper.valid_until >= day)

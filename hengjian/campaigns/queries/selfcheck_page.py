"""A self-check as a page shows it, to its filler and to its checkers: lines, cells, marks, figures, what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.scope import Scope
from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.models.clash_words import month_words, spans
from hengjian.campaigns.queries import corrections, crosschecks
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.practice_facts import Grounds, PersonFacts
from hengjian.campaigns.queries.selfcheck import Gap
from hengjian.forms import queries as forms
from hengjian.forms.models import CellRemark, SheetEdition, SheetLine, WorkbookReading
from hengjian.registry.queries import InsuranceCell
from hengjian.registry.states import EmploymentPost, Grade

ORDINARY = (EmploymentPost.INSPECTOR, EmploymentPost.OTHER)
PRESENT = timedelta(minutes=3)
"""So long another is shown as being at work on a line after the last cell."""

FIGURES = {
    "people_total": gettext_lazy("清单的行数。"),
    "practice_registered": gettext_lazy("清单中的人员，今天在本机构有执业公示且未取消。"),
    "insured_continuously": gettext_lazy("清单中的人员，行动发起前12个整月每月都由本单位缴纳社保。"),
    "staffing_met": gettext_lazy("按名录中全职持证人员和职称，对照核准规则的人员条件；规则没有数值的，显示“未核定”。"),
    "people_checked": gettext_lazy("三项都已填写的行数。"),
    "practice_problems": gettext_lazy("“是否在本单位真实执业”填“否”的行数。"),
    "education_problems": gettext_lazy("“学历是否真实”填“否”的行数。"),
    "title_problems": gettext_lazy("“职称是否真实”填“否”的行数。"),
}
WORDS = {
    "items_total": gettext_lazy("自查项目"), "items_answered": gettext_lazy("已填写"), "items_not_applicable": gettext_lazy("不适用"),
    "problems": gettext_lazy("发现问题"), "problems_corrected": gettext_lazy("已写明自纠情况"),
}


@dataclass(frozen=True)
class CellView:
    """One cell: its value, the version in which it was written, and what stands against it."""

    key: str
    label: str
    kind: str
    value: str
    version: int
    options: tuple[str, ...] = ()
    clashes: bool = False
    by_other: str = ""
    was: str | None = None
    remarked: bool = False

    @property
    def is_problem(self) -> bool:
        """Drawn in amber."""
        return self.kind == "answer" and self.value == "否"


@dataclass(frozen=True)
class Clash:
    """A contradiction with its heading and the answer with which the filler gives way (empty: only words can)."""

    row: Contradiction
    heading: str
    concede: str


@dataclass(frozen=True)
class LineView:
    """One line with its marks; ``item`` is what the pack says of an item of a checklist."""

    line: SheetLine
    cells: tuple[CellView, ...]
    post: str = ""
    evidence: int = 0
    contradictions: tuple[Contradiction, ...] = ()
    remarks: tuple[CellRemark, ...] = ()
    facts: PersonFacts | None = None
    item: Mapping[str, Any] = field(default_factory=dict)
    is_changed: bool = False
    bad: str = "否"

    @cached_property
    def months(self) -> tuple[tuple[str, str], ...]:
        """Twelve months of insurance, each with its words; put together for lines that are drawn."""
        return _months(self.facts)

    @property
    def clashes(self) -> list[Clash]:
        """Contradictions as they are shown under the line."""
        return [
            Clash(one, str(crosschecks.TITLES.get(one.rule, "")), crosschecks.conceded_answer(one.rule, self.bad))
            for one in self.contradictions
        ]

    @property
    def flags(self) -> str:
        """Flags by which the script filters: clash, remark, changed."""
        found = [
            "clash" if any(one.state in ("open", "explained") and one.rule != crosschecks.WITHOUT_REMARKS for one in self.contradictions) else "",
            "remark" if any(not one.settled for one in self.remarks) else "",
            "changed" if self.is_changed else "",
        ]
        return " ".join(flag for flag in found if flag)

    @property
    def clash_columns(self) -> list[str]:
        """Columns that contradict the register."""
        return [one.column for one in self.contradictions if one.state in ("open", "explained")]

    @property
    def others(self) -> list[str]:
        """Who else wrote on this line in the last minutes, each once."""
        return list(dict.fromkeys(cell.by_other for cell in self.cells if cell.by_other))


@dataclass(frozen=True)
class SummaryLine:
    """A line of the summary above the list, with what it counts and who made it out."""

    key: str
    label: str
    value: Any
    definition: str
    claimed: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SheetPage:
    """A sheet, whole, as one page shows it."""

    submission: Submission
    columns: tuple[Mapping[str, Any], ...]
    lines: tuple[LineView, ...]
    summary: tuple[SummaryLine, ...]
    grounds: Grounds
    gaps: tuple[Gap, ...]
    proposals: int = 0
    reading: WorkbookReading | None = None
    whole: LineView | None = None
    problems: Mapping[str, list[str]] = field(default_factory=dict)
    upcoming: tuple[corrections.Change, ...] = ()

    @property
    def width(self) -> int:
        """Columns of the table on the page."""
        return len(self.columns) + (4 if self.is_roster else 3)

    @property
    def is_roster(self) -> bool:
        """A list of people; else a checklist."""
        assert self.submission.sheet is not None
        return bool(self.submission.sheet.definition.kind == "roster")

    @property
    def window(self) -> str:
        """The months to which the insurance is looked at."""
        return spans(self.grounds.months)

    @property
    def saved_at(self) -> datetime | None:
        """When the last cell was written."""
        return max((one.line.saved_at for one in self.lines if one.line.saved_at), default=None)

    @property
    def clashing(self) -> list[LineView]:
        """Lines with a contradiction that still stands."""
        return [one for one in self.lines if one.contradictions]

    @property
    def editors(self) -> list[str]:
        """Others who are at work now."""
        return sorted({cell.by_other for line in self.lines for cell in line.cells if cell.by_other})


def sheet_page(scope: Scope, submission: Submission, actor: Any) -> SheetPage:
    """Read a sheet for its page; the number of queries does not grow with the people."""
    sheet = submission.sheet
    assert sheet is not None
    lines = list(forms.sheet_lines(scope, sheet))
    grounds = queries.sheet_grounds(scope, submission, lines)
    summary = queries.summary_of(submission, lines, grounds)
    views = line_views(scope, submission, lines, grounds, actor)
    return SheetPage(
        submission=submission, columns=tuple(forms.fillable_columns(sheet.definition.body)), lines=tuple(views), grounds=grounds,
        summary=tuple(_summary(submission, summary, grounds, lines)), gaps=tuple(queries.gaps(scope, submission, lines)),
        proposals=_proposable(views, grounds) if submission.state in queries.OPEN_STATES else 0, reading=forms.open_reading(scope, sheet),
        whole=_whole(scope, submission),
        problems={one.key: forms.problem_columns(sheet.definition.body, one.key, one.values) for one in lines},
        upcoming=tuple(corrections.upcoming(scope, submission, lines, summary)) if submission.state in queries.OPEN_STATES else (),
    )


def _whole(scope: Scope, submission: Submission) -> LineView | None:
    """What is said of the sheet as a whole, in the shape of a line."""
    assert submission.sheet is not None
    clashes = tuple(one for one in queries.contradictions_of(scope, submission) if not one.line_key)
    remarks = tuple(one for one in forms.remarks(scope, submission.sheet) if not one.line_key)
    if not clashes and not remarks:
        return None
    return LineView(SheetLine(key="", position=0, label=""), (), contradictions=clashes, remarks=remarks)


def line_views(scope: Scope, submission: Submission, lines: list[SheetLine], grounds: Grounds, actor: Any) -> list[LineView]:
    """Lines with all that stands beside them."""
    sheet = submission.sheet
    assert sheet is not None
    body = sheet.definition.body
    columns, items = forms.fillable_columns(body), {item["key"]: item for item in forms.checklist_items(body)}
    clashes: dict[str, list[Contradiction]] = defaultdict(list)
    for one in queries.contradictions_of(scope, submission):
        clashes[one.line_key].append(one)
    remarks: dict[str, list[CellRemark]] = defaultdict(list)
    for remark in forms.remarks(scope, sheet):
        remarks[remark.line_key].append(remark)
    evidence, before = queries.evidence_counts(scope, lines), _before(scope, submission)
    found = []
    for line in lines:
        facts = grounds.people.get(line.subject_id) if line.subject_id else None
        cells = tuple(_cell(line, column, clashes[line.key], remarks[line.key], before.get(line.key), actor) for column in columns)
        found.append(LineView(
            line=line, cells=cells, post=_post(facts), evidence=evidence.get(line.pk, 0),
            contradictions=tuple(clashes[line.key]), remarks=tuple(remarks[line.key]), facts=facts,
            item=items.get(line.key, {}), bad=forms.problem_answer(body, line.key), is_changed=any(cell.was is not None for cell in cells),
        ))
    return found


def one_line(scope: Scope, submission: Submission, line_key: str, actor: Any) -> LineView | None:
    """One line as it stands now, for the panel beside the list and the answer to a save."""
    assert submission.sheet is not None
    lines = list(forms.sheet_lines(scope, submission.sheet).filter(key=line_key))
    if not lines:
        return None
    grounds = queries.grounds_of(scope, submission, queries.person_ids(lines), with_staffing=False)
    return line_views(scope, submission, lines, grounds, actor)[0]


def _before(scope: Scope, submission: Submission) -> dict[str, dict[str, Any]]:
    """The values of the edition before the last one; for a sheet that was returned, those of the last."""
    assert submission.sheet is not None
    numbers = submission.sheet.edition_count - (submission.state in ("filed", "accepted"))
    held = SheetEdition.objects.within(scope).filter(sheet=submission.sheet, number=numbers).first() if numbers else None
    return {line["key"]: line["values"] for line in held.payload["lines"]} if held else {}


def _cell(
    line: SheetLine, column: Mapping[str, Any], clashes: Iterable[Contradiction], remarks: Iterable[CellRemark],
    before: Mapping[str, Any] | None, actor: Any,
) -> CellView:
    key, value, mark = column["key"], str(line.values.get(column["key"]) or ""), line.marks.get(column["key"], {})
    was = None if before is None or str(before.get(key) or "") == value else str(before.get(key) or "")
    return CellView(
        key=key, label=column.get("label", key), kind="answer" if column.get("type") == "answer" else "text", value=value,
        version=line.version, options=tuple(column.get("choices", ())), was=was, by_other=_other(mark, actor),
        clashes=any(one.column == key and one.state in ("open", "explained") for one in clashes),
        remarked=any(one.column == key and not one.settled for one in remarks),
    )


def _other(mark: Mapping[str, Any], actor: Any) -> str:
    if not mark or mark.get("id") == str(actor.id or ""):
        return ""
    return str(mark["by"]) if clock.now() - datetime.fromisoformat(mark["at"]) < PRESENT else ""


def _months(facts: PersonFacts | None) -> tuple[tuple[str, str], ...]:
    if facts is None:
        return ()
    return tuple((cell.state, _month_said(cell, _month_words(cell.month, get_language()))) for cell in facts.months)


@lru_cache(maxsize=200)
def _month_words(month: date, _language: str | None) -> str:
    """A month in words: a roster says the same twelve for everybody."""
    return month_words(month)


def _month_said(cell: InsuranceCell, month: str) -> str:
    """The month, and who paid where it was not the institution itself."""
    if cell.state == "own" and not cell.is_double:
        return month
    return f"{month}　{'、'.join(name or code for code, name in cell.payers) or _('无缴纳记录')}"


def _post(facts: PersonFacts | None) -> str:
    """The post of those who hold a key post, of others the grade of their certificate."""
    if facts is None:
        return ""
    posts = [job.post for job in facts.here if job.ended_on is None and job.post not in ORDINARY]
    if posts:
        return str(EmploymentPost(posts[0]).label)
    return str(Grade(facts.grade).label) if facts.grade in Grade.values else ""


def _summary(
    submission: Submission, summary: Mapping[str, Any], grounds: Grounds, lines: list[SheetLine]
) -> Iterable[SummaryLine]:
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    if body["kind"] == "checklist":
        return [SummaryLine(key, str(WORDS[key]), value, "") for key, value in summary.items()]
    found = []
    for row in body["summary"]["rows"]:
        claimed = submission.sheet.head.get("staffing_met", "") if row["key"] == "staffing_met" else ""
        counted = [line for line in lines if _is_counted(row, line, body, grounds)]
        keys = {line.key for line in counted}
        rest = [line for line in lines if line.key not in keys] if counted and row["from"].get("registry") else []
        found.append(SummaryLine(
            row["key"], row["label"], summary[row["key"]], str(FIGURES.get(row["key"], "")), claimed, _named(counted), _named(rest)
        ))
    return found


def _named(lines: Iterable[SheetLine]) -> tuple[tuple[str, str], ...]:
    return tuple((line.key, line.label) for line in lines)


def _is_counted(row: Mapping[str, Any], line: SheetLine, body: Mapping[str, Any], grounds: Grounds) -> bool:
    """Whether a line is behind a figure of the summary; the same rules as in the figures themselves."""
    source = row["from"]
    facts = grounds.people.get(line.subject_id) if line.subject_id else None
    if source.get("registry") == "practice_registered":
        return facts is not None and any(job.is_registered_on(grounds.day) for job in facts.here)
    if source.get("registry") == "insured_continuously":
        return facts is not None and bool(facts.months) and all(cell.state == "own" for cell in facts.months)
    if source.get("count") == "answered":
        return forms.is_answered(line.values, forms.answer_columns(body))
    wanted = source.get("count")
    if wanted == "lines":
        return True
    return isinstance(wanted, Mapping) and all(line.values.get(key) == answer for key, answer in wanted.items())


def _proposable(views: Iterable[LineView], grounds: Grounds) -> int:
    """How many empty answers the register bears out."""
    return sum(
        any(cell.key == one.column and not cell.value for cell in view.cells)
        for view in views if view.facts is not None for one in crosschecks.proposals(view.facts, grounds)
    )

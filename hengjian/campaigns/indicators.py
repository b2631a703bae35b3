"""The 18 figures of the statistics table, computed from the facts, each with the rows behind it.

Everything is counted at the seat of the institution, so that the tables of all areas add up to the province's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hengjian.base import clock
from hengjian.base.figures import Figure, RowRef
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import Campaign, Submission
from hengjian.campaigns.queries.places import place_at
from hengjian.enforcement.models import Case, Order
from hengjian.forms.models import SheetLine
from hengjian.forms.queries import answer_columns, are_answered
from hengjian.rectification.models import Problem
from hengjian.rectification.queries import counted, of_campaign
from hengjian.rectification.states import SETTLED_STATES
from hengjian.registry.models import Credential, Employment
from hengjian.supervision.indicators import TESTING_BODIES
from hengjian.supervision.models import Visit
from hengjian.supervision.states import SigningKind

AUTHENTICITY = ("practice", "education", "title")
Compute = Callable[["Facts"], Figure]
BOOK: dict[str, Compute] = {}
OF_PEOPLE = frozenset({
    "people_checked", "practice_problem_people", "practice_cancelled_people", "education_problem_people", "education_cancelled_people",
    "title_problem_people", "title_cancelled_people",
})
"""Figures whose rows name people: pages and exports mask those names, whatever unit the form prints."""


class Line(NamedTuple):
    """What a figure tells of a line of a self-check."""

    id: UUID
    label: str
    org_id: UUID
    org_area: str


@dataclass
class Facts:
    """The facts of one campaign at one place, each table read once."""

    path: str
    campaign: Campaign

    def __post_init__(self) -> None:
        self._held: dict[str, Any] = {}
        self.place = place_at(EVERYTHING, self.path)

    def _once(self, name: str, read: Callable[[], Iterable[Any]]) -> list[Any]:
        if name not in self._held:
            self._held[name] = list(read())
        return self._held[name]  # type: ignore[no-any-return]

    def of_seat(self, model: Any) -> QuerySet:
        """Rows of institutions at home here, in whatever campaign."""
        return model.objects.within(EVERYTHING).filter(self.place.condition("org_area"))  # type: ignore[no-any-return]

    def of_campaign(self, model: Any) -> QuerySet:
        """Rows of the campaign of institutions at home here."""
        return self.of_seat(model).filter(campaign_id=self.campaign.id)

    @property
    def submissions(self) -> list[Submission]:
        """Self-checks of people that are filed or accepted."""
        return self._once("submissions", lambda: (
            self.of_campaign(Submission).filter(state__in=["filed", "accepted"], sheet__definition__kind="roster")
            .select_related("sheet__definition", "target__institution")
        ))

    @property
    def lines(self) -> list[Line]:
        """Lines of those self-checks that are completely answered. Read as columns: a province has one for each of its people."""
        def read() -> Iterable[Line]:
            sheets: dict[tuple[str, ...], list[UUID]] = {}
            for one in self.submissions:
                if one.sheet is not None:
                    sheets.setdefault(tuple(answer_columns(one.sheet.definition.body)), []).append(one.sheet.id)
            wanted = Q(pk__in=[])
            for columns, ids in sheets.items():
                wanted |= Q(sheet_id__in=ids) & are_answered(columns)
            found = SheetLine.objects.within(EVERYTHING).filter(wanted).order_by("org_area", "sheet_id", "position")
            yield from itertools.starmap(Line, found.values_list(*Line._fields))
        return self._once("lines", read)

    @property
    def problems(self) -> list[Problem]:
        """Problems found in the campaign that count: told, seen by an officer or confirmed; not dismissed, not merged away."""
        return self._once("problems", lambda: (
            self.of_seat(Problem).filter(of_campaign(self.campaign.id), counted(), merged_into__isnull=True)
            .order_by("org_area", "institution_name", "number")
        ))

    @property
    def visits(self) -> list[Visit]:
        """Inspections of institutions made in the campaign; ended ones (closed down) are none."""
        return self._once("visits", lambda: self.of_campaign(Visit).exclude(signing=SigningKind.ENDED).order_by("org_area", "visited_on"))

    def problems_of(self, *kinds: str) -> list[Problem]:
        """Problems of some kinds."""
        return [p for p in self.problems if p.kind in kinds]


def indicator(name: str) -> Callable[[Compute], Compute]:
    """Register a figure under the name that packs use."""

    def keep(compute: Compute) -> Compute:
        BOOK[name] = compute
        return compute

    return keep


def figures(path: str, campaign: Campaign, names: Iterable[str]) -> dict[str, Figure]:
    """Compute named figures for a place (an area path) from the facts as they stand now."""
    return figures_from(Facts(path, campaign), names)


@in_chinese
def figures_from(facts: Facts, names: Iterable[str]) -> dict[str, Figure]:
    """Compute named figures from facts that are read already."""
    return {name: BOOK[name](facts) for name in names}


def _institution_row(of: Any, name: str, note: str = "") -> RowRef:
    return RowRef("registry.institution", of.org_id, name, of.org_id, of.org_area, note)


def _person_row(problem: Problem) -> RowRef:
    return RowRef("rectification.problem", problem.id, problem.subject_label, problem.org_id, problem.org_area,
                  f"{problem.institution_name}｜{problem.get_first_finder_display()}")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _people(facts: Facts, kind: str) -> list[Problem]:
    """Problems about people, one for each person and institution."""
    distinct: dict[tuple[Any, Any], Problem] = {}
    for problem in facts.problems_of(kind):
        distinct.setdefault((problem.org_id, problem.subject_id or problem.id), problem)
    return list(distinct.values())


@indicator("institutions_self_checked")
def institutions_self_checked(facts: Facts) -> Figure:
    """组织开展自查的机构总数（家）: institutions whose self-check is filed or accepted. Source: 附件2."""
    rows = (_institution_row(s, s.target.institution.name, str(s.get_state_display())) for s in facts.submissions)
    return Figure.of(rows, unit="家", definition=str(_("已报送或已被接收人员自查表的机构，按住所所在地计，每家计一次。")))


@indicator("people_checked")
def people_checked(facts: Facts) -> Figure:
    """排查特种设备检验检测人员人数（人): lines of filed self-checks with every question answered. Source: 附件2."""
    rows = (RowRef("forms.sheetline", line.id, line.label, line.org_id, line.org_area) for line in facts.lines)
    return Figure.of(rows, unit="人", definition=str(_("已报送自查表中三项均已填写的人员；同一人在同一机构只计一次，在两家机构的分别计入各自所在地。")))


def _problem_people(kind: str, said: Any) -> Compute:
    def compute(facts: Facts) -> Figure:
        return Figure.of((_person_row(p) for p in _people(facts, kind)), unit="人", definition=str(said))
    return compute


BOOK["practice_problem_people"] = _problem_people("practice", _("自查填报“否”或经核查确认真实执业有问题的人员；不成立的不计，同一人在同一机构只计一次。"))
BOOK["education_problem_people"] = _problem_people("education", _("自查填报“否”或经核查确认学历有问题的人员；不成立的不计，同一人在同一机构只计一次。"))
BOOK["title_problem_people"] = _problem_people("title", _("自查填报“否”或经核查确认职称有问题的人员；不成立的不计，同一人在同一机构只计一次。"))


@indicator("practice_cancelled_people")
def practice_cancelled_people(facts: Facts) -> Figure:
    """已取消执业公示（人): of the above, those whose practice registration there is cancelled. Source: 附件2."""
    people = [p for p in _people(facts, "practice") if p.subject_id]
    held = Employment.objects.within(EVERYTHING).filter(person_id__in=[p.subject_id for p in people], practice_cancelled_on__isnull=False)
    cancelled: dict[tuple[Any, Any], Any] = {(e.org_id, e.person_id): e.practice_cancelled_on for e in held}
    rows = (
        RowRef("rectification.problem", p.id, p.subject_label, p.org_id, p.org_area, f"{p.institution_name}｜{_day(cancelled[p.org_id, p.subject_id])}")
        for p in people if (p.org_id, p.subject_id) in cancelled
    )
    return Figure.of(rows, unit="人", definition=str(_("真实执业存在问题的人员中，在该机构的执业公示已取消的。")))


def _cancelled_people(kind: str, said: Any) -> Compute:
    def compute(facts: Facts) -> Figure:
        people = _people(facts, kind)
        alive: set[UUID] = set()
        ended: dict[UUID, Any] = {}
        for credential in Credential.objects.within(EVERYTHING).filter(person_id__in=[p.subject_id for p in people]):
            if credential.cancelled_on is None:
                alive.add(credential.person_id)
            else:
                ended[credential.person_id] = credential.cancelled_on
        rows = (_person_row(p) for p in people if p.subject_id in ended and p.subject_id not in alive)
        return Figure.of(rows, unit="人", definition=str(said))
    return compute


BOOK["education_cancelled_people"] = _cancelled_people("education", _("学历存在问题的人员中，检验检测人员证已全部注销的。"))
BOOK["title_cancelled_people"] = _cancelled_people("title", _("职称存在问题的人员中，检验检测人员证已全部注销的。"))


def _problem_institutions(kinds: tuple[str, ...], settled: bool, said: Any) -> Compute:
    def compute(facts: Facts) -> Figure:
        by_institution: dict[UUID, list[Problem]] = {}
        for problem in facts.problems_of(*kinds):
            by_institution.setdefault(problem.org_id, []).append(problem)
        rows = (
            _institution_row(held[0], held[0].institution_name, "、".join(p.number for p in held))
            for held in by_institution.values() if not settled or all(p.state in SETTLED_STATES for p in held)
        )
        return Figure.of(rows, unit="家", definition=str(said))
    return compute


BOOK["staffing_unmet_institutions"] = _problem_institutions(("staffing",), False, _("自查或核查发现人员资源条件不满足《核准规则》规定的机构。"))
BOOK["staffing_rectified_institutions"] = _problem_institutions(("staffing",), True, _("其中该类问题已全部核查通过或销号的机构。"))
BOOK["authenticity_problem_institutions"] = _problem_institutions(AUTHENTICITY, False, _("有真实执业、学历、职称问题的机构，每家计一次。"))
BOOK["authenticity_rectified_institutions"] = _problem_institutions(AUTHENTICITY, True, _("其中该类问题已全部核查通过或销号的机构。"))


def _visited(keep: Callable[[Visit], bool], said: Any) -> Compute:
    def compute(facts: Facts) -> Figure:
        rows = (_institution_row(v, v.institution_name, f"{_day(v.visited_on)} {v.authority_name}") for v in facts.visits if keep(v))
        return Figure.of(rows, unit="家", definition=str(said))
    return compute


def _is_institution(visit: Visit) -> bool:
    return visit.institution_kind in TESTING_BODIES


BOOK["institutions_inspected"] = _visited(_is_institution, _("行动期间被监督检查的检验检测机构，每家计一次；考试机构另计。"))
BOOK["institutions_inspected_on_site"] = _visited(lambda v: _is_institution(v) and v.on_site, _("其中检查了检验检测现场的机构，每家计一次。"))
BOOK["institutions_with_violations"] = _visited(lambda v: _is_institution(v) and v.violation_found, _("监督检查发现存在违法违规行为的检验检测机构，每家计一次。"))
BOOK["examination_institutions_inspected"] = _visited(lambda v: v.institution_kind == "examination", _("行动期间被监督检查的考试机构，每家计一次。"))


@indicator("orders_issued")
def orders_issued(facts: Facts) -> Figure:
    """下达安全监察指令书（份): orders of the campaign that were served. Source: 附件2."""
    held = facts.of_campaign(Order).exclude(state__in=["drafted", "withdrawn"]).order_by("issued_on")
    rows = (RowRef("enforcement.order", o.id, o.number, o.org_id, o.org_area, o.institution_name) for o in held)
    return Figure.of(rows, unit="份", definition=str(_("行动期间已送达的特种设备安全监察指令书；拟制中和已撤回的不计。")))


@indicator("cases_filed")
def cases_filed(facts: Facts) -> Figure:
    """立案处罚数量（件): cases of the campaign. Source: 附件2."""
    held = facts.of_campaign(Case).exclude(state="withdrawn").order_by("filed_on")
    rows = (RowRef("enforcement.case", c.id, c.number, c.org_id, c.org_area, c.institution_name) for c in held)
    return Figure.of(rows, unit="件", definition=str(_("行动期间立案的案件；撤销立案的不计。")))


@in_chinese
def problem_list(facts: Facts) -> list[dict[str, str]]:
    """（二）存在问题的特种设备检验检测机构和考试机构清单: one line per institution, written from its problems and visits.

    People are counted, not named.
    """
    lines: dict[UUID, _Line] = {}
    for problem in facts.problems:
        lines.setdefault(problem.org_id, _Line(problem.institution_name, problem.org_area)).problems.append(problem)
    for visit in facts.visits:
        if visit.violation_found:
            lines.setdefault(visit.org_id, _Line(visit.institution_name, visit.org_area)).visits.append(visit)
    ordered = sorted(lines.items(), key=lambda item: (item[1].area, item[1].name))
    return [{"org_id": str(org), "name": one.name, "area": one.area, **one.words()} for org, one in ordered]


SAID = {"practice": _("未在本单位真实执业"), "education": _("学历不实"), "title": _("职称不实")}


@dataclass
class _Line:
    """One institution of the list."""

    name: str
    area: str
    problems: list[Problem] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def words(self) -> dict[str, str]:
        """What is wrong and what was done, numbered alike."""
        told = [self._people(kind) for kind in AUTHENTICITY if any(p.kind == kind for p in self.problems)]
        told += [(p.title.removeprefix(self.name), _how_far(p)) for p in self.problems if p.kind not in AUTHENTICITY]
        if not told:
            told = [(v.findings[:120], v.handling[:120] or str(_("处理中"))) for v in self.visits]
        return {"problem": _numbered([said for said, _done in told]), "rectification": _numbered([done for _said, done in told])}

    def _people(self, kind: str) -> tuple[str, str]:
        held = [p for p in self.problems if p.kind == kind]
        stands: dict[str, int] = {}
        for problem in held:
            said = str(problem.get_state_display())
            stands[said] = stands.get(said, 0) + 1
        return f"{len(held)}人{SAID[kind]}", "，".join(f"{count}人{said}" for said, count in stands.items())


def _how_far(problem: Problem) -> str:
    said = str(problem.get_state_display())
    if problem.closed_at is not None:
        day = clock.local_date(problem.closed_at)
        return f"{day.month}月{day.day}日{said}"
    return f"{said}，期限{problem.due_on.month}月{problem.due_on.day}日" if problem.due_on else said


def _numbered(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else "；".join(f"（{n}）{t}" for n, t in enumerate(texts, start=1))

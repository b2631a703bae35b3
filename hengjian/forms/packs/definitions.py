"""Definitions as frozen dataclasses, one per kind. Names are those of the YAML; `from` and `list` end in `_`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the wording stands: document, number, date, annex and clause."""

    doc: str
    number: str | None = None
    date: datetime.date | None = None
    part: str = ""
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What the document itself does not contain, and where it was taken from."""

    say: str
    borrowed_from: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One official document: the folder that its definitions stand in (`pack.yaml`)."""

    pack: str
    version: int
    issuer: str
    title: str
    verified: bool
    number: str | None = None
    date: datetime.date | None = None
    area: str = ""
    seed: str = ""
    clauses: tuple[Mapping[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    errata: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of the head or the foot. `from_` says what prefills it: {registry: …} or {account: …}."""

    key: str
    label: str
    type: str
    seal: bool = False
    personal: bool = False
    from_: Mapping[str, str] | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a list that is filled line by line."""

    key: str
    label: str
    type: str
    personal: bool = False
    from_: Mapping[str, str] | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LineList:
    """A list of a form: one line per person, institution or approval."""

    rows_from: str
    columns: tuple[Column, ...]
    title: str = ""
    label: str = ""
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What every kind has. `canonical` is the whole definition as canonical JSON, `digest` its SHA-256."""

    kind: str
    code: str
    version: int
    title: str
    source: Source
    verified: bool
    canonical: str
    digest: str
    pack: Pack | None = None
    origin: str = ""
    notes: tuple[str, ...] = ()
    provenance: Provenance | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The definition as plain data, fresh at each call; keep it beside what was filled in."""
        plain: dict[str, Any] = json.loads(self.canonical)
        return plain

    @property
    def layout(self) -> dict[str, Any] | None:
        """The official form for the renderer; none for campaigns and `lists` (each list has its own)."""
        found: dict[str, Any] | None = self.document.get("layout")
        return found

    @property
    def reference(self) -> tuple[str, int]:
        return self.code, self.version


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """A figure above the list. `from_`: {count: lines|answered|{column: answer}} or {registry: name}."""

    key: str
    label: str
    type: str
    from_: Mapping[str, Any]
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Summary:
    title: str
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, kw_only=True)
class Roster(Definition):
    """A list of people with a summary computed from it (排查清单)."""

    filled_by: tuple[str, ...]
    head: tuple[Field, ...]
    summary: Summary
    list_: LineList
    answers: tuple[str, ...]
    na: str
    problem_when: str
    foot: tuple[Field, ...]
    answer_marks: Mapping[str, str] | None = None
    instructions: str = ""

    def mark(self, answer: str) -> str:
        """Give an answer as the form prints it."""
        return (self.answer_marks or {}).get(answer, answer)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One check. `problem_when` is the answer that opens a problem; `evidence` how many proofs a good answer needs."""

    key: str
    text: str
    mark: str = ""
    problem_when: str = ""
    evidence: int = 0
    proof: str = ""
    method: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic:
    key: str
    items: tuple[Item, ...]
    mark: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    key: str
    topics: tuple[Topic, ...]
    seq: str = ""
    clause: str = ""
    title: str = ""
    intro: str = ""


@dataclass(frozen=True, kw_only=True)
class Checklist(Definition):
    """A self-check with evidence asked per item (自查自纠对照表). `own_words`: heads are ours, items the document's."""

    filled_by: tuple[str, ...]
    head: tuple[Field, ...]
    columns: tuple[str, ...]
    answers: tuple[str, ...]
    na: str
    problem_when: str
    sections: tuple[Section, ...]
    units: tuple[str, ...] = ()
    head_title: str = ""
    approvals: LineList | None = None
    own_words: bool = False
    hint: str = ""
    foot: tuple[Field, ...] = ()
    instructions: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for topic in section.topics for item in topic.items)

    def opens_problem(self, item: Item, answer: str) -> bool:
        """Say whether this answer to this item is a problem."""
        return answer == (item.problem_when or self.problem_when)


@dataclass(frozen=True, kw_only=True)
class Scoring:
    total: int
    bonus: int
    of: str


@dataclass(frozen=True, kw_only=True)
class Group:
    key: str
    category: str
    title: str
    printed: str
    points: int
    bonus: bool = False


@dataclass(frozen=True, kw_only=True)
class Requirement:
    key: str
    text: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoredItem:
    """One line of a score sheet. `by`: 资料, 现场, 实物, 信息公开; `method` the same as printed."""

    n: int
    group: str
    method: str
    by: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    title: str = ""
    points: int | None = None
    evidence: int = 0
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoredChecklist(Definition):
    """A score sheet (监督检查表): points stand on groups or on items (`scoring.of`)."""

    filled_by: tuple[str, ...]
    columns: tuple[str, ...]
    scoring: Scoring
    groups: tuple[Group, ...]
    items: tuple[ScoredItem, ...]
    head: tuple[Field, ...] = ()
    own_words: bool = False
    foot: tuple[Field, ...] = ()
    instructions: str = ""


@dataclass(frozen=True, kw_only=True)
class Side:
    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure of a statistics table; `indicator` names the function that counts it, `of` the figure it is part of."""

    key: str
    label: str
    unit: str
    side: str
    indicator: str
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A check over figures: le, le_sum, positive_if, list_ge, list_le_sum, children_sum; `effect` block or warn."""

    key: str
    rule: str
    effect: str
    say: str
    left: str = ""
    right: str = ""
    of: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    list_: str = ""
    cells: Any = ()


@dataclass(frozen=True, kw_only=True)
class Statistics(Definition):
    """A statistics table (统计表): figures, the list beneath, and the rules between them."""

    filled_by: tuple[str, ...]
    head: tuple[Field, ...]
    figures_title: str
    sides: tuple[Side, ...]
    cells: tuple[Cell, ...]
    list_: LineList
    rules: tuple[Rule, ...]
    foot: tuple[Field, ...]
    instructions: str = ""

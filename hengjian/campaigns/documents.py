"""What goes into the official documents of a campaign. The layouts are in the packs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.figures import Figure, RowRef
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns import indicators
from hengjian.campaigns.models import StatReturn
from hengjian.campaigns.queries import statistics as queries
from hengjian.campaigns.services.statistics import Drawn
from hengjian.forms import queries as forms
from hengjian.parties.queries import tree_as_of


@dataclass(frozen=True)
class Below:
    """What the tables below hand up: their frozen rows, and what was corrected in them."""

    paths: tuple[str, ...]
    rows: dict[str, list[RowRef]]
    carried: dict[str, int]
    problem_list: list[dict[str, str]]
    waiting: tuple[str, ...]

    def covers(self, area: str) -> bool:
        """Whether a filed table below answers for the area."""
        return any(area.startswith(path) for path in self.paths)


def tables_below(scope: Scope, ret: StatReturn) -> Below:
    """Read the newest edition of each table below that is filed; the others are still counted live."""
    paths, waiting, problem_list = [], [], []
    rows: dict[str, list[RowRef]] = {}
    carried: dict[str, int] = {}
    for child in queries.children_of(scope, ret):
        edition = queries.editions_of(EVERYTHING, child).last() if child.state in {"filed", "accepted"} else None
        if edition is None:
            waiting.append(child.authority.area_name)
            continue
        paths.append(child.authority.path)
        problem_list += edition.problem_list
        for cell in edition.figures["cells"]:
            rows.setdefault(cell["key"], []).extend(_thawed(row) for row in cell["rows"])
            carried[cell["key"]] = carried.get(cell["key"], 0) + cell["shown"] - len(cell["rows"])
    return Below(tuple(paths), rows, carried, problem_list, tuple(waiting))


def _thawed(row: dict[str, str]) -> RowRef:
    return RowRef(row["type"], UUID(row["id"]), row["label"], UUID(row["org"]) if row.get("org") else None, row["area"], row["note"])


def draw_table(scope: Scope, ret: StatReturn) -> Drawn:
    """Draw up the table of a return: the tables filed below, and for the rest the facts as they stand now.

    Corrections made below are carried up; the level's own corrections replace the figure; rules are evaluated.
    """
    form = forms.definition(scope, ret.form_code, ret.form_version)
    path = ret.authority.path
    below = tables_below(scope, ret)
    live = indicators.figures(path, ret.campaign, [c["indicator"] for c in form.body["cells"]])
    corrections = queries.corrections_of(EVERYTHING, ret)
    cells = [_cell(spec, live[spec["indicator"]], below, corrections.get(spec["key"])) for spec in form.body["cells"]]
    own_list = [one for one in indicators.problem_list(indicators.Facts(path, ret.campaign)) if not below.covers(one["area"])]
    problem_list = sorted([*below.problem_list, *own_list], key=lambda one: (one["area"], one["name"]))
    sums = None if below.waiting or not below.paths else {c.key: c.computed + below.carried.get(c.key, 0) for c in cells}
    checks = queries.failed_checks(form.body.get("rules", []), {c.key: c.shown for c in cells}, len(problem_list), sums)
    tree = [{"name": n.name, "path": n.path, "parent": n.parent_path} for n in tree_as_of(scope, clock.today()) if n.path.startswith(path)]
    definition = {"code": form.code, "version": form.version_number, "digest": form.digest}
    return Drawn(tuple(cells), tuple(problem_list), tuple(checks), tuple(tree), definition)


def _cell(spec: dict[str, Any], live: Figure, below: Below, correction: Any) -> queries.Cell:
    own = [row for row in live.rows if not below.covers(row.area)]
    figure = Figure.of([*below.rows.get(spec["key"], []), *own], unit=live.unit, definition=live.definition)
    carried = below.carried.get(spec["key"], 0)
    shown = correction.corrected if correction else figure.value + carried
    return queries.Cell(
        spec["key"], spec["label"], spec["unit"], spec["side"], figure.value + carried, shown, figure.definition, figure.rows, correction, carried
    )


def statistics_payload(ret: StatReturn, drawn: Drawn, *, filler_name: str, filler_phone: str) -> dict[str, Any]:
    """The payload of annex 2 / annex 4 for the renderer."""
    return {
        "figures": {c.key: c.shown for c in drawn.cells},
        "fields": {"unit_name": ret.authority.name, "filler_name": filler_name, "filler_phone": filler_phone,
                   "filled_on": clock.local_date(ret.filed_at) if ret.filed_at else clock.today()},
        "rows": {"institutions": [{k: line[k] for k in ("name", "problem", "rectification")} for line in drawn.problem_list]},
    }


def edition_payload(ret: StatReturn, edition: Any, *, filler_phone: str) -> dict[str, Any]:
    """The same from a frozen edition: byte for byte what was filed."""
    return {
        "figures": {c["key"]: c["shown"] for c in edition.figures["cells"]},
        "fields": {"unit_name": ret.authority.name, "filler_name": edition.filed_by_name, "filler_phone": filler_phone,
                   "filled_on": clock.local_date(edition.as_of)},
        "rows": {"institutions": [{k: line[k] for k in ("name", "problem", "rectification")} for line in edition.problem_list]},
    }

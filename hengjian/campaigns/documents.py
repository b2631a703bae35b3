"""What goes into the official documents of a campaign. The layouts are in the packs."""

from __future__ import annotations

from typing import Any

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns import indicators
from hengjian.campaigns.models import StatReturn
from hengjian.campaigns.queries import statistics as queries
from hengjian.campaigns.services.statistics import Drawn
from hengjian.forms import queries as forms
from hengjian.parties.queries import tree_as_of


def draw_table(scope: Scope, ret: StatReturn) -> Drawn:
    """Draw up the table of a return from the facts as they stand now, corrections applied, rules evaluated."""
    form = forms.definition(scope, ret.form_code, ret.form_version)
    path = ret.authority.path
    found = indicators.figures(path, ret.campaign, [c["indicator"] for c in form.body["cells"]])
    corrections = queries.corrections_of(EVERYTHING, ret)
    cells = []
    for spec in form.body["cells"]:
        figure, correction = found[spec["indicator"]], corrections.get(spec["key"])
        cells.append(queries.Cell(
            spec["key"], spec["label"], spec["unit"], spec["side"], figure.value, correction.corrected if correction else figure.value,
            figure.definition, figure.rows, correction,
        ))
    problem_list = indicators.problem_list(indicators.Facts(path, ret.campaign))
    values = {c.key: c.shown for c in cells}
    checks = queries.failed_checks(form.body.get("rules", []), values, len(problem_list), children_sums(scope, ret, cells))
    tree = [{"name": n.name, "path": n.path, "parent": n.parent_path} for n in tree_as_of(scope, clock.today()) if n.path.startswith(path)]
    definition = {"code": form.code, "version": form.version_number, "digest": form.digest}
    return Drawn(tuple(cells), tuple(problem_list), tuple(checks), tuple(tree), definition)


def children_sums(scope: Scope, ret: StatReturn, cells: list[queries.Cell]) -> dict[str, int] | None:
    """What the tables below add up to with this level's own rows; ``None`` until all of them are filed."""
    children = queries.children_of(scope, ret)
    if not children or any(child.state not in {"filed", "accepted"} for child in children):
        return None
    paths = [child.authority.path for child in children]
    sums = {c.key: sum(1 for r in c.rows if not any(r.area.startswith(p) for p in paths)) for c in cells}
    for child in children:
        edition = queries.editions_of(EVERYTHING, child).last()
        for cell in edition.figures["cells"] if edition else []:
            sums[cell["key"]] = sums.get(cell["key"], 0) + cell["shown"]
    return sums


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

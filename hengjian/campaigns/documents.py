"""What goes into the official documents of a campaign. The layouts are in the packs."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import xlsxwriter

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.figures import Figure, RowRef
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns import indicators
from hengjian.campaigns.models import StatEdition, StatReturn
from hengjian.campaigns.queries import statistics as queries
from hengjian.campaigns.queries.table_page import TablePage, cells_of, official_rows
from hengjian.campaigns.services.statistics import Drawn
from hengjian.dossier import queries as dossier
from hengjian.dossier.render import Verification, render_docx, render_pdf, render_xlsx
from hengjian.dossier.services import document_file, issue_document
from hengjian.forms import queries as forms
from hengjian.parties.queries import tree_as_of

RENDERERS = {"xlsx": render_xlsx, "docx": render_docx, "pdf": render_pdf}


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


def table_page(scope: Scope, ret: StatReturn, *, edition_number: str | None = None) -> TablePage:
    """The table as a page shows it: the edition filed (or the one asked for), else drawn up live."""
    form = forms.definition(scope, ret.form_code, ret.form_version)
    layout = form.body["layout"]
    edition = edition_shown(scope, ret, edition_number)
    if edition is None:
        drawn = draw_table(scope, ret)
        cells = {c.key: c for c in drawn.cells}
        return TablePage(cells, official_rows(layout, cells), list(drawn.problem_list), list(drawn.checks), None, clock.now())
    cells = cells_of(edition, {c["key"]: c["side"] for c in form.body["cells"]})
    checks = [queries.Check(c["key"], c["effect"], c["say"], tuple(c["cells"])) for c in edition.checks]
    return TablePage(cells, official_rows(layout, cells), edition.problem_list, checks, edition, edition.as_of)


def edition_shown(scope: Scope, ret: StatReturn, number: str | None) -> StatEdition | None:
    """The edition to show: the one asked for, else the newest when the table is filed."""
    held = queries.editions_of(scope, ret)
    if number and number.isdigit():
        return held.filter(number=int(number)).first()
    return held.last() if ret.state in {"filed", "accepted"} else None


def statistics_file(actor: Any, ret: StatReturn, fmt: str) -> tuple[str, bytes]:
    """The table in its official layout. A filed edition is a document on record with a verification code; a draft says so.

    Raises:
        OutOfScope: there is no such format.
    """
    form = forms.definition(actor.scope, ret.form_code, ret.form_version)
    edition = edition_shown(actor.scope, ret, None)
    name = f"{_file_stem(form)}-{ret.authority.area_name}-第{ret.round}次"
    if edition is None:
        payload = statistics_payload(ret, draw_table(actor.scope, ret), filler_name=actor.name, filler_phone=ret.authority.phone)
        return f"{name}-草稿.{fmt}", draft_file(form.body["layout"], payload, fmt, form)
    document = dossier.documents_of(actor.scope, "campaigns.statedition", edition.id).first()
    if document is None:
        document = issue_document(
            actor=actor, owner_row=ret, definition=form, layout=form.body["layout"], title=form.title, object_type="campaigns.statedition",
            object_id=edition.id, payload=edition_payload(ret, edition, filler_phone=ret.authority.phone),
        )
    return f"{name}.{fmt}", document_file(actor.scope, document, fmt)[1]


def _file_stem(form: Any) -> str:
    return str(form.body.get("layout", {}).get("annex", "统计表")).replace(" ", "")


def draft_file(layout: dict[str, Any], payload: dict[str, Any], fmt: str, form: Any) -> bytes:
    """Render a draft: the same form, with a mark at its foot that it is not on record."""
    if fmt not in RENDERERS:
        raise OutOfScope(fmt)
    mark = Verification(code="草稿，尚未报送", url="", definition=form.code, version=str(form.version_number), sheet_id="", revision=0, rendered_at=clock.now())
    return RENDERERS[fmt](layout, payload, verification=mark)


def rows_workbook(ret: StatReturn, cell: queries.Cell) -> tuple[str, bytes]:
    """The rows behind a figure as a workbook: what is counted, by which definition, as of when."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    page = book.add_worksheet("明细")
    page.set_column(0, 0, 6)
    page.set_column(1, 3, 34)
    lines: list[list[Any]] = [[cell.label], [f"口径：{cell.definition}"], [f"{ret.authority.name}，{clock.local(clock.now()):%Y-%m-%d %H:%M}"],
                              ["序号", "名称", "说明", "辖区"]]
    lines += [[n, row.label, row.note, row.area] for n, row in enumerate(cell.rows, start=1)]
    for at, line in enumerate(lines):
        for column, value in enumerate(line):
            page.write(at, column, value)
    book.close()
    return f"{cell.label}-{ret.authority.area_name}.xlsx", out.getvalue()


def edition_changes(before: StatEdition, after: StatEdition) -> list[dict[str, Any]]:
    """Figures that differ between two editions, with the rows that came and the rows that went."""
    old = {c["key"]: c for c in before.figures["cells"]}
    found = []
    for cell in after.figures["cells"]:
        was = old.get(cell["key"])
        if was is None or (was["shown"] == cell["shown"] and {r["id"] for r in was["rows"]} == {r["id"] for r in cell["rows"]}):
            continue
        old_ids, new_ids = {r["id"] for r in was["rows"]}, {r["id"] for r in cell["rows"]}
        found.append({
            "label": cell["label"], "before": was["shown"], "after": cell["shown"],
            "came": [r for r in cell["rows"] if r["id"] not in old_ids], "went": [r for r in was["rows"] if r["id"] not in new_ids],
        })
    return found


def edition_payload(ret: StatReturn, edition: Any, *, filler_phone: str) -> dict[str, Any]:
    """The same from a frozen edition: byte for byte what was filed."""
    return {
        "figures": {c["key"]: c["shown"] for c in edition.figures["cells"]},
        "fields": {"unit_name": ret.authority.name, "filler_name": edition.filed_by_name, "filler_phone": filler_phone,
                   "filled_on": clock.local_date(edition.as_of)},
        "rows": {"institutions": [{k: line[k] for k in ("name", "problem", "rectification")} for line in edition.problem_list]},
    }

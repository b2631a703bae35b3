"""What goes into the official documents of a campaign. The layouts are in the packs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.figures import Figure, RowRef
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.texts import whole_number
from hengjian.base.wording import in_chinese
from hengjian.campaigns import indicators
from hengjian.campaigns.models import Notice, StatEdition, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries import report_draft, reports
from hengjian.campaigns.queries import statistics as queries
from hengjian.campaigns.queries.places import Place, places_at
from hengjian.campaigns.queries.report_draft import NAMES, ReportFigure
from hengjian.campaigns.queries.table_page import TablePage, cells_of, official_rows, row_name
from hengjian.campaigns.services.statistics import Drawn
from hengjian.campaigns.states import TASK_FORM
from hengjian.dossier import queries as dossier
from hengjian.dossier.render import Verification, render_docx, render_pdf, render_xlsx
from hengjian.dossier.services import document_file, issue_document, public_address
from hengjian.forms import queries as forms
from hengjian.parties import queries as parties
from hengjian.parties.actors import areas_of
from hengjian.parties.queries import tree_as_of
from hengjian.rectification.states import SETTLED_STATES
from hengjian.supervision.queries import coverage
from hengjian.supervision.states import FULL_COVERAGE

RENDERERS = {"xlsx": render_xlsx, "docx": render_docx, "pdf": render_pdf}


@dataclass(frozen=True)
class Below:
    """What the tables below hand up: their frozen rows, and what was corrected in them."""

    places: tuple[Place, ...]
    rows: dict[str, list[RowRef]]
    carried: dict[str, int]
    handed_up: dict[str, int]
    problem_list: list[dict[str, str]]
    waiting: tuple[str, ...]

    def covers(self, area: str) -> bool:
        """Whether a filed table below answers for the area."""
        return any(place.holds(area) for place in self.places)


def tables_below(scope: Scope, ret: StatReturn) -> Below:
    """Read the newest edition of each table below that is filed; the others are still counted live."""
    paths, waiting, problem_list = list[str](), [], []
    rows: dict[str, list[RowRef]] = {}
    carried: dict[str, int] = {}
    handed_up: dict[str, int] = {}
    children = queries.children_of(scope, ret)
    editions = queries.newest_editions(EVERYTHING, [one for one in children if one.state in {"filed", "accepted"}])
    for child in children:
        edition = editions.get(child.pk)
        if edition is None:
            waiting.append(child.authority.area_name)
            continue
        paths.append(child.authority.path)
        problem_list += edition.problem_list
        for cell in edition.figures["cells"]:
            rows.setdefault(cell["key"], []).extend(_thawed(row) for row in cell["rows"])
            carried[cell["key"]] = carried.get(cell["key"], 0) + cell["shown"] - len(cell["rows"])
            handed_up[cell["key"]] = handed_up.get(cell["key"], 0) + cell["shown"]
    return Below(tuple(places_at(EVERYTHING, paths)), rows, carried, handed_up, problem_list, tuple(waiting))


def _thawed(row: dict[str, str]) -> RowRef:
    return RowRef(row["type"], UUID(row["id"]), row["label"], UUID(row["org"]) if row.get("org") else None, row["area"], row["note"])


@in_chinese
def draw_table(scope: Scope, ret: StatReturn) -> Drawn:
    """Draw up the table of a return: the tables filed below, and for the rest the facts as they stand now.

    Corrections made below are carried up; the level's own corrections replace the figure; rules are evaluated.
    """
    form = forms.definition(scope, ret.form_code, ret.form_version)
    path = ret.authority.path
    below = tables_below(scope, ret)
    facts = indicators.Facts(path, ret.campaign)
    live = indicators.figures_from(facts, [c["indicator"] for c in form.body["cells"]])
    corrections = queries.corrections_of(EVERYTHING, ret)
    cells = [_cell(spec, live[spec["indicator"]], below, corrections.get(spec["key"])) for spec in form.body["cells"]]
    own_list = [one for one in indicators.problem_list(facts) if not below.covers(one["area"])]
    problem_list = sorted([*below.problem_list, *own_list], key=lambda one: (one["area"], one["name"]))
    sums = _sums(below, cells)
    checks = queries.failed_checks(form.body.get("rules", []), {c.key: c.shown for c in cells}, len(problem_list), sums)
    tree = _tree(scope, path)
    definition = {"code": form.code, "version": form.version_number, "digest": form.digest}
    return Drawn(tuple(cells), tuple(problem_list), tuple(checks), tuple(tree), definition)


def _sums(below: Below, cells: list[queries.Cell]) -> dict[str, int] | None:
    """What the tables below and the level's own rows add up to; ``None`` while some below are not filed.

    A figure that this level corrected is left out: the difference is explained by the reason of the correction.
    """
    if below.waiting or not below.places:
        return None
    own = {c.key: sum(not below.covers(row.area) for row in c.rows) for c in cells}
    return {c.key: below.handed_up.get(c.key, 0) + own[c.key] for c in cells if not c.is_corrected}


def _tree(scope: Scope, path: str) -> list[dict[str, str]]:
    """The tree of authorities of today below a path, as an edition keeps it."""
    nodes = [node for node in tree_as_of(scope, clock.today()) if node.path.startswith(path)]
    names = parties.area_names(scope, [node.authority_id for node in nodes])
    return [{"name": n.name, "area": names.get(n.authority_id, n.name), "path": n.path, "parent": n.parent_path} for n in nodes]


def _cell(spec: dict[str, Any], live: Figure, below: Below, correction: Any) -> queries.Cell:
    own = [row for row in live.rows if not below.covers(row.area)]
    figure = Figure.of([*below.rows.get(spec["key"], []), *own], unit=live.unit, definition=live.definition)
    carried = below.carried.get(spec["key"], 0)
    shown = correction.corrected if correction else figure.value + carried
    return queries.Cell(
        spec["key"], spec["label"], spec["unit"], spec["side"], figure.value + carried, shown, figure.definition, figure.rows, correction, carried,
        spec["indicator"] in indicators.OF_PEOPLE,
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
    cells = cells_of(edition, {c["key"]: c for c in form.body["cells"]}, indicators.OF_PEOPLE)
    checks = [queries.Check(c["key"], c["effect"], c["say"], tuple(c["cells"])) for c in edition.checks]
    return TablePage(cells, official_rows(layout, cells), edition.problem_list, checks, edition, edition.as_of)


def edition_shown(scope: Scope, ret: StatReturn, number: str | None) -> StatEdition | None:
    """The edition to show: the one asked for, else the newest when the table is filed."""
    held = queries.editions_of(scope, ret)
    if (wanted := whole_number(number)) is not None:
        return held.filter(number=wanted).first()
    return held.last() if ret.state in {"filed", "accepted"} else None


@in_chinese
def statistics_file(actor: Any, ret: StatReturn, fmt: str, *, edition_number: str | None = None) -> tuple[str, bytes]:
    """The table in its official layout. A filed edition is a document on record with a verification code; a draft says so.

    Args:
        edition_number: an earlier edition, as it was filed; none: what the page shows now.

    Raises:
        OutOfScope: there is no such format.
    """
    form = forms.definition(actor.scope, ret.form_code, ret.form_version)
    edition = edition_shown(actor.scope, ret, edition_number)
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
    return f"{name}-第{edition.number}版.{fmt}", document_file(actor.scope, document, fmt)[1]


def _file_stem(form: Any) -> str:
    return str(form.body.get("layout", {}).get("annex", "统计表")).replace(" ", "")


def draft_file(layout: dict[str, Any], payload: dict[str, Any], fmt: str, form: Any) -> bytes:
    """Render a draft: the same form, with a mark at its foot that it is not on record."""
    if fmt not in RENDERERS:
        raise OutOfScope(fmt)
    mark = Verification(code="草稿，尚未报送", url="", definition=form.code, version=str(form.version_number), sheet_id="", revision=0, rendered_at=clock.now())
    return RENDERERS[fmt](layout, payload, verification=mark)


def edition_changes(before: StatEdition, after: StatEdition) -> list[dict[str, Any]]:
    """Figures that differ between two editions, with the rows that came and the rows that went."""
    old = {c["key"]: c for c in before.figures["cells"]}
    cells = forms.definition(EVERYTHING, after.stat_return.form_code, after.stat_return.form_version).body["cells"]
    of_people = {c["key"] for c in cells if c["indicator"] in indicators.OF_PEOPLE}
    found = []
    for cell in after.figures["cells"]:
        was = old.get(cell["key"])
        if was is None or (was["shown"] == cell["shown"] and {r["id"] for r in was["rows"]} == {r["id"] for r in cell["rows"]}):
            continue
        came, went = _without(cell["rows"], was["rows"]), _without(was["rows"], cell["rows"])
        masked = cell["key"] in of_people
        found.append({
            "label": cell["label"], "before": was["shown"], "after": cell["shown"],
            "came": [row_name(r["label"], names_people=masked) for r in came], "went": [row_name(r["label"], names_people=masked) for r in went],
        })
    return found


def _without(rows: list[dict[str, str]], others: list[dict[str, str]]) -> list[dict[str, str]]:
    known = {row["id"] for row in others}
    return [row for row in rows if row["id"] not in known]


def edition_payload(ret: StatReturn, edition: Any, *, filler_phone: str) -> dict[str, Any]:
    """The same from a frozen edition: byte for byte what was filed."""
    return {
        "figures": {c["key"]: c["shown"] for c in edition.figures["cells"]},
        "fields": {"unit_name": ret.authority.name, "filler_name": edition.filed_by_name, "filler_phone": filler_phone,
                   "filled_on": clock.local_date(edition.as_of)},
        "rows": {"institutions": [{k: line[k] for k in ("name", "problem", "rectification")} for line in edition.problem_list]},
    }


LETTER = "national.documents.supervision-notice"


def letter_paper(letter: Notice, actor: Any) -> Any:
    """Print a supervision letter (督办单): issue its document in the look of the pack."""
    form = forms.definition(actor.scope, LETTER)
    return issue_document(
        actor=actor, owner_row=letter, definition=form, layout=form.body["lists"][0]["layout"], payload=letter_payload(letter), title=form.title,
        object_type="campaigns.notice", object_id=letter.id, number=letter.number, issuer=letter.issuer.name,
    )


@in_chinese
def letter_payload(letter: Notice) -> dict[str, Any]:
    """What goes into a supervision letter."""
    campaign = letter.campaign
    ground = f"《{campaign.title}》" + (f"（{campaign.document_number}）" if campaign.document_number else "")
    return {
        "figures": {}, "rows": {}, "paragraphs": {},
        "fields": {
            "authority_name": letter.issuer.name, "letter_number": letter.number, "unit_name": letter.addressee, "campaign": campaign.title,
            "ground": ground, "matter": letter.matter, "due_words": f"{letter.due_on.year}年{letter.due_on.month}月{letter.due_on.day}日24:00前",
            "issued_by": letter.issued_by_name, "issued_on": clock.local_date(letter.issued_at), "contact_phone": letter.issuer.phone,
        },
    }


REPORT = "national.documents.work-report"


def report_figures(scope: Scope, report: WorkReport) -> dict[str, ReportFigure]:
    """The figures that a report may quote, by name: of the statistics table beside it, of the board, of the register of problems.

    A filed report keeps those it was filed with.
    """
    if report.state in {"filed", "accepted"}:
        return report_draft.thawed(report.figures)
    found = [*_table_figures(scope, report), *_board_figures(report), *_problem_figures(report)]
    return {one.name: one for one in found}


def _table_figures(scope: Scope, report: WorkReport) -> list[ReportFigure]:
    ret = reports.table_beside(scope, report)
    if ret is None:
        computed = indicators.figures(report.authority.path, report.campaign, NAMES)
        return [ReportFigure(NAMES[key], figure.value, figure.unit) for key, figure in computed.items()]
    page, url = table_page(scope, ret), reverse("campaigns:statistics", args=[ret.id])
    return [ReportFigure(NAMES[key], cell.shown, cell.unit, f"{url}?figure={key}") for key, cell in page.cells.items() if key in NAMES]


def _board_figures(report: WorkReport) -> list[ReportFigure]:
    facts = indicators.Facts(report.authority.path, report.campaign)
    held = facts.of_campaign(Submission).filter(target__included=True).exclude(form_code=TASK_FORM)
    rows = list(held.values_list("target_id", "state", "due_on"))
    url = f"{reverse('campaigns:board', args=[report.campaign_id])}?area={report.authority.path}"
    late = sum(state in {"idle", "draft", "returned"} and due < clock.today() for _target, state, due in rows)
    return [
        ReportFigure("应报机构数", len({target for target, _state, _due in rows}), "家", url), ReportFigure("应报份数", len(rows), "份", url),
        ReportFigure("已接收份数", sum(state == "accepted" for _target, state, _due in rows), "份", f"{url}&status=accepted"),
        ReportFigure("逾期份数", late, "份", f"{url}&status=overdue"),
    ]


def _problem_figures(report: WorkReport) -> list[ReportFigure]:
    held = indicators.Facts(report.authority.path, report.campaign).problems
    url = f"{reverse('rectification:problems')}?campaign={report.campaign_id}&area={report.authority.path}"
    states = {"已整改问题数": SETTLED_STATES, "整改中问题数": OPEN_BEFORE_VERIFIED}
    found = [ReportFigure(name, sum(one.state in wanted for one in held), "个", url) for name, wanted in states.items()]
    return [
        ReportFigure("问题数", len(held), "个", url), ReportFigure("主动填报问题数", sum(one.disclosed_at is not None for one in held), "个", url),
        *found, ReportFigure("逾期问题数", sum(one.overdue_days() > 0 for one in held), "个", f"{url}&status=overdue"),
    ]


OPEN_BEFORE_VERIFIED = ("proposed", "confirmed", "rectifying", "reported")


@in_chinese
def report_draft_of(scope: Scope, report: WorkReport, figures: dict[str, ReportFigure]) -> list[dict[str, Any]]:
    """The text of a report as the system drafts it today."""
    problems = indicators.Facts(report.authority.path, report.campaign).problems
    kinds = Counter(str(one.get_kind_display()) for one in problems).most_common()
    lists = [one for one in report.campaign.body.get("coverage", []) if one.get("key") in FULL_COVERAGE]
    titles = {one["key"]: one["title"] for one in lists}
    covered = coverage(Scope(areas=areas_of(report.authority.path)), report.campaign_id, list(titles)) if titles else []
    ground = report_draft.Ground(
        report.campaign, report.authority, clock.today(), kinds, [(titles[one.speciality], one.due, one.done) for one in covered],
        reports.waiting_below(scope, report), reports.stories_of(scope, report, "case"), reports.stories_of(scope, report, "practice"),
    )
    return report_draft.draft_sections(ground, figures.values())


def sections_shown(scope: Scope, report: WorkReport, figures: dict[str, ReportFigure]) -> list[dict[str, Any]]:
    """The text as it stands: what was edited or filed, else today's draft."""
    return list(report.sections) if report.state != "idle" else report_draft_of(scope, report, figures)


def report_payload(report: WorkReport, sections: list[dict[str, Any]], figures: dict[str, ReportFigure], site: str = "") -> dict[str, Any]:
    """What goes into the printed report: paragraphs with the figures written in.

    Args:
        site: the address of this site, where each figure of a draft is to lead to its rows; none for the report on record.
    """
    body: list[dict[str, Any]] = []
    for section in sections:
        body.append({"text": section["title"], "style": "heading1"})
        for text in section["paragraphs"]:
            linked = [
                {"text": one.text, "url": f"{site}{one.figure.url}" if site and one.figure and one.figure.url else ""}
                for one in report_draft.pieces(text, figures)
            ]
            body.append({"text": report_draft.filled(text, figures), "style": "body", **({"pieces": linked} if site else {})})
    above = report.authority.parent
    fields = {"title": report.title, "addressee": f"{above.name}：" if above else "", "unit_name": report.authority.name,
              "filed_on": clock.local_date(report.filed_at) if report.filed_at else clock.today()}
    return {"figures": {}, "fields": fields, "rows": {}, "paragraphs": {"body": body}}


def report_file(actor: Any, report: WorkReport, fmt: str) -> tuple[str, bytes]:
    """The report as docx, pdf or xlsx: on record with a verification code once filed, else a draft that says so."""
    form = forms.definition(actor.scope, REPORT)
    layout = form.body["lists"][0]["layout"]
    figures = report_figures(actor.scope, report)
    is_draft = report.state not in {"filed", "accepted"}
    payload = report_payload(report, sections_shown(actor.scope, report, figures), figures, public_address() if is_draft else "")
    if is_draft:
        return f"{report.title}-草稿.{fmt}", draft_file(layout, payload, fmt, form)
    document = dossier.documents_of(actor.scope, "campaigns.workreport", report.id).filter(made_at__gte=report.filed_at).first()
    if document is None:
        document = issue_document(
            actor=actor, owner_row=report, definition=form, layout=layout, title=report.title, object_type="campaigns.workreport",
            object_id=report.id, payload=payload, issuer=report.authority.name,
        )
    return f"{report.title}.{fmt}", document_file(actor.scope, document, fmt)[1]

"""The dashboard of a campaign: completeness, pace, coverage, problems, timeliness, areas beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.campaigns.models import Campaign, Submission
from hengjian.campaigns.queries.board import STATES, Filters, Node, outline
from hengjian.campaigns.states import FilingState
from hengjian.parties.actors import areas_of, areas_of_each
from hengjian.parties.models import Authority
from hengjian.rectification import indicators as problems
from hengjian.rectification.states import SETTLED_STATES
from hengjian.registry.models import Institution
from hengjian.supervision.queries import coverage
from hengjian.supervision.states import FULL_COVERAGE

POINTS = 12
OPEN_PROBLEMS = "rectification:problems"
Areas = Mapping[str, tuple[str, ...]]
"""By path all areas that are an authority's, those of the past included."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table beside a chart; a figure leads to its rows."""

    text: Any
    url: str = ""
    is_number: bool = True
    is_bad: bool = False


@dataclass(frozen=True)
class Chart:
    """One finding: a sentence, what the drawing needs, and the same as a table."""

    key: str
    title: str
    say: str
    data: dict[str, Any]
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Dashboard:
    """All charts of a campaign at one place."""

    campaign: Campaign
    top: Authority
    areas: tuple[Authority, ...]
    charts: tuple[Chart, ...]
    as_of: Any


@dataclass(frozen=True)
class Timing:
    """When one filing was due and when it came."""

    area: str
    state: str
    filed_on: date | None
    accepted_on: date | None
    original: date
    due: date

    def is_due(self, day: date, today: date) -> bool:
        """Counts in a rate: it came, or its day has passed."""
        return self.filed_on is not None or today > day

    def kept(self, day: date) -> bool:
        """It came by the day."""
        return self.filed_on is not None and self.filed_on <= day


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    area: str = ""
    kind: str = ""


def dashboard(scope: Scope, campaign: Campaign, home: Authority, asked: Asked) -> Dashboard:
    """Every chart of a campaign below an authority; ``asked.area`` looks into one area of it.

    Raises:
        OutOfScope: the area is not one of the reader's.
    """
    top = place_of(scope, home, asked.area)
    below = tuple(Authority.objects.within(EVERYTHING).filter(parent=top, valid_to__isnull=True).order_by("path"))
    inner = Scope(areas=areas_of(top.path))
    root = outline(inner, campaign, top, Filters(kind=asked.kind))
    timings = _timings(inner, campaign, asked)
    orgs = _orgs(inner, asked)
    areas = areas_of_each([top.path, *(one.path for one in below)])
    found = (
        _completeness(campaign, root), _pace(campaign, timings), _timeliness(below, top, timings, areas), _coverage(inner, campaign),
        _by_kind(inner, campaign, orgs), _by_age(inner, campaign, orgs),
        _comparison(below, campaign, root, timings, problems.problems_by_place(inner, campaign.id, orgs), areas),
    )
    return Dashboard(campaign, top, below, tuple(one for one in found if one.rows), clock.now())


def place_of(scope: Scope, home: Authority, area: str) -> Authority:
    """The authority whose area is looked at."""
    if not area or area == home.path:
        return home
    found = Authority.objects.within(scope).filter(path=area).first()
    if found is None or not scope.covers(area):
        raise OutOfScope(area)
    return found


def areas_seen(scope: Scope, home: Authority) -> list[Authority]:
    """Areas that the reader may look into: the own one and all below."""
    return list(Authority.objects.within(EVERYTHING).filter(inside("path", home.path), valid_to__isnull=True).order_by("path"))


def _timings(scope: Scope, campaign: Campaign, asked: Asked) -> list[Timing]:
    held = Submission.objects.within(scope).filter(campaign=campaign, target__included=True)
    if asked.kind:
        held = held.filter(target__institution__kind=asked.kind)
    columns = ("org_area", "state", "first_filed_at", "accepted_at", "original_due_on", "due_on")
    return [Timing(area, state, _day(filed), _day(accepted), original, due) for area, state, filed, accepted, original, due in held.values_list(*columns)]


def _day(moment: Any) -> date | None:
    return clock.local_date(moment) if moment else None


def _orgs(scope: Scope, asked: Asked) -> QuerySet | None:
    """Ids of the institutions of the kind asked for; ``None``: all."""
    return Institution.objects.within(scope).order_by().filter(kind=asked.kind).values("pk") if asked.kind else None


def _rate(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _percent(part: int, whole: int) -> str:
    return f"{_rate(part, whole)}%" if whole else "—"


def _completeness(campaign: Campaign, root: Node) -> Chart:
    nodes = [*root.children] or [root]
    states = dict(FilingState.choices)
    labels = {state: str(states.get(state, _("逾期"))) for state in STATES}
    url = reverse("campaigns:board", args=[campaign.id])
    rows = []
    for node in [*nodes, root] if root.children else nodes:
        here = f"{url}?area={node.authority.path}"
        cells = [Cell(node.authority.area_name if node is not root else _("合计"), here, False), Cell(node.total)]
        cells += [Cell(node.counts[state], is_bad=state == "overdue" and node.counts[state] > 0) for state in STATES]
        rows.append((*cells, Cell(_percent(node.counts["accepted"], node.total))))
    say = _("应报%(all)s份，已接收%(done)s份，逾期%(late)s份") % {"all": root.total, "done": root.counts["accepted"], "late": root.counts["overdue"]}
    data = {
        "kind": "stack", "label": say, "unit": _("份"), "categories": [node.authority.area_name for node in nodes],
        "series": [{"name": labels[state], "state": state, "values": [node.counts[state] for node in nodes]} for state in STATES],
        "links": [f"{url}?area={node.authority.path}" for node in nodes],
    }
    head = (_("地区"), _("应报"), *labels.values(), _("完成率"))
    return Chart("completeness", _("报送完成情况"), say, data, head, tuple(rows) if root.total else ())


def _pace(campaign: Campaign, timings: Sequence[Timing]) -> Chart:
    """How many were filed and accepted by each of at most twelve days since the launch."""
    start = clock.local_date(campaign.launched_at) if campaign.launched_at else campaign.issued_on
    days = _steps(start, clock.today())
    filed = [sum(one.filed_on is not None and one.filed_on <= day for one in timings) for day in days]
    accepted = [sum(one.accepted_on is not None and one.accepted_on <= day for one in timings) for day in days]
    say = _("到今天累计报送%(filed)s份，接收%(done)s份") % {"filed": filed[-1], "done": accepted[-1]}
    names = [_("%(month)s月%(day)s日") % {"month": day.month, "day": day.day} for day in days]
    data = {"kind": "line", "label": say, "unit": _("份"), "categories": names,
            "series": [{"name": _("累计报送"), "values": filed}, {"name": _("累计接收"), "values": accepted}], "limit": len(timings), "limit_label": _("应报")}
    rows = tuple((Cell(name, is_number=False), Cell(a), Cell(b)) for name, a, b in zip(names, filed, accepted, strict=True))
    return Chart("pace", _("报送进程"), say, data, (_("截至"), _("累计报送"), _("累计接收")), rows if timings else ())


def _steps(start: date, end: date) -> list[date]:
    length = max((end - start).days, 0)
    step = max(1, -(-length // (POINTS - 1)))
    found = [start + timedelta(days=n) for n in range(0, length, step)]
    return [*found, max(start, end)]


def _timeliness(below: Sequence[Authority], top: Authority, timings: Sequence[Timing], areas: Areas) -> Chart:
    """On-time rates against the original deadline and against the extended one."""
    places = [(one.area_name, _at(areas[one.path])) for one in below] or [(top.area_name, _at(areas[top.path]))]
    rows, original, extended = [], [], []
    for name, held in [*places, (_("合计"), _everywhere)] if below else places:
        mine = [one for one in timings if held(one.area)]
        pairs = [_kept(mine, by_original=True), _kept(mine, by_original=False)]
        rows.append((Cell(name, is_number=False), *(Cell(text) for kept, due in pairs for text in (f"{kept} / {due}", _percent(kept, due)))))
        original.append(_rate(*pairs[0]))
        extended.append(_rate(*pairs[1]))
    whole = [_kept(timings, by_original=flag) for flag in (True, False)]
    say = _("按原定期限按时%(first)s，按准予延期后的期限按时%(second)s") % {"first": _percent(*whole[0]), "second": _percent(*whole[1])}
    names = [name for name, _held in places]
    data = {"kind": "bar", "label": say, "unit": "%", "categories": names,
            "series": [{"name": _("按原定期限"), "values": original[: len(names)]}, {"name": _("按延期后的期限"), "values": extended[: len(names)]}]}
    head = (_("地区"), _("按原定期限"), _("按时率"), _("按延期后的期限"), _("按时率"))
    return Chart("timeliness", _("按时报送率"), say, data, head, tuple(rows) if timings else ())


def _kept(timings: Iterable[Timing], *, by_original: bool) -> tuple[int, int]:
    today, kept, due = clock.today(), 0, 0
    for one in timings:
        day = one.original if by_original else one.due
        due += one.is_due(day, today)
        kept += one.kept(day)
    return kept, due


def _at(paths: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda area: area.startswith(paths)


def _everywhere(area: str) -> bool:
    return True


def _coverage(scope: Scope, campaign: Campaign) -> Chart:
    lists = [one for one in campaign.body.get("coverage", []) if one.get("key") in FULL_COVERAGE]
    found = coverage(scope, campaign.id, [one["key"] for one in lists]) if lists else []
    titles = {one["key"]: one["title"] for one in lists}
    url = f"{reverse('supervision:coverage')}?campaign={campaign.id}"
    names = [titles[one.speciality] for one in found]
    done, due = sum(one.done for one in found), sum(one.due for one in found)
    say = _("全覆盖清单%(due)s家次，已检查%(done)s家次") % {"due": due, "done": done}
    data = {"kind": "stack", "label": say, "unit": _("家"), "categories": names, "links": [url] * len(names), "series": [
        {"name": _("已检查"), "state": "accepted", "values": [one.done for one in found]},
        {"name": _("未检查"), "state": "idle", "values": [one.due - one.done for one in found]},
    ]}
    rows = tuple(
        (Cell(name, url, False), Cell(one.due), Cell(one.done), Cell(sum(row.is_done_on_site for row in one.rows)), Cell(one.due - one.done, is_bad=False), Cell(_percent(one.done, one.due)))
        for name, one in zip(names, found, strict=True)
    )
    head = (_("清单"), _("应检查"), _("已检查"), _("其中现场"), _("未检查"), _("覆盖率"))
    return Chart("coverage", _("全覆盖检查"), say, data, head, rows)


def _by_kind(scope: Scope, campaign: Campaign, orgs: QuerySet | None) -> Chart:
    shares = [(one, one.figure.value) for one in problems.problems_by_kind(scope, campaign.id, orgs)]
    held = sorted((pair for pair in shares if pair[1]), key=lambda pair: -pair[1])
    urls = [f"{reverse(OPEN_PROBLEMS)}?campaign={campaign.id}&kind={one.key}" for one, _n in held]
    total = sum(n for _one, n in held)
    say = _("共发现%(n)s个问题，最多的是%(first)s") % {"n": total, "first": held[0][0].label} if held else ""
    data = {"kind": "flat", "label": say, "unit": _("个"), "categories": [one.label for one, _n in held], "links": urls,
            "series": [{"name": _("问题"), "values": [n for _one, n in held]}]}
    rows = tuple((Cell(one.label, is_number=False), Cell(n, url), Cell(_percent(n, total))) for (one, n), url in zip(held, urls, strict=True))
    return Chart("kinds", _("问题类别"), say, data, (_("类别"), _("问题"), _("占比")), rows)


def _by_age(scope: Scope, campaign: Campaign, orgs: QuerySet | None) -> Chart:
    shares = [(one, one.figure.value) for one in problems.open_problems_by_age(scope, campaign.id, orgs)]
    total = sum(n for _one, n in shares)
    url = f"{reverse(OPEN_PROBLEMS)}?campaign={campaign.id}"
    say = _("%(n)s个问题尚未销号，其中%(old)s个超过30天") % {"n": total, "old": sum(n for _one, n in shares[2:])}
    data = {"kind": "bar", "label": say, "unit": _("个"), "categories": [one.label for one, _n in shares], "links": [url] * len(shares),
            "series": [{"name": _("未销号问题"), "values": [n for _one, n in shares]}]}
    rows = tuple((Cell(one.label, is_number=False), Cell(n, url if n else "")) for one, n in shares)
    return Chart("age", _("未销号问题的时长"), say, data, (_("发现至今"), _("问题")), rows if total else ())


def _comparison(
    below: Sequence[Authority], campaign: Campaign, root: Node, timings: Sequence[Timing], found: Sequence[tuple[str, str, int]], areas: Areas,
) -> Chart:
    """Areas beside each other: completed, on time, put right; ``found``: problems by area and state."""
    nodes = {node.authority.id: node for node in root.children}
    rows, completed, in_time, put_right = [], [], [], []
    for one in below:
        held, node = _at(areas[one.path]), nodes.get(one.id)
        mine = sum(n for area, _state, n in found if held(area))
        right = sum(n for area, state, n in found if held(area) and state in SETTLED_STATES)
        kept, due = _kept([t for t in timings if held(t.area)], by_original=False)
        accepted, total = (node.counts["accepted"], node.total) if node else (0, 0)
        url = f"{reverse(OPEN_PROBLEMS)}?campaign={campaign.id}&area={one.path}"
        rows.append((Cell(one.area_name, f"?area={one.path}", False), Cell(total), Cell(_percent(accepted, total)), Cell(_percent(kept, due)),
                     Cell(mine, url if mine else ""), Cell(_percent(right, mine))))
        completed.append(_rate(accepted, total))
        in_time.append(_rate(kept, due))
        put_right.append(_rate(right, mine))
    names = [one.area_name for one in below]
    best = names[completed.index(max(completed))] if names and any(completed) else ""
    say = _("%(area)s完成率最高") % {"area": best} if best else _("各地区都还没有接收完成的报送")
    data = {"kind": "bar", "label": say, "unit": "%", "categories": names, "series": [
        {"name": _("完成率"), "values": completed}, {"name": _("按时率"), "values": in_time}, {"name": _("整改率"), "values": put_right}]}
    head = (_("地区"), _("应报"), _("完成率"), _("按时率"), _("问题"), _("整改率"))
    return Chart("areas", _("地区比较"), say, data, head, tuple(rows))

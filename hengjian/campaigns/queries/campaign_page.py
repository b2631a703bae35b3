"""What the pages of a campaign show besides the campaign itself, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.lists import tally
from hengjian.base.scope import Scope
from hengjian.base.working_days import is_workday, reason_of, working_days_between
from hengjian.campaigns.models import Campaign, Target
from hengjian.campaigns.queries import overview, relays
from hengjian.campaigns.queries.areas import choosable_areas
from hengjian.campaigns.queries.board import on_time_rates
from hengjian.campaigns.queries.campaigns import plan_of
from hengjian.campaigns.queries.supplements import supplements_at
from hengjian.campaigns.queries.timetable import deadlines_in_force, series_at
from hengjian.forms import queries as forms
from hengjian.parties.models import Authority
from hengjian.registry.models import Institution
from hengjian.registry.queries import authority_names

LEVEL_WORDS = {"institution": "机构", "county": "县级", "city": "市级", "province": "省级"}
FOUND = 20


@dataclass(frozen=True)
class Listed:
    """A campaign in the list."""

    campaign: Campaign
    progress: overview.Progress


def list_facts(scope: Scope, seen: Sequence[Campaign], shown: Sequence[Campaign]) -> dict[str, Any]:
    """The list with the progress of each, and how many stand where."""
    done = overview.progress(scope, shown)
    states = [("running", _("进行中")), ("draft", _("拟制中")), ("closed", _("已结束"))]
    counts = [{"key": key, "label": label, "n": sum(c.state == key for c in seen)} for key, label in states]
    running = [c for c in seen if c.state == "running"]
    late = sum(done[c.id].overdue for c in running if c.id in done)
    return {"rows": [Listed(c, done[c.id]) for c in shown], "counts": [{"key": "", "label": _("全部"), "n": len(seen)}, *counts],
            "running": len(running), "late": late, "has_any": bool(seen)}


@dataclass(frozen=True)
class DayNote:
    """What the page says beside a date."""

    working: int
    reason: str
    is_workday: bool


def day_note(day: Any, start: date | None = None) -> DayNote | None:
    """Working days from today (or ``start``) to a day, and what kind of day it is; ``None`` when it is no date."""
    try:
        found = date.fromisoformat(str(day))
    except ValueError:
        return None
    return DayNote(working_days_between(start or clock.today(), found), reason_of(found), is_workday(found))


def draft_facts(scope: Scope, campaign: Campaign, body: Mapping[str, Any]) -> dict[str, Any]:
    """Forms to choose from, notes beside the dates, names of the institutions left out, what a launch would reach."""
    for row in body.get("deadlines", []):
        row["note"] = day_note(row.get("due"))
    exceptions = body.get("exceptions", {})
    named = {str(i.id): i for i in Institution.objects.within(scope).filter(pk__in=list(exceptions))}
    return {
        "areas": choosable_areas(scope, campaign), "form_choices": form_choices(scope, body), "reach": overview.reach(scope, campaign),
        "left_out": [(named[key], why) for key, why in exceptions.items() if key in named],
        "papers": overview.papers(scope, campaign),
    }


def form_choices(scope: Scope, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Forms and reports that a deadline may ask for; those of the template come first."""
    held = forms.definitions(scope).filter(kind__in=["roster", "checklist", "statistics"])
    titles = {d.code: d.title for d in held.order_by("version_number")}
    used = [f["code"] for f in body.get("forms", [])]
    reports = [(r["key"], _("报告：%(title)s") % {"title": r["title"]}) for r in body.get("reports", [])]
    reports = reports or [("work_report", _("报告：工作情况报告"))]
    ordered = [*used, *sorted(code for code in titles if code not in used)]
    return [*((code, titles[code]) for code in ordered if code in titles), *reports]


def found_institutions(scope: Scope, campaign: Campaign, words: str) -> list[Institution]:
    """Institutions in reach whose name holds the words, those already left out excepted."""
    if not words:
        return []
    held = overview.institutions_in_reach(scope, campaign).exclude(pk__in=list(campaign.body.get("exceptions", {})))
    return list(held.filter(Q(name__icontains=words) | Q(organisation__uscc__startswith=words.upper()))[:FOUND])


def preview_facts(scope: Scope, campaign: Campaign) -> dict[str, Any]:
    """Whom a launch reaches, which dates stand, what is still missing."""
    body = campaign.body
    rows = [{**row, "note": day_note(row.get("due"))} for row in sorted(body.get("deadlines", []), key=lambda r: str(r.get("due") or "9"))]
    missing = [
        *([] if body.get("audience") else [_("还没有选择纳入哪些类别的机构。")]),
        *([] if rows else [_("还没有报送期限。")]),
        *[_("“%(title)s”没有填写期限。") % {"title": row["title"]} for row in rows if not row.get("due")],
    ]
    today = clock.today().isoformat()
    past = [row["title"] for row in rows if row.get("due") and str(row["due"]) < today]
    warned = [_("%(n)s个期限已经过去：%(titles)s。") % {"n": len(past), "titles": _("；").join(dict.fromkeys(past))}] if past else []
    papers = overview.papers(scope, campaign)
    if not papers:
        warned.append(_("还没有上传文件原件；发起后也可以补传。"))
    return {"reach": overview.reach(scope, campaign), "rows": rows, "missing": missing, "warned": warned, "papers": papers, "levels": LEVEL_WORDS}


def campaign_facts(scope: Scope, campaign: Campaign, top: Authority) -> dict[str, Any]:
    """The overview of a running or closed campaign, as it stands at one level."""
    series = series_at(top.path, deadlines_in_force(scope, campaign))
    lists, priorities = overview.lists_to_visit(scope, campaign, top.path)
    held = Target.objects.within(scope).filter(campaign=campaign)
    done = overview.progress(scope, [campaign])[campaign.id]
    return {
        "top": top, "series": series, "coverage": lists, "priorities": priorities,
        "receipts": relays.receipts(scope, campaign), "papers": overview.papers(scope, campaign),
        "left_out": held.filter(included=False).select_related("institution"), "progress": done,
        "supplements": supplements_at(campaign, top.path), "plan": plan_of(scope, campaign, campaign.issuer_id),
        "rates": on_time_rates(scope, campaign, top), "phases": overview.phases(campaign, series, {}), "levels": LEVEL_WORDS,
    }


TARGETS = {"in": Q(included=True), "out": Q(included=False), "unread": Q(included=True, acknowledged_at__isnull=True)}


def targets_asked(held: QuerySet[Target], asked: Mapping[str, str]) -> QuerySet[Target]:
    """Institutions named and left out, filtered by the address."""
    words, found = asked.get("q", "").strip(), held.filter(TARGETS.get(asked.get("status", ""), Q()))
    found = found.filter(institution__name__contains=words) if words else found
    return found.order_by("org_area", "institution__name_key", "id")


def targets_facts(held: QuerySet[Target], shown: Iterable[Target]) -> dict[str, Any]:
    """The institutions of one page with the names of their areas, and how many there are of each kind."""
    counts, rows = tally(held, {"all": Q(), **TARGETS}), list(shown)
    names = authority_names(one.org_area for one in rows)
    views = [{"key": "", "label": _("全部"), "n": counts["all"]}, {"key": "in", "label": _("纳入"), "n": counts["in"]},
             {"key": "out", "label": _("除外"), "n": counts["out"]}, {"key": "unread", "label": _("未签收"), "n": counts["unread"]}]
    return {"rows": [(one, names.get(one.org_area, "")) for one in rows], "counts": counts, "views": views}

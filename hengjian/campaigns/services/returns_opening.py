"""The statistics tables and work reports that each authority owes, opened with the campaign."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.base.actions import audited_action, title
from hengjian.base.scope import EVERYTHING, inside
from hengjian.campaigns.models import Campaign, StatReturn, WorkReport
from hengjian.campaigns.queries.areas import areas_reached, touches
from hengjian.campaigns.queries.timetable import Due, chain_above, deadlines_for, deadlines_in_force, owed_on
from hengjian.forms.models import FormDefinition
from hengjian.parties.models import Authority

OPEN = title("campaigns.open_returns", "列出应报统计表和工作报告")


def open_returns(campaign: Campaign, *, actor: Any, place: str = "") -> int:
    """Open what each authority in the campaign's area owes and does not owe yet; return how many rows are new.

    Args:
        place: only at and below this path; a table of the same form and round that is there already serves.
    """
    statistics = {d.code: d for d in FormDefinition.objects.within(EVERYTHING).filter(kind="statistics").order_by("version_number")}
    deadlines = deadlines_in_force(EVERYTHING, campaign)
    authorities = Authority.objects.within(EVERYTHING).filter(inside("path", place or campaign.area), valid_to__isnull=True)
    review = int(campaign.body.get("review_days", 0))
    reached = areas_reached(EVERYTHING, campaign)
    made: list[StatReturn | WorkReport] = []
    for authority in (one for one in authorities if touches(reached, one.path)):
        for due in deadlines_for(authority.path, deadlines).values():
            if due.step_from == "institution":
                continue
            day = owed_on(authority, due, deadlines_for(authority.path, deadlines).values(), review)
            if day is not None:
                made.append(_row(campaign, authority, due, day, statistics.get(due.form_code)))
    with audited_action(OPEN, actor=actor) as act:
        form_of = {(d.key, d.round): d.form_code for d in deadlines}
        new = [row for row in made if not _there(row, form_of)]
        act.add_many([row for row in new if isinstance(row, StatReturn)])
        act.add_many([row for row in new if isinstance(row, WorkReport)])
    return len(new)


def _row(campaign: Campaign, authority: Authority, due: Due, day: date, form: FormDefinition | None) -> StatReturn | WorkReport:
    chain = chain_above(EVERYTHING, authority.path)
    common: dict[str, Any] = {
        "campaign": campaign, "authority": authority, "key": due.key, "round": due.round, "due_on": day,
        "area": authority.path, "org_id": authority.id, "org_area": authority.path,
    }
    if form is not None:
        checker = chain[1] if len(chain) > 1 and authority.path != campaign.area else None
        return StatReturn(**common, original_due_on=day, form_code=form.code, form_version=form.version_number, checker=checker)
    return WorkReport(**common, original_due_on=day, title=f"{authority.name}关于{campaign.short_title}{due.title}的报告", state="idle")


def _there(row: StatReturn | WorkReport, form_of: dict[tuple[str, int], str]) -> bool:
    """A table of the same form and round that is open under another key serves; the same key always does."""
    held = type(row).objects.within(EVERYTHING).filter(campaign=row.campaign, authority=row.authority, round=row.round)
    wanted = form_of.get((row.key, row.round))
    return any(key == row.key or (form_of.get((key, row.round)) == wanted and wanted) for key in held.values_list("key", flat=True))

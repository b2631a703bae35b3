"""Credentials and approvals as periods in force, a row for each category."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import days_between, identifiers, literal_day
from hengjian.screening.tables import Tables

ALWAYS_FROM, ALWAYS_UNTIL = dt.date(1900, 1, 1), dt.date(9999, 12, 31)
ANY = "*"


def covering_credentials(tables: Tables) -> ir.Table:
    """Return person_id, category, valid_from, valid_to of credentials that are no NDT grade; a bound that is not known is none.

    A credential without categories says nothing of what it covers, so it is taken to cover any ("*").
    """
    held = tables["credentials"]
    held = held.filter(held.person_id.notnull() & ~held.grade.startswith("ndt").fill_null(False))
    held = held.mutate(categories=ibis.coalesce(held.categories.nullif(""), ANY))
    each = identifiers(held, "categories", "category")
    return joined_periods(each.select("person_id", "category", **_bounds(each)))


def approval_periods(tables: Tables) -> ir.Table:
    """Return institution_id, category, valid_from, valid_to: the history of approvals, and what the institution says itself without one."""
    institutions = tables["institutions"].filter(ibis._.institution_id.notnull())
    own = institutions.select(
        "institution_id", "issued_on", "valid_until", categories=ibis.coalesce(ibis._.approved_categories.nullif(""), ANY)
    )
    if "approvals" not in tables:
        return joined_periods(_each_category(own))
    history = tables["approvals"].filter(ibis._.institution_id.notnull())
    history = history.select("institution_id", "issued_on", "valid_until", categories=ibis.coalesce(history.categories.nullif(""), ANY))
    return joined_periods(ibis.union(_each_category(history), _each_category(own.anti_join(history, "institution_id"))))


def _each_category(periods: ir.Table) -> ir.Table:
    each = identifiers(periods, "categories", "category")
    return each.select("institution_id", "category", **_bounds(each))


def _bounds(table: ir.Table) -> dict[str, ir.DateValue]:
    return {
        "valid_from": ibis.coalesce(table.issued_on, literal_day(ALWAYS_FROM)),
        "valid_to": ibis.coalesce(table.valid_until, literal_day(ALWAYS_UNTIL)),
    }


def covered(asked: ir.Table, periods: ir.Table, who: str, day: str, last: str = "") -> ir.Table:
    """Return the rows of `asked` (who, category, day) that a period in force covers, up to a last day where one is given."""
    theirs = periods.rename(_who=periods.columns[0], _category="category")
    same = [asked[who] == theirs["_who"], asked[day] >= theirs.valid_from, asked[last or day] <= theirs.valid_to]
    exact = asked.semi_join(theirs.filter(theirs["_category"] != ANY), [*same, asked.category == theirs["_category"]])
    anything = asked.semi_join(theirs.filter(theirs["_category"] == ANY), same)
    return ibis.union(exact, anything)


def uncovered(asked: ir.Table, periods: ir.Table, who: str, day: str, last: str = "") -> ir.Table:
    """Return the other rows of `asked`, which are all different."""
    return asked.anti_join(covered(asked, periods, who, day, last), list(asked.columns))


def joined_periods(periods: ir.Table) -> ir.Table:
    """Return periods of one holder and category that touch or overlap as one: who renews in time is covered throughout."""
    holder = [periods.columns[0], "category"]
    earlier, so_far = (ibis.window(group_by=holder, order_by=["valid_from", "valid_to"], rows=(None, end)) for end in (-1, 0))
    lasting = periods.mutate(lasted_to=periods.valid_to.max().over(earlier))
    begun = lasting.lasted_to.isnull() | (days_between(lasting.lasted_to, lasting.valid_from) > 1)
    placed = lasting.mutate(begun=ibis.ifelse(begun, 1, 0))
    spells = placed.mutate(spell=placed.begun.sum().over(so_far))
    joined = spells.group_by(*holder, "spell").aggregate(valid_from=spells.valid_from.min(), valid_to=spells.valid_to.max())
    return joined.drop("spell")

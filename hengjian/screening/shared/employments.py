"""Employments with what their months and their ends tell; who employs a person."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import each_day, first_of_each, month_number, month_start
from hengjian.screening.tables import Tables

FAR = "9999-12-31"


def with_employer(tables: Tables, people: ir.Table) -> ir.Table:
    """Return people (`person_id`) with `institution_id`, the one of their latest employment; null where nothing tells it."""
    if "employments" not in tables:
        return people.mutate(institution_id=ibis.null("string"))
    employers = tables.kept(latest_employers)
    return people.left_join(employers, "person_id").drop("person_id_right")


def latest_employers(tables: Tables) -> ir.Table:
    """Return the institution of each person's latest employment, one that goes on before one that ended.

    Columns: person_id, institution_id.
    """
    known = tables["employments"].filter(_.person_id.notnull() & _.institution_id.notnull())
    known = known.mutate(until=_.ended_on.fill_null(ibis.literal(FAR).cast("date")))
    latest = ibis.row_number().over(ibis.window(group_by="person_id", order_by=[_.until.desc(), _.started_on.desc(), _.employment_id]))
    return known.mutate(place=latest).filter(_.place == 0).select("person_id", "institution_id")


def insured_months(tables: Tables) -> ir.Table:
    """Return each whole month of a full-time employment, practice-registered throughout it, between the data's first and last insurance month.

    Columns: employment_id, person_id, institution_id, month (running number), here (the institution paid), elsewhere (another did),
    unknown (somebody paid and nobody knows who).
    """
    employed = _bounded(tables)
    months = employed.mutate(month=each_day(employed, "first", "last").unnest()).drop("first", "last")
    joined = months.left_join(payments(tables), ["person_id", "month"])
    joined = joined.mutate(own=joined.payer_id == joined.institution_id, paid=joined.person_id_right.notnull())
    return joined.group_by("employment_id", "person_id", "institution_id", "month").aggregate(
        here=joined.own.fill_null(False).any(),
        elsewhere=(~joined.own).fill_null(False).any(),
        unknown=(joined.paid & joined.payer_id.isnull()).any(),
    )


def payments(tables: Tables) -> ir.Table:
    """Return person_id, month (running number) and payer_id of every payment whose person and month are known."""
    paid = tables["social_insurance"].filter(_.person_id.notnull() & _.month.notnull())
    return paid.select("person_id", "payer_id", month=month_number(paid.month))


def _bounded(tables: Tables) -> ir.Table:
    """Full-time employments with the running numbers of their first and last month that can be judged."""
    known = tables["employments"].filter(
        _.full_time & _.person_id.notnull() & _.institution_id.notnull() & _.started_on.notnull() & _.practice_registered_on.notnull()
    )
    span = payments(tables).aggregate(first_paid=_.month.min(), last_paid=_.month.max())
    bounded = known.cross_join(span).mutate(
        first=ibis.greatest(_first_whole(_.started_on), _first_whole(_.practice_registered_on), _.first_paid),
        last=ibis.least(_last_whole(_.ended_on, _.last_paid), _last_whole(_.practice_cancelled_on, _.last_paid), _.last_paid),
    )
    return bounded.filter(_.first <= _.last).select("employment_id", "person_id", "institution_id", "first", "last")


def _first_whole(day: ir.Value) -> ir.Value:
    """The first month that lies wholly on or after a day."""
    return month_number(day) + ibis.ifelse(day.day() == 1, 0, 1)


def _last_whole(day: ir.Value, otherwise: ir.Value) -> ir.Value:
    """The last month that lies wholly on or before a day; another one where the day is null."""
    return (month_number(day + ibis.interval(days=1)) - 1).fill_null(otherwise)


def by_person(runs: ir.Table, name: str) -> ir.Table:
    """Return one row for each person, that of the longest run, with all their runs listed under a name."""
    parts = {one: runs[one] for one in ("first_month", "last_month", "months")}
    run = ibis.struct(parts | {"employer_id": runs.institution_id, "employment_id": runs.employment_id})
    return first_of_each(runs, "person_id", [runs.months.desc(), runs.first_month, runs.employment_id], **{name: run})


def unbroken(months: ir.Table) -> ir.Table:
    """Return the runs of consecutive months of each employment.

    Columns: employment_id, person_id, institution_id, months, first_number, last_number (running numbers), first_month, last_month (dates).
    """
    numbered = months.mutate(place=ibis.row_number().over(ibis.window(group_by=["employment_id", "person_id", "institution_id"], order_by="month")))
    runs = numbered.mutate(run=_.month - _.place).group_by("employment_id", "person_id", "institution_id", "run")
    found = runs.aggregate(months=_.count(), first_number=_.month.min(), last_number=_.month.max()).drop("run")
    return found.mutate(first_month=month_start(found.first_number), last_month=month_start(found.last_number))

"""Months of employment and of insurance: who ought to be insured where, and who paid."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import month_number
from hengjian.screening.tables import Tables

LONG = 3


def paid_months(tables: Tables) -> ir.Table:
    """Return person_id, month (running number), payer_id, each once."""
    paid = tables["social_insurance"].filter(ibis._.person_id.notnull() & ibis._.month.notnull() & ibis._.payer_id.notnull())
    return (
        paid.mutate(month=month_number(paid.month)).group_by("person_id", "month", "payer_id").aggregate(rows=ibis._.count()).drop("rows")
    )


def practice_months(tables: Tables) -> ir.Table:
    """Return the whole months of full-time employments through which the person was practice-registered there.

    Months lie between the first and the last month of the insurance data. Columns: person_id, institution_id, month, paid_here, payers:
    whether the institution paid, and how many others did.
    """
    paid = tables.kept(paid_months)
    bounds = paid.aggregate(first=paid.month.min(), last=paid.month.max())
    jobs = tables["employments"]
    jobs = jobs.filter(jobs.full_time & jobs.person_id.notnull() & jobs.institution_id.notnull() & jobs.started_on.notnull())
    jobs = jobs.filter(jobs.practice_registered_on.notnull())
    begun = ibis.ifelse(jobs.started_on > jobs.practice_registered_on, jobs.started_on, jobs.practice_registered_on)
    ended = ibis.coalesce(_earlier(jobs.ended_on, jobs.practice_cancelled_on), jobs.ended_on, jobs.practice_cancelled_on)
    spans = jobs.select("person_id", "institution_id", first_month=_first_whole(begun), last_month=_last_whole(ended)).cross_join(bounds)
    spans = spans.mutate(
        low=ibis.ifelse(spans.first_month > spans["first"], spans.first_month, spans["first"]),
        high=ibis.ifelse(spans.last_month.isnull() | (spans.last_month > spans["last"]), spans["last"], spans.last_month),
    ).filter(ibis._.low <= ibis._.high)
    months = spans.select("person_id", "institution_id", month=ibis.range(spans.low, spans.high + 1).unnest()).distinct()
    return _with_payers(months, paid)


def _earlier(one: ir.DateValue, other: ir.DateValue) -> ir.DateValue:
    return ibis.ifelse(one < other, one, other)


def _first_whole(day: ir.DateValue) -> ir.IntegerValue:
    """The first month that is whole from a day on: its own only when it is the first of it."""
    return month_number(day) + ibis.ifelse(day.day() == 1, 0, 1)


def _last_whole(day: ir.DateValue) -> ir.IntegerValue:
    """The last month that is whole up to a day: its own only when it is the last of it."""
    return month_number(day) - ibis.ifelse((day + ibis.interval(days=1)).day() == 1, 0, 1)


def _with_payers(months: ir.Table, paid: ir.Table) -> ir.Table:
    payers = paid.rename(paid_month="month", paid_person="person_id")
    joined = months.left_join(payers, [months.person_id == payers.paid_person, months.month == payers.paid_month])
    here = (joined.payer_id == joined.institution_id).fill_null(False)
    return joined.group_by("person_id", "institution_id", "month").aggregate(
        paid_here=here.any(), others=(joined.payer_id.notnull() & ~here).sum().fill_null(0).cast("int64")
    )


def stretches(months: ir.Table, least: float) -> ir.Table:
    """Return runs of consecutive months of at least a length.

    months: person_id, institution_id, month. Columns: person_id, institution_id, first_month, last_month (running numbers), months.
    """
    ordered = ibis.window(group_by=["person_id", "institution_id"], order_by="month")
    placed = months.mutate(place=ibis.row_number().over(ordered))
    runs = placed.mutate(run=placed.month - placed.place)
    joined = runs.group_by("person_id", "institution_id", "run").aggregate(
        first_month=runs.month.min(), last_month=runs.month.max(), months=runs.count()
    )
    return joined.filter(joined.months >= least).drop("run")


def by_person(runs: ir.Table) -> ir.Table:
    """Return one row for each person with their runs: the longest leads, all are listed.

    Columns: subject_id, institution_id, occurred_at, months (of the longest), first_month, last_month (dates), stretches.
    """
    told = runs.mutate(first_month=_as_day(runs.first_month), last_month=_as_day(runs.last_month))
    longest = ibis.window(group_by="person_id", order_by=[ibis.desc("months"), ibis.desc("last_month"), "institution_id"])
    told = told.mutate(place=ibis.row_number().over(longest))
    listed = told.group_by("person_id").aggregate(
        stretches=ibis.struct(
            {"institution_id": told.institution_id, "first_month": told.first_month, "last_month": told.last_month, "months": told.months}
        ).collect()
    )
    lead = told.filter(told.place == 0).inner_join(listed, "person_id")
    return lead.select(
        "institution_id",
        "months",
        "first_month",
        "last_month",
        "stretches",
        subject_id="person_id",
        occurred_at=lead.first_month.cast("timestamp"),
    )


def _as_day(month: ir.IntegerValue) -> ir.DateValue:
    return ibis.date((month / 12).floor().cast("int32"), (month % 12 + 1).cast("int32"), 1)

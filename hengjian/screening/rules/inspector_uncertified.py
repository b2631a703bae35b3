"""无证检验: an inspector without a valid credential for the category on the day."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import identifiers
from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.credentials import covering_credentials, uncovered
from hengjian.screening.shared.reports import placed_reports
from hengjian.screening.tables import Tables

DAY = ["person_id", "category", "inspected_on"]


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports some inspector of which held no credential that covers the equipment's category on the day."""
    made = tables.keep("uncertified_made", _doubtful(tables))
    bare = tables.keep("uncertified_days", uncovered(made.select(*DAY).distinct(), tables.kept(covering_credentials), "person_id", "inspected_on"))
    found = made.join(_with_bounds(tables, bare), DAY)
    inspector = ibis.struct({name: found[name] for name in ("person_id", "certified_until", "certified_from")})
    reports = found.group_by("report_id", "report_no", "institution_id", "equipment_id", "category", "inspected_on")
    told = reports.aggregate(person_ids=found.person_id.collect(distinct=True), inspectors=inspector.collect())
    return told.select(
        "report_no",
        "person_ids",
        "category",
        "inspected_on",
        "equipment_id",
        "inspectors",
        "institution_id",
        subject_id="report_id",
        occurred_at="inspected_on",
    )


def _doubtful(tables: Tables) -> ir.Table:
    """Reports with those of their inspectors who were not certified for the category throughout, from the team's first report to its last.

    Teams are few where reports are many: nearly all reports are cleared without a look at their day.
    """
    dated = tables.kept(placed_reports).filter(_.report_id.notnull() & _.inspected_on.notnull() & _.category.notnull() & _.inspector_ids.notnull())
    teams = dated.group_by("inspector_ids", "category").aggregate(first_on=_.inspected_on.min(), last_on=_.inspected_on.max())
    members = identifiers(teams, "inspector_ids", "person_id").select("inspector_ids", "category", "person_id", "first_on", "last_on")
    doubted = uncovered(members, tables.kept(covering_credentials), "person_id", "first_on", "last_on").select("inspector_ids", "category", "person_id")
    reports = dated.select("report_id", "report_no", "institution_id", "equipment_id", "category", "inspected_on", "inspector_ids")
    return reports.join(doubted, ["inspector_ids", "category"]).drop("inspector_ids")


def _with_bounds(tables: Tables, bare: ir.Table) -> ir.Table:
    """Person-days with the end of the last credential for the category before the day, and the begin of the first after it."""
    held = tables.kept(covering_credentials)
    joined = bare.left_join(held, ["person_id", "category"])
    return joined.group_by(*DAY).aggregate(
        certified_until=ibis.ifelse(joined.valid_to < joined.inspected_on, joined.valid_to, None).max(),
        certified_from=ibis.ifelse(joined.valid_from > joined.inspected_on, joined.valid_from, None).min(),
    )


RULE = Rule(
    code="inspector_uncertified",
    family="B",
    title="无证检验",
    subject="report",
    severity=3,
    clause="湖南行风通知 一（三）：使用无证人员检验检测；上海方案 一（三）：使用未取得相应资格的人员从事检验检测",
    needs={
        "reports": ("report_id", "inspector_ids", "inspected_on", "equipment_id"),
        "equipment": ("equipment_id", "category"),
        "credentials": ("person_id",),
    },
    says="{inspected_on}检验{category}类设备，检验人员{person_ids}当天没有覆盖该类别的有效证书",
    clears="当天有效、覆盖该类别的检验人员证；或者证明报告的检验人员、检验日期登记有误的材料",
    exempts=("无损检测证不覆盖任何设备类别",),
    labels={
        "report_no": "报告编号",
        "person_ids": "检验人员",
        "person_id": "检验人员",
        "category": "设备类别",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
        "inspectors": "各人证书",
        "certified_until": "此前该类别证书有效至",
        "certified_from": "此后该类别证书始于",
    },
    find=find,
)

"""Figures of supervision for the statistics table."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base.figures import Figure, Period, RowRef
from hengjian.base.scope import Scope
from hengjian.registry.states import InstitutionKind
from hengjian.supervision import queries
from hengjian.supervision.models import Visit

TESTING_BODIES = (InstitutionKind.INSPECTION, InstitutionKind.TESTING, InstitutionKind.TYPE_TEST)


def _institutions(
    scope: Scope, keep: Callable[[Visit], bool], definition: str, *, campaign_id: UUID | None, period: Period | None
) -> Figure:
    """Distinct institutions of the visits that ``keep`` keeps; the note names the first such visit."""
    rows = [
        RowRef(
            "registry.institution", one.institution_id, one.institution_name, one.org_id, one.area,
            note=f"{one.number} {one.visited_on:%Y-%m-%d}",
        )
        for one in queries.visits_counted(scope, campaign_id=campaign_id, period=period)
        if keep(one)
    ]
    return Figure.of(rows, unit=_("家"), definition=definition)


def institutions_inspected(
    scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None
) -> Figure:
    """Inspection and testing institutions visited, each once, in 家."""
    said = _("开展过监督检查的检验检测机构（检验、检测、型式试验），一家机构检查多次计一家；终止的检查不计。")
    return _institutions(
        scope, lambda one: one.institution_kind in TESTING_BODIES, said, campaign_id=campaign_id, period=period
    )


def institutions_inspected_on_site(
    scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None
) -> Figure:
    """Of these, institutions whose work was looked at on site, in 家."""
    said = _("其中开展过检验检测现场抽查的机构，一家机构检查多次计一家。")
    return _institutions(
        scope, lambda one: one.on_site and one.institution_kind in TESTING_BODIES, said,
        campaign_id=campaign_id, period=period,
    )


def institutions_with_violations(
    scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None
) -> Figure:
    """Inspection and testing institutions at which a violation was found, in 家."""
    said = _("监督检查发现《特种设备安全法》第九十三条所列行为的检验检测机构，一家机构多次发现计一家。")
    return _institutions(
        scope, lambda one: one.violation_found and one.institution_kind in TESTING_BODIES, said,
        campaign_id=campaign_id, period=period,
    )


def examination_institutions_inspected(
    scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None
) -> Figure:
    """Examination institutions visited, each once, in 家."""
    said = _("开展过监督检查的考试机构，一家机构检查多次计一家。")
    return _institutions(
        scope, lambda one: one.institution_kind == InstitutionKind.EXAMINATION, said,
        campaign_id=campaign_id, period=period,
    )

"""Figures of enforcement for the statistics table."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base.figures import Figure, Period, RowRef
from hengjian.base.scope import Scope
from hengjian.enforcement import queries


def orders_issued(scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None) -> Figure:
    """Orders served in the area and not withdrawn, in 份."""
    rows = [
        RowRef(queries.ORDER_TYPE, one.pk, str(one), one.org_id, one.area, note=f"{one.issued_on:%Y-%m-%d}")
        for one in queries.issued_orders(scope, campaign_id=campaign_id, period=period)
    ]
    return Figure.of(rows, unit=_("份"), definition=_("统计期内制作并已送达、未撤回的安全监察指令书，按份计。"))


def cases_filed(scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None) -> Figure:
    """Cases filed in the area and not withdrawn, in 件."""
    rows = [
        RowRef(queries.CASE_TYPE, one.pk, str(one), one.org_id, one.area, note=one.cause)
        for one in queries.cases_filed(scope, campaign_id=campaign_id, period=period)
    ]
    return Figure.of(rows, unit=_("件"), definition=_("统计期内立案、未撤销的案件，按件计，以立案日期为准。"))

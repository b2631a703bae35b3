"""Institutions, where they work, and their approvals."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.models import ScopedQuerySet, ScopedRow
from hengjian.base.scope import Scope
from hengjian.base.sorting import SortKeyField
from hengjian.base.wall import Wall, points_here, shown_by
from hengjian.parties.models import Organisation
from hengjian.registry.states import (
    APPROVAL_CHART,
    INSTITUTION_CHART,
    ApprovalState,
    InstitutionKind,
    InstitutionState,
)


class InstitutionQuerySet(ScopedQuerySet):
    """Institutions registered in, or working in, the scope's areas (沪市监特种〔2024〕317号 一(三))."""

    def _narrow(self, scope: Scope) -> InstitutionQuerySet:
        return self.filter(scope.condition() | Q(pk__in=working_in(scope)))

    @classmethod
    def wall(cls, table: str) -> Wall:
        return Wall(f"{super().wall(table).seen} OR {works_where_seen(f'{table}.id')}")


class OfInstitutionQuerySet(ScopedQuerySet):
    """Rows that belong to an institution: seen by whoever sees the institution."""

    def _narrow(self, scope: Scope) -> OfInstitutionQuerySet:
        return self.filter(scope.condition() | Q(institution_id__in=working_in(scope)))

    @classmethod
    def wall(cls, table: str) -> Wall:
        return Wall(f"{super().wall(table).seen} OR {works_where_seen(f'{table}.institution_id')}")


class Institution(ScopedRow):
    """An inspection or testing institution, or a body of its kind (检验检测及相关技术机构).

    Source: 特种设备安全法 第五十条. Grain: one row per organisation; ``id`` equals that of the organisation.
    """

    CHART = INSTITUTION_CHART

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="institution", verbose_name=_("单位")
    )
    name = models.CharField(_("机构名称"), max_length=120, db_index=True)
    name_key = SortKeyField(_("排序"))
    kind = models.CharField(_("机构类型"), max_length=20, choices=InstitutionKind, db_index=True)
    approval_class = models.CharField(_("核准类别"), max_length=20, blank=True)
    specialities = models.JSONField(_("专业"), default=list, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=InstitutionState, default=InstitutionState.ACTIVE)
    state_since = models.DateField(_("状态起始日期"), null=True, blank=True)
    in_market_system = models.BooleanField(_("市场监管系统所属"), default=False)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)

    objects: ClassVar[Any] = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("机构")
        ordering = ["name_key", "id"]
        constraints = [
            models.CheckConstraint(name="institution_is_its_organisation", condition=Q(id=F("organisation")))
        ]

    def __str__(self) -> str:
        return self.name


# Its name and code stand on every page about the institution, also where it works and is not seated.
shown_by(
    Organisation._meta.db_table,
    points_here(Institution._meta.db_table, "organisation_id", f"{Organisation._meta.db_table}.id"),
)


class InstitutionWorkArea(ScopedRow):
    """An area in which an institution works (业务开展地). Grain: one row per institution and area.

    ``area`` is where it works, ``org_area`` where it is registered.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="work_areas", verbose_name=_("机构"))
    since = models.DateField(_("起始日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("业务开展地")
        ordering = ["area"]
        constraints = [models.UniqueConstraint(fields=["institution", "area"], name="work_area_once")]

    def __str__(self) -> str:
        return f"{self.institution} {self.area}"


class Approval(ScopedRow):
    """An approval certificate (核准证) with its class, categories and validity.

    Source: TSG Z7001, TSG Z7002. Grain: one row per certificate and issue.
    """

    CHART = APPROVAL_CHART

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="approvals", verbose_name=_("机构"))
    number = models.CharField(_("核准证编号"), max_length=60, db_index=True)
    approval_class = models.CharField(_("核准类别"), max_length=20, blank=True)
    categories = models.JSONField(_("核准设备类别"), default=list, blank=True)
    issuer = models.CharField(_("发证机关"), max_length=80, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=ApprovalState, default=ApprovalState.ACTIVE)
    state_since = models.DateField(_("状态起始日期"), null=True, blank=True)

    objects: ClassVar[Any] = OfInstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("核准证")
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "number", "issued_on"], name="approval_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="approval_ends_after_issue",
                condition=Q(valid_until__isnull=True) | Q(issued_on__isnull=True) | Q(valid_until__gte=F("issued_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


def working_in(scope: Scope) -> models.QuerySet:
    """Ids of institutions that work in the scope's areas, as a subquery."""
    return InstitutionWorkArea.objects.within(scope).order_by().values("institution_id")


def works_where_seen(institution: str) -> str:
    """The same in SQL for one row; the row security of the areas narrows them to the scope."""
    return points_here(InstitutionWorkArea._meta.db_table, "institution_id", institution)

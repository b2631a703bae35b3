"""Enterprises and the equipment they use."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.models import ScopedRow
from hengjian.base.sorting import SortKeyField
from hengjian.parties.models import Organisation


class Enterprise(ScopedRow):
    """An enterprise that uses or builds special equipment (使用单位、施工单位、被检单位).

    Grain: one row per organisation; ``id`` equals that of the organisation.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="enterprise", verbose_name=_("单位"))
    name = models.CharField(_("单位名称"), max_length=120, db_index=True)
    name_key = SortKeyField(_("排序"))
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("使用单位")
        ordering = ["name_key", "id"]

    def __str__(self) -> str:
        return self.name


class Equipment(ScopedRow):
    """A piece of special equipment (特种设备). Source: 特种设备目录. Grain: one row per equipment code."""

    code = models.CharField(_("设备代码"), max_length=40, unique=True)
    category = models.CharField(_("设备类别"), max_length=4, db_index=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="equipment", verbose_name=_("使用单位"))
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    registered_on = models.DateField(_("使用登记日期"), null=True, blank=True)
    next_due_on = models.DateField(_("下次检验日期"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("特种设备")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

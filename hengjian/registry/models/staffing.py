"""Staffing conditions of the approval rules, as versioned data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.models import Row
from hengjian.registry.states import Metric


class StaffingRule(Row):
    """One figure of the staffing conditions (人员资源条件). An empty minimum says that the figure is not known.

    Source: TSG Z7001, TSG Z7002 (figures as in the pack, not checked). Grain: approval class, metric and version.
    A figure is never changed: a later version takes its place from its day on.
    """

    rule_code = models.CharField(_("规则代码"), max_length=60)
    version_number = models.PositiveIntegerField(_("版次"), default=1)
    approval_class = models.CharField(_("核准类别"), max_length=20, db_index=True)
    metric = models.CharField(_("指标"), max_length=24, choices=Metric)
    minimum = models.PositiveIntegerField(_("最低数值"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=10, default="人")
    title = models.CharField(_("名称"), max_length=120)
    source = models.CharField(_("来源"), max_length=200)
    verified = models.BooleanField(_("已核对官方文本"), default=False)
    valid_from = models.DateField(_("起用日期"))
    entered_by_name = models.CharField(_("录入人"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("人员条件")
        ordering = ["approval_class", "metric", "-valid_from", "-version_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_code", "approval_class", "metric", "version_number"], name="staffing_rule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.approval_class} {self.title}"

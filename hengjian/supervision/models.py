"""Tables of supervision visits (监督检查)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalCharField, PersonalJSONField, PersonalTextField
from hengjian.base.models import ScopedRow
from hengjian.base.wall import points_here, shown_by
from hengjian.registry.models import Institution
from hengjian.supervision.states import SigningKind, VisitKind


class Visit(ScopedRow):
    """A supervision inspection of an institution (监督检查), with the record made of it.

    Source: 特种设备安全监督检查办法 第五条、第二十一条, 湘市监 2024 方案 二（六）. Grain: one row per visit;
    ``area`` is where it took place.
    """

    number = models.CharField(_("编号"), max_length=60)
    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, related_name="visits", verbose_name=_("被检查机构")
    )
    institution_name = models.CharField(_("被检查机构名称"), max_length=120)
    institution_kind = models.CharField(_("机构类别"), max_length=20)
    institution_uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    authority_id = models.UUIDField(_("检查机关"), db_index=True)
    authority_name = models.CharField(_("检查机关名称"), max_length=80)
    kind = models.CharField(_("检查类别"), max_length=20, choices=VisitKind, default=VisitKind.CAMPAIGN)
    visited_on = models.DateField(_("检查日期"), db_index=True)
    place = models.CharField(_("检查地点"), max_length=200, blank=True)
    on_site = models.BooleanField(_("检验检测现场抽查"), default=True)
    officers = PersonalJSONField(_("检查人员"), default=list)
    items = PersonalJSONField(_("检查项目"), default=list)
    findings = PersonalTextField(_("检查情况及发现的问题"))
    handling = PersonalTextField(_("处理措施"), blank=True)
    violation_found = models.BooleanField(_("发现违法违规行为"), default=False)
    violation_kinds = models.JSONField(_("违法违规行为"), default=list)
    signing = models.CharField(_("确认方式"), max_length=10, choices=SigningKind, blank=True, default="")
    signed_by = PersonalCharField(_("被检查单位负责人"), max_length=40, blank=True)
    signing_note = PersonalTextField(_("拒签或终止情况"), blank=True)
    witness = PersonalCharField(_("见证人"), max_length=40, blank=True)
    signed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    recorded_by_name = models.CharField(_("记录人"), max_length=40)
    campaign_id = models.UUIDField(_("专项行动"), null=True, blank=True, db_index=True)
    plan_ref = models.CharField(_("检查计划"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("监督检查")
        ordering = ["-visited_on", "-number"]
        indexes = [models.Index(fields=["campaign_id", "visited_on"], name="visit_by_campaign")]
        constraints = [
            models.UniqueConstraint(fields=["authority_id", "number"], name="visit_number_once"),
            models.CheckConstraint(
                name="visit_refusal_has_note", condition=~Q(signing__in=["refused", "ended"]) | ~Q(signing_note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.visited_on}"


# The record of a visit keeps the institution's name where it was seated or worked at that time.
shown_by(Institution._meta.db_table, points_here(Visit._meta.db_table, "institution_id", f"{Institution._meta.db_table}.id"))

"""Imports that were tried, and looks at personal fields."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import CommittedJSONField, PersonalCharField
from hengjian.base.models import ScopedRow
from hengjian.registry.states import IMPORT_CHART, ImportKind, ImportState, RevealPurpose


class ImportRun(ScopedRow):
    """One file handed in for import (导入记录): checked, then imported whole or refused.

    Grain: one row per check of a file; ``sha256`` is of the bytes that were checked and are imported.
    """

    CHART = IMPORT_CHART

    file_name = PersonalCharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("字节数"), default=0)
    kind = models.CharField(_("文件种类"), max_length=12, choices=ImportKind)
    state = models.CharField(_("导入状态"), max_length=12, choices=ImportState, default=ImportState.CHECKED)
    counts = models.JSONField(_("数量"), default=dict)
    faults = CommittedJSONField(_("问题"), default=list)
    fault_count = models.PositiveIntegerField(_("问题数"), default=0)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    by_id = models.UUIDField(_("经办人"), null=True)
    by_name = models.CharField(_("经办人姓名"), max_length=40)

    label_is_personal = True

    class Meta:
        verbose_name = _("导入记录")
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class Reveal(ScopedRow):
    """A look at personal fields in full (个人信息查看记录). Source: 个人信息保护法 第六条. Grain: one row per look."""

    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.UUIDField(_("对象"), db_index=True)
    label = PersonalCharField(_("对象名称"), max_length=80)
    fields = models.JSONField(_("查看项目"))
    purpose = models.CharField(_("用途"), max_length=20, choices=RevealPurpose)
    reason = PersonalCharField(_("理由"), max_length=200)
    at = models.DateTimeField(_("查看时间"))
    by_id = models.UUIDField(_("查看人"), null=True)
    by_name = models.CharField(_("查看人姓名"), max_length=40)

    label_is_personal = True

    class Meta:
        verbose_name = _("个人信息查看记录")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.label} {self.get_purpose_display()}"

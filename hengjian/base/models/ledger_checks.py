"""Checks of the whole ledger, asked for by an auditor or due by the calendar, and what each of them found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalJSONField
from hengjian.base.models.rows import Row
from hengjian.base.states import StateChart


class CheckKind(models.TextChoices):
    """What is checked (核对事项)."""

    VERIFY = "verify", _("校验账本")
    RECONCILE = "reconcile", _("业务数据与账本对账")
    STORAGE = "storage", _("核对存储：数据库文件与留存文件")


class CheckState(models.TextChoices):
    """How a check stands (核对状态)."""

    ASKED = "asked", _("等待开始")
    RUNNING = "running", _("正在核对")
    SOUND = "sound", _("无一不符")
    FAULTY = "faulty", _("发现不符")
    BROKEN = "broken", _("中断")


class LedgerCheck(Row):
    """A check of the whole ledger (账本核对).

    Source: GB/T 22239-2019 8.1.4.3 (安全审计：审计记录应受保护，定期核对). Grain: one row per check. ``faults`` holds the
    first of them in words; ``found`` counts all.
    """

    CHART = StateChart(
        "asked",
        dict(CheckState.choices),
        start=("asked", "running", _("开始核对")),
        pass_=("running", "sound", _("核对通过")),
        fail=("running", "faulty", _("核对发现不符")),
        break_=("running", "broken", _("核对中断")),
    )

    kind = models.CharField(_("核对事项"), max_length=10, choices=CheckKind)
    state = models.CharField(_("核对状态"), max_length=10, choices=CheckState, default=CheckState.ASKED)
    asked_at = models.DateTimeField(_("要求时间"))
    asked_by_id = models.UUIDField(_("要求人账号"), null=True)
    began_at = models.DateTimeField(_("开始时间"), null=True)
    ended_at = models.DateTimeField(_("完成时间"), null=True)
    looked = models.PositiveBigIntegerField(_("核对数量"), default=0)
    size = models.PositiveBigIntegerField(_("封存条目数"), default=0)
    root = models.CharField(_("树根"), max_length=64, blank=True)
    found = models.PositiveIntegerField(_("不符处数"), default=0)
    faults = PersonalJSONField(_("不符之处"), default=list)

    class Meta:
        db_table = "ledger_check"
        verbose_name = _("账本核对")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"

    @property
    def is_under_way(self) -> bool:
        """Whether it waits to begin or is running."""
        return self.state in {CheckState.ASKED, CheckState.RUNNING}

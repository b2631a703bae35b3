"""Epochs of the ledger, each begun by two people after the database was put back, and their consents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalTextField
from hengjian.base.models.rows import Row


class EpochCause(models.TextChoices):
    """Why a new epoch had to begin (开启原因)."""

    BEHIND = "behind", _("恢复到较早时刻")
    FORKED = "forked", _("账本出现分叉")


class LedgerEpoch(Row):
    """A new epoch of the ledger (账本纪元): what was missing when it began, and who went on nevertheless.

    Source: GB/T 22239-2019 8.1.4.9 (数据备份恢复). Grain: one row per epoch after the first. Its ledger entry is the first
    of the epoch (number ``start``). The numbers ``agreed`` to ``known_size - 1`` of the ledger remembered are void, and what stood
    under them is lost, but for entries that waited in the backup for a number and got another one.
    """

    number = models.PositiveIntegerField(_("纪元"), unique=True)
    cause = models.CharField(_("开启原因"), max_length=10, choices=EpochCause)
    opened_at = models.DateTimeField(_("开启时间"))
    start = models.PositiveBigIntegerField(_("起始序号"))
    agreed = models.PositiveBigIntegerField(_("此前相同的条目数"))
    known_epoch = models.PositiveIntegerField(_("留存封存点的纪元"))
    known_size = models.PositiveBigIntegerField(_("留存封存点的条目数"))
    known_root = models.CharField(_("留存封存点的树根"), max_length=64)
    known_note = models.TextField(_("留存封存点的签名文本"))
    known_at = models.DateTimeField(_("留存封存点的时间"))
    ours_at = models.DateTimeField(_("数据库最后封存时间"), null=True)
    named = models.PositiveIntegerField(_("查明的缺失条目数"), default=0)
    named_sha256 = models.CharField(_("缺失清单的摘要"), max_length=64, blank=True)
    consents = models.JSONField(_("同意人"), default=list)
    reason = PersonalTextField(_("理由"))

    class Meta:
        db_table = "ledger_epoch"
        verbose_name = _("账本纪元")
        ordering = ["number"]

    def __str__(self) -> str:
        return _("第%(n)s纪元") % {"n": self.number}

    @property
    def lost_to(self) -> int:
        """The number of the last entry that is lost."""
        return self.known_size - 1

    @property
    def lost_count(self) -> int:
        """How many entries are lost."""
        return self.known_size - self.agreed


class LedgerConsent(Row):
    """The consent of one administrator to go on from the database as it is (恢复办理的同意).

    Source: GB/T 22239-2019 8.1.4 (三权分立). Grain: one row per person and situation; ``situation`` is a hash of the two
    ledgers that stand against each other, so a consent counts for nothing else.
    """

    situation = models.CharField(_("情形"), max_length=64)
    cause = models.CharField(_("开启原因"), max_length=10, choices=EpochCause)
    account_id = models.UUIDField(_("账号"))
    role = models.CharField(_("岗位"), max_length=20)
    at = models.DateTimeField(_("同意时间"))
    reason = PersonalTextField(_("理由"))

    class Meta:
        db_table = "ledger_consent"
        verbose_name = _("恢复办理的同意")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["situation", "account_id"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.at:%Y-%m-%d}"

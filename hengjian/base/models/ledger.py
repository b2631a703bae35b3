"""Tables of the audit ledger. No foreign keys: an entry must outlive every row it speaks of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import IdField


class LedgerEntry(models.Model):
    """One audited action on one row (审计账本条目).

    Source: GB/T 22239-2019 8.1.4.3 (安全审计).
    Grain: one row per action and touched row. ``body`` is the sealed truth; the other columns repeat it
    for searching, and ``hengjian ledger verify`` compares them with it. ``told`` holds the names and texts behind
    the commitments, encrypted under the object's salt; ``body`` states its digest. Database triggers refuse changes.
    """

    id = IdField()
    at = models.DateTimeField(_("时间"))
    action = models.CharField(_("动作"), max_length=100)
    actor_id = models.UUIDField(_("操作人"), null=True)
    actor_name = models.CharField(_("操作人姓名"), max_length=80)
    post_title = models.CharField(_("岗位"), max_length=80, blank=True)
    object_type = models.CharField(_("对象类型"), max_length=80)
    object_id = models.UUIDField(_("对象"))
    object_label = models.CharField(_("对象名称"), max_length=200, blank=True)
    area = models.CharField(_("业务所在辖区"), max_length=120, blank=True)
    org_id = models.UUIDField(_("所属单位"), null=True)
    org_area = models.CharField(_("单位注册地辖区"), max_length=120, blank=True)
    receipt = models.TextField(_("回执"), blank=True)
    reason = models.TextField(_("理由"), blank=True)
    body = models.TextField(_("规范化内容"))
    told = models.BinaryField(_("可读内容（密文）"), null=True)
    leaf = models.CharField(_("叶子散列"), max_length=64)
    seal = models.CharField(_("写入印记"), max_length=64)
    sequence = models.BigIntegerField(_("序号"), null=True, unique=True)

    class Meta:
        db_table = "ledger_entry"
        verbose_name = _("账本条目")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="ledger_by_object"),
            models.Index(fields=["actor_id", "at"], name="ledger_by_actor"),
            models.Index(fields=["at", "id"], name="ledger_by_time"),
            models.Index(fields=["action", "at", "id"], name="ledger_by_action"),
            models.Index(fields=["object_type", "at", "id"], name="ledger_by_kind"),
            models.Index(fields=["id"], name="ledger_pending", condition=Q(sequence__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"


class LedgerTile(models.Model):
    """A tile of the Merkle tree (账本树块), 256 hashes wide.

    Source: RFC 6962 2.1, C2SP tlog-tiles. Grain: one row per level and index; level 0 holds leaf hashes,
    level L the roots of 256^L leaves. A tile only grows at its end.
    """

    level = models.PositiveSmallIntegerField(_("层"))
    index = models.BigIntegerField(_("块号"))
    hashes = models.BinaryField(_("散列"))

    class Meta:
        db_table = "ledger_tile"
        verbose_name = _("账本树块")
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LedgerCheckpoint(models.Model):
    """A signed statement of the ledger's size and root (账本封存点).

    Source: C2SP tlog-checkpoint, signed-note. Grain: one row per size that was signed. ``note`` is the truth.
    """

    size = models.BigIntegerField(_("条目数"), primary_key=True)
    root = models.CharField(_("树根"), max_length=64)
    at = models.DateTimeField(_("时间"))
    previous = models.CharField(_("上一封存点"), max_length=64, blank=True)
    note = models.TextField(_("签名文本"))
    key_id = models.CharField(_("密钥编号"), max_length=8)

    class Meta:
        db_table = "ledger_checkpoint"
        verbose_name = _("账本封存点")

    def __str__(self) -> str:
        return f"{self.size} {self.root[:12]}"


class LedgerSalt(models.Model):
    """The salt of one object's commitments to personal data (承诺盐值).

    Source: 个人信息保护法 第四十七条. Grain: one row per object with personal fields. Deleting it makes the
    commitments unprovable and leaves the ledger whole.
    """

    object_type = models.CharField(_("对象类型"), max_length=80)
    object_id = models.UUIDField(_("对象"))
    salt = models.BinaryField(_("盐值"), max_length=32)

    class Meta:
        db_table = "ledger_salt"
        verbose_name = _("承诺盐值")
        constraints = [models.UniqueConstraint(fields=["object_type", "object_id"], name="ledger_salt_once")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"

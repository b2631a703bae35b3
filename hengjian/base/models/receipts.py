"""Receipts of commands: the same command sent twice has one effect and one answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import IdField


class Receipt(models.Model):
    """One accepted command (回执), written in the transaction of its work.

    Source: TRUST P04. Grain: one row per account and key. Kept 90 days.
    """

    id = IdField()
    account_id = models.UUIDField("账号", null=True)
    key = models.CharField("幂等键", max_length=64)
    fingerprint = models.CharField("请求指纹", max_length=64)
    at = models.DateTimeField("时间", db_index=True)
    status = models.PositiveSmallIntegerField("状态码", default=0)
    headers = models.JSONField("响应头", default=dict)
    body = models.BinaryField("响应体", default=b"")

    class Meta:
        verbose_name = _("回执")
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="receipt_once")]

    def __str__(self) -> str:
        return self.key

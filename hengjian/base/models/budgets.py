"""Budgets of tries: what is left of each, for all processes and after a restart."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Budget(models.Model):
    """What is left of one budget of tries (尝试次数), and since when it fills up again.

    Source: TRUST P23; GB/T 22239-2019 8.1.4.1 (登录失败处理). Grain: one row per budget that is not full. The key is
    a keyed hash: neither names nor addresses stand here. Not in the ledger: what was tried is entered as a sign-in.
    """

    key = models.CharField("键", max_length=32, primary_key=True)
    left = models.FloatField("余数")
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = _("尝试次数")

    def __str__(self) -> str:
        return self.key

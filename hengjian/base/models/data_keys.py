"""The data keys that sealed something in this database, each with a proof by which the right key is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.models.rows import Row


class DataKey(Row):
    """A data key that is or was in use (数据密钥). Never the key itself.

    Source: TRUST F28. Grain: one row per key. ``proof`` is a word that was sealed with it: only the right key opens it.
    ``index_proof`` shows likewise that the key of the blind indexes and commitments is the right one.
    """

    key_id = models.CharField("密钥编号", max_length=8, unique=True)
    proof = models.CharField("验证密文", max_length=200)
    index_proof = models.CharField("索引验证值", max_length=64)
    since = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = _("数据密钥")
        ordering = ["since", "id"]

    def __str__(self) -> str:
        return self.key_id

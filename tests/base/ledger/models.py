"""Two tables for the tests of the ledger, with every kind of column that real tables have."""

from __future__ import annotations

from django.db import models

from hengjian.base.fields import BlindIndexField, EncryptedTextField, PersonalCharField, PersonalJSONField
from hengjian.base.models import Row, ScopedRow


class Basket(Row):
    """A table without scope, for foreign keys."""

    name = models.CharField("名称", max_length=20)

    class Meta:
        app_label = "ledger_tests"
        verbose_name = "篮子"

    def __str__(self) -> str:
        return self.name


class Worm(ScopedRow):
    """A table whose rows are called by a person's name."""

    finder = PersonalCharField("发现人", max_length=40)
    apple_id = models.UUIDField("苹果", null=True)
    seen_by_id = models.UUIDField("查看人账号", null=True)
    seen_by_name = models.CharField("查看人", max_length=40, blank=True)

    label_is_personal = True

    class Meta:
        app_label = "ledger_tests"
        verbose_name = "虫"

    def __str__(self) -> str:
        return f"{self.finder}的虫"


class Apple(ScopedRow):
    """A scoped table with personal data."""

    STATES = [("rectifying", "整改中"), ("awaiting", "待核查")]

    name = models.CharField("名称", max_length=40)
    state = models.CharField("状态", max_length=20, choices=STATES, default="rectifying")
    phone = EncryptedTextField("手机号", blank=True)
    phone_index = BlindIndexField(source="phone")
    keeper = PersonalCharField("看管人", max_length=40, blank=True)
    answers = PersonalJSONField("填报内容", default=dict)
    score = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True)
    due_on = models.DateField("期限", null=True)
    seen_at = models.DateTimeField("查看时间", null=True)
    extra = models.JSONField("附加", default=dict)
    is_done = models.BooleanField("完成", default=False)
    basket = models.ForeignKey(Basket, models.PROTECT, null=True, verbose_name="所在篮子")

    class Meta:
        app_label = "ledger_tests"
        verbose_name = "苹果"

    def __str__(self) -> str:
        return self.name

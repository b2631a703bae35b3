"""The working-day calendar: the days that are not what their weekday says."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.models.rows import Row


class CalendarDay(Row):
    """A public holiday or a working day in lieu (节假日与调休日).

    Source: 国务院办公厅关于部分节假日安排的通知, one for each year. Grain: one row per exceptional day.
    A year counts as published once its New Year's Day is entered and verified.
    """

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否上班")
    name = models.CharField("名称", max_length=40)
    source = models.CharField("依据", max_length=200)
    verified = models.BooleanField("已核实", default=False)

    class Meta:
        verbose_name = _("节假日与调休日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.name}"

"""Where the numbering of official papers stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import IdField


class NumberSeries(models.Model):
    """The last number given in a series (文号序列).

    Source: issue 2, numbering without gaps per authority and year. Grain: one row per series, holder and
    year. Not a ledger row: the papers that bear the numbers are.
    """

    id = IdField()
    series = models.CharField("文种", max_length=40)
    holder_id = models.UUIDField("机关或单位")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = _("文号序列")
        constraints = [models.UniqueConstraint(fields=["series", "holder_id", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year} {self.last}"

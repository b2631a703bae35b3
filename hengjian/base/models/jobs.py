"""How the jobs of the background stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobStanding(models.Model):
    """A job of the background that failed at its last turn (后台任务的失败).

    Source: TRUST F25. Grain: one row per job that fails; gone once it succeeds.
    """

    name = models.CharField(_("任务"), max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    fault = models.CharField(_("最近一次的差错"), max_length=300, blank=True)
    failed_at = models.DateTimeField(_("最近一次失败的时间"))

    class Meta:
        db_table = "base_job_standing"
        verbose_name = _("后台任务的失败")

    def __str__(self) -> str:
        return f"{self.name} ×{self.failures}"

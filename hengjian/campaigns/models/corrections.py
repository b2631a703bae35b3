"""Answers that told of a problem and are answered otherwise when the self-check is filed again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalCharField, PersonalTextField
from hengjian.base.models import ScopedRow
from hengjian.campaigns.models.filing import Submission
from hengjian.campaigns.states import CORRECTION, CorrectionState
from hengjian.rectification.models import Problem


class AnswerCorrection(ScopedRow):
    """A “否” that became “是” on refiling (填报更正): proposed to the checker, who says what it means for its problem.

    Source: 湘市监 2024 方案 二(一) (对发现的问题应当立即整改), 三(二) (主动进行整改的可从轻处理, 自查自改不实的不可).
    Grain: one row per submission, line, column and time at which it was corrected; the problem stays open until decided.
    """

    CHART = CORRECTION

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="answer_corrections", verbose_name=_("自查报送"))
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="+", verbose_name=_("问题"))
    edition_number = models.PositiveIntegerField(_("更正于第几版"))
    line_key = models.CharField(_("行键"), max_length=60, blank=True)
    column = models.CharField(_("栏"), max_length=60)
    label = PersonalCharField(_("姓名或项目"), max_length=200)
    before = models.CharField(_("原填"), max_length=20)
    after = models.CharField(_("改填"), max_length=20, blank=True)
    words = PersonalTextField(_("更正说明"), blank=True)
    evidence_count = models.PositiveIntegerField(_("证据份数"), default=0)
    state = models.CharField(_("状态"), max_length=10, choices=CorrectionState, default=CorrectionState.TOLD)
    told_at = models.DateTimeField(_("更正时间"))
    told_by_id = models.UUIDField(_("更正人账号"), null=True)
    told_by_name = models.CharField(_("更正人"), max_length=40)
    decided_at = models.DateTimeField(_("认定时间"), null=True, blank=True)
    decided_by_name = models.CharField(_("认定人"), max_length=40, blank=True)
    decision = PersonalCharField(_("认定意见"), max_length=500, blank=True)

    label_is_personal = True

    class Meta:
        verbose_name = _("填报更正")
        ordering = ["line_key", "column", "told_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "line_key", "column"], condition=models.Q(state__in=["told", "proposed"]),
                name="answer_correction_one_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}：{self.before}→{self.after or '—'}"

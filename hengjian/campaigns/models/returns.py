"""What authorities file upwards: statistics returns, their corrections, work reports, typical cases."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import CommittedJSONField, PersonalCharField, PersonalTextField
from hengjian.base.models import ScopedRow
from hengjian.campaigns.models.campaign import Campaign
from hengjian.campaigns.states import FILING, FilingState
from hengjian.parties.models import Authority


class StatReturn(ScopedRow):
    """A statistics table that an authority files upwards (统计表报送). Grain: one row per authority, key and round.

    Source: 湘市监 2024 方案 附件2; 沪市监特种〔2024〕317号 附件4. Frozen with its figures, their definitions and rows.
    """

    CHART = FILING

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="returns", verbose_name=_("专项行动"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="returns", verbose_name=_("填报单位"))
    checker = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接收单位"))
    key = models.CharField(_("期限代号"), max_length=60)
    form_code = models.CharField(_("表单代码"), max_length=80)
    form_version = models.PositiveIntegerField(_("表单版次"), default=1)
    round = models.PositiveSmallIntegerField(_("期次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=FilingState, default=FilingState.IDLE)
    due_on = models.DateField(_("期限"))
    original_due_on = models.DateField(_("原定期限"))
    edition_count = models.PositiveIntegerField(_("版次"), default=0)
    first_filed_at = models.DateTimeField(_("首次报送时间"), null=True, blank=True)
    filed_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    filed_by_name = models.CharField(_("报送人"), max_length=40, blank=True)
    accepted_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    accepted_by_name = models.CharField(_("接收人"), max_length=40, blank=True)
    return_reason = PersonalCharField(_("退回意见"), max_length=500, blank=True)
    return_count = models.PositiveSmallIntegerField(_("退回次数"), default=0)

    class Meta:
        verbose_name = _("统计表")
        ordering = ["area", "round"]
        constraints = [models.UniqueConstraint(fields=["campaign", "authority", "key", "round"], name="return_once")]

    def __str__(self) -> str:
        return f"{self.authority.name}《{self.campaign.short_title}》统计表第{self.round}次"


class StatEdition(ScopedRow):
    """A statistics table as it was filed (统计表版本): figures, definitions, rows and list, frozen and hashed.

    Grain: one row per return and filing. ``tree`` is the tree of authorities of that day.
    """

    stat_return = models.ForeignKey(StatReturn, models.PROTECT, related_name="editions", verbose_name=_("统计表"))
    number = models.PositiveIntegerField(_("版次"))
    as_of = models.DateTimeField(_("数据截至"))
    figures = CommittedJSONField(_("指标"))
    problem_list = CommittedJSONField(_("问题机构清单"), default=list)
    tree = models.JSONField(_("当时的层级"), default=list)
    definition = models.JSONField(_("当时的口径"), default=dict)
    corrections = CommittedJSONField(_("更正"), default=list)
    checks = models.JSONField(_("校验结果"), default=list)
    digest = models.CharField(_("摘要"), max_length=64)
    filed_by_name = models.CharField(_("报送人"), max_length=40)
    document_id = models.UUIDField(_("报送件"), null=True, blank=True)

    lasting_columns = frozenset({"stat_return_id", "number", "as_of", "figures", "problem_list", "tree", "definition", "corrections", "checks", "digest", "filed_by_name"})

    class Meta:
        verbose_name = _("统计表版本")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["stat_return", "number"], name="stat_edition_once")]

    def __str__(self) -> str:
        return f"{self.stat_return}第{self.number}版"


class StatCorrection(ScopedRow):
    """A figure corrected by hand, with both values and the reason (指标更正)."""

    stat_return = models.ForeignKey(StatReturn, models.PROTECT, related_name="corrections", verbose_name=_("统计表"))
    figure = models.CharField(_("指标"), max_length=60)
    computed = models.IntegerField(_("系统数"))
    corrected = models.IntegerField(_("更正数"))
    reason = PersonalCharField(_("理由"), max_length=500)
    at = models.DateTimeField(_("更正时间"))
    by_name = models.CharField(_("更正人"), max_length=40)
    by_office = models.CharField(_("更正单位"), max_length=80)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("指标更正")
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.figure} {self.computed}→{self.corrected}"


class WorkReport(ScopedRow):
    """A narrative work report (工作情况报告) of an authority. Grain: one row per authority, key and round."""

    CHART = FILING

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="work_reports", verbose_name=_("专项行动"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="work_reports", verbose_name=_("报告单位"))
    key = models.CharField(_("期限代号"), max_length=60)
    round = models.PositiveSmallIntegerField(_("期次"), default=1)
    title = models.CharField(_("标题"), max_length=200)
    sections = CommittedJSONField(_("正文"), default=list)
    figures = models.JSONField(_("引用的数"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=FilingState, default=FilingState.DRAFT)
    due_on = models.DateField(_("期限"))
    original_due_on = models.DateField(_("原定期限"), null=True, blank=True)
    filed_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    filed_by_name = models.CharField(_("报送人"), max_length=40, blank=True)
    accepted_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    accepted_by_name = models.CharField(_("接收人"), max_length=40, blank=True)
    return_reason = PersonalCharField(_("退回意见"), max_length=500, blank=True)
    document_id = models.UUIDField(_("报送件"), null=True, blank=True)

    class Meta:
        verbose_name = _("工作情况报告")
        ordering = ["area", "round"]
        constraints = [models.UniqueConstraint(fields=["campaign", "authority", "key", "round"], name="work_report_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def checker(self) -> Authority | None:
        """The authority above, which receives it and may give it more time; none for that which launched the campaign."""
        return None if self.authority_id == self.campaign.issuer_id else self.authority.parent

    @property
    def checker_id(self) -> UUID | None:
        """The id of the authority above."""
        return None if self.authority_id == self.campaign.issuer_id else self.authority.parent_id


class CaseStory(ScopedRow):
    """A typical case or a good practice (典型案例、经验做法), told without names and searchable."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="stories", verbose_name=_("专项行动"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("报送单位"))
    kind = models.CharField(_("类别"), max_length=12, choices=[("case", _("典型案例")), ("practice", _("经验做法"))])
    title = PersonalCharField(_("标题"), max_length=120)
    text = PersonalTextField(_("内容"))
    keywords = models.CharField(_("关键词"), max_length=200, blank=True)
    problem_id = models.UUIDField(_("来自问题"), null=True, blank=True)
    told_at = models.DateTimeField(_("报送时间"))
    told_by_name = models.CharField(_("报送人"), max_length=40)

    label_is_personal = True

    class Meta:
        verbose_name = _("典型案例")
        ordering = ["-told_at"]

    def __str__(self) -> str:
        return self.title

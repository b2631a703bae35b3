"""What institutions file: submissions with their sheets, contradictions, extensions, urgings."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from hengjian.base.fields import CommittedJSONField, PersonalCharField, PersonalJSONField, PersonalTextField
from hengjian.base.models import ScopedRow
from hengjian.campaigns.models.campaign import Campaign, Target
from hengjian.campaigns.models.clash_words import SENTENCES, say
from hengjian.campaigns.states import (
    CONTRADICTION,
    EXTENSION,
    FILING,
    NOTICE,
    TASK_FORM,
    ContradictionState,
    ExtensionState,
    FilingState,
    NoticeState,
)
from hengjian.forms.models import Sheet
from hengjian.parties.models import Authority


class Submission(ScopedRow):
    """What one institution has to file in one campaign (自查报送). Grain: one row per target, key and round.

    Source: 湘市监 2024 方案 二(一); 东市监函字〔2024〕40号 三(一)1. ``checker`` is the authority that checks it.
    """

    CHART = FILING

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="submissions", verbose_name=_("专项行动"))
    target = models.ForeignKey(Target, models.PROTECT, related_name="submissions", verbose_name=_("应报机构"))
    key = models.CharField(_("期限代号"), max_length=60)
    form_code = models.CharField(_("表单代码"), max_length=80)
    title = models.CharField(_("报送事项"), max_length=120, blank=True)
    round = models.PositiveSmallIntegerField(_("期次"), default=1)
    sheet = models.OneToOneField(Sheet, models.PROTECT, null=True, blank=True, related_name="submission", verbose_name=_("填报表"))
    state = models.CharField(_("状态"), max_length=10, choices=FilingState, default=FilingState.IDLE)
    checker = models.ForeignKey(Authority, models.PROTECT, related_name="to_check", verbose_name=_("审核单位"))
    due_on = models.DateField(_("期限"))
    original_due_on = models.DateField(_("原定期限"))
    first_filed_at = models.DateTimeField(_("首次报送时间"), null=True, blank=True)
    filed_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    filed_by_name = models.CharField(_("报送人"), max_length=40, blank=True)
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    returned_by_name = models.CharField(_("退回人"), max_length=40, blank=True)
    return_reason = PersonalCharField(_("退回意见"), max_length=500, blank=True)
    accepted_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    accepted_by_name = models.CharField(_("接收人"), max_length=40, blank=True)
    is_zero_report = models.BooleanField(_("零问题报告"), default=False)
    return_count = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    filler_account_id = models.UUIDField(_("填表人账号"), null=True, blank=True)
    filler_name = PersonalCharField(_("填表人"), max_length=40, blank=True)
    reminded_count = models.PositiveSmallIntegerField(_("提醒次数"), default=0)
    document_id = models.UUIDField(_("报送件"), null=True, blank=True)
    report_text = PersonalTextField(_("完成情况"), blank=True)

    class Meta:
        verbose_name = _("自查报送")
        ordering = ["due_on", "area", "id"]
        constraints = [
            models.UniqueConstraint(fields=["target", "key", "round"], name="submission_once"),
            models.CheckConstraint(name="submission_filed_has_time", condition=~Q(state__in=["filed", "accepted"]) | Q(filed_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["campaign", "state"], name="submission_campaign_state")]

    def __str__(self) -> str:
        return f"{self.target.institution.name}《{self.campaign.short_title}》{self.title or '自查报送'}"

    @property
    def what(self) -> str:
        """How sentences call what is filed."""
        return self.title or pgettext("one", "自查表")

    @property
    def is_task(self) -> bool:
        """A task that a level added, answered in words and papers."""
        return self.form_code == TASK_FORM


class Contradiction(ScopedRow):
    """A claim that the platform's own data do not bear out (填报与数据矛盾). A signal, never a verdict.

    Source: 沪市监特种〔2024〕317号 一(一) (确保自查工作的真实性). Grain: one row per submission, line, column and rule.
    """

    CHART = CONTRADICTION

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="contradictions", verbose_name=_("自查报送"))
    line_key = models.CharField(_("行键"), max_length=60, blank=True)
    column = models.CharField(_("栏"), max_length=60)
    rule = models.CharField(_("核对规则"), max_length=60)
    subject_id = models.UUIDField(_("对应人员"), null=True, blank=True)
    sentence = PersonalTextField(_("矛盾之处"))
    facts = PersonalJSONField(_("矛盾的事实"), default=dict)
    rows = CommittedJSONField(_("依据的数据"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=ContradictionState, default=ContradictionState.OPEN)
    found_at = models.DateTimeField(_("发现时间"))
    explanation = PersonalCharField(_("说明"), max_length=500, blank=True)
    explained_by_name = models.CharField(_("说明人"), max_length=40, blank=True)
    explained_at = models.DateTimeField(_("说明时间"), null=True, blank=True)
    decided_by_name = models.CharField(_("判断人"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("判断时间"), null=True, blank=True)

    label_is_personal = True

    @property
    def said(self) -> str:
        """The sentence in the language of the page; the Chinese one is on record."""
        return say(self.rule, self.facts) if self.facts and self.rule in SENTENCES else self.sentence

    class Meta:
        verbose_name = _("填报矛盾")
        ordering = ["line_key", "column", "rule"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "line_key", "column", "rule"], name="contradiction_once")
        ]

    def __str__(self) -> str:
        return self.sentence[:80]


class Extension(ScopedRow):
    """A request to file later (延期申请): of an institution for its submission, of an authority for its return."""

    CHART = EXTENSION

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="extensions", verbose_name=_("专项行动"))
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.UUIDField(_("对象"))
    asked_by_id = models.UUIDField(_("申请人"), null=True)
    asked_by_name = models.CharField(_("申请人姓名"), max_length=40)
    asked_at = models.DateTimeField(_("申请时间"))
    due_on = models.DateField(_("现期限"))
    wanted_on = models.DateField(_("申请延至"))
    reason = PersonalCharField(_("理由"), max_length=500)
    decider = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("答复单位"))
    state = models.CharField(_("状态"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    decided_by_name = models.CharField(_("答复人"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    decision = PersonalCharField(_("答复意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("延期申请")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"申请延至{self.wanted_on:%Y-%m-%d}"


class Notice(ScopedRow):
    """A supervision letter (督办单) to those who are late, with their answer. Grain: one row per letter and addressee.

    Source: 湘市监 2024 方案 二（一） (指导、督促和跟踪检查). The answer is the addressee's, the crossing off the issuer's.
    """

    CHART = NOTICE

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="notices", verbose_name=_("专项行动"))
    number = models.CharField(_("编号"), max_length=60)
    issuer = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("督办单位"))
    addressee = models.CharField(_("承办单位"), max_length=120)
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.UUIDField(_("对象"))
    matter = PersonalCharField(_("督办事项"), max_length=300)
    due_on = models.DateField(_("办结期限"))
    state = models.CharField(_("状态"), max_length=10, choices=NoticeState, default=NoticeState.ISSUED)
    issued_at = models.DateTimeField(_("签发时间"))
    issued_by_name = models.CharField(_("签发人"), max_length=40)
    document_id = models.UUIDField(_("督办单文件"), null=True, blank=True)
    answer = PersonalTextField(_("办理情况"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by_name = models.CharField(_("答复人"), max_length=40, blank=True)
    return_reason = PersonalCharField(_("退回意见"), max_length=500, blank=True)
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    return_count = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    closed_at = models.DateTimeField(_("核销时间"), null=True, blank=True)
    closed_by_name = models.CharField(_("核销人"), max_length=40, blank=True)
    closing_note = PersonalCharField(_("核销意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("督办单")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"督办单 {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether the addressee still owes an answer."""
        return self.state in {NoticeState.ISSUED, NoticeState.RETURNED}

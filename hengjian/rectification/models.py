"""Tables of problems and of how they are put right (问题整改)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hengjian.base import clock
from hengjian.base.fields import PersonalCharField, PersonalTextField
from hengjian.base.models import ScopedRow
from hengjian.rectification.states import (
    AMENDED_BY,
    DUE_STATES,
    EXTENSION_CHART,
    OPEN_STATES,
    PROBLEM_CHART,
    EscalationLevel,
    ExtensionState,
    Finder,
    ProblemKind,
    ProblemState,
    Severity,
)


class Problem(ScopedRow):
    """A problem of an institution or an authority (问题), whoever found it.

    Source: 湘市监行风通知（2023）三（三）(问题清单、举措清单、责任清单, 整改工作台账), 湘市监 2024 方案 三（二）.
    Grain: one row per organisation, kind and subject while it is open; every finder stays in ``sources``.
    """

    CHART = PROBLEM_CHART

    number = models.CharField(_("编号"), max_length=30, db_index=True)
    title = PersonalCharField(_("问题"), max_length=200)
    facts = PersonalTextField(_("事实"))
    clause = models.CharField(_("依据"), max_length=200, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=ProblemKind)
    severity = models.PositiveSmallIntegerField(_("程度"), choices=Severity, default=Severity.MINOR)
    state = models.CharField(_("状态"), max_length=20, choices=ProblemState, default=ProblemState.PROPOSED)
    subject_type = models.CharField(_("涉及对象类型"), max_length=60, blank=True)
    subject_id = models.UUIDField(_("涉及对象"), null=True, blank=True, db_index=True)
    subject_label = PersonalCharField(_("涉及人员或事项"), max_length=120, blank=True)
    institution_name = models.CharField(_("责任单位"), max_length=120)
    merge_key = models.CharField(_("合并键"), max_length=64, db_index=True)
    campaign_id = models.UUIDField(_("专项行动"), null=True, blank=True, db_index=True)

    found_at = models.DateTimeField(_("发现时间"))
    first_finder = models.CharField(_("首次来源"), max_length=20, choices=Finder)
    disclosed_at = models.DateTimeField(_("主动填报封存时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by_name = models.CharField(_("确认人"), max_length=40, blank=True)

    at_once = models.BooleanField(_("立行立改"), default=False)
    measure = PersonalTextField(_("整改举措"), blank=True)
    responsible_name = PersonalCharField(_("责任人"), max_length=40, blank=True)
    responsible_department = models.CharField(_("责任部门"), max_length=60, blank=True)
    responsible_id = models.UUIDField(_("责任人账号"), null=True, blank=True)
    due_on = models.DateField(_("整改时限"), null=True, blank=True, db_index=True)
    original_due_on = models.DateField(_("原定时限"), null=True, blank=True)

    reported_at = models.DateTimeField(_("申报整改时间"), null=True, blank=True)
    reported_by_id = models.UUIDField(_("申报人账号"), null=True, blank=True)
    reported_by_name = models.CharField(_("申报人"), max_length=40, blank=True)
    report_text = PersonalTextField(_("整改情况"), blank=True)
    verified_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    verified_by_id = models.UUIDField(_("核查人账号"), null=True, blank=True)
    verified_by_name = models.CharField(_("核查人"), max_length=40, blank=True)
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    closed_by_id = models.UUIDField(_("销号人账号"), null=True, blank=True)
    closed_by_name = models.CharField(_("销号人"), max_length=40, blank=True)
    closing_note = PersonalTextField(_("无整改后证据的理由"), blank=True)
    return_count = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    dismissal_reason = PersonalTextField(_("不成立理由"), blank=True)

    recheck_on = models.DateField(_("复查日期"), null=True, blank=True, db_index=True)
    recheck_asked_at = models.DateTimeField(_("复查任务时间"), null=True, blank=True)
    rechecked_at = models.DateTimeField(_("复查时间"), null=True, blank=True)
    rechecked_by_name = models.CharField(_("复查人"), max_length=40, blank=True)
    recheck_note = PersonalTextField(_("复查情况"), blank=True)
    recurrence_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="recurrences", verbose_name=_("复发自")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入")
    )
    escalated_to_level = models.CharField(_("已上报至"), max_length=10, choices=EscalationLevel, blank=True, default="")
    escalated_on = models.DateField(_("上报日期"), null=True, blank=True)

    label_is_personal = True

    class Meta:
        verbose_name = _("问题")
        ordering = ["-number", "-id"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="problem_by_state"),
            models.Index(fields=["campaign_id", "kind"], name="problem_by_campaign"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merge_key", "area"], condition=Q(state__in=OPEN_STATES), name="problem_open_once"
            ),
            models.CheckConstraint(name="problem_severity_known", condition=Q(severity__gte=1, severity__lte=3)),
            models.CheckConstraint(
                name="problem_closed_has_time",
                condition=~Q(state__in=["closed", "recurred"]) | Q(closed_at__isnull=False, recheck_on__isnull=False),
            ),
            models.CheckConstraint(
                name="problem_due_keeps_original", condition=Q(due_on__isnull=True) | Q(original_due_on__isnull=False)
            ),
            models.CheckConstraint(
                name="problem_dismissed_has_reason", condition=~Q(state="dismissed") | ~Q(dismissal_reason="")
            ),
            models.CheckConstraint(
                name="problem_closer_not_responsible",
                condition=Q(closed_by_id__isnull=True)
                | Q(responsible_id__isnull=True)
                | ~Q(closed_by_id=F("responsible_id")),
            ),
            models.CheckConstraint(
                name="problem_verifier_not_reporter",
                condition=Q(verified_by_id__isnull=True)
                | Q(reported_by_id__isnull=True)
                | ~Q(verified_by_id=F("reported_by_id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def account(self) -> str:
        """Title and facts as one text, without saying the same twice."""
        title = self.title.rstrip("。")
        return self.facts if self.facts.startswith(title) else f"{title}。{self.facts}"

    @property
    def is_open(self) -> bool:
        """Whether the problem is not yet closed or dismissed."""
        return self.state in OPEN_STATES

    def overdue_days(self, on: date | None = None) -> int:
        """Calendar days by which the due date has passed, 0 if it has not or nothing is awaited."""
        if self.due_on is None or self.state not in DUE_STATES:
            return 0
        return max(0, ((on or clock.today()) - self.due_on).days)

    @property
    def late_party(self) -> str:
        """Who is late when the due date has passed: the institution, or the authority that has to verify."""
        return "authority" if self.state == ProblemState.REPORTED else "institution"


class ProblemSource(ScopedRow):
    """One finding of a problem (问题来源). Grain: one row per problem, finder and reference."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="sources", verbose_name=_("问题"))
    finder = models.CharField(_("来源"), max_length=20, choices=Finder)
    ref_type = models.CharField(_("来源对象类型"), max_length=60, blank=True)
    ref_id = models.UUIDField(_("来源对象"), null=True, blank=True)
    label = PersonalCharField(_("来源说明"), max_length=200)
    facts = PersonalTextField(_("所见事实"), blank=True)
    found_at = models.DateTimeField(_("发现时间"))
    found_by_name = models.CharField(_("发现人"), max_length=40, blank=True)
    disclosed = models.BooleanField(_("主动填报"), default=False)
    campaign_id = models.UUIDField(_("专项行动"), null=True, blank=True, db_index=True)

    label_is_personal = True

    class Meta:
        verbose_name = _("问题来源")
        ordering = ["found_at", "id"]
        indexes = [models.Index(fields=["ref_type", "ref_id"], name="problem_source_ref")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_amendment(self) -> bool:
        """Whether it amends what the same finder told before, and is no finding of its own."""
        return self.ref_type == AMENDED_BY


class ProblemExtension(ScopedRow):
    """A request for more time, and what was decided (延期). Grain: one row per request."""

    CHART = EXTENSION_CHART

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="extensions", verbose_name=_("问题"))
    state = models.CharField(_("状态"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    from_due_on = models.DateField(_("申请时的时限"))
    asked_until = models.DateField(_("申请延至"))
    reason = PersonalTextField(_("延期理由"))
    asked_at = models.DateTimeField(_("申请时间"))
    asked_by_id = models.UUIDField(_("申请人账号"), null=True)
    asked_by_name = models.CharField(_("申请人"), max_length=40)
    granted_until = models.DateField(_("准予延至"), null=True, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by_id = models.UUIDField(_("决定人账号"), null=True, blank=True)
    decided_by_name = models.CharField(_("决定人"), max_length=40, blank=True)
    decision_reason = PersonalTextField(_("决定理由"), blank=True)

    class Meta:
        verbose_name = _("延期申请")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"], condition=Q(state="asked"), name="problem_extension_one_pending"
            ),
            models.CheckConstraint(
                name="problem_extension_two_people",
                condition=Q(decided_by_id__isnull=True)
                | Q(asked_by_id__isnull=True)
                | ~Q(decided_by_id=F("asked_by_id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by_name} {self.asked_until}"

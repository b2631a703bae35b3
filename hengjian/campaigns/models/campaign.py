"""The campaign itself: what is asked, of whom, by when, relayed level by level."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalCharField, PersonalJSONField
from hengjian.base.models import Row, ScopedQuerySet, ScopedRow
from hengjian.base.scope import Scope, inside
from hengjian.base.wall import Wall, in_areas, in_orgs, lies_above, points_here, shown_by
from hengjian.campaigns.states import CAMPAIGN, PLAN, CampaignState, PlanState
from hengjian.parties.models import Authority
from hengjian.registry.models import Institution

LAUNCHED = (CampaignState.RUNNING.value, CampaignState.CLOSED.value)
"""A draft is not among them: it belongs to the authority that draws it up, and nobody above or below knows of it."""


class CampaignQuerySet(ScopedQuerySet):
    """A campaign is seen by the authorities it reaches and by the institutions it names; until it is launched by its issuer alone."""

    def _narrow(self, scope: Scope) -> CampaignQuerySet:
        seen = Q(pk__in=Target.objects.filter(org_id__in=list(scope.org_ids), included=True).values("campaign_id"))
        seen |= Q(issuer_id__in=list(scope.org_ids))
        for area in scope.areas:
            parts = area.rstrip("/").split("/")
            above = ["/".join(parts[:n]) + "/" for n in range(1, len(parts))]
            seen |= (inside("area", area) | Q(area__in=above)) & Q(state__in=LAUNCHED)
        return self.filter(seen)

    @classmethod
    def wall(cls, table: str) -> Wall:
        target, key = Target._meta.db_table, f"{table}.id"
        named = points_here(target, "campaign_id", key, f" AND here.included AND {in_orgs('here.org_id')}")
        launched = "state IN ({})".format(", ".join(f"'{one}'" for one in LAUNCHED))
        held = f"(({in_areas('area')} OR {lies_above('area')}) AND {launched}) OR {in_orgs('issuer_id')} OR {named}"
        # What was filed for it keeps its name, also where the institution was left out later or is at home elsewhere.
        return Wall(seen=f"{held} OR {points_here(target, 'campaign_id', key)}", changed=held)


class Campaign(Row):
    """A campaign (专项行动), launched by an authority from an official document.

    Source: 湘市监 2024 方案 三; 东市监函字〔2024〕40号 五; 沪市监特种〔2024〕317号 四. Grain: one row per campaign.
    ``body``: goals, kinds of institution, phases, tasks, contacts, lists to cover in full.
    """

    CHART = CAMPAIGN

    title = models.CharField(_("行动名称"), max_length=200)
    short_title = models.CharField(_("简称"), max_length=40)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("印发日期"))
    issuer = models.ForeignKey(Authority, models.PROTECT, related_name="campaigns", verbose_name=_("发起单位"))
    area = models.CharField(_("行动范围"), max_length=120, db_index=True)
    template_code = models.CharField(_("模板代码"), max_length=80, blank=True)
    template_version = models.PositiveIntegerField(_("模板版次"), default=0)
    body = PersonalJSONField(_("内容"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    launched_at = models.DateTimeField(_("发起时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    document_evidence_id = models.UUIDField(_("文件原件"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("专项行动")
        ordering = ["-issued_on", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def org_id(self) -> object:
        return self.issuer_id

    @property
    def org_area(self) -> str:
        return self.area


class Plan(ScopedRow):
    """An implementing plan (实施方案) of one level: the issuer's own, or a lower authority's relay.

    Grain: one row per campaign and authority. ``body``: tasks and phases added by this level, contacts.
    """

    CHART = PLAN

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plans", verbose_name=_("专项行动"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="plans", verbose_name=_("印发单位"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级方案"))
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    body = PersonalJSONField(_("内容"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    received_by_name = models.CharField(_("签收人"), max_length=40, blank=True)
    refused = models.JSONField(_("系统未予发布的拟定期限"), default=list)

    class Meta:
        verbose_name = _("实施方案")
        ordering = ["area"]
        constraints = [models.UniqueConstraint(fields=["campaign", "authority"], name="plan_once_per_authority")]

    def __str__(self) -> str:
        return f"{self.authority.short_name}《{self.campaign.short_title}》实施方案"


# A plan is addressed to those below: theirs names it as the one it carries on.
shown_by(Plan._meta.db_table, lies_above("area"))


class Supplement(ScopedRow):
    """A supplementary notice (补充通知) of a level whose plan is issued: other dates, further tasks, with its reason.

    Grain: one row per plan and number in sequence. ``changes``: dates [{key, round, title, was, now}] and the titles of
    tasks added. A parent's later date is followed by those below who kept it; their own earlier dates stay.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="supplements", verbose_name=_("实施方案"))
    serial = models.PositiveSmallIntegerField(_("第几次补充"))
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("印发日期"))
    reason = PersonalCharField(_("补充的理由"), max_length=500)
    changes = models.JSONField(_("补充的内容"), default=dict)
    issued_at = models.DateTimeField(_("印发时间"))
    issued_by_name = models.CharField(_("印发人"), max_length=40)

    class Meta:
        verbose_name = _("补充通知")
        ordering = ["issued_at"]
        constraints = [models.UniqueConstraint(fields=["plan", "serial"], name="supplement_once_per_plan")]

    def __str__(self) -> str:
        return f"{self.plan.authority.short_name}《{self.plan.campaign.short_title}》补充通知（{self.serial}）"

    @property
    def dates(self) -> list[dict[str, Any]]:
        """The days that changed, each with the day it was."""
        return [{**one, "was": date.fromisoformat(one["was"]), "now": date.fromisoformat(one["now"])} for one in self.changes.get("dates", [])]

    @property
    def concerns_institutions(self) -> bool:
        """Whether institutions have something new to heed: another day of theirs, or a task."""
        return bool(self.changes.get("tasks")) or any(one["from"] == "institution" for one in self.changes.get("dates", []))

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The tasks that were added, with their days."""
        return [{**one, "due": date.fromisoformat(one["due"]) if one.get("due") else None} for one in self.changes.get("tasks", [])]


class Deadline(ScopedRow):
    """A deadline (报送期限) in a plan: which form, from which level to which, by the end of which day.

    Grain: one row per plan, key and round. Each day ends at 24:00 Asia/Shanghai.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="deadlines", verbose_name=_("实施方案"))
    key = models.CharField(_("期限代号"), max_length=60)
    title = models.CharField(_("报送事项"), max_length=120)
    form_code = models.CharField(_("表单代码"), max_length=80, blank=True)
    step_from = models.CharField(_("由"), max_length=12)
    step_to = models.CharField(_("报"), max_length=12)
    round = models.PositiveSmallIntegerField(_("期次"), default=1)
    due_on = models.DateField(_("期限"))
    parent_due_on = models.DateField(_("上级期限"), null=True, blank=True)
    review_days = models.PositiveSmallIntegerField(_("审核所需工作日"), default=0)
    printed = models.CharField(_("文件原文"), max_length=120, blank=True)
    clause = models.CharField(_("条款"), max_length=60, blank=True)
    kinds = models.JSONField(_("要求哪些类别的机构"), default=list)

    class Meta:
        verbose_name = _("报送期限")
        ordering = ["due_on", "key", "round"]
        constraints = [models.UniqueConstraint(fields=["plan", "key", "round"], name="deadline_once_per_plan")]

    def __str__(self) -> str:
        return f"{self.title} {self.due_on:%Y-%m-%d}"


AFTER_LAUNCH = timedelta(minutes=5)


class Target(ScopedRow):
    """An institution that a campaign names (应报机构), with the reason when it is left out.

    Grain: one row per campaign and institution. An institution approved later joins by itself.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="targets", verbose_name=_("专项行动"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="targets", verbose_name=_("机构"))
    included = models.BooleanField(_("纳入"), default=True)
    reason = PersonalCharField(_("纳入或除外的理由"), max_length=200)
    joined_at = models.DateTimeField(_("纳入时间"))
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    acknowledged_by_name = models.CharField(_("签收人"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("应报机构")
        ordering = ["area", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "institution"], name="target_once_per_campaign")]

    def __str__(self) -> str:
        return f"{self.institution.name}"

    @property
    def joined_late(self) -> bool:
        """Whether the institution came in after the launch, as one that is approved during the campaign does."""
        launched = self.campaign.launched_at
        return launched is not None and self.joined_at - launched > AFTER_LAUNCH


# The history of an institution keeps its name where it worked or was seated once.
shown_by(Institution._meta.db_table, points_here(Target._meta.db_table, "institution_id", f"{Institution._meta.db_table}.id"))

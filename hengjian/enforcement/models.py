"""Tables of orders and cases (执法)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalCharField, PersonalJSONField, PersonalTextField
from hengjian.base.models import ScopedRow
from hengjian.enforcement.states import (
    CASE_CHART,
    ORDER_CHART,
    CaseDecision,
    CaseState,
    OrderKind,
    OrderState,
    ReceiptKind,
    RecheckMethod,
    RecheckResult,
)


class Order(ScopedRow):
    """A safety supervision order (特种设备安全监察指令书).

    Source: 特种设备安全法 第六十二条, 特种设备安全监督检查办法 第二十三、二十七、二十九条.
    Grain: one row per order; the number has no gaps per issuing authority and year.
    """

    CHART = ORDER_CHART

    number = models.CharField(_("文号"), max_length=60)
    authority_id = models.UUIDField(_("发令机关"), db_index=True)
    authority_name = models.CharField(_("发令机关名称"), max_length=80)
    kind = models.CharField(_("整改方式"), max_length=10, choices=OrderKind, default=OrderKind.BY_DATE)
    institution_name = models.CharField(_("单位名称"), max_length=120)
    institution_uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    institution_address = models.CharField(_("单位地址"), max_length=200, blank=True)
    facts = PersonalTextField(_("违法事实或事故隐患"))
    provisions = models.TextField(_("违反的规定"))
    measure = PersonalTextField(_("责令采取的措施"))
    issued_on = models.DateField(_("制作日期"))
    due_on = models.DateField(_("整改期限"), db_index=True)
    original_due_on = models.DateField(_("原定期限"))
    officers = PersonalJSONField(_("执法人员"), default=list)
    state = models.CharField(_("状态"), max_length=20, choices=OrderState, default=OrderState.DRAFTED)
    served_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    receipt_kind = models.CharField(_("送达方式"), max_length=10, choices=ReceiptKind, blank=True)
    received_by = PersonalCharField(_("签收人"), max_length=40, blank=True)
    refusal_note = PersonalTextField(_("拒收情况"), blank=True)
    witness = PersonalCharField(_("见证人"), max_length=40, blank=True)
    answered_at = models.DateTimeField(_("整改报告时间"), null=True, blank=True)
    answered_by_id = models.UUIDField(_("报告人账号"), null=True, blank=True)
    answered_by_name = models.CharField(_("报告人"), max_length=40, blank=True)
    answer = PersonalTextField(_("整改报告"), blank=True)
    recheck_due_on = models.DateField(_("复查时限"), null=True, blank=True)
    rechecked_at = models.DateTimeField(_("复查时间"), null=True, blank=True)
    rechecked_by_name = models.CharField(_("复查人"), max_length=80, blank=True)
    recheck_method = models.CharField(_("复查方式"), max_length=10, choices=RecheckMethod, blank=True)
    recheck_result = models.CharField(_("复查结果"), max_length=10, choices=RecheckResult, blank=True)
    recheck_note = PersonalTextField(_("复查情况"), blank=True)
    withdrawal_reason = PersonalTextField(_("撤回理由"), blank=True)
    problem_id = models.UUIDField(_("所涉问题"), null=True, blank=True, db_index=True)
    visit_id = models.UUIDField(_("所涉检查"), null=True, blank=True, db_index=True)
    campaign_id = models.UUIDField(_("专项行动"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("安全监察指令书")
        ordering = ["-issued_on", "-number"]
        indexes = [models.Index(fields=["state", "due_on"], name="order_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["authority_id", "number"], name="order_number_once"),
            models.CheckConstraint(
                name="order_served_has_receipt",
                condition=Q(served_at__isnull=True) | ~Q(receipt_kind=""),
            ),
            models.CheckConstraint(
                name="order_refusal_has_witness",
                condition=~Q(receipt_kind="refused") | (~Q(refusal_note="") & ~Q(witness="")),
            ),
            models.CheckConstraint(
                name="order_answered_has_recheck_date",
                condition=Q(answered_at__isnull=True) | Q(recheck_due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.number}"


class Case(ScopedRow):
    """A case of administrative penalty (立案), from its filing to its decision.

    Source: 特种设备安全法 第九十三条, 市场监督管理行政处罚程序规定 第十八条. Grain: one row per case.
    """

    CHART = CASE_CHART

    number = models.CharField(_("案号"), max_length=60)
    authority_id = models.UUIDField(_("立案机关"), db_index=True)
    authority_name = models.CharField(_("立案机关名称"), max_length=80)
    institution_name = models.CharField(_("当事人"), max_length=120)
    institution_uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    institution_address = models.CharField(_("当事人地址"), max_length=200, blank=True)
    cause = PersonalCharField(_("案由"), max_length=200)
    facts = PersonalTextField(_("案情"))
    provisions = models.JSONField(_("涉嫌违反的条款"), default=list)
    source = models.CharField(_("案件来源"), max_length=200, blank=True)
    found_on = models.DateField(_("发现日期"), null=True, blank=True)
    filed_on = models.DateField(_("立案日期"))
    officers = PersonalJSONField(_("办案人员"), default=list)
    filed_by_id = models.UUIDField(_("经办人账号"), null=True, blank=True)
    filed_by_name = models.CharField(_("经办人"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=CaseState, default=CaseState.FILED)
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    decision = models.CharField(_("处理决定"), max_length=20, choices=CaseDecision, blank=True)
    decision_text = PersonalTextField(_("决定内容"), blank=True)
    decided_by_name = models.CharField(_("决定人"), max_length=40, blank=True)
    fine_fen = models.BigIntegerField(_("罚款（分）"), null=True, blank=True)
    withdrawn_on = models.DateField(_("撤销日期"), null=True, blank=True)
    withdrawal_reason = PersonalTextField(_("撤销理由"), blank=True)
    problem_id = models.UUIDField(_("所涉问题"), null=True, blank=True, db_index=True)
    order_id = models.UUIDField(_("所涉指令书"), null=True, blank=True, db_index=True)
    visit_id = models.UUIDField(_("所涉检查"), null=True, blank=True, db_index=True)
    campaign_id = models.UUIDField(_("专项行动"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("案件")
        ordering = ["-filed_on", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["authority_id", "number"], name="case_number_once"),
            models.CheckConstraint(
                name="case_decided_has_date", condition=~Q(state="decided") | Q(decided_on__isnull=False)
            ),
            models.CheckConstraint(
                name="case_fine_not_negative", condition=Q(fine_fen__isnull=True) | Q(fine_fen__gte=0)
            ),
            models.CheckConstraint(
                name="case_withdrawn_has_reason", condition=~Q(state="withdrawn") | ~Q(withdrawal_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.number}"

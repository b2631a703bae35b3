"""Shapes of the forms on the pages of orders and cases."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput, FileForm, OfficersForm
from hengjian.enforcement.states import CaseDecision, OrderKind, ReceiptKind, RecheckMethod, Violation

SHORT = {"rows": 3}


class OrderForm(OfficersForm):
    """The words of an order."""

    facts = forms.CharField(label=_("查明的违法事实或事故隐患"), widget=forms.Textarea({"rows": 5}))
    provisions = forms.CharField(label=_("违反的规定"), widget=forms.Textarea(SHORT), help_text=_("写到条、款、项"))
    measure = forms.CharField(label=_("责令采取的措施"), widget=forms.Textarea(SHORT))
    kind = forms.ChoiceField(label=_("整改方式"), choices=OrderKind.choices, initial=OrderKind.BY_DATE)
    due_on = forms.DateField(label=_("整改期限"), widget=DayInput(), help_text=_("到当日24:00为止"))


class ServeForm(ActForm):
    """How the order was taken."""

    receipt_kind = forms.ChoiceField(label=_("送达方式"), choices=ReceiptKind.choices)
    received_by = forms.CharField(label=_("签收人"), max_length=40, required=False)
    refusal_note = forms.CharField(
        label=_("拒收情况"), required=False, widget=forms.Textarea(SHORT), help_text=_("拒收时写明经过，以及拍照、录音或录像")
    )
    witness = forms.CharField(label=_("见证人"), max_length=40, required=False)


class AnswerForm(ActForm):
    """The report of rectification."""

    text = forms.CharField(label=_("整改报告"), widget=forms.Textarea({"rows": 6}))
    responsible_name = forms.CharField(
        label=_("整改责任人"), max_length=40, help_text=_("指令书所涉问题的整改责任人，台账据此登记；责任人不能参与核查")
    )
    responsible_department = forms.CharField(label=_("责任部门"), max_length=60)


class OrderRecheckForm(OfficersForm):
    """What the re-check found; on site it takes two officers."""

    officers_needed = False
    officer_word = _("复查人员")
    officer_hint = _("现场检查的，填写不少于两名复查人员；材料核查的不填")
    passed = forms.TypedChoiceField(
        label=_("复查结果"), choices=[("1", _("已整改到位")), ("0", _("未整改到位"))], coerce=lambda given: given == "1"
    )
    method = forms.ChoiceField(label=_("复查方式"), choices=RecheckMethod.choices)
    note = forms.CharField(label=_("复查情况"), widget=forms.Textarea(SHORT))


class AgainForm(ActForm):
    """Another date, and what is still missing."""

    due_on = forms.DateField(label=_("新的整改期限"), widget=DayInput())
    reason = forms.CharField(label=_("还差什么"), widget=forms.Textarea(SHORT))


class EndForm(ActForm):
    """The reason for closing, needed when the re-check failed."""

    reason = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(SHORT), help_text=_("复查未通过的必须写明，例如已立案处罚")
    )


class ReasonForm(ActForm):
    """A reason that has to be given."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(SHORT))


class EvidenceForm(FileForm):
    """A file, and what it belongs to."""

    item = forms.ChoiceField(
        label=_("证明"), choices=[("answer", _("整改报告")), ("receipt", _("送达回证")), ("recheck", _("复查"))]
    )
    field_order = ("item", "file", "note")


class CaseEvidenceForm(FileForm):
    """A file of a case."""


class CaseForm(OfficersForm):
    """The filing of a case."""

    officer_word = _("办案人员")

    cause = forms.CharField(label=_("案由"), max_length=200)
    facts = forms.CharField(label=_("案情及线索"), widget=forms.Textarea({"rows": 5}))
    provisions = forms.MultipleChoiceField(
        label=_("涉嫌违反《特种设备安全法》第九十三条"), choices=Violation.choices,
        widget=forms.CheckboxSelectMultiple(),
    )
    source = forms.CharField(label=_("案件来源"), max_length=200, required=False)
    found_on = forms.DateField(label=_("发现日期"), widget=DayInput(), required=False)


class DecideForm(ActForm):
    """How a case ended. The fine is typed in yuan and kept in fen."""

    decision = forms.ChoiceField(label=_("处理决定"), choices=CaseDecision.choices)
    text = forms.CharField(label=_("决定内容和理由"), widget=forms.Textarea({"rows": 4}))
    fine_fen = forms.DecimalField(
        label=_("罚款（元）"), required=False, min_value=Decimal(0), max_digits=12, decimal_places=2,
        help_text=_("第九十三条：机构5万元以上20万元以下，人员5千元以上5万元以下"),
    )
    decided_on = forms.DateField(label=_("决定日期"), widget=DayInput(), required=False)

    def clean_fine_fen(self) -> int | None:
        """Yuan as typed, in fen."""
        yuan: Decimal | None = self.cleaned_data.get("fine_fen")
        return None if yuan is None else int(yuan * 100)

"""Shapes of the forms on the pages of orders and cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput
from hengjian.enforcement.states import CaseDecision, OrderKind, ReceiptKind, RecheckMethod, Violation

SHORT = {"rows": 3}
OFFICER_ROWS = 3


class OfficersForm(ActForm):
    """Names and cards of the officers; two at least."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (self.initial or {}).get("officers") or []
        for number in range(1, OFFICER_ROWS + 1):
            said = known[number - 1] if len(known) >= number else {}
            needed = number <= 2 and self.officers_needed
            self.fields[f"officer{number}"] = forms.CharField(
                label=_("执法人员%(n)d姓名") % {"n": number}, max_length=40, required=needed, initial=said.get("name"),
                widget=forms.TextInput({"class": "form-control"}),
            )
            self.fields[f"card{number}"] = forms.CharField(
                label=_("执法证号%(n)d") % {"n": number}, max_length=40, required=needed, initial=said.get("card"),
                widget=forms.TextInput({"class": "form-control"}),
            )

    officers_needed = True

    def plain_fields(self) -> list[forms.BoundField]:
        """All fields but those of the officers, which stand in a table."""
        return [one for one in self if not one.name.startswith(("officer", "card"))]

    def officer_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Name and card of each officer, side by side."""
        return [(self[f"officer{n}"], self[f"card{n}"]) for n in range(1, OFFICER_ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["officers"] = [
            {"name": given.pop(f"officer{n}", "") or "", "card": given.pop(f"card{n}", "") or ""}
            for n in range(1, OFFICER_ROWS + 1)
        ]
        return given


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


class OrderRecheckForm(OfficersForm):
    """What the re-check found; on site it takes two officers."""

    officers_needed = False
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


class EvidenceForm(ActForm):
    """A file, and what it belongs to."""

    item = forms.ChoiceField(
        label=_("证明"), choices=[("answer", _("整改报告")), ("receipt", _("送达回证")), ("recheck", _("复查"))]
    )
    file = forms.FileField(label=_("文件"), help_text=_("照片、PDF、Word、Excel，不含宏"))
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.pop("file", None)
        if file is not None:
            given["file_name"], given["data"] = file.name, file.read()
        return given


class CaseForm(OfficersForm):
    """The filing of a case."""

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

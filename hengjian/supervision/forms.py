"""Shapes of the forms on the pages of visits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput, FileForm, OfficersForm, PickField
from hengjian.enforcement.states import Violation
from hengjian.rectification.states import ProblemKind, Severity
from hengjian.registry.models import Institution
from hengjian.supervision.states import VISIT_ITEMS, ItemResult, SigningKind, VisitKind

SHORT = {"rows": 3}


class VisitForm(OfficersForm):
    """A visit: where, when, who, what was looked at, what was found."""

    officer_word = _("检查人员")
    institution = PickField(label=_("被检查机构"), queryset=Institution.objects.none(), empty_label=_("请选择机构"))
    campaign_id = forms.TypedChoiceField(
        label=_("所属专项行动"), required=False, coerce=UUID, empty_value=None,
        help_text=_("属于专项行动的检查计入该行动的统计表和全覆盖名单"),
    )
    kind = forms.ChoiceField(label=_("检查类别"), choices=VisitKind.choices)
    visited_on = forms.DateField(label=_("检查日期"), widget=DayInput())
    on_site = forms.BooleanField(label=_("开展了检验检测现场抽查"), required=False)
    place_name = forms.CharField(label=_("检查地点（不填按单位地址）"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign_id"].choices = [("", _("不属于专项行动"))]  # type: ignore[attr-defined]
        for key, label in VISIT_ITEMS:
            self.fields[f"result_{key}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", _("未检查")), *ItemResult.choices],
                widget=forms.Select({"class": "form-select"}),
            )
            self.fields[f"note_{key}"] = forms.CharField(
                label=_("%(item)s：情况说明") % {"item": label}, max_length=500, required=False,
                widget=forms.TextInput({"class": "form-control"}),
            )
        self.fields["findings"] = forms.CharField(
            label=_("检查情况及发现的问题"), widget=forms.Textarea({"rows": 5}), help_text=_("没有发现问题也要写明")
        )
        self.fields["violation_kinds"] = forms.MultipleChoiceField(
            label=_("违法违规行为（《特种设备安全法》第九十三条）"), choices=Violation.choices, required=False,
            widget=forms.CheckboxSelectMultiple(), help_text=_("勾选的每一项自动登记为问题"),
        )
        self.fields["handling"] = forms.CharField(label=_("处理措施"), required=False, widget=forms.Textarea(SHORT))

    def offer_campaigns(self, known: list[tuple[str, str]]) -> None:
        """Set the campaigns to choose from; the only one is proposed."""
        field: Any = self.fields["campaign_id"]
        field.choices = [("", _("不属于专项行动")), *known]
        if len(known) == 1 and not self.initial.get("campaign_id"):
            self.initial["campaign_id"] = known[0][0]

    def first_fields(self) -> list[forms.BoundField]:
        """Which institution, when, where."""
        return [self[name] for name in ("institution", "kind", "campaign_id", "visited_on", "on_site", "place_name")]

    def last_fields(self) -> list[forms.BoundField]:
        """What was found, and what follows."""
        return [self[name] for name in ("findings", "violation_kinds", "handling")]

    def item_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Result and note of each item, side by side."""
        return [(self[f"result_{key}"], self[f"note_{key}"]) for key, _label in VISIT_ITEMS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["items"] = [
            {"item": key, "result": given.pop(f"result_{key}", ""), "note": given.pop(f"note_{key}", "")}
            for key, _label in VISIT_ITEMS
        ]
        return given


class SignForm(ActForm):
    """How the checked unit confirmed the record."""

    signing = forms.ChoiceField(
        label=_("确认方式"), choices=[(one.value, one.label) for one in SigningKind if one is not SigningKind.WAITING]
    )
    signed_by = forms.CharField(label=_("签字的负责人"), max_length=40, required=False)
    note = forms.CharField(label=_("拒签或终止情况"), required=False, widget=forms.Textarea(SHORT))
    witness = forms.CharField(label=_("见证人"), max_length=40, required=False)


class AmendForm(ActForm):
    """The words of a record that is not yet signed."""

    findings = forms.CharField(label=_("检查情况及发现的问题"), widget=forms.Textarea({"rows": 5}))
    handling = forms.CharField(label=_("处理措施"), required=False, widget=forms.Textarea(SHORT))
    reason = forms.CharField(label=_("补充的理由"), widget=forms.Textarea(SHORT))


class FindingForm(ActForm):
    """A problem seen at the visit."""

    kind = forms.ChoiceField(label=_("类别"), choices=ProblemKind.choices)
    severity = forms.TypedChoiceField(label=_("程度"), choices=Severity.choices, coerce=int)
    title = forms.CharField(label=_("问题"), max_length=200)
    subject_label = forms.CharField(label=_("涉及人员或事项"), max_length=120, required=False)
    facts = forms.CharField(label=_("事实"), widget=forms.Textarea(SHORT))
    clause = forms.CharField(label=_("依据"), max_length=200, required=False)


class EvidenceForm(FileForm):
    """A photograph, recording or paper."""

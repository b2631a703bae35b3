"""Shapes of the forms on the pages of problems."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput, FileForm, PickField
from hengjian.rectification.models import Problem
from hengjian.rectification.states import AFTER, BEFORE, RECHECK, Finder, ProblemKind, Severity
from hengjian.registry.models import Institution

SHORT = {"rows": 3}
BY_HAND = (Finder.INSPECTION, Finder.COMPLAINT, Finder.SCREENING)


class ConfirmForm(ActForm):
    """Severity and date."""

    severity = forms.TypedChoiceField(label=_("程度"), choices=Severity.choices, coerce=int)
    due_on = forms.DateField(label=_("整改时限"), widget=DayInput(), help_text=_("到当日24:00为止"))
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(SHORT))


class ReasonForm(ActForm):
    """A reason that has to be given."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(SHORT))


class ReturnForm(ReasonForm):
    """A reason, and perhaps another date."""

    due_on = forms.DateField(label=_("新的时限（不改可不填）"), required=False, widget=DayInput())


class NoteForm(ActForm):
    """Words that may be left out."""

    note = forms.CharField(label=_("核查情况"), required=False, widget=forms.Textarea(SHORT))


class CloseForm(ActForm):
    """The reason that stands in the place of evidence."""

    reason = forms.CharField(
        label=_("核查情况"), required=False, widget=forms.Textarea(SHORT),
        help_text=_("没有整改后证据的，必须写明理由。销号后90天复查，一年内复发升一级。"),
    )


class PlanForm(ActForm):
    """How, by whom, by when."""

    measure = forms.CharField(label=_("整改举措"), widget=forms.Textarea(SHORT))
    responsible_name = forms.CharField(
        label=_("责任人"), max_length=40, help_text=_("填写本单位账号的姓名，问题会出现在他的工作台")
    )
    responsible_department = forms.CharField(label=_("责任部门"), max_length=60)
    due_on = forms.DateField(
        label=_("完成日期"), required=False, widget=DayInput(), help_text=_("可以早于规定的时限，不能更晚")
    )
    at_once = forms.TypedChoiceField(
        label=_("整改方式"), choices=[("0", _("限期整改")), ("1", _("立行立改"))], coerce=lambda given: given == "1",
        initial="0", help_text=_("能马上整改的立即整改，不能马上整改的按举措限期完成"),
    )


class ReportForm(ActForm):
    """What was done."""

    text = forms.CharField(label=_("整改情况"), widget=forms.Textarea({"rows": 4}))


class ExtensionForm(ActForm):
    """Until when, and why."""

    until = forms.DateField(label=_("申请延至"), widget=DayInput())
    reason = forms.CharField(label=_("延期理由"), widget=forms.Textarea(SHORT))


class DecisionForm(ActForm):
    """Granted or not, why, and perhaps to an earlier date."""

    granted = forms.TypedChoiceField(
        label=_("决定"), choices=[("1", _("准予延期")), ("0", _("不予延期"))], coerce=lambda given: given == "1"
    )
    until = forms.DateField(label=_("准予延至（不填按申请）"), required=False, widget=DayInput())
    reason = forms.CharField(label=_("决定理由"), widget=forms.Textarea(SHORT))


class RecheckForm(ActForm):
    """What the check after 90 days found."""

    passed = forms.TypedChoiceField(
        label=_("复查结果"), choices=[("1", _("复查通过")), ("0", _("复发"))], coerce=lambda given: given == "1",
        help_text=_("复发的将重新立为问题，程度升一级"),
    )
    note = forms.CharField(label=_("复查情况"), widget=forms.Textarea(SHORT))


class EvidenceForm(FileForm):
    """A file, and what it shows."""

    item = forms.ChoiceField(
        label=_("证明"), choices=[(AFTER, _("整改后")), (BEFORE, _("整改前")), (RECHECK, _("复查"))]
    )
    field_order = ("item", "file", "note")


class MergeForm(ReasonForm):
    """Another open problem of the same unit."""

    into = PickField(label=_("并入"), queryset=Problem.objects.none(), empty_label=_("请选择问题"))


class OpenForm(ActForm):
    """A problem registered by hand. Of its own, a unit names neither itself nor who found it."""

    institution = PickField(label=_("责任单位"), queryset=Institution.objects.none(), empty_label=_("请选择机构"))
    finder = forms.ChoiceField(
        label=_("来源"), choices=[(one.value, one.label) for one in Finder if one in BY_HAND], initial=Finder.INSPECTION
    )
    kind = forms.ChoiceField(label=_("类别"), choices=ProblemKind.choices)
    severity = forms.TypedChoiceField(label=_("程度"), choices=Severity.choices, coerce=int)
    title = forms.CharField(label=_("问题"), max_length=200, help_text=_("一句话写明"))
    subject_label = forms.CharField(label=_("涉及人员或事项"), max_length=120, required=False)
    facts = forms.CharField(label=_("事实"), widget=forms.Textarea({"rows": 4}))
    clause = forms.CharField(label=_("依据"), max_length=200, required=False)

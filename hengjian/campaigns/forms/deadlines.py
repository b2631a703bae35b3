"""Forms of extensions, urging and supervision letters."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput
from hengjian.base.errors import BadInput

WORDS = {"rows": 3}


class AskForm(ActForm):
    """Ask for a later deadline."""

    wanted_on = forms.DateField(label=_("申请延至"), widget=DayInput(), help_text=_("到当日24:00为止"))
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(WORDS), max_length=500)


class DecideForm(ActForm):
    """Answer a request."""

    until = forms.DateField(label=_("准予延至"), required=False, widget=DayInput(), help_text=_("不填即按申请的日期；可以定得更早"))
    decision = forms.CharField(label=_("答复意见"), required=False, widget=forms.Textarea(WORDS), max_length=500, help_text=_("不同意时须写明理由"))


def _numbers(value: str) -> list[int]:
    """7、3、0 as numbers; commas and blanks part them too. Raises ``ValidationError``."""
    parts = [part for part in re.split(r"[、,，\s]+", value.strip()) if part]
    if any(not part.isdigit() for part in parts):
        raise forms.ValidationError(_("请填整数，用顿号隔开，例如7、3、0。"))
    return [int(part) for part in parts]


class RulesForm(ActForm):
    """When reminders go out in a campaign."""

    before = forms.CharField(label=_("到期前第几天提醒"), max_length=40, required=False, help_text=_("用顿号隔开；0是到期当天"))
    after = forms.CharField(label=_("逾期后第几天再提醒"), max_length=40, required=False, help_text=_("用顿号隔开"))
    leaders_after = forms.IntegerField(label=_("逾期第几天起告知分管负责人"), min_value=1)
    letter_days = forms.IntegerField(label=_("督办单留几个工作日"), min_value=1)
    joiner_days = forms.IntegerField(label=_("中途纳入的机构至少留几个工作日"), min_value=1)
    reason = forms.CharField(label=_("调整的理由"), widget=forms.Textarea({"rows": 2}), max_length=200)

    def clean_before(self) -> list[int]:
        """The days as numbers."""
        return _numbers(self.cleaned_data["before"])

    def clean_after(self) -> list[int]:
        """The days as numbers."""
        return _numbers(self.cleaned_data["after"])


class LetterForm(ActForm):
    """What a supervision letter says."""

    matter = forms.CharField(label=_("督办事项"), widget=forms.Textarea(WORDS), max_length=300)
    due_on = forms.DateField(label=_("办结期限"), widget=DayInput(), help_text=_("到当日24:00为止"))


class FilesInput(forms.ClearableFileInput):
    """A control that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none of them needed; cleaned to pairs of name and bytes."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        held = data if isinstance(data, list | tuple) else [data] if data else []
        one = super().clean
        return [(file.name, file.read()) for file in (one(each, initial) for each in held) if file]


class AnswerLetterForm(ActForm):
    """The answer to a supervision letter."""

    text = forms.CharField(label=_("办理情况"), widget=forms.Textarea({"rows": 5}), max_length=4000, help_text=_("写明原因、已经做了什么、何时报送"))
    papers = FilesField(label=_("佐证材料"), required=False, help_text=_("照片、PDF、Word、Excel，不含宏；可以选几份"))


class TaskReportForm(ActForm):
    """What was done of a task that a level added."""

    text = forms.CharField(label=_("完成情况"), widget=forms.Textarea({"rows": 6}), max_length=4000, help_text=_("做了什么、数量、结果；没有完成的写明原因和打算"))
    papers = FilesField(label=_("佐证材料"), required=False, help_text=_("照片、PDF、Word、Excel，不含宏；可以选几份"))


class ReturnLetterForm(ActForm):
    """Ask again."""

    reason = forms.CharField(label=_("退回的意见"), widget=forms.Textarea(WORDS), max_length=500)
    due_on = forms.DateField(label=_("重新答复的期限"), widget=DayInput(), help_text=_("到当日24:00为止"))


class CloseLetterForm(ActForm):
    """Cross a letter off."""

    note = forms.CharField(label=_("核销意见"), required=False, widget=forms.Textarea(WORDS), max_length=500, help_text=_("可不填"))


def chosen_ids(query: QueryDict) -> list[UUID]:
    """The rows that a board sends along: one button's own row, or all that are ticked. Raises ``BadInput`` for what is no row."""
    only = query.get("only", "")
    try:
        return [UUID(value) for value in ([only] if only else query.getlist("row"))]
    except ValueError as error:
        raise BadInput("row", gettext("所选的行无法识别，请刷新页面后重新勾选。")) from error


def note_of(query: Any) -> str:
    """The words that go with an urging."""
    return str(query.get("note", "")).strip()[:200]

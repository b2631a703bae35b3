"""Commands of a page: a form, the service it calls, what is said when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hengjian.base.errors import BadInput


class ActForm(forms.Form):
    """A form whose faults may also come from the service; what was typed is never lost."""

    use_required_attribute = True

    def refuse(self, refusal: BadInput) -> None:
        """Show the faults that a service found, each at its field or above them all."""
        for fault in refusal.faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)


class DayInput(forms.DateInput):
    """A date as the browser's own calendar takes it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


@dataclass(frozen=True)
class PageAct:
    """One command on a row: ``service(row, *, actor, **cleaned)``."""

    label: Any
    form: type[ActForm]
    service: Callable[..., Any]
    said: Any
    is_main: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """A command that the page offers now: its address, its form, its words."""

    code: str
    url: str
    label: Any
    form: ActForm
    is_main: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it was refused a moment ago and has to be seen."""
        return self.form.is_bound


def carry_out(
    request: HttpRequest, act: PageAct, row: Any, *, page: Callable[[ActForm], HttpResponse],
    home: Callable[[Any], str], form: ActForm | None = None,
) -> HttpResponse:
    """Check the form, call the service and go ``home`` to its result; on bad input show the page again, with 422."""
    bound = form or act.form(request.POST, request.FILES)
    if bound.is_valid():
        try:
            done = act.service(row, actor=request.actor, **bound.cleaned_data)  # type: ignore[attr-defined]
        except BadInput as refusal:
            bound.refuse(refusal)
        else:
            messages.success(request, str(act.said))
            return redirect(home(done))
    answer = page(bound)
    answer.status_code = 422
    return answer

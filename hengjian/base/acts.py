"""Commands of a page: a form, the service it calls, who may when, what is said when it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from hengjian.base.errors import BadInput, NotAllowed

OFFICER_ROWS = 3


class ActForm(forms.Form):
    """A form whose faults may also come from the service; what was typed is never lost."""

    use_required_attribute = True

    def refuse(self, refusal: BadInput) -> None:
        """Show the faults that a service found, each at its field or above them all."""
        for fault in refusal.faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)


def opens_for(allowed: bool, why: Any) -> None:
    """Open a form to those alone whose act it is: what the service would refuse in the end is refused before anything is typed.

    Raises:
        NotAllowed: with ``why``, the words of the service.
    """
    if not allowed:
        raise NotAllowed(str(why))


class FileForm(ActForm):
    """A file and a word on it; the service gets ``file_name``, ``data`` and ``note``."""

    file = forms.FileField(label=_("文件"), help_text=_("照片、PDF、Word、Excel，不含宏"))
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """The bytes in the place of the upload."""
        given = super().clean() or {}
        file = given.pop("file", None)
        if file is not None:
            given["file_name"], given["data"] = file.name, file.read()
        return given


class OfficersForm(ActForm):
    """Names and cards of the officers who take part, as orders, cases and records of visits state them; two at least."""

    officers_needed = True
    officer_word: Any = _("执法人员")
    officer_hint: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (self.initial or {}).get("officers") or []
        for number in range(1, OFFICER_ROWS + 1):
            said = known[number - 1] if len(known) >= number else {}
            needed = number <= 2 and self.officers_needed
            self.fields[f"officer{number}"] = forms.CharField(
                label=_("%(who)s%(n)d姓名") % {"who": self.officer_word, "n": number}, max_length=40, required=needed,
                initial=said.get("name"), widget=forms.TextInput({"class": "form-control"}),
            )
            self.fields[f"card{number}"] = forms.CharField(
                label=_("执法证号%(n)d") % {"n": number}, max_length=40, required=needed, initial=said.get("card"),
                widget=forms.TextInput({"class": "form-control"}),
            )

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


class DayInput(forms.DateInput):
    """A date as the browser's own calendar takes it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


MOST_IN_SELECT = 20  # from more choices than these, one is typed and picked instead


class _PickInput(forms.TextInput):
    """A text that the browser completes from a list; the list stands beside it."""

    template_name = "base/pick.html"

    def __init__(self, names: list[str]) -> None:
        super().__init__({"autocomplete": "off"})
        self.names = names

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = list_id = f"{context['widget']['attrs'].get('id', name)}-list"
        return context | {"list_id": list_id, "names": self.names}


class PickField(forms.ModelChoiceField):
    """One of many rows: few in a select, many by typing a part of the name; never ``---------``."""

    _known: dict[str, str]  # where they are typed: name by key

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("请选择"))
        kwargs.setdefault("error_messages", {"invalid_choice": _("没有这一名称，请从列表中选择。")})
        super().__init__(*args, **kwargs)
        self._known = {}

    def offer(self, rows: Any) -> None:
        """Set the rows that may be chosen."""
        self.queryset = rows
        if rows.count() > MOST_IN_SELECT:
            self._known = {str(row.pk): self.label_from_instance(row) for row in rows}
            self.help_text = self.help_text or _("输入名称的一部分，从列表中选择")
            self.widget = _PickInput(list(self._known.values()))
            self.widget.is_required = self.required

    def prepare_value(self, value: Any) -> Any:
        """The name for an input that is typed into, the key for a select."""
        held = super().prepare_value(value)
        return self._known.get(str(held), held) if isinstance(held, str | UUID) else held

    def to_python(self, value: Any) -> Any:
        """The row of that key, or the only one of that name."""
        named = [key for key, label in self._known.items() if value and str(value) in (key, label)]
        if value and self._known and len(named) != 1:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return super().to_python(named[0] if named else value)


@dataclass(frozen=True)
class PageAct:
    """One command on a row: ``service(row, *, actor, **cleaned)``.

    ``move`` names the moves of the row's chart that it may make ("prepare|plan"), ``may`` the policy that goes with it.
    """

    label: Any
    form: type[ActForm]
    service: Callable[..., Any]
    said: Any
    is_main: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    move: str = ""
    may: Callable[[Any, Any], bool] | None = None

    def is_open_to(self, actor: Any, row: Any) -> bool:
        """Whether state and policy allow the actor this command now."""
        fits = not self.move or any(row.CHART.allows(one, row.state) for one in self.move.split("|"))
        return fits and (self.may is None or self.may(actor, row))


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


def offered(
    acts: Mapping[str, PageAct], row: Any, actor: Any, *, url: Callable[[str], str], form: Callable[[str], ActForm],
    bound: Mapping[str, ActForm] | None = None, shut: Collection[str] = (),
) -> list[Offer]:
    """The commands that state and policy allow the actor now; the first main one is the page's one solid button.

    Args:
        bound: forms that were refused a moment ago, by command.
        shut: commands that something else than state and policy closes.
    """
    found = [
        Offer(code, url(code), act.label, (bound or {}).get(code) or form(code), act.is_main)
        for code, act in acts.items()
        if code not in shut and act.is_open_to(actor, row)
    ]
    main = next((one for one in found if one.is_main), None)
    return ([main] if main else []) + [replace(one, is_main=False) for one in found if one is not main]


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

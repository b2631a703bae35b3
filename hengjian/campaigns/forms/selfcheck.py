"""Shapes of the HTML forms of self-checks: what was sent, read and named."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.base.acts import DayInput
from hengjian.base.errors import BadInput
from hengjian.base.fields import Secret
from hengjian.base.texts import whole_number
from hengjian.forms.services import CellWrite

MOST_CELLS = 5000


class FootForm(forms.Form):
    """The foot of the form: who filled it in, telephone, day.

    A telephone that is known stands in it as pages show it, and is taken for that one when it comes back so.
    """

    filler_name = forms.CharField(label=gettext_lazy("填表人姓名"), max_length=40)
    filler_phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30, help_text=gettext_lazy("加密保存，页面和下载件上遮盖中间几位"))
    filled_on = forms.DateField(label=gettext_lazy("填报日期"), widget=DayInput())

    def __init__(self, *args: Any, known_phone: Secret | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_phone = known_phone or None
        self.initial["filler_phone"] = self.known_phone.masked() if self.known_phone else ""

    def clean_filler_phone(self) -> str:
        """The telephone in full, for the service."""
        given = str(self.cleaned_data["filler_phone"])
        known = self.known_phone
        return known.reveal() if known is not None and given == known.masked() else given


def version_of(text: Any) -> int | None:
    """The version that a page saw; ``None`` when it sent none."""
    return whole_number(text)


def cell_write(query: QueryDict) -> CellWrite:
    """One cell as the grid sends it."""
    return CellWrite(query.get("line", ""), query.get("column", ""), query.get("value", "").strip(), version_of(query.get("base_version", "")))


def block_writes(sent: Any) -> list[CellWrite]:
    """A block of cells as the grid sends it (JSON). Raises ``BadInput``."""
    cells = sent.get("cells") if isinstance(sent, dict) else None
    if not isinstance(cells, list) or len(cells) > MOST_CELLS or not all(isinstance(one, dict) for one in cells):
        raise BadInput("cells", _("粘贴的内容无法识别，请分几次粘贴。"))
    return [
        CellWrite(str(one.get("line", "")), str(one.get("column", "")), str(one.get("value", "")).strip(), version_of(one.get("base_version", "")))
        for one in cells
    ]


def chosen_cells(query: QueryDict) -> list[tuple[str, str]]:
    """Differences of a workbook for which “采用工作簿的” was chosen; each is sent as ``line|column``."""
    pairs = [name.removeprefix("take-").split("|", 1) for name in query if name.startswith("take-") and query[name] == "theirs"]
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def uploaded(files: Any, name: str = "file") -> tuple[str, bytes]:
    """Name and bytes of an uploaded file. Raises ``BadInput`` when there is none."""
    held = files.get(name)
    if held is None:
        raise BadInput(name, _("请选择要上传的文件。"))
    return held.name or "", held.read()

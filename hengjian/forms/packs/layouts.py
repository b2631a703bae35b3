"""The printed layouts of the packs, by the code of their definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hengjian.forms.packs.campaign import Lists
from hengjian.forms.packs.reading import find


def layout_of(code: str, key: str = "", *, version: int | None = None, extra: Iterable[Path | str] = ()) -> dict[str, Any]:
    """Give the layout of a form, or of one list of a paper that holds several (the first unless ``key`` names one).

    ``layout_of("national.documents.order")`` is the order 安全监察指令书; ``layout_of("cn-43.2023-conduct.lists",
    "measures")`` the list of measures. Raises KeyError when there is no such definition, list or layout.
    """
    found = find(code, version, extra=extra)
    if isinstance(found, Lists):
        held: Any = next((each.layout for each in found.lists if key in ("", each.key)), None)
    else:
        held = getattr(found, "layout", None)
    if not isinstance(held, Mapping):
        raise KeyError(f"{code} {key}".strip())
    return _plain(held)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value

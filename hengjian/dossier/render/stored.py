"""Payloads as a database keeps them: plain JSON that remembers dates, times and decimals."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from hengjian.base.fields import Secret

_DATE, _TIME, _DECIMAL = "$date", "$time", "$decimal"


def frozen(value: Any) -> Any:
    """Turn a payload or layout into plain JSON.

    A secret is kept as pages show it, masked. Raises TypeError for floats and for values that no form prints.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    if isinstance(value, Decimal):
        return {_DECIMAL: format(value, "f")}
    if isinstance(value, Mapping):
        return {str(key): frozen(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [frozen(each) for each in value]
    if isinstance(value, (Promise, Secret, UUID)):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be part of a document")


def thawed(value: Any) -> Any:
    """Turn what ``frozen`` made back into what the renderers take."""
    if isinstance(value, list):
        return [thawed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, held), = value.items()
        readers: dict[str, Any] = {_DATE: date.fromisoformat, _TIME: datetime.fromisoformat, _DECIMAL: Decimal}
        if key in readers:
            return readers[key](held)
    return {key: thawed(each) for key, each in value.items()}

"""What a table's row security says, in the words of SQL: the counterpart of ``within`` on the side of PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from hengjian.base.scope import Scope

SETTINGS = ("hengjian.known", "hengjian.everything", "hengjian.areas", "hengjian.org_ids")
_BETWEEN = "\n"

# Each in a SELECT of its own, the reading of the values too: PostgreSQL then asks once for a statement and not once for a row.
# The cast outside changes nothing; it says that ANY is given a list and not a question.
_ASKED = "(SELECT current_setting('{}', true) = 'on')"
_LIST = "((SELECT string_to_array(current_setting('{0}', true), E'\\n')::{1}[])::{1}[])"
SOMEBODY = _ASKED.format("hengjian.known")
"""Somebody is asking, whoever it is."""
EVERYBODY = _ASKED.format("hengjian.everything")


class WallMissing(TypeError):
    """A table narrows its rows in code and does not say how its row security is to."""


@dataclass(frozen=True)
class Wall:
    """Which rows of a table a scope sees, and which it may change and write where that is another matter. SQL over its columns."""

    seen: str
    changed: str = ""
    written: str = ""


def points_here(table: str, column: str, key: str, more: str = "") -> str:
    """A row that points at ``key`` is there and seen: the row security of its own table counts as well."""
    return f"EXISTS (SELECT 1 FROM {table} here WHERE here.{column} = {key}{more})"  # noqa: S608  names of our own tables


def each_points_here(table: str, column: str, key: str) -> str:
    """The same for large tables: each row is looked up by itself.

    PostgreSQL does not know how few rows of a page are going to be looked at, and would read all of ``table`` for them;
    ``OFFSET 0`` keeps it from that.
    """
    return points_here(table, column, key, " OFFSET 0")


_shown: dict[str, list[str]] = {}


def shown_by(table: str, condition: str) -> None:
    """Register that rows of a lower floor's table may be read by whoever sees a row of ours that points at them."""
    if condition not in _shown.setdefault(table, []):
        _shown[table].append(condition)


def shown(table: str) -> list[str]:
    """The conditions registered for a table."""
    return _shown.get(table, [])


def in_areas(column: str) -> str:
    """The path lies at or below one of the scope's areas.

    A path ends with ``/``, so to begin with the area's path is the same as the half-open range of ``scope.inside``; it
    holds in every collation.
    """
    return f"{column} ^@ ANY ({_LIST.format('hengjian.areas', 'text')})"


def lies_above(column: str) -> str:
    """The path leads to one of the scope's areas."""
    return f"EXISTS (SELECT 1 FROM unnest({_LIST.format('hengjian.areas', 'text')}) AS mine WHERE mine ^@ {column})"  # noqa: S608  a name of our own


def in_orgs(column: str) -> str:
    """The column names one of the scope's organisations."""
    return f"{column} = ANY ({_LIST.format('hengjian.org_ids', 'uuid')})"


def settings_of(scope: Scope | None) -> list[str]:
    """The values of ``SETTINGS`` for a scope; for nobody all of them are empty."""
    if scope is None:
        return ["", "", "", ""]
    if wrong := [area for area in scope.areas if not area.endswith("/") or _BETWEEN in area]:
        raise ValueError(f"not paths of areas: {wrong}")
    orgs = sorted(str(one) for one in scope.org_ids)
    return ["on", "on" if scope.everything else "", _BETWEEN.join(scope.areas), _BETWEEN.join(orgs)]

"""Checking a package against the contract before anything is screened: every fault by file, row, field and remedy.

A row with a fault in its own cells (type, enumeration, key) is set aside and counted. A row that names nothing known, or whose times run
backwards, is kept, and the fault is told: rules judge pairs of times themselves. Check digits and places are warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb
from stdnum.cn import ric, uscc

from hengjian.screening.contract import REFERENCES, SEQUENCES, TYPE_NAMES, Field, contract
from hengjian.screening.engine.reading import Staged

SET_ASIDE, KEPT, WARNING = "set_aside", "kept", "warning"
EFFECTS = {SET_ASIDE: "已搁置", KEPT: "已留用", WARNING: "提醒"}
CREDIT_CODES = (("institutions", "institution_id"), ("enterprises", "enterprise_id"))
CREDIT_CODE_LENGTH = RESIDENT_ID_LENGTH = 18
PLACES = (("equipment", "latitude", 90), ("equipment", "longitude", 180), ("visits", "latitude", 90), ("visits", "longitude", 180))
HASHED = ("photos", "perceptual_hash")
TWO = 2


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what is wrong, what to do. `row` as a person counts it in the file; 0 for the file as a whole."""

    resource: str
    file: str
    row: int
    field: str
    kind: str
    effect: str
    value: str
    message: str


@dataclass
class Checked:
    """What the check of a package found. counts: how many faults of each (resource, field, kind, effect)."""

    rows: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    counts: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Checker:
    """Checks staged resources; faults are gathered in the table `faults`, rows set aside leave `rows_<name>`."""

    def __init__(self, database: duckdb.DuckDBPyConnection, staged: dict[str, Staged]) -> None:
        self.database = database
        self.staged = staged
        self.checked = Checked()
        self.database.execute(
            "CREATE OR REPLACE TABLE faults (resource VARCHAR, row_id BIGINT, field VARCHAR, kind VARCHAR, effect VARCHAR, value VARCHAR, more VARCHAR)"
        )

    def check(self) -> Checked:
        """Check cells and keys of all resources, set faulty rows aside, then what they say of each other."""
        for one in self.staged.values():
            self._cells(one)
            self._key(one)
            self._set_aside(one)
        for one in self.staged.values():
            self._references(one)
            self._sequences(one)
            self._warnings(one)
        for row in self.database.execute("SELECT resource, field, kind, effect, count(*) FROM faults GROUP BY ALL ORDER BY ALL").fetchall():
            self.checked.counts[(row[0], row[1], row[2], row[3])] = row[4]
        return self.checked

    def _cells(self, staged: Staged) -> None:
        """One scan counts every fault of the cells; only fields that have one are asked again, for its rows."""
        name = staged.resource.name
        tests = [
            (one.field, kind, test) for one in staged.columns for kind, test in _tests_of(one.field, one.field.name in staged.resource.key)
        ]
        sums = "".join(f", count(*) FILTER (WHERE {test})" for _, _, test in tests)
        found = self.database.execute(f'SELECT count(*), count(*) FILTER (WHERE _unread){sums} FROM "rows_{name}" r').fetchone() or (0, 0)
        self.checked.rows[name] = found[0] + staged.rejected
        if found[1]:
            self._unread(staged)
        for (one, kind, test), number in zip(tests, found[2:], strict=True):
            if number:
                self._note(
                    f"SELECT '{name}', _row, '{one.name}', '{kind}', '{SET_ASIDE}', \"{one.name}\"::VARCHAR, NULL FROM \"rows_{name}\" r WHERE {test}"
                )
        if staged.rejected:
            self._note(
                f"SELECT '{name}', -line::BIGINT, '', 'columns', '{SET_ASIDE}', first(csv_line), NULL FROM \"rejects_{name}\" GROUP BY line"
            )

    def _unread(self, staged: Staged) -> None:
        """Tell which cells could not be read as their type: only now are the cells as written looked at again."""
        name = staged.resource.name
        written = {row[0]: row[1] for row in self.database.execute(f'DESCRIBE "cells_{name}"').fetchall()}
        numbered = "*" if "_row" in written else "*, rowid AS _row"
        for one in (column.field for column in staged.columns if written[column.field.name] != column.field.sql_type):
            self._note(
                f"SELECT '{name}', r._row, '{one.name}', 'type', '{SET_ASIDE}', c.\"{one.name}\"::VARCHAR, NULL FROM \"rows_{name}\" r "
                f'JOIN (SELECT {numbered} FROM "cells_{name}") c ON r._row = c._row '
                f'WHERE r._unread AND r."{one.name}" IS NULL AND c."{one.name}" IS NOT NULL'
            )

    def _key(self, staged: Staged) -> None:
        """Of rows with one key the first is kept. Hashes first: they are small, and nearly always all different."""
        name, key = staged.resource.name, staged.resource.key
        if not key:
            return
        columns = ", ".join(f'"{one}"' for one in key)
        whole = " AND ".join(f'"{one}" IS NOT NULL' for one in key)
        if self._count(f"SELECT count(*) FROM faults WHERE resource = '{name}' AND kind <> 'columns'"):
            # A row that is set aside anyway does not make another one its twin.
            whole += f" AND _row NOT IN (SELECT row_id FROM faults WHERE resource = '{name}' AND kind <> 'columns')"
        if self._in_runs(name, key) or not self._find_twins(name, columns, whole):
            return
        said = f"concat_ws(' / ', {columns})"
        self._note(
            f"SELECT '{name}', _row, '{key[0]}', 'twin', '{SET_ASIDE}', said, first::VARCHAR FROM ("
            f'SELECT _row, {said} AS said, min(_row) OVER (PARTITION BY {columns}) AS first FROM "rows_{name}" '
            f"WHERE {whole} AND hash({columns}) IN (SELECT h FROM twins)) WHERE _row > first"
        )

    def _in_runs(self, name: str, key: tuple[str, ...]) -> bool:
        """Whether a key of two stands in runs of the first, each with the second rising: then no two are equal.

        Exports nearly always stand so, and it costs one scan instead of sorting ninety million keys.
        """
        if len(key) != TWO:
            return False
        first, second = (f'"{one}"' for one in key)
        found = self.database.execute(
            f"SELECT count(*) FILTER (WHERE b IS NOT NULL AND a = b AND s <= t), count(*) FILTER (WHERE b IS NULL OR a <> b), count(DISTINCT h) "
            f"FROM (SELECT {first} AS a, lag({first}) OVER () AS b, {second} AS s, lag({second}) OVER () AS t, hash({first}) AS h FROM \"rows_{name}\" "
            f"WHERE {first} IS NOT NULL AND {second} IS NOT NULL)"
        ).fetchone() or (1, 0, 0)
        return bool(found[0] == 0 and found[1] == found[2])

    def _find_twins(self, name: str, columns: str, whole: str) -> int:
        """Gather the hashes of keys that stand more than once: they are small, and nearly always all different."""
        self.database.execute(
            f'CREATE OR REPLACE TEMP TABLE twins AS SELECT h FROM (SELECT hash({columns}) AS h FROM "rows_{name}" WHERE {whole}) GROUP BY h HAVING count(*) > 1'
        )
        return self._count("SELECT count(*) FROM twins")

    def _set_aside(self, staged: Staged) -> None:
        name = staged.resource.name
        aside = f"SELECT DISTINCT row_id FROM faults WHERE resource = '{name}' AND effect = '{SET_ASIDE}' AND kind <> 'columns'"
        number = self._count(f"SELECT count(*) FROM ({aside})")
        self.checked.set_aside[name] = number + staged.rejected
        source = f'"rows_{name}"'
        if number:
            self.database.execute(f'CREATE OR REPLACE TABLE "good_{name}" AS SELECT * FROM "rows_{name}" WHERE _row NOT IN ({aside})')
            source = f'"good_{name}"'
        self.database.execute(
            f'CREATE OR REPLACE VIEW "{name}" AS SELECT {", ".join(_quote(one) for one in staged.resource.field_names)} FROM {source}'
        )
        self.database.execute(f'CREATE OR REPLACE VIEW "numbered_{name}" AS SELECT * FROM {source}')

    def _references(self, staged: Staged) -> None:
        name = staged.resource.name
        for column, (parent, key) in ((col, to) for (res, col), to in REFERENCES.items() if res == name and to[0] in self.staged):
            if column not in {one.field.name for one in staged.columns}:
                continue
            self._note(
                f"SELECT '{name}', r._row, '{column}', 'reference', '{KEPT}', r.\"{column}\", '{parent}' FROM \"numbered_{name}\" r "
                f'WHERE r."{column}" IS NOT NULL AND hash(r."{column}") NOT IN (SELECT hash("{key}") FROM "{parent}" WHERE "{key}" IS NOT NULL)'
            )

    def _sequences(self, staged: Staged) -> None:
        name = staged.resource.name
        for first, last in SEQUENCES.get(name, ()):
            self._note(
                f"SELECT '{name}', _row, '{last}', 'backwards', '{KEPT}', \"{last}\"::VARCHAR, '{first}=' || \"{first}\"::VARCHAR "
                f'FROM "numbered_{name}" WHERE "{last}" < "{first}"'
            )

    def _warnings(self, staged: Staged) -> None:
        name = staged.resource.name
        for column, limit in ((col, most) for res, col, most in PLACES if res == name):
            self._note(
                f"SELECT '{name}', _row, '{column}', 'place', '{WARNING}', \"{column}\"::VARCHAR, NULL FROM \"numbered_{name}\" WHERE abs(\"{column}\") > {limit}"
            )
        if name == HASHED[0]:
            self._note(
                f"SELECT '{name}', _row, '{HASHED[1]}', 'hash', '{WARNING}', \"{HASHED[1]}\", NULL FROM \"numbered_{name}\" "
                f"WHERE NOT regexp_full_match(\"{HASHED[1]}\", '[0-9a-fA-F]{{16}}')"
            )
        for resource, column in CREDIT_CODES:
            if resource == name:
                self._check_digits(name, column, CREDIT_CODE_LENGTH, uscc.is_valid)
        if name == "people":
            self._check_digits(name, "person_id", RESIDENT_ID_LENGTH, ric.is_valid, only="^[0-9]{17}[0-9Xx]$")

    def _check_digits(self, name: str, column: str, length: int, is_valid: Callable[[str], bool], *, only: str = "") -> None:
        asked = f'SELECT _row, "{column}" FROM "numbered_{name}" WHERE length("{column}") = {length}'
        asked += f" AND regexp_full_match(\"{column}\", '{only}')" if only else ""
        wrong = [
            (name, row, column, "digit", WARNING, value, None)
            for row, value in self.database.execute(asked).fetchall()
            if not is_valid(value)
        ]  # type: ignore[operator]
        if wrong:
            self.database.executemany("INSERT INTO faults VALUES (?, ?, ?, ?, ?, ?, ?)", wrong)

    def _note(self, question: str) -> None:
        self.database.execute(f"INSERT INTO faults {question}")

    def _count(self, question: str) -> int:
        row = self.database.execute(question).fetchone()
        return int(row[0]) if row else 0


def _tests_of(one: Field, in_key: bool) -> Iterator[tuple[str, str]]:
    value = f'r."{one.name}"'
    if one.choices:
        allowed = ", ".join(f"'{choice}'" for choice in one.choices)
        yield "choice", f"{value} NOT IN ({allowed})"
    if one.pattern:
        yield "pattern", f"NOT regexp_full_match({value}, '{one.pattern}')"
    if in_key or one.required:
        yield "missing", f"{value} IS NULL AND NOT r._unread"


def _quote(name: str) -> str:
    return f'"{name}"'


def say_fault(staged: Staged, row: int, column: str, kind: str, effect: str, value: str | None, more: str | None) -> Fault:
    """Return a fault as a person reads it. row: its number inside; value: the cell; more: what it collides with."""
    file, number = _place(staged, row)
    return Fault(staged.resource.name, file, number, column, kind, effect, value or "", _say(staged, column, kind, value, more))


def _place(staged: Staged, row: int) -> tuple[str, int]:
    """The file and the row in it: parts of a folder carry their place in the upper bits, lines that could not be read are negative."""
    if row < 0:
        return staged.source.files[0].name, -row
    part, inside = row >> 40, row & ((1 << 40) - 1)
    file = staged.source.files[part] if part < len(staged.source.files) else staged.source.files[0]
    sheet = f" “{staged.source.sheet}”" if staged.source.sheet else ""
    number = inside + staged.first_row
    for line in staged.rejected_lines:
        number += line <= number
    return f"{file.name}{sheet}", number


def _say(staged: Staged, column: str, kind: str, value: str | None, more: str | None) -> str:
    if kind == "columns":
        return "这一行的列数与表头不符。请检查有没有多余或缺少的逗号、没有成对的引号。"
    one = staged.resource[column]
    title = f"{one.title}（{one.name}）"
    if kind == "type":
        return f"{title}“{value}”不是{TYPE_NAMES[one.type]}。{HOW[one.type]}"
    if kind == "twin":
        first = _place(staged, int(more or 0))[1]
        return f"与第{first}行重复（{value}）。同一{title}只能有一行，请删去或更正其中一行。"
    if kind == "reference":
        parent = contract()[more or ""]
        return f"{title}“{value}”在{parent.title}（{parent.name}）里没有。请核对编号，或补上那一行。"
    if kind == "backwards":
        first_name, _, first_value = (more or "").partition("=")
        return f"{title}{value}早于{staged.resource[first_name].title}{first_value}。请核对这两个时间。"
    if kind == "choice":
        return f"{title}“{value}”不在可用的值里。只能是：{'、'.join(one.choices)}。"
    return {
        "missing": f"{title}是空的。没有它认不出是哪一行，请补上。",
        "pattern": f"{title}“{value}”的写法不对，应符合 {one.pattern}。",
        "digit": f"{title}“{value}”的校验位不对。请核对有没有抄错。",
        "place": f"{title}{value}超出了范围。请核对经纬度有没有写反。",
        "hash": f"{title}“{value}”不是16位十六进制数。",
    }[kind]


HOW = {
    "date": "请写成 2026-03-05。",
    "datetime": "请写成 2026-03-05T08:30:00。",
    "number": "请只写数字。",
    "integer": "请只写整数。",
    "boolean": "请写 true 或 false（是或否）。",
    "string": "",
}

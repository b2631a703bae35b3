"""The register written as tables of the exchange contract: CSV or Parquet, folder or zip.

A person is named by a keyed pseudonym (the blind index of the identity number), stable across institutions.
"""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pyarrow
import pyarrow.parquet

from hengjian.base.ledger.reading import one_moment
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.texts import harmless_cell
from hengjian.parties.models import Authority
from hengjian.registry.models import (
    Approval,
    Credential,
    Education,
    Employment,
    Enterprise,
    Equipment,
    Institution,
    InsuranceMonth,
    Person,
    Title,
    Training,
    Verification,
)
from hengjian.registry.services.imports.regions import six_digits
from hengjian.registry.states import ApprovalState

FIELDS: dict[str, tuple[str, ...]] = {
    "regions": ("code", "name", "parent_code", "level"),
    "enterprises": ("enterprise_id", "name", "region_code"),
    "institutions": (
        "institution_id", "name", "kind", "approval_no", "approval_class", "approved_categories", "issued_on",
        "valid_until", "region_code", "status", "status_since",
    ),
    "approvals": ("institution_id", "approval_no", "categories", "issued_on", "valid_until"),
    "people": ("person_id", "name", "born_on"),
    "employments": (
        "employment_id", "person_id", "institution_id", "post", "full_time", "started_on", "ended_on",
        "practice_registered_on", "practice_cancelled_on",
    ),
    "credentials": (
        "credential_id", "person_id", "certificate_no", "grade", "categories", "issued_on", "valid_until",
    ),
    "educations": (
        "education_id", "person_id", "degree", "school", "graduated_on", "diploma_no", "verification", "result",
    ),
    "titles": ("title_id", "person_id", "title", "awarded_on", "certificate_no", "verification", "result"),
    "social_insurance": ("person_id", "month", "payer_id"),
    "trainings": ("person_id", "year", "technical_hours", "quality_hours"),
    "equipment": (
        "equipment_id", "category", "enterprise_id", "region_code", "latitude", "longitude", "registered_on",
        "next_due_on",
    ),
}
Record = dict[str, Any]
FETCHED, ROW_GROUP, BUFFER = 2000, 20_000, 256 * 1024


def contract_rows(table: str, scope: Scope) -> Iterator[Record]:
    """Rows of one table of the contract as the scope may see them, typed (dates, numbers, booleans, lists)."""
    for values in _READERS[table](scope):
        yield dict(zip(FIELDS[table], values, strict=True))


def _codes() -> dict[str, str]:
    """Region code of each area; an area without one takes that of the next above it."""
    found: dict[str, str] = {}
    for path, code in Authority.objects.within(EVERYTHING).order_by("path").values_list("path", "region_code"):
        parent = path.rstrip("/").rpartition("/")[0] + "/"
        found[path] = six_digits(code) or found.get(parent, "")
    return found


def _each(rows: Any, *names: str) -> Iterator[tuple[Any, ...]]:
    """Columns of the rows, fetched as they are asked for: a province has more months of insurance than a process has memory."""
    yield from rows.values_list(*names).iterator(chunk_size=FETCHED)


def _regions(scope: Scope) -> Iterator[tuple[Any, ...]]:
    rows = Authority.objects.within(scope).exclude(region_code="").select_related("parent").order_by("path")
    for one in rows:
        upper = six_digits(one.parent.region_code) if one.parent else ""
        yield six_digits(one.region_code), one.area_name, upper or None, one.level


def _enterprises(scope: Scope) -> Iterator[tuple[Any, ...]]:
    codes = _codes()
    for code, name, area in Enterprise.objects.within(scope).order_by("uscc").values_list("uscc", "name", "area"):
        yield code, name, codes.get(area)


def _institutions(scope: Scope) -> Iterator[tuple[Any, ...]]:
    codes = _codes()
    latest: dict[Any, Approval] = {}
    for one in Approval.objects.within(scope).filter(state=ApprovalState.ACTIVE).order_by("issued_on"):
        latest[one.institution_id] = one
    for row in Institution.objects.within(scope).select_related("organisation").order_by("organisation__uscc"):
        approval = latest.get(row.pk)
        yield (
            row.organisation.uscc, row.name, row.kind, approval.number if approval else None, row.approval_class,
            approval.categories if approval else [], approval.issued_on if approval else None,
            approval.valid_until if approval else None, codes.get(row.org_area), row.state, row.state_since,
        )


def _approvals(scope: Scope) -> Iterator[tuple[Any, ...]]:
    rows = Approval.objects.within(scope).order_by("institution__organisation__uscc", "issued_on")
    yield from _each(rows, "institution__organisation__uscc", "number", "categories", "issued_on", "valid_until")


def _people(scope: Scope) -> Iterator[tuple[Any, ...]]:
    yield from _each(Person.objects.within(scope).order_by("id_index"), "id_index", "name", "born_on")


def _employments(scope: Scope) -> Iterator[tuple[Any, ...]]:
    yield from _each(
        Employment.objects.within(scope).order_by("id"), "id", "person__id_index", "institution__organisation__uscc", "post", "full_time", "started_on", "ended_on",
        "practice_registered_on", "practice_cancelled_on",
    )


def _credentials(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Certificates; a cancelled one ends on the day of its cancellation."""
    rows = _each(
        Credential.objects.within(scope).order_by("id"),
        "id", "person__id_index", "certificate_no", "grade", "categories", "issued_on", "valid_until", "cancelled_on",
    )
    for *values, valid_until, cancelled_on in rows:
        ends = [day for day in (valid_until, cancelled_on) if day is not None]
        yield (*values, min(ends) if ends else None)


def _verdicts(scope: Scope, key: str) -> dict[Any, tuple[str, str]]:
    rows = Verification.objects.within(scope).filter(**{f"{key}__isnull": False}).order_by("verified_on", "id")
    return {paper: (method, result) for paper, method, result in rows.values_list(key, "method", "result")}


def _educations(scope: Scope) -> Iterator[tuple[Any, ...]]:
    verdicts = _verdicts(scope, "education_id")
    allowed = {"chsi", "school_letter"}
    rows = _each(Education.objects.within(scope).order_by("id"), "id", "person__id_index", "degree", "school", "graduated_on", "diploma_no")
    for values in rows:
        method, result = verdicts.get(values[0], ("none", "pending"))
        yield (*values, method if method in allowed else "none", result)


def _titles(scope: Scope) -> Iterator[tuple[Any, ...]]:
    verdicts = _verdicts(scope, "title_id")
    rows = _each(Title.objects.within(scope).order_by("id"), "id", "person__id_index", "title", "awarded_on", "certificate_no")
    for values in rows:
        yield (*values, *verdicts.get(values[0], ("none", "pending")))


def _insurance(scope: Scope) -> Iterator[tuple[Any, ...]]:
    rows = InsuranceMonth.objects.within(scope).order_by("person__id_index", "month", "payer_id")
    yield from _each(rows, "person__id_index", "month", "payer_id")


def _trainings(scope: Scope) -> Iterator[tuple[Any, ...]]:
    rows = Training.objects.within(scope).order_by("person__id_index", "year")
    yield from _each(rows, "person__id_index", "year", "technical_hours", "quality_hours")


def _equipment(scope: Scope) -> Iterator[tuple[Any, ...]]:
    codes = _codes()
    rows = _each(
        Equipment.objects.within(scope).order_by("code"),
        "code", "category", "enterprise__uscc", "area", "latitude", "longitude", "registered_on", "next_due_on",
    )
    for code, category, user, area, *rest in rows:
        yield code, category, user, codes.get(area), *rest


_READERS: dict[str, Callable[[Scope], Iterator[tuple[Any, ...]]]] = {
    "regions": _regions, "enterprises": _enterprises, "institutions": _institutions, "approvals": _approvals,
    "people": _people, "employments": _employments, "credentials": _credentials, "educations": _educations,
    "titles": _titles, "social_insurance": _insurance, "trainings": _trainings, "equipment": _equipment,
}


def _written(value: Any) -> str:
    """A value as the contract writes it in CSV; text that a spreadsheet would run is led by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return harmless_cell(";".join(map(str, value)))
    return str(value) if isinstance(value, Decimal) else harmless_cell(str(value))


def _write_csv(table: str, scope: Scope, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS[table])
    writer.writerows([_written(value) for value in row.values()] for row in contract_rows(table, scope))
    text.detach()


def _write_parquet(table: str, scope: Scope, out: IO[bytes]) -> None:
    schema = pyarrow.schema([(name, _ARROW.get(name, pyarrow.string())) for name in FIELDS[table]])
    rows = contract_rows(table, scope)
    with pyarrow.parquet.ParquetWriter(out, schema) as writer:
        while part := list(itertools.islice(rows, ROW_GROUP)):
            columns = {name: [_for_arrow(row[name]) for row in part] for name in FIELDS[table]}
            writer.write_table(pyarrow.table(columns, schema=schema))


def _for_arrow(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, date, str)):
        return value
    return str(value) if isinstance(value, Decimal) else _written(value)


_ARROW = {
    **dict.fromkeys((
        "born_on", "issued_on", "valid_until", "status_since", "started_on", "ended_on", "practice_registered_on", "practice_cancelled_on",
        "graduated_on", "awarded_on", "month", "registered_on", "next_due_on",
    ), pyarrow.date32()),
    "full_time": pyarrow.bool_(), "year": pyarrow.int64(),
}
"""Columns that are no text, also where a part of the rows leaves them empty."""

_FORMATS: dict[str, Callable[[str, Scope, IO[bytes]], None]] = {"csv": _write_csv, "parquet": _write_parquet}


def write_package(scope: Scope, folder: str | Path, *, form: str = "csv") -> list[Path]:
    """Write all tables that have rows into a folder, as ``csv`` or ``parquet``; return the files."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with one_moment():
        for table in FIELDS:
            file = target / f"{table}.{form}"
            with file.open("wb") as out:
                _FORMATS[form](table, scope, out)
            written.append(file)
    return written


def package_file(scope: Scope, *, form: str = "csv") -> IO[bytes]:
    """All tables as one zip, the same bytes for the same rows, in a nameless file that is gone once it is closed.

    Rows go through memory in parts, read as of one moment; whoever fetches the file slowly keeps no query open.
    """
    held: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  handed out
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, one_moment():
        for table in FIELDS:
            entry = zipfile.ZipInfo(f"{table}.{form}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as out, io.BufferedWriter(out, BUFFER) as held_back:  # type: ignore[type-var]
                _FORMATS[form](table, scope, held_back)
    held.seek(0)
    return held


def export_package(scope: Scope, *, form: str = "csv") -> bytes:
    """The same as bytes."""
    with package_file(scope, form=form) as held:
        return held.read()

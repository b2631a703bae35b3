"""Importing a file: dry run, marked workbook, confirmation; the same for pages and the command line."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput
from hengjian.dossier.intake import CellFault, Refused, mark_faults, safe_name
from hengjian.registry.exchange.columns import TABLES
from hengjian.registry.exchange.files import parse
from hengjian.registry.exchange.template import fault_list
from hengjian.registry.models import ImportRun
from hengjian.registry.services import imports
from hengjian.registry.services.imports import ImportFault
from hengjian.registry.states import ImportKind, ImportState

Progress = Callable[[int, int, str], None]
CSV_SHEET = "CSV"


@dataclass(frozen=True)
class ImportReport:
    """What an import found or did: state checked, refused or imported; counts by table; faults with their places."""

    run: ImportRun
    already: bool

    @property
    def state(self) -> str:
        """checked, refused or imported."""
        return str(self.run.state)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Counts of each table, under their Chinese names."""
        return counts_of(self.run)

    @property
    def faults(self) -> list[ImportFault]:
        """Faults and warnings, each with sheet, row, column and remedy."""
        return faults_of(self.run)


def counts_of(run: ImportRun) -> dict[str, dict[str, int]]:
    """新增、变更、不变 of each table, by the names of our sheets."""
    heads = {"new": _("新增"), "changed": _("变更"), "unchanged": _("不变")}
    return {
        _sheet_of(table): {heads[key]: held[key] for key in heads} for table, held in run.counts.items()
    }


def _sheet_of(table: str) -> str:
    return TABLES[table].sheet if table in TABLES else _("核验记录")


def faults_of(run: ImportRun) -> list[ImportFault]:
    """Faults and warnings kept with a run."""
    return [ImportFault.from_json(one) for one in run.faults]


def check_file(*, actor: Any, file_name: str, data: bytes) -> ImportRun:
    """Check a file without writing any of its rows; the run keeps what was found.

    Raises:
        BadInput: the file as a whole cannot be taken (not a workbook, broken, no known table).
    """
    former = imports.former_import(actor, hashlib.sha256(data).hexdigest())
    if former is not None:
        return former
    parsed = parse(file_name, data)
    plan = imports.plan_import(parsed.tables, actor=actor, refused=parsed.refused)
    plan.faults = parsed.in_order([*parsed.stopping, *plan.faults])
    plan.warnings = parsed.in_order([*parsed.warnings, *plan.warnings])
    return imports.open_import(actor=actor, file_name=safe_name(file_name), data=data, kind=parsed.kind, plan=plan)


def confirm_run(run: ImportRun, *, actor: Any, sha256: str, progress: Progress | None = None) -> ImportRun:
    """Import the file of a run that was checked, bound to its hash."""
    if run.state == ImportState.IMPORTED and run.sha256 == sha256:
        return run
    parsed = parse(run.file_name, imports.uploaded_bytes(run))
    return imports.confirm_import(
        run, actor=actor, sha256=sha256, tables=parsed.tables, progress=progress or (lambda *_said: None)
    )


def marked_workbook(run: ImportRun) -> tuple[str, bytes]:
    """Name and bytes of the workbook with its faults in red; of a package, the list of its faults."""
    name = f"{Path(run.file_name).stem}-{_('问题已标出')}.xlsx"
    if run.kind == ImportKind.PACKAGE:
        return name, fault_list(faults_of(run))
    data = imports.uploaded_bytes(run)
    is_csv = not data.startswith(b"PK\x03\x04")
    marks = [
        CellFault(CSV_SHEET if is_csv else one.sheet, max(one.row, 1), max(one.column, 1), one.message)
        for one in faults_of(run) if not one.is_warning
    ]
    try:
        return name, mark_faults(data, marks)
    except Refused:
        return name, fault_list(faults_of(run))


def import_path(path: str | Path, *, actor: Any, confirm: bool, progress: Progress | None = None) -> ImportReport:
    """Check a workbook, CSV, Parquet, zip or folder, and import it when ``confirm`` and nothing stands in the way."""
    source = Path(path)
    if not source.exists():
        raise BadInput("path", _("没有这个文件或文件夹：%(path)s") % {"path": str(path)})
    data = _zip_of(source) if source.is_dir() else source.read_bytes()
    run = check_file(actor=actor, file_name=source.name, data=data)
    if run.state == ImportState.IMPORTED:
        return ImportReport(run, already=True)
    if confirm and run.state == ImportState.CHECKED:
        run = confirm_run(run, actor=actor, sha256=run.sha256, progress=progress)
    return ImportReport(run, already=False)


def _zip_of(folder: Path) -> bytes:
    """A folder as zip, the same bytes for the same contents."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file.suffix.lower() in (".csv", ".parquet"):
                archive.writestr(zipfile.ZipInfo(file.name, (1980, 1, 1, 0, 0, 0)), file.read_bytes())
    return held.getvalue()

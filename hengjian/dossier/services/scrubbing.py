"""Kept files held against their hashes, and files that no row names any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from hengjian.base import clock
from hengjian.base.ledger import storage
from hengjian.base.ledger.verdict import Progress, Verdict
from hengjian.base.scope import EVERYTHING
from hengjian.dossier.intake.vault import FileDamaged, kept_bytes
from hengjian.dossier.models import Document, Evidence

STRAY_AGE = timedelta(days=7)
"""So old is a file without a row before it is deleted: an act that is under way has long ended."""

NAMED = (
    (Evidence, "name", ("sha256", "display_sha256")),
    (Document, "title", ("xlsx_sha256", "docx_sha256", "pdf_sha256", "signed_sha256")),
)


def kept_files() -> Iterator[tuple[str, str, str]]:
    """Hash, object and name of every file that a row names."""
    for model, title, columns in NAMED:
        for row in model.objects.within(EVERYTHING).order_by("pk").iterator(chunk_size=1000):
            for sha256 in sorted({getattr(row, column) for column in columns} - {""}):
                yield sha256, f"{model._meta.label_lower}:{row.pk}", str(getattr(row, title))


@storage.part
def check_files(verdict: Verdict, progress: Progress | None = None) -> None:
    """Read every kept file and compare it with its hash."""
    files = list(kept_files())
    for seen, (sha256, thing, name) in enumerate(files, start=1):
        verdict.rows += 1
        try:
            kept_bytes(sha256)
        except FileDamaged as damage:
            verdict.add("file", f"“{name}”：{damage}", object=thing)
        if progress is not None and seen % 100 == 0:
            progress(seen, len(files))


def remove_strays() -> int:
    """Delete files that no row names: an act was broken off after its file was written. Return how many."""
    before = (clock.real_now() - STRAY_AGE).timestamp()
    folder = Path(settings.EVIDENCE_DIR)
    old = [path for path in folder.glob("??/*") if path.is_file() and path.stat().st_mtime < before]
    named = {sha256 for sha256, _thing, _name in kept_files()} if old else set()
    strays = [path for path in old if path.name not in named]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)

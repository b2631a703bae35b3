"""Runs of an import: opened at the dry run, bound to the bytes that were checked, confirmed or refused."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from hengjian.base import clock, crypto
from hengjian.base.actions import Action, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.fields import with_blind_indexes
from hengjian.base.scope import EVERYTHING
from hengjian.base.sorting import with_sort_keys
from hengjian.base.states import WrongState
from hengjian.parties.models import Authority
from hengjian.registry.models import ImportRun
from hengjian.registry.policy import NOT_IMPORTING, may_decide_import, may_import
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.planning import plan_import
from hengjian.registry.states import ImportState

title("registry.open_import", "预检导入文件")
title("registry.confirm_import", "确认导入")
title("registry.import_rows", "批量导入")

Progress = Callable[[int, int, str], None]
KEPT_DAYS = 7
SHOWN_FAULTS = 2000
STAGES: tuple[tuple[str, ...], ...] = (
    (m.REGIONS, m.EDITIONS, m.ORGANISATIONS, m.INSTITUTIONS, m.ENTERPRISES, m.APPROVALS),
    (m.EQUIPMENT,),
)
NEW_FIRST = (m.PEOPLE, m.EMPLOYMENTS)
THEN = (
    m.PEOPLE, m.EMPLOYMENTS, m.CREDENTIALS, m.EDUCATIONS, m.TITLES, m.VERIFICATIONS, m.TRAININGS, m.INSURANCE,
)


class OtherFile(WrongState):
    """The confirmation is for other bytes than were checked. Answered with 409."""

    def __init__(self) -> None:
        Exception.__init__(self, _("确认的文件与预检的文件不一致，请重新上传并预检。"))


class UploadForgotten(WrongState):
    """The file of a check is no longer kept. Answered with 409."""

    def __init__(self) -> None:
        Exception.__init__(self, _("上传的文件只保存%(days)d天，现已清除，请重新上传并预检。") % {"days": KEPT_DAYS})


def _silent(_done: int, _all: int, _what: str) -> None:
    """Say nothing."""


def open_import(
    *, actor: Any, file_name: str, data: bytes, kind: str, plan: m.Plan
) -> ImportRun:
    """Keep what a dry run found; the bytes are kept, sealed, until the import is confirmed.

    A file that this unit has already imported gives its former run again.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = former_import(actor, digest)
    if known is not None:
        return known
    found, said = plan.faults, [*plan.faults, *plan.warnings]
    with audited_action("registry.open_import", actor=actor) as act:
        act.require(may_import(actor), _(NOT_IMPORTING))
        run = ImportRun(
            file_name=file_name[:200], sha256=digest, size=len(data), kind=kind, counts=plan.counts,
            faults=[one.as_json() for one in said[:SHOWN_FAULTS]], fault_count=len(found), started_at=clock.now(),
            by_id=actor.id, by_name=actor.name,
        )
        run.org_id, run.area, run.org_area = _desk_of(actor)
        if found:
            run.state, run.finished_at = ImportState.REFUSED, clock.now()
        act.add(run)
    keep_upload(data)
    return run


def former_import(actor: Any, digest: str) -> ImportRun | None:
    """The run by which the actor's unit has already imported a file with this hash."""
    held = ImportRun.objects.within(EVERYTHING).filter(sha256=digest, state=ImportState.IMPORTED)
    return held.filter(org_id=_desk_of(actor)[0]).order_by("-started_at").first()


def _desk_of(actor: Any) -> tuple[Any, str, str]:
    """Organisation and area a run belongs to; the system's runs belong to the topmost authority."""
    if actor.org_id is not None:
        return actor.org_id, actor.area, actor.area
    top = Authority.objects.within(EVERYTHING).order_by("path").first()
    return (top.pk, top.path, top.path) if top else (UUID(int=0), "", "")


def refuse_import(run: ImportRun, *, actor: Any) -> ImportRun:
    """Give up a checked file without importing it."""
    with audited_action("registry.refuse_import", actor=actor) as act:
        held = act.take(run)
        act.require(may_decide_import(actor, held), _(NOT_IMPORTING))
        act.move(held, "refuse")
        held.finished_at = clock.now()
        return held


title("registry.refuse_import", "放弃导入")


def confirm_import(
    run: ImportRun, *, actor: Any, sha256: str, tables: m.TypedTables, progress: Progress = _silent
) -> ImportRun:
    """Write all rows of a checked file, or none. A second confirmation has no effect.

    Raises:
        WrongState: the confirmation is for other bytes than were checked, or the check did not pass.
        BadInput: since the check the register has changed so that rows no longer fit.
    """
    batch = f"导入批次 {run.sha256[:12]}"  # the same reason for each of many thousand rows: no salt for every one of them
    with audited_action("registry.confirm_import", actor=actor, reason=batch, names_no_one=True) as act:
        held = act.take(run)
        act.require(may_decide_import(actor, held), _(NOT_IMPORTING))
        if held.sha256 != sha256:
            raise OtherFile
        if held.state == ImportState.IMPORTED:
            return held
        act.move(held, "confirm")
        plan = plan_import(tables, actor=actor)
        if plan.faults:
            first = plan.faults[0]
            raise BadInput(first.head or first.sheet, first.message, row=first.row, sheet=first.sheet)
        _write(plan, actor, progress)
        held.counts, held.finished_at = plan.counts, clock.now()
        return held


def _write(plan: m.Plan, actor: Any, progress: Progress) -> None:
    total = sum(len(batch.new) + len(batch.changed) for batch in plan.batches.values())
    done = 0
    for names, parts in ((STAGES[0], "both"), (NEW_FIRST, "new"), (THEN, "rest"), (STAGES[1], "both")):
        with audited_action("registry.import_rows", actor=actor) as act:
            for name in names:
                done += _write_batch(act, plan.batch(name), parts, skip_new=parts == "rest" and name in NEW_FIRST)
        progress(done, total, names[-1])


def _write_batch(act: Action, batch: m.Batch, parts: str, *, skip_new: bool) -> int:
    written = 0
    if not skip_new and batch.new:
        act.add_many(batch.new)
        written += len(batch.new)
    if parts == "new" or not batch.changed:
        return written
    rows = [row for row, _values in batch.changed.values()]
    fields = sorted({name for _row, values in batch.changed.values() for name in values})

    def change(row: Any) -> None:
        for name, value in batch.changed[row.pk][1].items():
            setattr(row, name, value)

    act.change_many(rows, change, fields=with_sort_keys(type(rows[0]), with_blind_indexes(type(rows[0]), fields)))
    return written + len(rows)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _place(digest: str) -> bytes:
    return crypto.context_of("registry_importrun", "upload", digest)


def keep_upload(data: bytes) -> str:
    """Keep the bytes of a file, sealed, under their hash; return the hash."""
    digest = hashlib.sha256(data).hexdigest()
    kept = _folder() / digest
    if not kept.exists():
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(crypto.seal(base64.b64encode(data).decode(), _place(digest)))
        fresh.replace(kept)
    return digest


def is_kept(run: ImportRun) -> bool:
    """Whether the file that a run checked is still kept."""
    return (_folder() / run.sha256).exists()


def uploaded_bytes(run: ImportRun) -> bytes:
    """The bytes that a run checked. Raises ``UploadForgotten`` when they are no longer kept."""
    if not is_kept(run):
        raise UploadForgotten
    return base64.b64decode(crypto.unseal((_folder() / run.sha256).read_bytes(), _place(run.sha256)))


def forget_old_uploads() -> int:
    """Delete kept files older than a week; return how many. What was imported stands in the ledger."""
    oldest = clock.real_now().timestamp() - KEPT_DAYS * 86400
    old = [one for one in _folder().iterdir() if one.is_file() and one.stat().st_mtime < oldest]
    for one in old:
        one.unlink()
    return len(old)

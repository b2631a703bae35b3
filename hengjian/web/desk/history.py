"""The history of an object: its time line, the proof of each entry, and a check of it on the spot."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.ledger import verify_proof
from hengjian.base.ledger.checkpoints import latest, signer
from hengjian.base.ledger.commitments import committed, has_personal, object_key, salts_of
from hengjian.base.ledger.entries import digest_of, snapshot
from hengjian.base.ledger.history import ProofState, Sentence, history, labels_of, proof_states, sentences
from hengjian.base.ledger.proofs import NotSealed, proof_for, write_proof
from hengjian.base.ledger.recovery import epochs
from hengjian.base.ledger.timeline import acted_above
from hengjian.base.models import LedgerEntry
from hengjian.base.routes import policy as route
from hengjian.campaigns.models import AnswerCorrection, Contradiction, Submission
from hengjian.forms.models import CellRemark, SheetLine
from hengjian.parties.policy import names_read_of
from hengjian.parties.states import Role
from hengjian.registry.models import Reveal
from hengjian.registry.queries import parts_of as parts_of_the_register
from hengjian.web.desk.ledger_search import OWN_KINDS
from hengjian.web.desk.objects import Found, find

PER_PAGE = 50
MOST_IDS = 500
MOST_CHECKED = 40
MOST_PROOFS = 500
ICONS = {
    "import": "sheet", "file": "filed", "submit": "filed", "return": "returned", "accept": "accepted", "remind": "bell", "urge": "bell",
    "escalate": "overdue", "reveal": "search", "grant": "user", "open": "flag", "launch": "flag", "relay": "flag", "keep": "clip",
    "attach": "clip", "seal": "seal", "sign": "seal", "issue": "print", "remark": "returned",
}
LATE = ("escalate", "overdue")
NAMED = (
    "forms.sheetline", "campaigns.answercorrection", "registry.approval", "registry.credential", "registry.education", "registry.title",
    "registry.equipment",
)
"""Objects whose entries in the history of another name them."""


def parts_of(entries: list[LedgerEntry]) -> tuple[list[dict[str, Any]], dict[UUID, str]]:
    """The parts of a history that may be looked at alone, with how much is in each; and the part of each entry."""
    part = {one.pk: part_of(one) for one in entries}
    names = {"state": _("状态变化"), "fill": _("填写与更正"), "reveal": _("查看个人信息")}
    counts = Counter(part.values())
    found = [{"key": "", "label": _("全部"), "n": len(entries)}]
    return found + [{"key": key, "label": label, "n": counts[key]} for key, label in names.items() if counts[key]], part


def part_of(entry: LedgerEntry) -> str:
    """Whether an entry tells of a look at personal data, of a move, or of something written."""
    if "reveal" in entry.action:
        return "reveal"
    try:
        moved = json.loads(entry.body)["after"].get("state")
    except (ValueError, KeyError, AttributeError):
        moved = None
    return "state" if moved else "fill"


def all_entries(found: Found, actor: Any) -> list[LedgerEntry]:
    """Every entry on an object and on what belongs to it, the newest first: read set-wise, put into words page by page."""
    ids: dict[str, list[UUID]] = {}
    for kind, one in [(found.object_type, found.object_id), *_belonging(found, actor)]:
        ids.setdefault(kind, []).append(one)
    held: list[LedgerEntry] = []
    for kind, objects in ids.items():
        for start in range(0, len(objects), MOST_IDS):
            held += [one for one in LedgerEntry.objects.filter(object_type=kind, object_id__in=objects[start : start + MOST_IDS]) if found.tells(one.at)]
    top = max((one.sequence for one in held if one.sequence is not None), default=0) + 1
    return sorted(held, key=lambda one: (top if one.sequence is None else one.sequence, one.pk), reverse=True)


def _births(entries: list[LedgerEntry]) -> set[UUID]:
    """The first entry of each object."""
    first = {(one.object_type, one.object_id): one.pk for one in entries}
    return set(first.values())


def _belonging(found: Found, actor: Any) -> list[tuple[str, UUID]]:
    """Rows whose history is part of this one's: sheet, lines, remarks, contradictions, corrections; looks at personal data."""
    if found.row is None:
        return []
    rows = _of(Reveal, actor, object_type=found.object_type, object_id=found.object_id)
    rows += parts_of_the_register(actor.scope, found.object_type, found.object_id)
    sheet_id = found.row.sheet_id if isinstance(found.row, Submission) else found.object_id if found.object_type == "forms.sheet" else None
    if sheet_id is not None:
        if isinstance(found.row, Submission):
            rows.append(("forms.sheet", sheet_id))
            rows += _of(Contradiction, actor, submission=found.row) + _of(AnswerCorrection, actor, submission=found.row)
        rows += _of(SheetLine, actor, sheet_id=sheet_id, version__gt=1) + _of(CellRemark, actor, sheet_id=sheet_id)
    return rows


def _of(model: Any, actor: Any, **wanted: Any) -> list[tuple[str, UUID]]:
    found = model.objects.within(actor.scope).filter(**wanted).order_by().values_list("pk", flat=True)
    return [(model._meta.label_lower, one) for one in found]


def _others(found: Found, entries: list[LedgerEntry]) -> dict[UUID, str]:
    """Of entries on what belongs to the object, the name of that (the person of a line), by entry."""
    lines = [one for one in entries if one.object_type in NAMED and one.object_id != found.object_id]
    named = {kind: labels_of(kind, {one.object_id for one in lines if one.object_type == kind}) for kind in {one.object_type for one in lines}}
    return {one.pk: named[one.object_type].get(str(one.object_id), "") for one in lines}


def entries_of(told: list[Sentence], births: set[UUID], actor: Any, row: Any = None, others: Mapping[UUID, str] | None = None) -> list[dict[str, Any]]:
    """Sentences as the time line draws them; auditors read what was done to what, not the data itself.

    Args:
        others: what an entry is about, where that is not the object of the page itself.
    """
    outside = _superiors(told, actor, row)
    is_auditor = actor.holds(Role.AUDIT_ADMIN)
    return [_entry(one, is_auditor, one.entry_id in outside, one.entry_id in births, "" if is_auditor else (others or {}).get(one.entry_id, "")) for one in told]


def _superiors(told: list[Sentence], actor: Any, row: Any) -> set[UUID]:
    """Entries whose actors stay nameless for this reader, where the deployment or the campaign hides superiors from those below."""
    reader = names_read_of(actor, row)
    return set() if reader is None else acted_above(told, reader)


def _entry(one: Sentence, is_auditor: bool, is_nameless: bool, is_birth: bool, about: str) -> dict[str, Any]:
    name, _bracket, post = one.who.partition("（")
    verb = one.action.rpartition(".")[2]
    shown = [c for c in one.changes if not (is_nameless and c.field.endswith("_name"))]
    changes = tuple((c.title, c.before, c.after) for c in shown) if not (is_birth or is_auditor) else ()
    said = one.title if changes or is_auditor or is_nameless else one.text.removeprefix(one.who)
    return {
        "at": one.at, "who": "" if is_nameless else name, "post": post.rstrip("）"), "sentence": f"{said}{_('：') + about if about and changes else ''}{_('。')}", "changes": changes,
        "reason": one.reason, "receipt": one.sequence, "proof": "pending" if one.state is ProofState.WAITING else one.state.value,
        "icon": next((icon for word, icon in ICONS.items() if verb.startswith(word)), "pen"), "bad": verb.startswith(LATE),
        "entry_id": one.entry_id,
    }


@dataclass(frozen=True)
class Check:
    """What a check of one object found."""

    ok: bool
    entries: int
    sealed: int
    waiting: int
    faults: tuple[str, ...]
    took_ms: int


def check_object(found: Found) -> Check:
    """Compare an object with its last entry and prove each sealed entry up to the signed checkpoint."""
    began, faults = perf_counter(), []
    entries = list(LedgerEntry.objects.filter(object_type=found.object_type, object_id=found.object_id).order_by("id"))
    held = history(found.object_type, found.object_id)
    sealed = 0
    for one in held:
        if one.state is ProofState.BROKEN:
            faults.append(_("账本第%(n)s条的内容与封存的不一致。") % {"n": one.sequence})
        sealed += one.state is ProofState.SEALED
    faults += _unproven([one for one in entries if one.sequence is not None])
    if found.row is not None and not _same(found):
        faults.append(_("现在的数据与账本最后一次记载不一致，疑为绕过系统改写。"))
    waiting = sum(one.state is ProofState.WAITING for one in held)
    return Check(not faults, len(entries), sealed, waiting, tuple(dict.fromkeys(faults)), round((perf_counter() - began) * 1000))


def _unproven(entries: list[LedgerEntry]) -> list[str]:
    point, faults = latest(), []
    for entry in entries[-MOST_CHECKED:]:
        try:
            proof = proof_for(entry, checkpoint=point)
            verify_proof.check(proof, signer().verifier)
        except NotSealed:
            continue
        except (verify_proof.Refused, ValueError, LookupError) as error:
            faults.append(_("账本第%(n)s条证明不成立：%(why)s。") % {"n": entry.sequence, "why": error})
    return faults


def _same(found: Found) -> bool:
    """Whether the row is what its last entry says it is."""
    last = LedgerEntry.objects.filter(object_type=found.object_type, object_id=found.object_id).order_by("id").last()
    if last is None:
        return False
    now = snapshot(found.row)
    salt = salts_of(found.object_type, {found.object_id}).get(found.object_id)
    if has_personal(now) and salt is None:
        return True  # personal data were erased by law; what is left cannot be compared word by word
    said = json.loads(last.body).get("digest")
    return said == digest_of(committed(now, object_key(salt) if salt else None))


def _told_to(actor: Any, found: Found, entries: list[LedgerEntry]) -> tuple[str, list[Sentence]]:
    """The name of an object and what happened to it. An auditor reads of business what was done, not what it is called or why somebody said so."""
    tales = sentences(entries)
    if actor.holds(Role.AUDIT_ADMIN) and found.object_type not in OWN_KINDS:
        in_clear = {one.pk: one.reason for one in entries}
        return found.kind, [replace(one, reason=in_clear[one.entry_id]) for one in tales]
    return found.label or labels_of(found.object_type, [found.object_id])[str(found.object_id)], tales


def _page(request: HttpRequest, found: Found, check: Check | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    told = all_entries(found, actor)
    if not told:
        raise OutOfScope(str(found.object_id))
    parts, part_by_entry = parts_of(told)
    part = request.GET.get("part", "")
    page = Paginator([one for one in told if part in ("", part_by_entry[one.pk])], PER_PAGE).get_page(request.GET.get("page"))
    states = list(proof_states(told).values())
    label, tales = _told_to(actor, found, list(page))
    return render(request, "web/desk/history.html", {
        "found": found, "label": label, "entries": entries_of(tales, _births(told) if found.since is None else set(), actor, found.row, _others(found, list(page))), "page": page, "parts": parts,
        "total": len(told), "sealed": states.count(ProofState.SEALED), "waiting": states.count(ProofState.WAITING),
        "gaps": [row for row in epochs() if row.known_at >= told[-1].at],
        "broken": states.count(ProofState.BROKEN), "first": told[-1].at, "point": latest(), "origin": signer().verifier.split("+")[0], "check": check,
    })


@require_GET
@route("web.history")
def object_history(request: HttpRequest, object_type: str, object_id: UUID) -> HttpResponse:
    """The time line of one object."""
    return _page(request, find(request.actor, object_type, object_id))  # type: ignore[attr-defined]


@require_POST
@route("web.check_history")
def check(request: HttpRequest, object_type: str, object_id: UUID) -> HttpResponse:
    """Check one object now."""
    found = find(request.actor, object_type, object_id)  # type: ignore[attr-defined]
    return _page(request, found, check_object(found))


def _entry_of(request: HttpRequest, entry_id: UUID) -> LedgerEntry:
    entry = LedgerEntry.objects.filter(pk=entry_id).first()
    if entry is None or not find(request.actor, entry.object_type, entry.object_id).tells(entry.at):  # type: ignore[attr-defined]
        raise OutOfScope(str(entry_id))
    return entry


@require_GET
@route("web.prove_entry", *(role for role in Role if role != Role.AUDIT_ADMIN))
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof of one entry, for somebody without access: a file that proves itself."""
    entry = _entry_of(request, entry_id)
    try:
        text = write_proof(proof_for(entry))
    except NotSealed:
        messages.warning(request, _("这一条还没有进入封存点，请一秒后再下载。"))
        return redirect("web:history", entry.object_type, entry.object_id)
    return _download(f"{entry.sequence}.hjproof", text.encode(), "application/json")


@require_GET
@route("web.prove_history", *(role for role in Role if role != Role.AUDIT_ADMIN))
def proofs(request: HttpRequest, object_type: str, object_id: UUID) -> HttpResponse:
    """The history with all its proofs and the program that checks them, in one archive."""
    found = find(request.actor, object_type, object_id)  # type: ignore[attr-defined]
    return _download(f"{found.label}-{clock.today()}.zip", _archive(found), "application/zip")


def _archive(found: Found) -> bytes:
    told = [one for one in history(found.object_type, found.object_id) if found.tells(one.at)]
    entries = {entry.pk: entry for entry in LedgerEntry.objects.filter(object_type=found.object_type, object_id=found.object_id)}
    out, point = io.BytesIO(), latest()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [f"{clock.local(one.at):%Y-%m-%d %H:%M:%S}　{one.text}　{one.state.label}" for one in told]
        archive.writestr("履历.txt", "\n".join([f"{found.kind} {found.label}", *lines, ""]))
        archive.writestr("verify_proof.py", Path(verify_proof.__file__).read_text(encoding="utf-8"))
        for one in told[-MOST_PROOFS:]:
            try:
                archive.writestr(f"{one.sequence}.hjproof", write_proof(proof_for(entries[one.entry_id], checkpoint=point)))
            except NotSealed:
                continue
    return out.getvalue()


def _download(name: str, data: bytes, media_type: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer

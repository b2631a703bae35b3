"""Evidence taken in: looked at by content, kept under its hash, put to what it proves, checked, replaced."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Fault, OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.dossier import policy, queries
from hengjian.dossier.intake import Examined, examine
from hengjian.dossier.intake.vault import keep_bytes
from hengjian.dossier.models import Evidence, EvidenceUse
from hengjian.dossier.states import EvidenceMethod

KEEP = title("dossier.keep_evidence", "证据入卷")
ATTACH = title("dossier.attach_evidence", "引用证据")
DETACH = title("dossier.detach_evidence", "取消引用证据")
VERIFY = title("dossier.verify_evidence", "核验证据")
REPLACE = title("dossier.replace_evidence", "替换证据为新版本")

NOTE_LENGTH = 200


def keep_evidence(
    upload_name: str, data: bytes, *, actor: Any, owner_row: Any, object_type: str = "", object_id: Any = None, item: str = "",
    note: str = "", valid_until: date | None = None,
) -> Evidence:
    """Keep a file as evidence in the dossier of ``owner_row`` and, when an object is named, put it to that.

    The file is on the disk before the row commits. The same bytes handed in before by the same organisation are
    accepted and said so in the note.

    Raises:
        BadInput: what the examination refuses, each reason with its remedy.
        NotAllowed: neither the organisation's people nor its regulators.
    """
    found = _examined(upload_name, data)
    with audited_action(KEEP, actor=actor) as act:
        act.require(policy.may_keep(actor, owner_row), _("只有本单位人员和负责监管的部门可以添加证据。"))
        evidence = _evidence(found, data, actor, owner_row, note)
        evidence.valid_until = valid_until
        act.add(evidence)
        if object_type and object_id is not None:
            act.add(_use(evidence, actor, object_type, object_id, item))
    return evidence


def _examined(upload_name: str, data: bytes) -> Examined:
    found = examine(upload_name, data)
    if not found.accepted:
        raise BadInput.of(Fault("file", _("“%(name)s”未收下：%(why)s") % {"name": found.name, "why": why}) for why in found.refusals)
    return found


def _evidence(found: Examined, data: bytes, actor: Any, owner_row: Any, note: str) -> Evidence:
    """The row of a file that is now on the disk, with its copy for looking at."""
    keep_bytes(data)
    row = Evidence(
        name=found.name, media_type=found.media_type, size=found.size, sha256=found.sha256, kept_at=clock.now(),
        uploaded_by_id=actor.id, uploaded_by_name=actor.name[:40], note=note.strip(),
        display_sha256=keep_bytes(found.display) if found.display is not None else "",
    ).owned_by(owner_row)
    before = queries.same_bytes(EVERYTHING, found.sha256, row.org_id).first()
    told = [row.note, *found.warnings]
    if before is not None:
        day = clock.local_date(before.kept_at).isoformat()
        told.append(_("与%(day)s入卷的“%(name)s”内容相同") % {"day": day, "name": before.name})
    row.note = "；".join(part for part in told if part)[:NOTE_LENGTH]
    return row


def _use(evidence: Evidence, actor: Any, object_type: str, object_id: Any, item: str) -> EvidenceUse:
    return EvidenceUse(
        evidence=evidence, object_type=object_type, object_id=object_id, item=item, attached_at=clock.now(),
        attached_by_name=actor.name[:40],
    ).owned_by(evidence)


def attach_evidence(evidence: Evidence, *, actor: Any, object_type: str, object_id: Any, item: str = "") -> EvidenceUse:
    """Put evidence that is already kept to a further object or item; once is enough."""
    with audited_action(ATTACH, actor=actor) as act:
        row = act.take(evidence)
        act.require(policy.may_keep(actor, row), _("只有本单位人员和负责监管的部门可以引用证据。"))
        if Evidence.objects.within(EVERYTHING).filter(supersedes=row).exists():
            raise BadInput("evidence", _("这份证据已有新版本，请引用新版本。"))
        known = queries.uses_of(actor.scope, row).filter(object_type=object_type, object_id=object_id, item=item).first()
        return known or act.add(_use(row, actor, object_type, object_id, item))


def detach_evidence(use: EvidenceUse, *, actor: Any, reason: str) -> None:
    """Take evidence away from an object; the file stays in the dossier, and the ledger says who took it away."""
    if queries.is_kept_from(actor.scope, actor, use):
        raise OutOfScope(f"use {use.pk}")
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明取消引用的理由。"))
    with audited_action(DETACH, actor=actor, reason=reason) as act:
        row = act.take(use)
        act.require(policy.may_replace(actor, row.evidence, queries.handed_in_from(EVERYTHING, row.evidence)), _("只有提交证据的一方可以取消引用。"))
        act.require(not row.evidence.verified_at, _("证据已核验，不能取消引用。"))
        act.remove(row)


def verify_evidence(evidence: Evidence, *, actor: Any, method: str, note: str = "") -> Evidence:
    """Enter that somebody compared the evidence with its source, and how; never whoever handed it in."""
    if method not in EvidenceMethod.values:
        raise BadInput("method", _("请选择核验方式。"))
    with audited_action(VERIFY, actor=actor, reason=note) as act:
        row = act.take(evidence)
        act.require(policy.may_verify(actor, row), _("须由监管部门或本单位负责人核验，且不能核验自己提交的证据。"))
        row.verified_by_name, row.verified_at, row.verification_method = actor.name[:40], clock.now(), method
    return row


def replace_evidence(evidence: Evidence, upload_name: str, data: bytes, *, actor: Any, note: str = "") -> Evidence:
    """Hand in a new version of a file; it takes over all uses, the old version stays to be seen.

    Raises:
        BadInput: refused by the examination, the same bytes again, or already replaced.
        NotAllowed: the other side, or a version that was already verified.
    """
    found = _examined(upload_name, data)
    if found.sha256 == evidence.sha256:
        raise BadInput("file", _("新文件与现有版本内容完全相同，无须替换。"))
    with audited_action(REPLACE, actor=actor, reason=note) as act:
        old = act.take(evidence)
        act.require(policy.may_replace(actor, old, queries.handed_in_from(EVERYTHING, old)), _("只有提交证据的一方可以替换。"))
        if Evidence.objects.within(EVERYTHING).filter(supersedes=old).exists():
            raise BadInput("file", _("这份证据已被新版本取代，请在最新版本上替换。"))
        new = _evidence(found, data, actor, old, note)
        new.supersedes, new.valid_until = old, old.valid_until
        act.add(new)
        for use in queries.uses_of(EVERYTHING, old):
            act.add(_use(new, actor, use.object_type, use.object_id, use.item))
    return new

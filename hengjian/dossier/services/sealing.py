"""Seals: a scan of the sealed page bound to its version, or a signature with the unit's certificate."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput, NotAllowed
from hengjian.dossier import policy
from hengjian.dossier.intake.vault import keep_bytes
from hengjian.dossier.models import Document, Evidence
from hengjian.dossier.services.documents import plain_pdf
from hengjian.dossier.services.evidence import keep_evidence
from hengjian.dossier.signing import CertificateSeal, SealFailed, SealRequest, TimeAuthoritySilent, stamped_at
from hengjian.dossier.states import SealKind

SCAN = title("dossier.seal_with_scan", "上传盖章页扫描件")
SIGN = title("dossier.sign_with_certificate", "电子签章")

SCANNED = ("image/", "application/pdf")


def seal_with_scan(document: Document, *, actor: Any, evidence: Evidence) -> Document:
    """Bind the scan of the sealed page to the version of the document that was sealed.

    Raises:
        BadInput: the scan is no picture or PDF, or belongs to another unit, or the document is sealed already.
    """
    with audited_action(SCAN, actor=actor) as act:
        row = _unsealed(act, document, actor)
        scan = act.take(evidence)
        if not scan.media_type.startswith(SCANNED):
            raise BadInput("evidence", _("盖章页须是图片或 PDF。"))
        if scan.org_id != row.org_id:
            raise BadInput("evidence", _("扫描件属于另一个单位，请上传本单位盖章的那一页。"))
        row.seal_kind, row.seal_evidence = SealKind.SCAN, scan
        row.sealed_at, row.sealed_by_name = clock.now(), actor.name[:40]
    return row


@all_or_nothing
def seal_with_file(document: Document, upload_name: str, data: bytes, *, actor: Any) -> Document:
    """Keep the scan of the sealed page and bind it to the document.

    Raises:
        BadInput: the file is refused, or is no scan.
    """
    kept = keep_evidence(upload_name, data, actor=actor, owner_row=document, object_type="dossier.document", object_id=document.pk, item="seal")
    return seal_with_scan(document, actor=actor, evidence=kept)


def sign_with_certificate(
    document: Document, *, actor: Any, pkcs12: bytes, passphrase: str, meaning: str = "", without_stamp: bool = False,
) -> Document:
    """Sign the PDF of a document with the certificate of the unit; the key is used and forgotten.

    Where the site has a time stamp authority (``TIME_AUTHORITY_URL``), the signature carries its stamp, which
    proves the time of the signature after the certificate has ended. An authority that does not answer means no
    signature, unless the person said beforehand that it may go ``without_stamp``; the document then says so.

    Raises:
        BadInput: wrong password or file, a certificate that has ended or cannot sign, no time stamp to be had.
    """
    if not policy.may_seal(actor, document):
        raise NotAllowed(_who_seals())
    try:
        signed = _signed(document, pkcs12, passphrase, meaning, settings.TIME_AUTHORITY_URL, without_stamp=without_stamp)
    except TimeAuthoritySilent as silent:
        again = _("请稍后重试；确需现在签章的，勾选“没有时间戳也签章”后再办理，公文页面会注明没有时间戳。")
        raise BadInput("without_stamp", f"{silent}{again}") from silent
    except SealFailed as refusal:
        raise BadInput("certificate", str(refusal)) from refusal
    with audited_action(SIGN, actor=actor, reason=meaning) as act:
        row = _unsealed(act, document, actor)
        row.signed_sha256, row.seal_kind = keep_bytes(signed), SealKind.PDF_SIGNATURE
        row.sealed_at, row.sealed_by_name = clock.now(), actor.name[:40]
        row.stamped_at = stamped_at(signed)
    return row


def _signed(document: Document, pkcs12: bytes, passphrase: str, meaning: str, url: str, *, without_stamp: bool) -> bytes:
    """The PDF with the signature of the unit, stamped when there is a time authority that answers."""
    provider = CertificateSeal(pkcs12, passphrase.encode(), time_authority_url=url)
    if provider.valid_until < clock.real_now():
        day = clock.local_date(provider.valid_until).isoformat()
        raise SealFailed(_("单位证书已于%(day)s到期，不能再签章，请换用有效的证书。") % {"day": day})
    request = SealRequest(
        organisation=document.issuer_name, meaning=meaning or str(_("出具")), signed_at=clock.now(), location=document.code
    )
    try:
        return provider.seal(plain_pdf(document), request)
    except TimeAuthoritySilent:
        if not without_stamp:
            raise
        return CertificateSeal(pkcs12, passphrase.encode()).seal(plain_pdf(document), request)


def _who_seals() -> str:
    return _("只有出具公文的单位和负责监管的部门可以签章。")


def _unsealed(act: Any, document: Document, actor: Any) -> Document:
    row: Document = act.take(document)
    act.require(policy.may_seal(actor, row), _who_seals())
    if row.seal_kind != SealKind.NONE:
        raise BadInput("document", _("这份公文已经签章，不能重复签章。内容有变时请另出一版。"))
    return row

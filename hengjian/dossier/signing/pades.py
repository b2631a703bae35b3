"""PAdES signatures by pyHanko. Import this module late: pyHanko takes about a second to load."""
from __future__ import annotations

import binascii
import io
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from .model import SealFailed, SealRequest, SignatureFinding, TimeAuthoritySilent, Verdict
from .stamps import stamp_page

_POINTS_PER_MM = 72 / 25.4
_WHOLE_BOX = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0))


class _StampPage(PdfContent):
    """A page of a PDF in memory, used as the look of a seal."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        """Bring the page into the document as one drawing."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.pdf)), page_ix=0)
        name = b"/Seal" + binascii.hexlify(uuid.uuid4().bytes)
        self.resources.xobject[name.decode("ascii")] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return name + b" Do"


# While it is waited for, SQLite takes no other command: shorter than the patience of those that wait behind it.
SECONDS = 5


class _SiteTimeStamper(HTTPTimeStamper):
    """The time stamping authority of the site: what it answers wrongly counts as no answer."""

    async def async_request_tsa_response(self, req: Any) -> Any:
        """Ask for a stamp, and read the answer whole."""
        try:
            answer = await super().async_request_tsa_response(req)
            answer.native  # noqa: B018 - asn1crypto parses lazily; a bad answer fails here
        except (ValueError, TypeError) as error:
            raise TimestampRequestError("the answer is no time stamp") from error
        return answer


def http_time_authority(url: str) -> Any:
    """Return a time stamping authority (RFC 3161) at an address from the configuration of the site."""
    return _SiteTimeStamper(url, https=url.startswith("https:"), timeout=SECONDS)


def load_signer(pkcs12: bytes, passphrase: bytes) -> Any:
    """Return the signer of a PKCS#12 file. Raises SealFailed for a wrong password or file."""
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(pkcs12, other_certs=(), passphrase=passphrase)
    except (ValueError, OSError, SigningError) as error:
        raise SealFailed(_("单位证书打不开：密码不对，或不是有效的 .p12、.pfx 文件。")) from error
    if signer is None:
        raise SealFailed(_("单位证书打不开：密码不对，或不是有效的 .p12、.pfx 文件。"))
    return signer


def _box(pdf: bytes, page: int, box_mm: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """Turn a box measured from the upper left corner into the PDF's points from the lower left."""
    left, top, width, height = (millimetres * _POINTS_PER_MM for millimetres in box_mm)
    upper = float(PdfReader(io.BytesIO(pdf)).pages[page].mediabox.top)
    return round(left), round(upper - top - height), round(left + width), round(upper - top)


def seal(pdf: bytes, request: SealRequest, *, signer: Any, time_authority: Any = None) -> bytes:
    """Add one PAdES signature (B-B, with a time authority B-T) in an incremental update.

    Raises SealFailed when the document cannot be signed, TimeAuthoritySilent when the time authority gives no stamp:
    then nothing is signed, never a signature without the stamp that was asked for.
    """
    meta = signers.PdfSignatureMetadata(
        field_name=request.field_name, md_algorithm="sha256", name=request.organisation, reason=request.meaning,
        location=request.location or None, subfilter=fields.SigSeedSubFilter.PADES)
    style = None
    if request.box_mm:
        style = StaticStampStyle(
            background=_StampPage(stamp_page(request)), background_layout=_WHOLE_BOX, border_width=0)
    try:
        field = fields.SigFieldSpec(
            sig_field_name=request.field_name, on_page=request.page,
            box=_box(pdf, request.page, request.box_mm) if request.box_mm else None)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        made = signers.PdfSigner(
            meta, signer=signer, timestamper=time_authority, stamp_style=style, new_field_spec=field,
        ).sign_pdf(writer)
    except (TimestampRequestError, OSError) as error:
        raise TimeAuthoritySilent(_("时间戳服务没有应答，或应答有误，没有签章。")) from error
    except (SigningError, PdfError, PyPdfError, ValueError, IndexError) as error:
        raise SealFailed(_("文件无法签章：%(why)s") % {"why": str(error)[:200]}) from error
    return bytes(made.getvalue())


def stamped_at(pdf: bytes) -> datetime | None:
    """The time in the time stamp of the latest signature of a PDF; None when it carries none."""
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    for attribute in signatures[-1].signer_info["unsigned_attrs"] if signatures else ():
        if attribute["type"].native == "signature_time_stamp_token":
            stamped: datetime = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed["gen_time"].native
            return stamped
    return None


def valid_until(signer: Any) -> datetime:
    """When the certificate of a signer ends."""
    until: datetime = signer.signing_cert.not_valid_after
    return until


def _context(roots: Sequence[x509.Certificate], at: datetime | None) -> ValidationContext:
    return ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=at, best_signature_time=at)


def _status(embedded: Any, roots: Sequence[x509.Certificate], at: datetime | None) -> PdfSignatureStatus:
    status = validate_pdf_signature(embedded, _context(roots, at), ts_validation_context=_context(roots, at))
    stamp = status.timestamp_validity
    if at is None and not status.bottom_line and stamp is not None and stamp.valid and stamp.trusted:
        # The certificate may have run out since: what counts is that it held at the proven time.
        return validate_pdf_signature(
            embedded, _context(roots, stamp.timestamp), ts_validation_context=_context(roots, stamp.timestamp))
    return status


def _reasons(status: PdfSignatureStatus) -> tuple[str, ...]:
    found = []
    if not status.intact:
        found.append(_("签章后的内容被改动过"))
    elif not status.valid:
        found.append(_("签名值与证书不符"))
    if not status.trusted:
        found.append(_("签章证书已吊销") if status.revoked else _("签章证书不受信任，或在该时间已过期"))
    if status.intact and not status.docmdp_ok:
        found.append(_("签章后又追加了不允许的修改"))
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.valid and stamp.trusted):
        found.append(_("时间戳无效或其证书不受信任"))
    return tuple(found) or (_("签章不完整"),)


def _finding(embedded: Any, roots: Sequence[x509.Certificate], at: datetime | None) -> SignatureFinding:
    certificate = embedded.signer_cert
    known: dict[str, Any] = {
        "field_name": embedded.field_name,
        "signer": certificate.subject.native.get("common_name", "") if certificate else "",
        "issuer": certificate.issuer.native.get("common_name", "") if certificate else "",
        "meaning": str(embedded.sig_object.get("/Reason", "")),
    }
    try:
        status = _status(embedded, roots, at)
    except (PdfError, ValueError, ValidationInfoReadingError, SigningError) as error:
        why = _("签章结构异常，无法验证：%(why)s") % {"why": str(error)[:200]}
        return SignatureFinding(**known, claimed_at=None, stamped_at=None, valid=False, reasons=(why,))
    stamp = status.timestamp_validity
    return SignatureFinding(
        **known, claimed_at=status.signer_reported_dt, stamped_at=stamp.timestamp if stamp else None,
        valid=status.bottom_line, reasons=() if status.bottom_line else _reasons(status))


def _sentence(found: tuple[SignatureFinding, ...]) -> str:
    bad = [each for each in found if not each.valid]
    if not bad:
        who = "、".join(each.signer for each in found)
        return _("共 %(count)s 处电子签章，全部有效，签章后未改动（%(who)s）。") % {"count": len(found), "who": who}
    why = "；".join(f"{each.signer or each.field_name}：{'、'.join(each.reasons)}" for each in bad)
    return _("共 %(count)s 处电子签章，%(bad)s 处无效（%(why)s）。") % {"count": len(found), "bad": len(bad), "why": why}


def verify(pdf: bytes, *, roots: Sequence[x509.Certificate], at: datetime | None = None) -> Verdict:
    """Check every signature of a PDF against the trusted roots; valid only if each one's bottom line is.

    `at` fixes the moment (default now, or the proven time of the signature). Never raises for a bad document.
    """
    try:
        embedded = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_regular_signatures
    except (PdfError, ValueError, KeyError, TypeError, RecursionError):
        return Verdict(False, _("文件已损坏或不是 PDF，无法验章。"))
    if not embedded:
        return Verdict(False, _("文件没有电子签章。"))
    found = tuple(_finding(each, roots, at) for each in embedded)
    return Verdict(all(each.valid for each in found), _sentence(found), found)


def load_roots(pems: Sequence[bytes]) -> list[x509.Certificate]:
    """Return the certificates of PEM or DER files. Raises SealFailed for anything else."""
    from asn1crypto import pem  # pyHanko's own reader wants file names

    found = []
    for data in pems:
        try:
            blocks = [held for _name, _heads, held in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
            certificates = [x509.Certificate.load(block, strict=True) for block in blocks]
            for certificate in certificates:
                certificate.subject.native  # noqa: B018 - asn1crypto parses lazily; a bad one fails here
            found += certificates
        except (ValueError, TypeError) as error:
            raise SealFailed(_("受信任的根证书无法读取。")) from error
    return found

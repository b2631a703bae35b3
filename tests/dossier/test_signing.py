"""Sealing a printed form with a certificate, and finding every change after it."""
from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from hengjian.dossier.render import render_pdf
from hengjian.dossier.signing import CertificateSeal, SealFailed, SealProvider, SealRequest, verify_seals
from tests.dossier.authority import PASSPHRASE, TestAuthority
from tests.dossier.forms import ANNEX_2, ANNEX_2_PAYLOAD, MARK

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority()


@pytest.fixture(scope="module")
def seal(authority: TestAuthority) -> CertificateSeal:
    return CertificateSeal(
        authority.organisation("澜川省市场监督管理局"), PASSPHRASE, roots=[authority.root_pem],
        time_authority=authority.time_authority())


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render_pdf(ANNEX_2, ANNEX_2_PAYLOAD, verification=MARK)


def request(**changes: object) -> SealRequest:
    held = {"organisation": "澜川省市场监督管理局", "meaning": "批准报送", "signed_at": NOW, **changes}
    return SealRequest(**held)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sealed(seal: CertificateSeal, plain: bytes) -> bytes:
    return seal.seal(plain, request())


def test_a_sealed_form_is_valid_and_says_who_and_what(seal: CertificateSeal, sealed: bytes, plain: bytes) -> None:
    verdict = seal.verify(sealed)
    assert verdict.sentence == "共 1 处电子签章，全部有效，签章后未改动（澜川省市场监督管理局）。"
    assert verdict.valid is True
    (only,) = verdict.signatures
    assert (only.signer, only.issuer, only.meaning, only.reasons) == (
        "澜川省市场监督管理局", "测试根证书", "批准报送", ())
    assert only.stamped_at is not None
    assert sealed.startswith(plain)


def red_pixels(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    picture = document[len(document) - 1].render(scale=3, may_draw_forms=True).to_pil().convert("RGB")
    colours = picture.getcolors(1 << 24) or []
    return sum(count for count, (red, green, blue) in colours if red > 150 and green < 60 and blue < 60)


def test_the_stamp_is_visible(sealed: bytes, plain: bytes) -> None:
    assert red_pixels(plain) == 0
    assert red_pixels(sealed) > 300


def test_a_changed_byte_breaks_the_seal(seal: CertificateSeal, sealed: bytes, plain: bytes) -> None:
    at = plain.rindex(b"stream") - 20
    verdict = seal.verify(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1:])
    assert verdict.valid is False


def test_a_page_turned_after_sealing_is_found_by_the_bottom_line(seal: CertificateSeal, sealed: bytes) -> None:
    writer = PdfWriter(io.BytesIO(sealed), incremental=True)
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    changed = out.getvalue()
    assert changed.startswith(sealed)
    verdict = seal.verify(changed)
    assert verdict.valid is False
    assert "签章后又追加了不允许的修改" in verdict.signatures[0].reasons


def test_a_second_organisation_may_seal_too(authority: TestAuthority, seal: CertificateSeal, sealed: bytes) -> None:
    second = CertificateSeal(authority.organisation("云州市市场监督管理局"), PASSPHRASE, roots=[authority.root_pem])
    verdict = second.verify(second.seal(
        sealed, request(organisation="云州市市场监督管理局", field_name="seal-2", box_mm=(20, 230, 64, 20))))
    assert [each.valid for each in verdict.signatures] == [True, True]
    assert verdict.valid is True
    assert verdict.signatures[1].stamped_at is None


def test_a_seal_without_a_box_is_invisible(seal: CertificateSeal, plain: bytes) -> None:
    verdict = seal.verify(seal.seal(plain, request(box_mm=None)))
    assert verdict.valid is True


def test_a_stranger_is_not_trusted(sealed: bytes) -> None:
    verdict = verify_seals(sealed, roots=[TestAuthority("别处的根证书").root_pem])
    assert verdict.valid is False
    assert "签章证书不受信任，或在该时间已过期" in verdict.signatures[0].reasons


def test_an_expired_certificate_holds_at_the_proven_time_only(authority: TestAuthority, plain: bytes) -> None:
    short = authority.organisation("旧证书单位", days=-10)
    stamped = CertificateSeal(
        short, PASSPHRASE, roots=[authority.root_pem], time_authority=authority.time_authority(NOW - timedelta(days=20)))
    bare = CertificateSeal(short, PASSPHRASE, roots=[authority.root_pem])
    assert stamped.verify(stamped.seal(plain, request())).valid is True
    assert bare.verify(bare.seal(plain, request())).valid is False


def test_a_document_without_a_seal_or_that_is_none_is_not_valid(seal: CertificateSeal, plain: bytes) -> None:
    assert (seal.verify(plain).valid, seal.verify(plain).sentence) == (False, "文件没有电子签章。")
    assert seal.verify(b"hello").sentence == "文件已损坏或不是 PDF，无法验章。"


def test_a_wrong_password_is_refused_in_chinese(authority: TestAuthority) -> None:
    with pytest.raises(SealFailed, match="单位证书打不开"):
        CertificateSeal(authority.organisation("某单位"), b"wrong")
    with pytest.raises(SealFailed, match="根证书无法读取"):
        verify_seals(b"", roots=[b"no certificate"])


def test_what_is_no_pdf_cannot_be_sealed(seal: CertificateSeal) -> None:
    with pytest.raises(SealFailed, match="文件无法签章"):
        seal.seal(b"hello", request())


def test_other_seals_plug_in_by_the_protocol(seal: CertificateSeal) -> None:
    provider: SealProvider = seal
    assert provider.name == "certificate"


def test_the_sealed_file_still_opens_and_has_its_text(sealed: bytes) -> None:
    assert "单位名称（盖章）" in PdfReader(io.BytesIO(sealed)).pages[0].extract_text()

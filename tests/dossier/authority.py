"""A throw-away certificate authority: root, organisation certificates, a dummy time authority."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSPHRASE = b"test-passphrase"


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass
class TestAuthority:
    """Makes certificates that are valid for some days around now."""

    __test__ = False

    common: str = "测试根证书"

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._build(self.common, self.key, ca=True)

    def _build(self, common: str, key: Any, *, ca: bool = False, usage: Any = None, days: int = 30) -> Any:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder().subject_name(_name(common)).issuer_name(_name(self.common))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca, content_commitment=not ca, key_encipherment=False,
                    data_encipherment=False, key_agreement=False, key_cert_sign=ca, crl_sign=ca,
                    encipher_only=False, decipher_only=False),
                critical=True)
        )
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    @property
    def root_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def organisation(self, common: str, *, days: int = 30) -> bytes:
        """Return a PKCS#12 file for an organisation."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._build(common, key, days=days)
        return pkcs12.serialize_key_and_certificates(
            common.encode(), key, certificate, [self.certificate], BestAvailableEncryption(PASSPHRASE))

    def time_authority(self, at: datetime | None = None) -> Any:
        """Return pyHanko's dummy time stamper; for tests only."""
        from asn1crypto import keys
        from asn1crypto import x509 as asn1_x509
        from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat
        from pyhanko.sign.timestamps import DummyTimeStamper

        key = rsa.generate_private_key(65537, 2048)  # the dummy signs with RSA only
        certificate = self._build("测试时间戳", key, usage=ExtendedKeyUsageOID.TIME_STAMPING)
        raw = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(
            asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(raw),
            fixed_dt=at)

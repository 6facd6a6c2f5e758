"""Certificates for a test: an authority, and one of each program for the loopback address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from embedded.ports import LOOPBACK

Key = ec.EllipticCurvePrivateKey


def write_certificates(folder: Path, programs: Iterable[str]) -> None:
    """Writes ca.pem, and PROGRAM.pem and PROGRAM.key of each program."""
    folder.mkdir(parents=True, mode=0o700)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _signed(_named("an authority"), authority_key, _named("an authority"), authority_key, is_authority=True)
    (folder / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    for program in programs:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(_named(program), key, authority.subject, authority_key)
        (folder / f"{program}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        (folder / f"{program}.key").touch(mode=0o600)
        (folder / f"{program}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(subject: x509.Name, key: Key, issuer: x509.Name, issuer_key: Key, *, is_authority: bool = False) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if is_authority:
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    else:
        addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK)), x509.DNSName("localhost")])
        both_ends = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(addresses, critical=False).add_extension(both_ends, critical=False)
    return builder.sign(issuer_key, SHA256())

"""A throw-away certificate, for clients that speak https only, valid for loopback and given host names."""

import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Certificate:
    """A key and a self-signed certificate in a folder of their own; `authority` is the file for a client to trust."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fake-amazon-")
        self.authority = Path(self._folder.name, "certificate.pem")
        key = ec.generate_private_key(ec.SECP256R1())
        key_file = Path(self._folder.name, "key.pem")
        key_file.write_bytes(_pem_of(key))
        self.authority.write_bytes(_signed(key, names).public_bytes(serialization.Encoding.PEM))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.authority, key_file)

    def remove(self) -> None:
        """Delete both files."""
        self._folder.cleanup()


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _signed(key: ec.EllipticCurvePrivateKey, names: tuple[str, ...]) -> x509.Certificate:
    """Valid around real time, since clients check it by their own clock."""
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake Amazon (simulation)")])
    addresses = [x509.IPAddress(ipaddress.ip_address(text)) for text in ("127.0.0.1", "::1")]
    dns_names = [x509.DNSName(name) for name in ("localhost", *names)]
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([*dns_names, *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(key, hashes.SHA256())

"""A line over TLS, in real handshakes on this machine: each side shows its certificate, who shows none waits."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from motcua.engines.exchange.models import Outgoing
from tests.engines.exchange.house import Room, line, partner, send, work

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


class Authority:
    """An authority of its own; what it issues is written as a PEM file with its key."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._made(self.name, self.key.public_key(), x509.BasicConstraints(True, None))

    def _made(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *more: x509.ExtensionType) -> x509.Certificate:
        made = x509.CertificateBuilder(self.name, subject, key, x509.random_serial_number())
        made = made.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), False)
        for extension in more:
            made = made.add_extension(extension, isinstance(extension, x509.BasicConstraints))
        return made.sign(self.key, hashes.SHA256())

    def issue(self, path: Path, *, address: str = "", usage: x509.ObjectIdentifier) -> str:
        """A certificate with its key in a file; returns its SHA-256."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])] if address else []
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, path.name)])
        made = self._made(subject, key.public_key(), x509.ExtendedKeyUsage([usage]), *names)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
        return sha256(made.public_bytes(Encoding.DER)).hexdigest()

    def write(self, path: Path) -> None:
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))


class Shown:
    """A partner that wants to see a certificate; ``peers`` are the SHA-256 of those that it saw."""

    def __init__(self) -> None:
        self.peers: list[str] = []
        self.url = ""

    @contextmanager
    def serving(self, certificate: Path, trusted: Path) -> Iterator[None]:
        shown = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                assert isinstance(self.connection, ssl.SSLSocket)
                der = self.connection.getpeercert(binary_form=True)
                assert der is not None
                shown.peers.append(sha256(der).hexdigest())
                name = self.path.rpartition("/")[2]
                self.send_response(201)
                self.end_headers()
                self.wfile.write(f'{{"message_id": "{name}", "digest": "0"}}'.encode())

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        class Server(HTTPServer):
            def handle_error(self, *args: object) -> None:
                """A handshake that fails is what is tested."""

        server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.load_verify_locations(trusted)
        context.verify_mode = ssl.CERT_REQUIRED
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        self.url = f"https://127.0.0.1:{server.server_address[1]}"
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.mark.parametrize(
    ("certificate", "authorities", "fault"),
    [
        ("ours", "theirs-ca", ""),
        ("", "theirs-ca", "Error"),  # shows none
        ("strangers", "theirs-ca", "Error"),  # of an authority that the partner does not trust
        ("ours", "ours-ca", "ConnectError"),  # the partner's is of an authority that this house does not trust
        ("ours", "", "ConnectError"),
    ],
)
def test_both_sides_show_who_they_are(room: Room, certificate: str, authorities: str, fault: str) -> None:
    folder, shown = Path(settings.EXCHANGE["secrets"]), Shown()
    theirs, ours, strangers = (Authority(name) for name in ("Bên kia", "Bên này", "Kẻ lạ"))
    theirs.write(folder / "theirs-ca")
    ours.write(folder / "ours-ca")
    theirs.issue(folder / "theirs", address="127.0.0.1", usage=ExtendedKeyUsageOID.SERVER_AUTH)
    own = ours.issue(folder / "ours", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    strangers.issue(folder / "strangers", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    with shown.serving(folder / "theirs", folder / "ours-ca"):
        channel = line(url=shown.url, client_certificate=certificate, authorities=authorities)
        partner(channel)
        send(1)
        work()
    channel.refresh_from_db()
    assert fault in channel.fault
    assert bool(channel.failures) == bool(fault)
    assert Outgoing.objects.get().state == ("waiting" if fault else "sent")
    assert shown.peers == ([] if fault else [own])


def test_a_certificate_for_another_address_is_not_believed(room: Room) -> None:
    folder, shown, theirs = Path(settings.EXCHANGE["secrets"]), Shown(), Authority("Bên kia")
    theirs.write(folder / "ca")
    theirs.issue(folder / "theirs", address="127.0.0.2", usage=ExtendedKeyUsageOID.SERVER_AUTH)
    theirs.issue(folder / "ours", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    with shown.serving(folder / "theirs", folder / "ca"):
        channel = line(url=shown.url, client_certificate="ours", authorities="ca")
        partner(channel)
        send(1)
        work()
    channel.refresh_from_db()
    assert (channel.fault, shown.peers) == ("ConnectError", [])

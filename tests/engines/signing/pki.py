"""An authority over loopback HTTP with all that it has in life: OCSP, revocation lists, a time-stamp authority.

certomancer plays it. The clock is given (``pki.at``), requests are counted, services can be out of order. Everybody
in it is invented.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import CRLReason, ReasonFlags
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from tests.engines.signing.factories import AT

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
NAMES = {
    "root": "Gốc thử nghiệm",
    "authority": "Cơ quan chứng thực thử nghiệm",
    "ocsp": "Trả lời trạng thái thử nghiệm",
    "tsa": "Cấp dấu thời gian thử nghiệm",
    "leader": "Phạm Văn Giả Định",
    "agency": "Ủy ban nhân dân xã Mẫu Sơn",
    "stranger": "Nguyễn Văn Tự Ký",
}
# As Vietnamese authorities issue them; the others are on P-256, which is quicker to make.
RSA_KEYS = {"leader"}
LIFE = ("2025-01-01", "2125-01-01")


@dataclass(eq=False)
class Pki:
    """``certificate("leader")``, ``chain("leader")`` (DER), ``key("leader")``; ``url`` is the server's."""

    url: str
    architecture: PKIArchitecture
    keys: dict[str, Key]
    animator: Animator
    requests: Counter[str] = field(default_factory=Counter)
    out_of_order: set[str] = field(default_factory=set)
    own_list: bytes = b""  # served in place of the authority's list

    @property
    def at(self) -> datetime:
        """The moment that all services believe it is."""
        return self.animator.fixed_time

    @at.setter
    def at(self, moment: datetime) -> None:
        self.animator.fixed_time = moment

    @property
    def tsa_url(self) -> str:
        """Where time stamps are given; ``tsa-short`` beside it has a certificate that ends with 2026,
        ``tsa-wrong`` one that is not for time stamps, ``tsa-stranger`` one that nobody trusts."""
        return f"{self.url}/pki/tsa/tsa"

    def certificate(self, label: str) -> bytes:
        """One of ``leader``, ``agency``, ``expired``, ``revoked``, ``unborn``, ``server`` (wrong usage), ``stranger``
        (self-signed), ``root``, ``authority``, ``tsa``, ``tsa-short``, ``ocsp``, as DER."""
        der: bytes = self.architecture.get_cert(CertLabel(label)).dump()
        return der

    def chain(self, label: str) -> bytes:
        """The intermediate certificates of a signer, DER after DER, without the root."""
        spec = self.architecture.get_cert_spec(CertLabel(label))
        return self.certificate("authority") if spec.issuer == "authority" else b""

    def key(self, label: str) -> Key:
        """The private key of a certificate."""
        return self.keys[self.architecture.get_cert_spec(CertLabel(label)).subject_key]

    def sign(self, label: str, digest: bytes) -> bytes:
        """Sign 32 bytes as a token or a service would."""
        key = self.key(label)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(digest, padding.PKCS1v15(), Prehashed(SHA256()))
        return key.sign(digest, ec.ECDSA(Prehashed(SHA256())))

    def list_with(self, label: str, reason: ReasonFlags, *, since: datetime, at: datetime) -> bytes:
        """A list of the authority as of a moment, with one entry about the certificate of a label."""
        authority = x509.load_der_x509_certificate(self.certificate("authority"))
        number = x509.load_der_x509_certificate(self.certificate(label)).serial_number
        entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(since)
        listed = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
        listed = listed.last_update(at).next_update(at + timedelta(days=2))
        listed = listed.add_revoked_certificate(entry.add_extension(CRLReason(reason), critical=False).build())
        return listed.sign(self.key("authority"), SHA256()).public_bytes(Encoding.DER)

    def fetched(self, kind: str) -> int:
        """How many requests of a kind (``ocsp``, ``crls``, ``tsa``, ``certs``) were served since the last reset."""
        return sum(count for path, count in self.requests.items() if path.split("/")[2] == kind)

    def reset(self) -> None:
        """As at the beginning: nothing counted, nothing broken, the clock at ``AT``."""
        self.requests.clear()
        self.out_of_order.clear()
        self.own_list = b""
        self.at = AT

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path.split("/")[2] in self.out_of_order:
            return Response("out of order", status=503)(environ, start_response)
        self.requests[path] += 1
        if self.own_list and path.startswith("/pki/crls/authority/"):
            return Response(self.own_list, mimetype="application/pkix-crl")(environ, start_response)
        return self.animator(environ, start_response)


def _extensions(usage: list[str], *, by: str | None, ocsp: bool = False) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": usage}}
    ]
    if by:
        lists = {"schema": "crl-dist-url", "params": {"crl-repo-names": [by]}}
        found.append({"id": "crl_distribution_points", "smart-value": lists})
    if by and ocsp:
        access = {"ocsp-responder-names": [by], "ca-issuer-links": [{"repo": by}]}
        found.append({"id": "authority_information_access", "smart-value": {"schema": "aia-urls", "params": access}})
    return found


def _purpose(purpose: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "critical": True, "value": [purpose]}


def _certificate(
    subject: str, issuer: str, extensions: list[dict[str, Any]], life: tuple[str, str] = LIFE, **more: Any
) -> dict[str, Any]:
    validity = {"valid-from": f"{life[0]}T00:00:00+0000", "valid-to": f"{life[1]}T00:00:00+0000"}
    return {"subject": subject, "issuer": issuer, "validity": validity, "extensions": extensions, **more}


def _person(subject: str, life: tuple[str, str] = LIFE, **more: Any) -> dict[str, Any]:
    usage = ["digital_signature", "non_repudiation"]
    return _certificate(subject, "authority", _extensions(usage, by="authority", ocsp=True), life, **more)


def _certificates() -> dict[str, Any]:
    parent = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
    signs = ["key_cert_sign", "crl_sign"]
    stamping = [*_extensions(["digital_signature"], by="root"), _purpose("time_stamping")]
    answering = [*_extensions(["digital_signature"], by=None), _purpose("ocsp_signing"), {"id": "ocsp_no_check"}]
    serving = [*_extensions(["key_encipherment"], by="authority", ocsp=True), _purpose("server_auth")]
    revocation = {"revoked-since": "2025-12-01T00:00:00+0000", "reason": "key_compromise"}
    return {
        "root": _certificate("root", "root", [parent, *_extensions(signs, by=None)]),
        "authority": _certificate("authority", "root", [parent, *_extensions(signs, by="root")]),
        "ocsp": _certificate("ocsp", "authority", answering),
        "tsa": _certificate("tsa", "root", stamping),
        "tsa-short": _certificate("tsa", "root", stamping, ("2025-01-01", "2027-01-01")),
        "leader": _person("leader"),
        "agency": _person("agency"),
        "expired": _person("leader", ("2025-01-01", "2025-12-31")),
        "unborn": _person("leader", ("2026-06-01", "2029-06-01")),
        "revoked": _person("agency", revocation=revocation),
        "server": _certificate("agency", "authority", serving),
        "stranger": _certificate("stranger", "stranger", _extensions(["non_repudiation"], by=None)),
    }


def _services() -> dict[str, Any]:
    daily = {"simulated-update-schedule": "P1D"}
    return {
        "crl-repo": {"root": {"for-issuer": "root", **daily}, "authority": {"for-issuer": "authority", **daily}},
        "ocsp": {"authority": {"for-issuer": "authority", "responder-cert": "ocsp", "issuer-cert": "authority"}},
        "cert-repo": {"root": {"for-issuer": "root"}, "authority": {"for-issuer": "authority"}},
        "time-stamping": {
            "tsa": {"signing-key": "tsa", "signing-cert": "tsa"},
            "tsa-short": {"signing-key": "tsa", "signing-cert": "tsa-short"},
            "tsa-wrong": {"signing-key": "ocsp", "signing-cert": "ocsp", "certs-to-embed": ["authority"]},
            "tsa-stranger": {"signing-key": "stranger", "signing-cert": "stranger"},
        },
    }


def _new_keys(folder: Path) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for name in NAMES:
        rsa_wanted = name in RSA_KEYS
        keys[name] = rsa.generate_private_key(65537, 2048) if rsa_wanted else ec.generate_private_key(ec.SECP256R1())
        pem = keys[name].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem)
    return keys


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def running(folder: Path) -> Iterator[Pki]:
    """Make keys and certificates in an empty folder and serve them until the block ends."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    keys = _new_keys(folder)
    configuration = CertomancerConfig(
        {
            "external-url-prefix": url,
            "keysets": {"keys": {"keys": {name: {"path": f"{name}.pem"} for name in keys}}},
            "pki-architectures": {
                "pki": {
                    "keyset": "keys",
                    "entity-defaults": {"country-name": "VN", "organization-name": "Tỉnh Mẫu Sơn"},
                    "entities": {name: {"common-name": common} for name, common in NAMES.items()},
                    "certs": _certificates(),
                    "services": _services(),
                }
            },
        },
        key_search_dir=str(folder),
    )
    architecture = configuration.pki_archs[ArchLabel("pki")]
    animator = Animator(AnimatorArchStore(configuration.pki_archs), at_time=AT, with_web_ui=False)
    pki = Pki(url, architecture, keys, animator)
    server.app = pki
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield pki
    server.shutdown()
    thread.join()
    server.server_close()

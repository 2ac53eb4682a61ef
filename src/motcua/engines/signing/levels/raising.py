"""Raising a signed file from level to level. A PDF (ETSI EN 319 142-1) gets revisions with time stamps and proofs.

One :class:`Raiser` serves many documents: what authorities said, and the way to each of them, is found out once.
"""

import asyncio
import hashlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import httpx
from asn1crypto import cms, crl, ocsp, x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as PyhankoSigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.levels import containers, xades
from motcua.engines.signing.levels.evidence import Evidence
from motcua.engines.signing.levels.fetching import Unreachable
from motcua.engines.signing.levels.paths import Link, parsed, path_to_anchor
from motcua.engines.signing.levels.revocation import Proofs
from motcua.engines.signing.levels.timestamps import HASH, HttpTimeStamper
from motcua.engines.signing.models import Level
from motcua.engines.signing.revisions import Revision, begin, begin_after, written
from motcua.engines.signing.suitability import DAMAGED
from motcua.engines.signing.verification import Kind, kind_of

log = logging.getLogger(__name__)

_RISING = list(Level)


class Untrusted(Exception):
    """A signer or a time-stamp authority leads to no authority that the house trusts."""


@dataclass(frozen=True)
class Stamp:
    """What the strength of a time stamp rests on: the end of its certificate, and its kind of key (``rsa-2048``)."""

    ends: datetime
    key: str


@dataclass(frozen=True)
class Raised:
    """A version of a file, and the archive time stamp that it got."""

    content: bytes
    level: Level
    stamp: Stamp | None = None


def stamp_of(token: EmbeddedPdfSignature) -> Stamp:
    """What the strength of a document time stamp rests on."""
    certificate = parsed(token.signer_cert.dump())
    return Stamp(certificate.not_valid_after_utc, _kind_of(certificate.public_key()))


def is_reached(level: str, wanted: str) -> bool:
    """Whether a level is the wanted one or above."""
    return _RISING.index(Level(level)) >= _RISING.index(Level(wanted))


class Raiser:
    """Raises documents at one moment; ``anchors`` are the DER certificates of trusted authorities."""

    def __init__(
        self, client: httpx.Client, *, authorities: Sequence[str], anchors: Sequence[bytes], at: datetime
    ) -> None:
        self.stamper = HttpTimeStamper(client, list(authorities))
        self.anchors = list(anchors)
        self.proofs = Proofs(client, at=at)
        self.at = at
        self._down = ""

    def versions(self, content: bytes, *, level: str, wanted: str) -> Iterator[Raised]:
        """The version of each level reached on the way, so that what one authority gave is not lost with another.

        A PDF that has the archive's level gets a further archive time stamp; XML and containers end with B-LT. Raises
        :class:`Unreachable`, ``ProofsMissing`` and :class:`Untrusted` for what another day may mend,
        :class:`Unsignable` for a file that cannot be raised.
        """
        try:
            if kind_of(content) is Kind.PDF:
                yield from self._versions(content, level, wanted)
            else:
                yield from self._versions_of_properties(content, level, wanted)
        except DAMAGED as error:
            log.warning("signed_file_unreadable", extra={"error": type(error).__name__, "reason": error})
            raise Unsignable.damaged() from error

    def _versions(self, pdf: bytes, level: str, wanted: str) -> Iterator[Raised]:
        if level == Level.B:
            pdf, _stamp = self._stamped(begin(pdf))
            yield Raised(pdf, Level.T)
        if wanted == Level.T:
            return
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = reader.embedded_signatures
        paths = [self._path(each) for each in (signatures[-1:] if level == Level.LTA else signatures)]
        writer = begin_after(reader)
        if wanted == Level.LT:
            self._prove(writer, paths)
            yield Raised(written(writer), Level.LT)
        else:
            self._prove(writer, [*paths, self._authority_path()])
            pdf, stamp = self._stamped(writer)
            yield Raised(pdf, Level.LTA, stamp)

    def _versions_of_properties(self, content: bytes, level: str, wanted: str) -> Iterator[Raised]:
        """XML and containers keep what proves a signature inside it."""
        how = xades if kind_of(content) is Kind.XML else containers
        if level == Level.B:
            content = how.stamped(content, self)
            yield Raised(content, Level.T)
        if wanted != Level.T and not is_reached(level, Level.LT):
            yield Raised(how.proven(content, self), Level.LT)

    def token_over(self, content: bytes) -> bytes:
        """See :class:`Notary`."""
        self._authority_path()
        try:
            token = asyncio.run(self.stamper.async_timestamp(hashlib.sha256(content).digest(), HASH))
        except Unreachable as error:
            self._down = str(error)
            raise
        self._check_token(token["content"], lambda name: hashlib.new(name, content).digest())
        der: bytes = token.dump()
        return der

    def evidence_on(self, certificate: bytes, others: Iterable[bytes]) -> Evidence:
        """See :class:`Notary`."""
        return self._evidence(self._path_of(certificate, others))

    def evidence_on_stamps(self) -> Evidence:
        """See :class:`Notary`."""
        return self._evidence(self._authority_path())

    def _evidence(self, links: Sequence[Link]) -> Evidence:
        certificates = dict.fromkeys(der for link in links for der in (link.certificate, link.issuer))
        return Evidence(tuple(certificates), self.proofs.of(links))

    def _path(self, signature: EmbeddedPdfSignature) -> tuple[Link, ...]:
        others = [each.dump() for each in signature.other_embedded_certs]
        return self._path_of(signature.signer_cert.dump(), others)

    def _path_of(self, certificate: bytes, others: Iterable[bytes]) -> tuple[Link, ...]:
        found = path_to_anchor(certificate, others=others, anchors=self.anchors)
        if found is None:
            name = parsed(certificate).subject.rfc4514_string()
            raise Untrusted(f"{name}: no trusted authority is known for this certificate")
        return found

    def _prove(self, writer: Revision, paths: Sequence[tuple[Link, ...]]) -> None:
        """Put the certificates of the paths, and what shows that none was revoked, into the revision."""
        found = self._evidence(list(dict.fromkeys(link for path in paths for link in path)))
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[_certificate(der) for der in found.certificates],
            crls=[crl.CertificateList.load(der) for der in found.known.crls],
            ocsps=[ocsp.OCSPResponse.load(der) for der in found.known.ocsps],
        )

    def _stamped(self, writer: Revision) -> tuple[bytes, Stamp]:
        """The revision with a document time stamp over all before it, and the token looked at."""
        self._authority_path()
        output = io.BytesIO()
        try:
            PdfTimeStamper(self.stamper).timestamp_pdf(
                writer, HASH, bytes_reserved=self.stamper.reserved, output=output
            )
        except Unreachable as error:
            self._down = str(error)
            raise
        except PyhankoSigningError as error:
            # Another authority than the one that was asked first has answered, at greater length.
            self.stamper.forget()
            raise Unreachable("the time stamp needs more room than those before it") from error
        return output.getvalue(), self._newest(output)

    def _newest(self, output: io.BytesIO) -> Stamp:
        """The newest token must be signed by whom the house trusts for it; that it is over this digest is known."""
        token = PdfFileReader(output).embedded_timestamp_signatures[-1]
        self._check_token(token.signed_data, token.compute_digest)
        return stamp_of(token)

    def _check_token(self, token: cms.SignedData, digest: Callable[[str], bytes]) -> None:
        made = asyncio.run(validate_tst_signed_data(token, self._context, digest))
        if not (made["intact"] and made["valid"] and made["validation_path"]):
            raise Untrusted("the time-stamp authority is not trusted, or its certificate is not for time stamps")

    @cached_property
    def _context(self) -> ValidationContext:
        roots = [_certificate(der) for der in self.anchors]
        return ValidationContext(trust_roots=roots, allow_fetching=False, moment=self.at)

    def _authority_certificates(self) -> list[bytes]:
        if self._down:
            raise Unreachable(self._down)
        try:
            return asyncio.run(self.stamper.certificates())
        except Unreachable as error:
            self._down = str(error)
            raise

    def _authority_path(self) -> tuple[Link, ...]:
        own, *others = self._authority_certificates()
        return self._path_of(own, others)


@lru_cache(maxsize=512)
def _certificate(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)


def _kind_of(key: object) -> str:
    return f"rsa-{key.key_size}" if isinstance(key, RSAPublicKey) else "ec"

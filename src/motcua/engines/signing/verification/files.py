"""A file of any kind and its verdicts. What it is, its content says, never its name."""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator.registry import SimpleTrustManager

from motcua.engines.signing.verification import asice, pdf, xml
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.trust import Material
from motcua.engines.signing.verification.verdicts import Kind, Problem, Verdict, unverifiable

MAX_BYTES = 100 * 1024 * 1024
_HEAD = 1024


def kind_of(file: bytes) -> Kind | None:
    """What a file is; None for what carries no signatures that are known here."""
    head = file[:_HEAD]
    if b"%PDF-" in head:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return Kind.ASICE
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") or head.startswith((b"\xff\xfe<", b"\xfe\xff\0<")):
        return Kind.XML
    return None


def examine(
    file: bytes, *, anchors: Sequence[bytes], at: datetime, revocations: Sequence[bytes] = ()
) -> tuple[Verdict, ...]:
    """Judge every signature of a file in this process and without bounds; no verdict means that nobody signed.

    ``anchors`` are the DER certificates of trusted authorities, ``at`` the moment when certificates must be valid,
    ``revocations`` revocation lists and OCSP answers (DER) that the house has kept.
    """
    if len(file) > MAX_BYTES:
        return unverifiable(Problem.TOO_LARGE)
    kind = kind_of(file)
    if kind is None:
        return unverifiable(Problem.UNKNOWN_KIND)
    material = _material(anchors, revocations)
    try:
        with _uncollected():
            return asyncio.run(_EXAMINERS[kind](file, material, at=at))
    except Unverifiable as error:
        return unverifiable(error.problem, kind)
    except UNREADABLE:
        return unverifiable(Problem.DAMAGED, kind)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles of garbage meanwhile: nearly all of the many objects of a file live until its verdict, and
    the collector would go through them again and again (a tenth of the time). Memory is bounded by the process.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@lru_cache(maxsize=500)
def _root(der: bytes) -> x509.Certificate:
    """A trusted authority's certificate: they are many and with every file the same, so each is read but once."""
    return x509.Certificate.load(der)


def _material(anchors: Sequence[bytes], revocations: Sequence[bytes]) -> Material:
    roots = tuple(map(_root, anchors))
    material = Material(roots=roots, anchors=SimpleTrustManager.build(roots))
    lists, answers = [], []
    for der in revocations:
        try:
            answer = ocsp.OCSPResponse.load(der, strict=True)
            answer["response_status"].native  # noqa: B018 - reading it is the test
            answers.append(answer)
        except ValueError:
            lists.append(crl.CertificateList.load(der))
    return replace(material.with_revocations(lists, answers), house=(tuple(lists), tuple(answers)))


_EXAMINERS = {Kind.PDF: pdf.examine, Kind.XML: xml.examine, Kind.ASICE: asice.examine}

"""Signatures of PDF files (ISO 32000-2, 12.8; PAdES, ETSI EN 319 142)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel

from motcua.engines.signing.verification import cms
from motcua.engines.signing.verification.changes import changes_since, filled_since
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.policy import LATER_CHANGES
from motcua.engines.signing.verification.reading import Reader
from motcua.engines.signing.verification.trust import Judge, Material
from motcua.engines.signing.verification.verdicts import (
    Change,
    Coverage,
    Kind,
    Note,
    Problem,
    State,
    Verdict,
    What,
)
from motcua.engines.signing.verification.weighing import Found, weigh

MAX_SIGNATURES = 50
MAX_REVISIONS = 500
_PADES = "/ETSI.CAdES.detached"
_FILTERS = frozenset({_PADES, "/adbe.pkcs7.detached", "/PBAD.PAdES"})
_STAMP = "/DocTimeStamp"
_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.WHOLE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
}


@dataclass(frozen=True)
class _Signed:
    """A signature field that was filled; ``signature`` is missing when what fills it cannot be read."""

    name: str
    signature: EmbeddedPdfSignature | None


@dataclass(frozen=True)
class _Stamp:
    """A trusted document time stamp: what stood in the file up to its revision was there at that time."""

    revision: int
    at: datetime
    over_revocations: bool


async def examine(pdf: bytes, material: Material, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge every signature of a PDF file. Raises :class:`Unverifiable` for a file of which nothing can be said."""
    reader = _opened(pdf)
    try:
        return await _judged(reader, material, at)
    finally:
        reader.forget()


async def _judged(reader: Reader, material: Material, at: datetime) -> tuple[Verdict, ...]:
    try:
        signed = _signed(reader)
        if not signed:
            return ()
        # Two tables of contents: programs may show different documents, so no signature speaks for what is seen.
        if reader.xrefs.hybrid_xrefs_present:
            raise Unverifiable(Problem.AMBIGUOUS)
        notes = _notes(reader)
        stored = _with_store(reader, material)
    except UNREADABLE as error:
        raise Unverifiable(Problem.DAMAGED) from error
    judge, embedded = Judge(stored), stored is not material
    stamps = await _stamps(signed, judge, at)
    if len(stamps) < sum(map(_is_stamp, signed)):
        notes.add(Note.UNCOUNTED)
    found = []
    for each in signed:
        if each.signature is None:
            found.append(Verdict(State.UNVERIFIABLE, field=str(each.name), kind=Kind.PDF, problem=Problem.DAMAGED))
        elif each.signature.sig_object_type != _STAMP:
            verdict = await _verdict(
                each.signature, judge, stamps, at, names=_later(signed, each.signature), embedded=embedded
            )
            found.append(replace(verdict, field=str(each.name), notes=tuple(sorted({*notes, *verdict.notes}))))
    return tuple(found)


def _later(signed: list[_Signed], signature: EmbeddedPdfSignature) -> list[str]:
    """The names of signatures, time stamps apart, that were given after this one."""
    given = [(each.name, each.signature) for each in signed if each.signature is not None]
    return [
        name
        for name, other in given
        if other.sig_object_type != _STAMP and other.signed_revision > signature.signed_revision
    ]


def _opened(pdf: bytes) -> Reader:
    try:
        reader = Reader(pdf)
        locked = reader.encrypted and reader.decrypt(b"").status == AuthStatus.FAILED
    except UNREADABLE as error:
        raise Unverifiable(Problem.DAMAGED) from error
    if locked:
        raise Unverifiable(Problem.ENCRYPTED)
    if reader.xrefs.total_revisions > MAX_REVISIONS:
        raise Unverifiable(Problem.TOO_MANY)
    return reader


def _signed(reader: Reader) -> list[_Signed]:
    """The filled fields in the order of signing, each signature once, whatever fields claim it."""
    found: dict[object, _Signed] = {}
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        if len(found) >= MAX_SIGNATURES:
            raise Unverifiable(Problem.TOO_MANY)
        key = (value.idnum, value.generation) if isinstance(value, IndirectObject) else name
        try:
            found.setdefault(key, _Signed(name, EmbeddedPdfSignature(reader, field, name)))
        except UNREADABLE:
            found.setdefault(key, _Signed(name, None))
    return sorted(found.values(), key=lambda each: each.signature.signed_revision if each.signature else -1)


def _is_stamp(signed: _Signed) -> bool:
    return signed.signature is not None and signed.signature.sig_object_type == _STAMP


def _notes(reader: Reader) -> set[Note]:
    form = reader.root["/AcroForm"]
    return {Note.DYNAMIC_FORM} if "/XFA" in form else set()


def _with_store(reader: Reader, material: Material) -> Material:
    """The same with what the file's security store (DSS) brings; the very same when it brings no revocation data."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return material
    lists = [crl.CertificateList.load(each.get_object().data) for each in store.crls]
    answers = [ocsp.OCSPResponse.load(each.get_object().data) for each in store.ocsps]
    if not lists and not answers:
        return material
    return material.with_certificates(store.load_certs()).with_revocations(lists, answers)


async def _stamps(signed: list[_Signed], judge: Judge, at: datetime) -> list[_Stamp]:
    """The trusted document time stamps, newest first; each is judged at the time that the next one proves of it."""
    found: list[_Stamp] = []
    for each in reversed(signed):
        signature = each.signature
        if signature is None or signature.sig_object_type != _STAMP:
            continue
        try:
            signature.compute_integrity_info(skip_diff=True)
            whole = signature.coverage in _COVERAGE
            token, imprint = signature.signed_data, signature.compute_digest
            revision = signature.reader.get_historical_resolver(signature.signed_revision)
            over_revocations = "/DSS" in revision.root
        except UNREADABLE:
            continue
        moment = await cms.time_of(token, imprint, judge, at=found[-1].at if found else at)
        if whole and moment is not None:
            found.append(_Stamp(signature.signed_revision, moment, over_revocations))
    return found


async def _verdict(
    signature: EmbeddedPdfSignature,
    judge: Judge,
    stamps: list[_Stamp],
    at: datetime,
    *,
    names: list[str],
    embedded: bool,
) -> Verdict:
    later = [stamp for stamp in stamps if stamp.revision > signature.signed_revision]
    shown = later[-1].at if later else None
    try:
        if signature.sig_object.get("/SubFilter") not in _FILTERS or not cms.detached(signature.signed_data):
            return Verdict(State.UNVERIFIABLE, kind=Kind.PDF, problem=Problem.UNSUPPORTED)
        checked = cms.check(signature.signed_data, signature.compute_digest)
        stamped = await cms.stamped(signature.signed_data, judge, at=shown or at)
        state, coverage, changes = _integrity(signature, checked.intact, names)
        claimed = signature.self_reported_timestamp
        reason = str(signature.sig_object.get("/Reason", ""))
    except UNREADABLE:
        return Verdict(State.BROKEN, kind=Kind.PDF)
    found = Found(
        certificate=checked.certificate,
        others=checked.others,
        claimed_at=claimed,
        proven_at=min((moment for moment in (stamped.at, shown) if moment), default=None),
        weak=checked.weak,
        standard=checked.names_certificate and signature.sig_object.get("/SubFilter") == _PADES,
        embedded=embedded,
        archived=any(stamp.over_revocations for stamp in later),
    )
    verdict = await weigh(found, judge, at=at, kind=Kind.PDF, state=state)
    return replace(
        verdict,
        reason=reason,
        coverage=coverage,
        changes=changes,
        certified=_certifies(signature.sig_object),
        notes=(Note.UNCOUNTED,) if stamped.uncounted else (),
    )


def _integrity(
    signature: EmbeddedPdfSignature, intact: bool, names: list[str]
) -> tuple[State, Coverage, tuple[Change, ...]]:
    """What remains of the signature after all later revisions, and what these changed."""
    signature.compute_integrity_info(diff_policy=LATER_CHANGES, skip_diff=not intact)
    coverage = _COVERAGE.get(signature.coverage, Coverage.PARTS) if signature.coverage else Coverage.PARTS
    if not intact:
        return State.BROKEN, coverage, ()
    allowed = signature.summarise_integrity_info()["docmdp_ok"]
    found = signature.diff_result
    if isinstance(found, DiffResult):
        changes = _allowed_changes(signature, found, names)
    else:
        changes = changes_since(signature.reader, signature.signed_revision)
    return (State.VALID if allowed else State.MODIFIED), coverage, changes


def _allowed_changes(signature: EmbeddedPdfSignature, found: DiffResult, names: list[str]) -> tuple[Change, ...]:
    """What later revisions did that a signature leaves open."""
    if found.modification_level is ModificationLevel.NONE:
        return ()
    # The library names every field that could have been touched; what counts is which have another value.
    touched = found.changed_form_fields
    fields = filled_since(signature.reader, signature.signed_revision) if touched else ()
    signatures = tuple(sorted(name for name in touched if name in names))
    changes = [Change(What.FIELDS, fields)] if fields else []
    changes += [Change(What.SIGNATURES, signatures)] if signatures else []
    return tuple(changes) or (Change(What.VALIDATION_DATA),)


def _certifies(signature: DictionaryObject) -> bool:
    """Whether the author says what may be changed at all (certification, DocMDP)."""
    references: Iterator[DictionaryObject] = (each.get_object() for each in signature.get("/Reference", ()))
    return any(each.get("/TransformMethod") == "/DocMDP" for each in references)

"""Containers of files with their signatures: ASiC-E (ETSI EN 319 162-1) with CAdES or XAdES."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from lxml import etree

from motcua.engines.signing.verification import cms, xml
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.trust import Judge, Material
from motcua.engines.signing.verification.verdicts import Coverage, Kind, Problem, State, Trust, Verdict
from motcua.engines.signing.verification.weighing import Found, weigh

MEDIA_TYPE = b"application/vnd.etsi.asic-e+zip"
MOST_ENTRIES = 1000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
_META = "META-INF/"
_ASIC = "http://uri.etsi.org/02918/v1.2.1#"
_NAMES = {"asic": _ASIC, "ds": xml.DS}
_DIGESTS = {
    f"{xml.DS}sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}


async def examine(file: bytes, material: Material, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge every signature of a container. Raises :class:`Unverifiable`."""
    parts = _parts(file)
    judge = Judge(material)
    found: list[Verdict] = []
    for name in sorted(parts):
        lower = name.lower()
        if lower.startswith("meta-inf/asicmanifest") and lower.endswith(".xml"):
            found.append(await _by_manifest(name, parts, judge, at))
        elif lower.startswith("meta-inf/") and "signatures" in lower and lower.endswith(".xml"):
            found += await _by_xades(name, parts, judge, at)
    if len(found) > xml.MAX_SIGNATURES:
        raise Unverifiable(Problem.TOO_MANY)
    return tuple(found)


def _parts(file: bytes) -> dict[str, bytes]:
    """The contents by name. Raises :class:`Unverifiable` for another kind of archive and for one made to hurt."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_traps(entries)
            _refuse_other_archives(archive, entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, RuntimeError, struct.error, zlib.error, OSError) as error:
        raise Unverifiable(Problem.DAMAGED) from error


def _refuse_traps(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES:
        raise Unverifiable(Problem.TOO_MANY)
    if any(_is_trap(name) for name in names):
        raise Unverifiable(Problem.FORBIDDEN)
    # Two files of one name: one program shows the first, another the last.
    if len({name.casefold() for name in names}) != len(names):
        raise Unverifiable(Problem.AMBIGUOUS)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unverifiable(Problem.ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or any(
        entry.file_size > MOST_RATIO * max(entry.compress_size, 8192) for entry in entries
    ):
        raise Unverifiable(Problem.TOO_LARGE)


def _is_trap(name: str) -> bool:
    """Whether a name leads out of the folder into which somebody unpacks."""
    return name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/") or "\0" in name


def _refuse_other_archives(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """An office document or any other ZIP carries no signatures that are known here."""
    first = next((entry for entry in entries if entry.filename == "mimetype"), None)
    declared = archive.read(first) if first is not None and first.file_size < 200 else b""
    signed = any(entry.filename.lower().startswith("meta-inf/asicmanifest") for entry in entries)
    if declared.strip() != MEDIA_TYPE and not (first is None and signed):
        raise Unverifiable(Problem.UNKNOWN_KIND)


async def _by_manifest(name: str, parts: dict[str, bytes], judge: Judge, at: datetime) -> Verdict:
    """A CAdES signature over a manifest with the digests of the files."""
    try:
        manifest = xml.parse(parts[name])
        signature = _beside(manifest.find("asic:SigReference", _NAMES))
        listed = {_beside(each): each for each in manifest.findall("asic:DataObjectReference", _NAMES)}
        signed = cms.read(parts[signature])
        checked = cms.check(signed, lambda algorithm: hashlib.new(algorithm, parts[name]).digest())
        stamped = await cms.stamped_at(signed, judge, at=at)
        intact = checked.intact and cms.detached(signed) and bool(listed)
        intact = intact and all(_matches(each, parts.get(file)) for file, each in listed.items())
        weak = checked.weak or any(_algorithm(each) == "sha1" for each in listed.values())
    except Unverifiable as error:
        return Verdict(State.UNVERIFIABLE, field=name, kind=Kind.ASICE, problem=error.problem)
    except UNREADABLE:
        return Verdict(State.BROKEN, field=name, kind=Kind.ASICE)
    found = Found(
        certificate=checked.certificate,
        others=checked.others,
        claimed_at=checked.claimed_at,
        proven_at=stamped,
        weak=weak,
        standard=checked.names_certificate,
    )
    return await _weighed(found, judge, at, parts, name=signature, covers=sorted(listed), intact=intact)


async def _weighed(
    found: Found, judge: Judge, at: datetime, parts: dict[str, bytes], *, name: str, covers: list[str], intact: bool
) -> Verdict:
    uncovered = _left_out(parts, covers)
    state = State.BROKEN if not intact else State.PARTIAL if uncovered else State.VALID
    verdict = await weigh(found, judge, at=at, kind=Kind.ASICE, state=state)
    coverage = Coverage.PARTS if uncovered else Coverage.WHOLE
    return replace(verdict, field=name, coverage=coverage, covers=tuple(covers), uncovered=uncovered)


def _left_out(parts: dict[str, bytes], covers: Collection[str]) -> tuple[str, ...]:
    """The files that nobody signed."""
    files = (name for name in parts if name != "mimetype" and not name.startswith(_META))
    return tuple(sorted(name for name in files if name not in covers))


def _beside(reference: etree._Element | None) -> str:
    """The name of the file that a reference means. Raises ``LookupError`` without one."""
    if reference is None or not reference.get("URI"):
        raise LookupError("a reference without a file")
    return unquote(reference.get("URI", ""))


def _algorithm(reference: etree._Element) -> str:
    method = reference.find("ds:DigestMethod", _NAMES)
    if method is None or method.get("Algorithm") not in _DIGESTS:
        raise Unverifiable(Problem.UNSUPPORTED)
    return _DIGESTS[method.get("Algorithm", "")]


def _matches(reference: etree._Element, content: bytes | None) -> bool:
    if content is None:
        return False
    digest = xml.decoded(reference.find("ds:DigestValue", _NAMES))
    return hashlib.new(_algorithm(reference), content).digest() == digest


async def _by_xades(name: str, parts: dict[str, bytes], judge: Judge, at: datetime) -> list[Verdict]:
    """XAdES signatures that refer to the files themselves."""
    try:
        root = xml.parse(parts[name])
        verdicts = await xml.examine_tree(
            root, judge, at=at, kind=Kind.ASICE, resolve=lambda uri: parts.get(unquote(uri))
        )
    except Unverifiable as error:
        return [Verdict(State.UNVERIFIABLE, field=name, kind=Kind.ASICE, problem=error.problem)]
    return [_over_files(verdict, parts) for verdict in verdicts]


def _over_files(verdict: Verdict, parts: dict[str, bytes]) -> Verdict:
    """Here the files count, not the frame in which the signatures stand."""
    covers = tuple(unquote(each) for each in verdict.covers if unquote(each) in parts)
    uncovered = _left_out(parts, covers)
    state = verdict.state
    if state in (State.VALID, State.UNTRUSTED, State.PARTIAL):
        trusted = verdict.trust is Trust.TRUSTED
        state = State.PARTIAL if uncovered or not covers else State.VALID if trusted else State.UNTRUSTED
    coverage = Coverage.PARTS if uncovered or not covers else Coverage.WHOLE
    return replace(verdict, state=state, coverage=coverage, covers=covers, uncovered=uncovered)

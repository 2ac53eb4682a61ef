"""Containers of files with their signatures (ETSI EN 319 162-1): ASiC-E and ASiC-S, with CAdES or XAdES.

ASiC-E holds any number of files, signed by manifests of their digests (CAdES) or by references to them (XAdES); ASiC-S
holds a single one, which is signed itself.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import unquote

from asn1crypto import cms as asn1_cms

from motcua.engines.signing.verification import assertions, cms, xml
from motcua.engines.signing.verification.assertions import Assertions
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.manifests import META, is_manifest, is_signed_by_xml, read_manifest
from motcua.engines.signing.verification.trust import Judge, Material, Values
from motcua.engines.signing.verification.verdicts import Coverage, Kind, Note, Problem, State, Trust, Verdict
from motcua.engines.signing.verification.weighing import Found, weigh
from motcua.engines.signing.verification.xmltree import parse

MEDIA_TYPE = b"application/vnd.etsi.asic-e+zip"
SIMPLE_MEDIA_TYPE = b"application/vnd.etsi.asic-s+zip"
MOST_ENTRIES = 1000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
_LOCAL_HEADER = 30  # bytes before the name of a file (APPNOTE.TXT 4.3.7)
_STREAMED = 1 << 3  # the sizes of a file follow it
_ALONE = "meta-inf/signature.p7s"


@dataclass(frozen=True)
class _Container:
    """The files by name, and all that its signatures are judged with; ``proven`` brings word on revocation."""

    parts: Mapping[str, bytes]
    proven: frozenset[str]
    judge: Judge
    stamps: Assertions
    at: datetime


async def examine(file: bytes, material: Material, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge every signature of a container. Raises :class:`Unverifiable`."""
    parts, simple = _parts(file)
    if simple and len(_files(parts)) > 1:
        raise Unverifiable(Problem.AMBIGUOUS)
    brought, damaged = _values(parts)
    judge = Judge(material.with_values(sum(brought.values(), Values())))
    proven = frozenset(name for name, values in brought.items() if values.tells_of_revocation)
    container = _Container(parts, proven, judge, assertions.find(parts, judge, at=at), at)
    found: list[Verdict] = []
    for name in sorted(parts):
        lower = name.lower()
        if is_manifest(name) and not lower.startswith("meta-inf/asicarchive"):
            found += await _by_manifest(name, container)
        elif simple and lower == _ALONE:
            found.append(await _alone(name, container))
        elif is_signed_by_xml(name):
            found += await _by_xades(name, container)
    if len(found) > xml.MAX_SIGNATURES:
        raise Unverifiable(Problem.TOO_MANY)
    await container.stamps.judge_all()
    note = {Note.UNCOUNTED} if damaged or container.stamps.uncounted else set()
    return tuple(replace(each, notes=tuple(sorted({*each.notes, *note}))) for each in found)


def _files(parts: Mapping[str, bytes]) -> list[str]:
    """The files that a container is for."""
    return [name for name in parts if name != "mimetype" and not name.startswith(META)]


def _values(parts: Mapping[str, bytes]) -> tuple[dict[str, Values], bool]:
    """The proofs in each signature and time stamp of the container, and whether some could not be read."""
    found, damaged = {}, False
    for name, content in parts.items():
        if name.startswith(META) and name.lower().endswith((".p7s", ".tst")):
            try:
                found[name] = cms.values_of(cms.read(content))
            except UNREADABLE:
                damaged = True
    return found, damaged


def _parts(file: bytes) -> tuple[dict[str, bytes], bool]:
    """The contents by name, and whether it is an ASiC-S. Raises :class:`Unverifiable` for another kind of archive and
    for one made to hurt.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_traps(entries)
            _refuse_unlisted(file, archive)
            simple = _is_simple(archive, entries)
            return {entry.filename: archive.read(entry) for entry in entries}, simple
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


def _refuse_unlisted(file: bytes, archive: zipfile.ZipFile) -> None:
    """From the beginning to the list there is no room for a file that is not listed, which programs that read on
    without the list would show: neither between the files nor in what follows the packed content of one.
    """
    end = 0
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        _refuse_room(entry.header_offset - end)
        start = entry.header_offset + _LOCAL_HEADER
        flags, method, packed, size, *lengths = struct.unpack_from("<HH8xLLHH", file, start - 24)
        content = start + sum(lengths)
        end = content + entry.compress_size
        listed = (entry.compress_size, entry.file_size)
        told = (packed, size) == listed or (flags & _STREAMED and (packed, size) == (0, 0))
        if not told or method != entry.compress_type or not _ends_there(entry, file[content:end]):
            raise Unverifiable(Problem.AMBIGUOUS)
    _refuse_room(archive.start_dir - end)


def _refuse_room(gap: int) -> None:
    """What follows a streamed file to tell its size is shorter than the header of another."""
    if not 0 <= gap < _LOCAL_HEADER:
        raise Unverifiable(Problem.AMBIGUOUS)


def _ends_there(entry: zipfile.ZipInfo, packed: bytes) -> bool:
    """Whether a file ends where the list says: one that is read on shows what follows."""
    if entry.is_dir() and entry.file_size:
        return False
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(packed) == entry.file_size
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Unverifiable(Problem.UNSUPPORTED)  # containers know no other (ISO/IEC 21320-1)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    size = len(unpacker.decompress(packed, entry.file_size + 1))
    return unpacker.eof and not unpacker.unused_data and size == entry.file_size


def _is_trap(name: str) -> bool:
    """Whether a name leads out of the folder into which somebody unpacks."""
    return name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/") or "\0" in name


def _is_simple(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bool:
    """Whether it is an ASiC-S. An office document or any other ZIP carries no signatures that are known here."""
    first = next((entry for entry in entries if entry.filename == "mimetype"), None)
    declared = (archive.read(first) if first is not None and first.file_size < 200 else b"").strip()
    if declared in (MEDIA_TYPE, SIMPLE_MEDIA_TYPE):
        return declared == SIMPLE_MEDIA_TYPE
    names = {entry.filename.lower() for entry in entries}
    if first is None and any(map(is_manifest, names)):
        return False
    if first is None and _ALONE in names:
        return True
    raise Unverifiable(Problem.UNKNOWN_KIND)


async def _by_manifest(name: str, container: _Container) -> list[Verdict]:
    """A CAdES signature over a manifest with the digests of the files; none for a manifest that is only stamped."""
    parts = container.parts
    try:
        manifest = read_manifest(name, parts)
        if manifest.over_time:
            return []
        states = manifest.states(parts)
        signed = _read(parts[manifest.signature])
        digests = set(states.values())
        verdict = await _by_cades(
            (manifest.signature, name),
            signed,
            container,
            covers=sorted(states),
            intact=bool(states) and "differs" not in digests,
            weak="weak" in digests,
        )
    except Unverifiable as error:
        return [Verdict(State.UNVERIFIABLE, field=name, kind=Kind.ASICE, problem=error.problem)]
    except UNREADABLE:
        return [Verdict(State.BROKEN, field=name, kind=Kind.ASICE)]
    return [verdict]


async def _alone(name: str, container: _Container) -> Verdict:
    """A CAdES signature over the one file of an ASiC-S."""
    files = _files(container.parts)
    try:
        signed = _read(container.parts[name])
        return await _by_cades((name, *files), signed, container, covers=files, intact=bool(files), weak=False)
    except Unverifiable as error:
        return Verdict(State.UNVERIFIABLE, field=name, kind=Kind.ASICE, problem=error.problem)
    except UNREADABLE:
        return Verdict(State.BROKEN, field=name, kind=Kind.ASICE)


def _read(file: bytes) -> asn1_cms.SignedData:
    signed = cms.read(file)
    if len(signed["signer_infos"]) != 1:
        raise Unverifiable(Problem.UNSUPPORTED)
    return signed


async def _by_cades(
    names: tuple[str, ...],
    signed: asn1_cms.SignedData,
    container: _Container,
    *,
    covers: list[str],
    intact: bool,
    weak: bool,
) -> Verdict:
    """The verdict on the first of ``names`` (the signature), which signs the second."""
    content = container.parts[names[1]] if len(names) > 1 else b""
    checked = cms.check(signed, partial(_digest, content))
    archived_at = await container.stamps.over(*names)
    stamped = await cms.stamped(signed, container.judge, at=min(archived_at, default=container.at))
    proven = [moment for moment in (stamped.at, *archived_at) if moment]
    embedded = names[0] in container.proven
    found = Found(
        certificate=checked.certificate,
        others=checked.others,
        claimed_at=checked.claimed_at,
        proven_at=min(proven, default=None),
        weak=checked.weak or weak,
        standard=checked.names_certificate,
        embedded=embedded,
        archived=embedded and bool(archived_at),
    )
    uncovered = _left_out(container.parts, covers)
    whole = intact and checked.intact and cms.detached(signed)
    state = State.BROKEN if not whole else State.PARTIAL if uncovered else State.VALID
    verdict = await weigh(found, container.judge, at=container.at, kind=Kind.ASICE, state=state)
    notes = [Note.UNCOUNTED] * stamped.uncounted + [Note.COUNTERSIGNED] * cms.countersigned(signed)
    return replace(
        verdict,
        field=names[0],
        coverage=Coverage.PARTS if uncovered else Coverage.WHOLE,
        covers=tuple(covers),
        uncovered=uncovered,
        notes=tuple(notes),
    )


def _digest(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content).digest()


def _left_out(parts: Mapping[str, bytes], covers: Collection[str]) -> tuple[str, ...]:
    """The files that nobody signed."""
    return tuple(sorted(name for name in _files(parts) if name not in covers))


async def _by_xades(name: str, container: _Container) -> list[Verdict]:
    """XAdES signatures that refer to the files themselves."""
    try:
        root = parse(container.parts[name])
        verdicts = await xml.examine_tree(
            root,
            container.judge,
            at=container.at,
            kind=Kind.ASICE,
            resolve=lambda uri: container.parts.get(unquote(uri)),
        )
    except Unverifiable as error:
        return [Verdict(State.UNVERIFIABLE, field=name, kind=Kind.ASICE, problem=error.problem)]
    return [_over_files(verdict, container.parts) for verdict in verdicts]


def _over_files(verdict: Verdict, parts: Mapping[str, bytes]) -> Verdict:
    """Here the files count, not the frame in which the signatures stand."""
    covers = tuple(unquote(each) for each in verdict.covers if unquote(each) in parts)
    uncovered = _left_out(parts, covers)
    state = verdict.state
    if state in (State.VALID, State.UNTRUSTED, State.PARTIAL):
        trusted = verdict.trust is Trust.TRUSTED
        state = State.PARTIAL if uncovered or not covers else State.VALID if trusted else State.UNTRUSTED
    coverage = Coverage.PARTS if uncovered or not covers else Coverage.WHOLE
    return replace(verdict, state=state, coverage=coverage, covers=covers, uncovered=uncovered)

"""METS of a package and of its representation, as E-ARK CSIP profiles it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from motcua.services.records.packages.facts import PackedFile, stamp
from motcua.services.records.packages.names import (
    CSIP,
    METS,
    PROFILE,
    SHA256,
    XLINK,
    XSI,
    add,
    plain,
    put,
    rooted,
    written,
)

KIND = "Hồ sơ công việc"
REPRESENTATIONS = "Representations"


@dataclass(frozen=True)
class Member:
    """A file of the package as METS refers to it; ``path`` is relative to the METS file."""

    path: str
    media_type: str
    size: int
    digest: str
    created: datetime


@dataclass(frozen=True)
class Group:
    """Files of one use: ``Documentation``, ``Schemas``, ``Representations/rep1`` or ``Data``."""

    use: str
    members: tuple[Member, ...]


def package(file: PackedFile, *, ead: Member, own: Member, premis: Member, groups: Iterable[Group]) -> bytes:
    """The METS of the package: descriptions, preservation, and its parts with a pointer to each representation."""
    root = _root(file, file.objid, "AIP")
    for number, (member, kind) in enumerate(
        ((ead, {"MDTYPE": "EAD"}), (own, {"MDTYPE": "OTHER", "OTHERMDTYPE": "HoSo"}))
    ):
        section = add(root, "dmdSec", ID=f"dmd-{number + 1}", CREATED=stamp(member.created), STATUS="CURRENT")
        _reference(section, member, kind)
    kept = add(root, "amdSec", ID="amd-1")
    section = add(kept, "digiprovMD", ID="digiprov-1", CREATED=stamp(premis.created), STATUS="CURRENT")
    _reference(section, premis, {"MDTYPE": "PREMIS"})
    made = tuple(groups)
    _files(root, made)
    structure = add(root, "structMap", TYPE="PHYSICAL", LABEL="CSIP", ID="structure-1")
    whole = add(structure, "div", ID="div-package", LABEL=file.objid)
    add(whole, "div", ID="div-metadata", LABEL="Metadata", DMDID="dmd-1 dmd-2", ADMID="digiprov-1")
    held = [(f"group-{number}", group) for number, group in enumerate(made, start=1)]
    for key, group in held:
        if not _is_representation(group):
            part = add(whole, "div", ID=f"div-{group.use.lower()}", LABEL=group.use)
            add(part, "fptr", FILEID=key)
    _pointers(whole, [(key, group) for key, group in held if _is_representation(group)])
    return written(root)


def _is_representation(group: Group) -> bool:
    return group.use.startswith(f"{REPRESENTATIONS}/")


def _pointers(whole: etree._Element, groups: Sequence[tuple[str, Group]]) -> None:
    """The division of the representations, with one below it for each that points to its METS."""
    part = add(whole, "div", ID=f"div-{REPRESENTATIONS.lower()}", LABEL=REPRESENTATIONS)
    for key, _group in groups:
        add(part, "fptr", FILEID=key)
    for key, group in groups:
        inside = add(part, "div", ID=f"div-{group.use.partition('/')[2]}", LABEL=group.use)
        pointer = put(add(inside, "mptr", LOCTYPE="URL"), XLINK, {"type": "simple", "href": group.members[0].path})
        put(pointer, XLINK, {"title": key})


def representation(file: PackedFile, name: str, group: Group) -> bytes:
    """The METS of a representation (``rep1``): the contents; a file of nothing but paper has none."""
    root = _root(file, name, "AIP")
    if group.members:
        _files(root, (group,))
    structure = add(root, "structMap", TYPE="PHYSICAL", LABEL="CSIP", ID="structure-1")
    whole = add(structure, "div", ID=f"div-{name}", LABEL=name)
    add(whole, "div", ID="div-metadata", LABEL="Metadata")
    if group.members:
        add(add(whole, "div", ID="div-data", LABEL="Data"), "fptr", FILEID="group-1")
    return written(root)


def _root(file: PackedFile, objid: str, kind: str) -> etree._Element:
    root = rooted(METS, "mets", csip=CSIP, xlink=XLINK, xsi=XSI)
    for name, value in (
        ("OBJID", objid),
        ("LABEL", f"{file.notation} {file.title}"),
        ("TYPE", "Mixed"),
        ("PROFILE", PROFILE),
    ):
        root.set(name, plain(value))
    _typed(root)
    header = add(root, "metsHdr", CREATEDATE=stamp(file.created), LASTMODDATE=stamp(file.created))
    put(header, CSIP, {"OAISPACKAGETYPE": kind})
    software = add(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    add(software, "name", file.software[0])
    put(add(software, "note", file.software[1]), CSIP, {"NOTETYPE": "SOFTWARE VERSION"})
    archive = add(header, "agent", ROLE="ARCHIVIST", TYPE="ORGANIZATION")
    add(archive, "name", file.agency)
    put(add(archive, "note", file.fonds), CSIP, {"NOTETYPE": "IDENTIFICATIONCODE"})
    return root


def _typed(element: etree._Element) -> None:
    """No content information type of E-ARK is a work file: it is named."""
    put(element, CSIP, {"CONTENTINFORMATIONTYPE": "OTHER", "OTHERCONTENTINFORMATIONTYPE": KIND})


def _reference(parent: etree._Element, member: Member, kind: dict[str, str]) -> None:
    element = add(parent, "mdRef", LOCTYPE="URL", **kind, **_facts(member))
    put(element, XLINK, {"type": "simple", "href": member.path})


def _files(root: etree._Element, groups: Iterable[Group]) -> None:
    section = add(root, "fileSec", ID="files-1")
    for number, group in enumerate(groups, start=1):
        part = add(section, "fileGrp", ID=f"group-{number}", USE=group.use)
        _typed(part)  # public rules in circulation ask it of every group (CSIP63), not only of representations
        for place, member in enumerate(group.members, start=1):
            held = add(part, "file", ID=f"file-{number}-{place}", **_facts(member))
            put(add(held, "FLocat", LOCTYPE="URL"), XLINK, {"type": "simple", "href": member.path})


def _facts(member: Member) -> dict[str, str]:
    return {
        "MIMETYPE": member.media_type,
        "SIZE": str(member.size),
        "CREATED": stamp(member.created),
        "CHECKSUM": member.digest,
        "CHECKSUMTYPE": SHA256,
    }

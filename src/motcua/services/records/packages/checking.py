"""Whether a package is what it says: structure, METS rules, references, sizes and digests, descriptions.

A package comes from anywhere: it is read within bounds, without unpacking, and its XML without entities or network.
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast
from urllib.parse import unquote

from lxml import etree

from motcua.services.records.packages.building import CHUNK, OWN_SCHEMA
from motcua.services.records.packages.findings import Finding, Level, by_rules
from motcua.services.records.packages.names import EAD, FILE, METS, PREMIS, XLINK, XSD

DESCRIBED = frozenset({METS, PREMIS, EAD, FILE})
MOST_ENTRIES, MOST_UNPACKED, LARGEST_XML = 200_000, 200 * 1024**3, 200 * 1024**2
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
# Folder of the package, and the requirement that asks for it.
_SHOULD = {
    "metadata/": "CSIPSTR5", "metadata/preservation/": "CSIPSTR6", "metadata/descriptive/": "CSIPSTR7",
    "representations/": "CSIPSTR9", "schemas/": "CSIPSTR15", "documentation/": "CSIPSTR16",
}  # fmt: skip


def check(file: IO[bytes], *, schemas: Sequence[Path] = ()) -> list[Finding]:
    """Every fault of a package (ZIP); ``schemas``: XSD files against which its XML is validated besides."""
    try:
        with zipfile.ZipFile(file) as archive:
            faults = list(_unsafe(archive))
            return faults or list(_Package(archive, schemas).findings())
    except UNREADABLE as error:
        return [Finding("CSIPSTR3", "error", "", f"it cannot be read as a ZIP: {type(error).__name__}")]


def _unsafe(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """What forbids looking further."""
    entries, seen = archive.infolist(), set[str]()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        yield Finding("ZIP1", "error", "", "it unpacks to more than a package may")
        return
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or "\0" in entry.filename:
            yield Finding("ZIP2", "error", entry.filename, "the name leads out of the package")
        elif entry.filename in seen:
            yield Finding("ZIP3", "error", entry.filename, "the name stands twice")
        elif entry.flag_bits & 1:
            yield Finding("ZIP4", "error", entry.filename, "it is encrypted")
        elif (entry.external_attr >> 16) & 0o170000 == 0o120000:
            yield Finding("ZIP5", "error", entry.filename, "it is a link")
        seen.add(entry.filename)


class _Package:
    """A package that may be looked into."""

    def __init__(self, archive: zipfile.ZipFile, schemas: Sequence[Path]) -> None:
        self.archive = archive
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        roots = {name.split("/", 1)[0] for name in names if "/" in name}
        self.root = f"{roots.pop()}/" if len(roots) == 1 and all("/" in name for name in names) else ""
        self.names = {name.removeprefix(self.root) for name in names}
        self.referenced = {"METS.xml"}
        self.digests: dict[str, str] = {}  # SHA-256 of what was digested
        self.schema, self.spaces = _schema_of(schemas)

    def findings(self) -> Iterator[Finding]:
        if not self.root:
            yield Finding("CSIPSTR1", "error", "", "there is not one root folder that holds all files")
        for folder, code in _SHOULD.items():
            if not any(name.startswith(folder) for name in self.names):
                yield Finding(code, "warning", folder, "the folder is not there")
        if "METS.xml" not in self.names:
            yield Finding("CSIPSTR4", "error", "METS.xml", "the package has no METS.xml")
            return
        found: list[Finding] = []
        whole = self._parsed("METS.xml", found)
        yield from found
        if whole is None:
            return
        yield from self._mets(whole, "METS.xml", "csip", "representation", "law")
        for pointer in whole.iterfind(f".//{{{METS}}}mptr"):
            yield from self._representation(pointer.get(etree.QName(XLINK, "href"), ""))
        yield from self._descriptions(whole)
        for name in sorted(self.names - self.referenced):
            yield Finding("REF4", "error", name, "no METS refers to this file")

    def _representation(self, href: str) -> Iterator[Finding]:
        path = _target("METS.xml", href)
        if path is None or path not in self.names:
            yield Finding("REF2", "error", "METS.xml", f"the METS of a representation is not there: {href}")
            return
        found: list[Finding] = []
        root = self._parsed(path, found)
        yield from found
        if root is not None:
            yield from self._mets(root, path, "representation")

    def _mets(self, root: etree._Element, place: str, *groups: str) -> Iterator[Finding]:
        if root.tag != f"{{{METS}}}mets":
            yield Finding("CSIP1000", "error", place, "it is no METS")
            return
        yield from by_rules(root, place, *groups)
        yield from self._by_schema(root, place)
        yield from _identifiers(root, place)
        for element in root.iter(etree.QName(METS, "mdRef"), etree.QName(METS, "file")):
            yield from self._referred(element, place)

    def _referred(self, element: etree._Element, place: str) -> Iterator[Finding]:
        inner = element if element.tag == f"{{{METS}}}mdRef" else element.find(f"{{{METS}}}FLocat")
        href = "" if inner is None else inner.get(etree.QName(XLINK, "href"), "")
        if not href:
            return  # a rule of its own says so
        path = _target(place, href)
        if path is None:
            yield Finding("REF1", "error", place, f"the reference is not a relative path in the package: {href}")
        elif path not in self.names:
            yield Finding("REF2", "error", place, f"the file is not in the package: {href}")
        else:
            self.referenced.add(path)
            yield from self._content(element, path)

    def _content(self, element: etree._Element, path: str) -> Iterator[Finding]:
        size, digest = element.get("SIZE", ""), element.get("CHECKSUM", "").lower()
        kind = _DIGESTS.get(element.get("CHECKSUMTYPE", ""))
        if digest and kind is None:
            yield Finding("REF5", "error", path, f"unknown kind of checksum: {element.get('CHECKSUMTYPE')}")
        try:
            true_size, true_digest, sha256 = self._digested(path, kind or "sha256")
        except UNREADABLE as error:
            yield Finding("ZIP6", "error", path, f"it cannot be read: {type(error).__name__}")
            return
        self.digests[path] = sha256
        if size and size != str(true_size):
            yield Finding("SIZE", "error", path, f"METS says {size} bytes, it has {true_size}")
        if digest and kind and digest != true_digest:
            yield Finding("DIGEST", "error", path, f"METS says {digest}, it is {true_digest}")

    def _digested(self, path: str, kind: str) -> tuple[int, str, str]:
        asked, own, size = hashlib.new(kind, usedforsecurity=False), hashlib.sha256(), 0
        with self.archive.open(self.root + path) as opened:
            while chunk := opened.read(CHUNK):
                asked.update(chunk)
                own.update(chunk)
                size += len(chunk)
        return size, asked.hexdigest(), own.hexdigest()

    def _descriptions(self, whole: etree._Element) -> Iterator[Finding]:
        for element in whole.iter(etree.QName(METS, "mdRef")):
            path = _target("METS.xml", element.get(etree.QName(XLINK, "href"), ""))
            if path is None or path not in self.names or not path.endswith(".xml"):
                continue
            found: list[Finding] = []
            root = self._parsed(path, found)
            yield from found
            if root is None:
                continue
            yield from self._by_schema(root, path)
            if element.get("MDTYPE") == "EAD":
                yield from by_rules(root, path, "ead")
            if element.get("MDTYPE") == "PREMIS":
                yield from by_rules(root, path, "premis")
                yield from self._preserved(root, path)

    def _preserved(self, root: etree._Element, place: str) -> Iterator[Finding]:
        """Whether PREMIS says of every content of the representations what it is."""
        told = dict[str, str]()
        for each in root.iterfind(f"{{{PREMIS}}}object"):
            key = each.findtext(f"{{{PREMIS}}}objectIdentifier/{{{PREMIS}}}objectIdentifierValue") or ""
            fixity = f"{{{PREMIS}}}objectCharacteristics/{{{PREMIS}}}fixity"
            for row in each.iterfind(fixity):
                if row.findtext(f"{{{PREMIS}}}messageDigestAlgorithm") == "SHA-256":
                    told[key] = (row.findtext(f"{{{PREMIS}}}messageDigest") or "").lower()
        for path in sorted(name for name in self.names if re.match(r"representations/[^/]+/data/", name)):
            if path not in told:
                yield Finding("PREMIS10", "error", place, f"no object is this content: {path}")
            elif path in self.digests and told[path] != self.digests[path]:
                yield Finding("PREMIS11", "error", place, f"the digest is not that of the content: {path}")

    def _by_schema(self, root: etree._Element, place: str) -> Iterator[Finding]:
        if etree.QName(root).namespace in self.spaces and not self.schema.validate(root):
            for error in islice(_errors(self.schema), 20):
                yield Finding("XSD", "error", place, f"{error.message} (line {error.line})")

    def _parsed(self, path: str, found: list[Finding]) -> etree._Element | None:
        """A document of the package; what is wrong with it is added to ``found``."""
        if self.archive.getinfo(self.root + path).file_size > LARGEST_XML:
            found.append(Finding("XML1", "error", path, "it is larger than a description may be"))
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self.archive.read(self.root + path), parser)
        except (etree.XMLSyntaxError, *UNREADABLE) as error:
            found.append(Finding("XML2", "error", path, f"it is not well-formed: {error}"))
            return None
        if _has_doctype(root):
            found.append(Finding("XML3", "error", path, "a document type is not allowed"))
            return None
        return root


def _target(place: str, href: str) -> str | None:
    """The path in the package to which a relative reference of a file leads; None for any other reference."""
    if not href or _SCHEME.match(href) or href.startswith("/") or "\\" in href:
        return None
    parts = list(PurePosixPath(place).parent.parts)
    for part in PurePosixPath(unquote(href)).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _errors(schema: etree.XMLSchema) -> Any:
    return iter(cast("Any", schema.error_log))


def _has_doctype(root: etree._Element) -> bool:
    tree: Any = root.getroottree()
    return bool(tree.docinfo.doctype)


def _identifiers(root: etree._Element, place: str) -> Iterator[Finding]:
    """Identifiers that stand twice, and references to none."""
    seen = set[str]()
    for element in root.iter(etree.Element):
        key = element.get("ID")
        if key is not None and key in seen:
            yield Finding("ID1", "error", place, f"the ID stands twice: {key}")
        seen.add(key or "")
    for element in root.iter(etree.Element):
        for name in ("FILEID", "ADMID", "DMDID"):
            for key in (element.get(name) or "").split():
                if key not in seen:
                    yield Finding("ID2", "error", place, f"{name} names an ID that is not there: {key}")


def _schema_of(files: Sequence[Path]) -> tuple[etree.XMLSchema, frozenset[str]]:
    """One schema of all files and the name spaces that it is about; imports are taken from these files only."""
    spaces = {etree.parse(path).getroot().get("targetNamespace", ""): path for path in reversed([OWN_SCHEMA, *files])}
    spaces.pop("", None)
    # What others import comes first: a name space that is there is not looked for at the address that METS names.
    ordered = sorted(spaces.items(), key=lambda each: (each[0] in DESCRIBED, each[1].name))
    driver = etree.Element(etree.QName(XSD, "schema"), None, {"xs": XSD})
    for space, path in ordered:
        etree.SubElement(driver, etree.QName(XSD, "import"), namespace=space, schemaLocation=path.absolute().as_uri())
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.fromstring(etree.tostring(driver), parser)), frozenset(spaces)


def gravest(findings: Sequence[Finding]) -> Level | None:
    """``error`` where a package is not accepted; None for one without any finding."""
    levels = {each.level for each in findings}
    return "error" if "error" in levels else "warning" if levels else None

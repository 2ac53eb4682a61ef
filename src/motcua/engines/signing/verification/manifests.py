"""Manifests in containers (ETSI EN 319 162-1, A.4): digests of files, and the signature or time stamp over them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from lxml import etree

from motcua.engines.signing.verification.faults import Unverifiable
from motcua.engines.signing.verification.trust import is_weak_digest
from motcua.engines.signing.verification.verdicts import Problem
from motcua.engines.signing.verification.xmltree import DS, decoded, parse

META = "META-INF/"
_NAMES = {"asic": "http://uri.etsi.org/02918/v1.2.1#", "ds": DS}
_STAMP_TYPE = "application/vnd.etsi.timestamp-token"
_DIGESTS = {
    f"{DS}sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}


@dataclass(frozen=True)
class Manifest:
    """``signature`` is the file that signs or, with ``over_time``, stamps the manifest ``name``."""

    name: str
    signature: str
    over_time: bool
    listed: Mapping[str, etree._Element]

    def states(self, parts: Mapping[str, bytes]) -> dict[str, Literal["matches", "weak", "differs"]]:
        """For each listed file: whether it is there as listed; ``weak`` when its digest could be forged.

        Raises what ``UNREADABLE`` lists, and :class:`Unverifiable`.
        """
        return {name: _state(each, parts.get(name)) for name, each in self.listed.items()}


def is_manifest(name: str) -> bool:
    """Whether a file of a container is such a manifest, by its name."""
    lower = name.lower()
    return lower.startswith(("meta-inf/asicmanifest", "meta-inf/asicarchivemanifest")) and lower.endswith(".xml")


def is_signed_by_xml(name: str) -> bool:
    """Whether a file of a container holds XAdES signatures, by its name."""
    lower = name.lower()
    return lower.startswith("meta-inf/") and "signatures" in lower and lower.endswith(".xml")


def read_manifest(name: str, parts: Mapping[str, bytes]) -> Manifest:
    """Read one. Raises what ``UNREADABLE`` lists, and :class:`Unverifiable`."""
    root = parse(parts[name])
    reference = root.find("asic:SigReference", _NAMES)
    signature = _meant(reference)
    declared = reference.get("MimeType", "") if reference is not None else ""
    listed = {_meant(each): each for each in root.findall("asic:DataObjectReference", _NAMES)}
    return Manifest(name, signature, declared == _STAMP_TYPE or signature.lower().endswith(".tst"), listed)


def _meant(reference: etree._Element | None) -> str:
    """The name of the file that a reference means. Raises ``LookupError`` without one."""
    if reference is None or not reference.get("URI"):
        raise LookupError("a reference without a file")
    return unquote(reference.get("URI", ""))


def _state(reference: etree._Element, content: bytes | None) -> Literal["matches", "weak", "differs"]:
    method = reference.find("ds:DigestMethod", _NAMES)
    if method is None or method.get("Algorithm") not in _DIGESTS:
        raise Unverifiable(Problem.UNSUPPORTED)
    algorithm = _DIGESTS[method.get("Algorithm", "")]
    digest = decoded(reference.find("ds:DigestValue", _NAMES))
    if content is None or hashlib.new(algorithm, content).digest() != digest:
        return "differs"
    return "weak" if is_weak_digest(algorithm) else "matches"

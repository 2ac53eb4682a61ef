"""Reading XML that anybody may have made, and bringing elements into the form that is digested."""

import base64
from collections.abc import Iterable
from xml.parsers import expat

from lxml import etree

from motcua.engines.signing.verification.faults import Unverifiable
from motcua.engines.signing.verification.verdicts import Problem

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
NAMES = {"ds": DS, "xades": XADES}
CANONICAL = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
CANONICAL_11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE_AND_SPACE = frozenset({f"{_XML}lang", f"{_XML}space"})
_WITH_COMMENTS = ("#WithComments", "WithComments")
CANONICALISATIONS = frozenset(
    f"{name}{comments}" for name in (CANONICAL, CANONICAL_11, EXCLUSIVE) for comments in ("", *_WITH_COMMENTS)
)


# libxml2 reads texts beyond 10 MB only when told to, and then no longer watches what entities of attributes become.
LARGE = 8 * 1024 * 1024


class _Declared(Exception):
    """A document type is declared."""


def declares_a_type(file: bytes) -> bool:
    """Whether a document declares its type, as another parser sees it that stops there."""

    def stop(*_what: object) -> None:
        raise _Declared

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = stop
    try:
        parser.Parse(file, True)
    except _Declared:
        return True
    except (expat.ExpatError, LookupError, ValueError):
        return True  # what only one of two parsers can read is not read
    return False


def parser_for(file: bytes) -> etree.XMLParser:
    """A parser that expands and fetches nothing; for a large document without a type, one that reads large texts."""
    is_huge = len(file) > LARGE and not declares_a_type(file)
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=is_huge)


def parse(file: bytes) -> etree._Element:
    """The document without expanding or fetching anything. Raises :class:`Unverifiable`."""
    parser = parser_for(file)
    try:
        root = etree.fromstring(file, parser)
    except etree.LxmlError as error:
        if b"<!DOCTYPE" in file[:4096] or b"<!ENTITY" in file[:4096]:
            raise Unverifiable(Problem.FORBIDDEN) from error
        raise Unverifiable(Problem.DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unverifiable(Problem.FORBIDDEN)
    return root


def decoded(element: etree._Element | None) -> bytes:
    """The Base64 content of an element. Raises ``ValueError`` for none."""
    if element is None:
        raise ValueError("an element is missing")
    return base64.b64decode(element.text or "")


def canonical(element: etree._Element | None, method: etree._Element | None) -> bytes:
    """An element as ``method`` (CanonicalizationMethod) writes it; without one, as Canonical XML 1.0 does.

    Raises ``ValueError`` without an element and for a way that is not known here.
    """
    algorithm = method.get("Algorithm", "") if method is not None else CANONICAL
    if element is None or algorithm not in CANONICALISATIONS:
        raise ValueError("an element is missing, or its canonical form is not known")
    prefixes = method.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces") if method is not None else None
    # Parsed anew, it stands alone and declares the namespaces that it had from the elements around it.
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    inherit(alone, element, algorithm)
    return etree.tostring(
        alone,
        method="c14n",
        exclusive=algorithm.startswith(EXCLUSIVE),
        with_comments=algorithm.endswith("WithComments"),
        inclusive_ns_prefixes=(prefixes.get("PrefixList") or "").split() if prefixes is not None else None,
    )


def inherit(alone: etree._Element, place: etree._Element, algorithm: str) -> None:
    """Give an element what it has at its ``place`` of the attributes ``xml:…`` around it, such as the language.

    The inclusive forms have those that it has not itself (Canonical XML 1.0, 2.4, and 1.1, 2.4).
    """
    if algorithm.startswith(EXCLUSIVE):
        return
    for above in place.iterancestors():
        for name, value in above.attrib.items():
            if _is_inherited(str(name), algorithm) and name not in alone.attrib:
                alone.set(name, value)


def _is_inherited(name: str, algorithm: str) -> bool:
    return name in _LANGUAGE_AND_SPACE or (name.startswith(_XML) and not algorithm.startswith(CANONICAL_11))


def instructions_beside(
    root: etree._Element,
) -> tuple[list[etree._ProcessingInstruction], list[etree._ProcessingInstruction]]:
    """The processing instructions before and after the root of a document, such as the name of a style sheet."""
    before, after = root.itersiblings(preceding=True), root.itersiblings()
    return _instructions(before)[::-1], _instructions(after)


def _instructions(found: Iterable[etree._Element]) -> list[etree._ProcessingInstruction]:
    return [each for each in found if isinstance(each, etree._ProcessingInstruction)]


def beside(root: etree._Element) -> tuple[bytes, bytes]:
    """What the canonical form of a whole document has before and after its root (Canonical XML 1.0, 2.3 and 2.4).

    Comments are no part of a document that a signature names as a whole (XML Signature, 4.4.3.3).
    """
    before, after = instructions_beside(root)
    return b"".join(_written(each) + b"\n" for each in before), b"".join(b"\n" + _written(each) for each in after)


def _written(instruction: etree._ProcessingInstruction) -> bytes:
    text = (instruction.text or "").replace("\r", "&#xD;")
    return f"<?{instruction.target!s}{' ' if text else ''}{text}?>".encode()

"""Reading XML that strangers wrote: bounded, without document types, entities or network."""

from __future__ import annotations

from lxml import etree

from motcua.engines.process.problems import InvalidProcess, Problem

MAX_BYTES = 2_000_000
MAX_XML_ELEMENTS = 100_000
MAX_DEPTH = 100


class _Refused(Exception):
    def __init__(self, message: str, *, doctype: bool = False) -> None:
        self.doctype = doctype
        super().__init__(message)


class _Guard:
    """A parser target that builds nothing and stops at the first thing a process file has no need of."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def doctype(self, *_: object) -> None:
        raise _Refused("the file has a document type declaration (DOCTYPE)", doctype=True)

    def start(self, *_: object) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise _Refused(f"elements are nested more than {MAX_DEPTH} deep")
        if self.elements > MAX_XML_ELEMENTS:
            raise _Refused(f"the file has more than {MAX_XML_ELEMENTS} XML elements")

    def end(self, *_: object) -> None:
        self.depth -= 1

    def close(self) -> None:
        return None


def parse(source: bytes) -> etree._Element:
    """Parse a process file into its root element; raises InvalidProcess for anything hostile or malformed."""
    if len(source) > MAX_BYTES:
        raise _invalid(f"the file has {len(source)} bytes, {MAX_BYTES} are allowed", "Split the process.")
    try:
        # Attribute values are expanded whatever the parser is told, hence the first pass that builds no tree.
        etree.fromstring(source, _parser(_Guard()))
        return etree.fromstring(source, _parser(None))
    except _Refused as refused:
        line = _doctype_line(source) if refused.doctype else 0
        raise _invalid(str(refused), "Export the process again as plain BPMN 2.0 XML.", line) from None
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        message = f"the file is not well-formed XML: {getattr(error, 'msg', error)}"
        raise _invalid(message, "Export it again as BPMN 2.0.", line) from None


def _doctype_line(source: bytes) -> int:
    """The parser does not tell; without its zero bytes UTF-16 reads as ASCII."""
    return source.replace(b"\0", b"").partition(b"<!DOCTYPE")[0].count(b"\n") + 1


def _parser(target: _Guard | None) -> etree.XMLParser:
    return etree.XMLParser(
        target=target,  # type: ignore[arg-type]  # the stubs ask for lxml's own TreeBuilder
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _invalid(message: str, hint: str, line: int = 0) -> InvalidProcess:
    return InvalidProcess([Problem("", "", line, message, hint)])

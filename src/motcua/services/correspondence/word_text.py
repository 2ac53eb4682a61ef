"""What a Word file says and how its letters look, whatever elements stand around them.

Word puts text into elements of its own where changes are tracked, a field or a content control is filled, or a word
was recognised; looks come from run, styles, the defaults of the document or its theme, in this order.
"""

from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

_PARAGRAPH, _RUN, _TABLE, _TEXT = (qn(name) for name in ("w:p", "w:r", "w:tbl", "w:t"))
_MARKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# What was deleted or moved away, what says how something looks; a box of text is a paragraph of its own.
_LEFT_OUT = {qn(name) for name in ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:p")}
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_THEMED = (qn("w:asciiTheme"), qn("w:hAnsiTheme"))
_NAMED = (qn("w:ascii"), qn("w:hAnsi"))
_MOST_STYLES = 20  # one based on another: more are a circle


def text_of(element: Any) -> str:
    """The text of a paragraph or run as it stands when all tracked changes are accepted."""
    return "".join(_written(element))


def _written(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag not in _LEFT_OUT:
            yield from _written(child)


def runs_of(element: Any) -> Iterator[Any]:
    """The runs of a paragraph."""
    for child in element:
        if child.tag == _RUN:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from runs_of(child)


def outside_tables(element: Any) -> Iterator[Any]:
    """The paragraphs below an element that stand in no table."""
    for child in element:
        if child.tag == _PARAGRAPH:
            yield child
        elif child.tag != _TABLE:
            yield from outside_tables(child)


class Looks:
    """The fonts and sizes of a document's runs."""

    def __init__(self, document: Document) -> None:
        styles = document.styles.element
        self._styles = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
        paragraphs = (each for each in self._styles.values() if each.get(qn("w:type")) == "paragraph")
        self._usual = next((each for each in paragraphs if each.get(qn("w:default")) in ("1", "true")), None)
        self._defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._theme = _theme(document)

    def of(self, run: Any, paragraph: Any) -> tuple[str, float | None]:
        """The font (empty: not told) and the size in points of a run in a paragraph."""
        properties = list(self._properties(run, paragraph))
        fonts, sizes = map(self._font, properties), map(_size, properties)
        return next(filter(None, fonts), ""), next(filter(None, sizes), None)

    def _properties(self, run: Any, paragraph: Any) -> Iterator[Any]:
        own = run.find(qn("w:rPr"))
        if own is not None:
            yield own
            yield from self._chain(_value(own, "w:rStyle"))
        around = paragraph.find(qn("w:pPr"))
        named = _value(around, "w:pStyle") if around is not None else ""
        usual = self._usual.get(qn("w:styleId")) if self._usual is not None else ""
        yield from self._chain(named or usual)
        if self._defaults is not None:
            yield self._defaults

    def _chain(self, name: str) -> Iterator[Any]:
        for _ in range(_MOST_STYLES):
            style = self._styles.get(name)
            if style is None:
                return
            if (found := style.find(qn("w:rPr"))) is not None:
                yield found
            name = _value(style, "w:basedOn")

    def _font(self, properties: Any) -> str:
        fonts = properties.find(qn("w:rFonts"))
        if fonts is None:
            return ""
        themed = next((name for key in _THEMED if (name := fonts.get(key))), "")
        named = next((name for key in _NAMED if (name := fonts.get(key))), "")
        return self._theme.get(themed[:5], "") or named


def _theme(document: Document) -> dict[str, str]:
    """The fonts that the theme has for text (``minor``) and headings (``major``)."""
    try:
        theme = parse_xml(document.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    except KeyError:
        return {}
    found = {name: theme.find(f".//{{{_DRAWN}}}{name}Font/{{{_DRAWN}}}latin") for name in ("minor", "major")}
    return {name: str(latin.get("typeface", "")) for name, latin in found.items() if latin is not None}


def _size(properties: Any) -> float | None:
    halves = _value(properties, "w:sz")
    return float(halves) / 2 if halves else None


def _value(element: Any, name: str) -> str:
    found = element.find(qn(name))
    return str(found.get(qn("w:val"), "")) if found is not None else ""

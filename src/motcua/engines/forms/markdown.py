"""The Markdown of text components: headings, paragraphs, lists, bold, italics, links to https pages. Nothing else.

Everything is escaped first; what is not understood stays as it was written.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

_HEADING: Final = re.compile(r"#{1,6}\s+(.+)\Z")
_BULLET: Final = re.compile(r"[-*]\s+(.+)\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,3}[.)]\s+(.+)\Z")
_LINK: Final = re.compile(r"\[([^\[\]]{1,200})\]\((https://(?:(?!&#)[^\s()<>]){1,500})\)")
_BOLD: Final = re.compile(r"\*\*([^*]{1,2000})\*\*")
_ITALIC: Final = re.compile(r"(?<![\w*])[*_]([^*_]{1,2000})[*_](?![\w*])")


def rendered(text: str) -> Markup:
    """Safe HTML of a text, in the classes of the design system."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup("\n").join(part for block in blocks for part in _block(block))


def _block(block: str) -> Iterator[Markup]:
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    for kind, run in groupby(lines, key=_kind):
        if kind == "heading":
            yield from (Markup('<h2 class="govuk-heading-m">{}</h2>').format(_inline(_HEADING, line)) for line in run)
        elif kind == "bullet":
            yield _list("ul", "bullet", [_inline(_BULLET, line) for line in run])
        elif kind == "number":
            yield _list("ol", "number", [_inline(_NUMBER, line) for line in run])
        else:
            said = Markup("<br>").join(_marked(line) for line in run)
            yield Markup('<p class="govuk-body">{}</p>').format(said)


def _kind(line: str) -> str:
    if _HEADING.match(line):
        return "heading"
    if _BULLET.match(line):
        return "bullet"
    return "number" if _NUMBER.match(line) else "text"


def _inline(pattern: re.Pattern[str], line: str) -> Markup:
    match = pattern.match(line)
    return _marked(match[1] if match else line)


def _marked(line: str) -> Markup:
    html = str(escape(line))
    html = _LINK.sub(r'<a class="govuk-link" href="\2" rel="noopener noreferrer">\1</a>', html)
    html = _BOLD.sub(r"<strong>\1</strong>", html)
    return Markup(_ITALIC.sub(r"<em>\1</em>", html))  # noqa: S704 - escaped above; only our own tags are put in


def _list(tag: str, kind: str, items: list[Markup]) -> Markup:
    body = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<{} class="govuk-list govuk-list--{}">{}</{}>').format(tag, kind, body, tag)

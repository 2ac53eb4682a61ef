"""From a template and data to a PDF/A-2b file (ISO 19005-2), checked by the compiler while it writes.

One compiler serves a process, behind a lock: it keeps fonts and parsed files, so a page costs some 10 ms of CPU
instead of 22. It is made at first use, never at import, so that a worker process does not inherit one across a fork.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from motcua.engines.rendering.anchors import Anchor, anchor_from_layout
from motcua.engines.rendering.errors import FontsMissing, RenderingError, UnsupportedCharacter
from motcua.engines.rendering.templates import Template
from motcua.kernel.text.dates import VIETNAM

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
FAMILIES = frozenset({"Tinos", "Be Vietnam Pro"})
MAX_DATA_BYTES = 4 * 1024 * 1024

_ARCHIVE: dict[str, Any] = {"format": "pdf", "pdf_standards": ["a-2b"]}
_lock = threading.Lock()
_NO_GLYPH = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)


@dataclass(frozen=True)
class Rendering:
    """A finished PDF and the places in it that are filled later."""

    pdf: bytes
    anchors: tuple[Anchor, ...]


def render(template: Template, data: Mapping[str, Any], *, dated: datetime) -> bytes:
    """Set ``template`` with ``data`` (anything JSON holds; texts are brought to NFC) and return the PDF/A-2b file.

    ``dated`` is the document's date: the same input gives the same bytes. Raises :class:`UnsupportedCharacter` for
    data that no font can show, :class:`FontsMissing` for an unfinished installation, else :class:`RenderingError`.
    """
    with _lock:
        return _compile(template, data, dated)


def render_with_anchors(template: Template, data: Mapping[str, Any], *, dated: datetime) -> Rendering:
    """As :func:`render`, and tell where signatures, seal, number and date are to stand."""
    with _lock:
        pdf = _compile(template, data, dated)
        found = json.loads(_compiler().query("<motcua-anchor>", field="value", root=template.root))
    return Rendering(pdf, tuple(anchor_from_layout(each) for each in found))


def render_picture(
    template: Template, data: Mapping[str, Any], *, dated: datetime, dots: int
) -> tuple[bytes, tuple[Anchor, ...]]:
    """The first page as a PNG with ``dots`` an inch, to be looked at on a screen, and its anchors. Raises as above."""
    with _lock:
        pages, _warnings = _run(template, data, dated, format="png", ppi=float(dots))
        found = json.loads(_compiler().query("<motcua-anchor>", field="value", root=template.root))
    page = pages if isinstance(pages, bytes) else pages[0]
    return page, tuple(anchor_from_layout(each) for each in found)


def check_template(template: Template, sample: Mapping[str, Any]) -> list[str]:
    """Compile with sample data, as publication of a procedure does; return the problems, typst's warnings included."""
    try:
        with _lock:
            _, warnings = _run(template, sample, datetime(2026, 1, 1, tzinfo=VIETNAM), **_ARCHIVE)
    except RenderingError as error:
        return [str(error)]
    return [warning.message for warning in warnings]


def _compile(template: Template, data: Mapping[str, Any], dated: datetime) -> bytes:
    pdf, warnings = _run(template, data, dated, **_ARCHIVE)
    assert isinstance(pdf, bytes)
    for warning in warnings:
        # typst goes on with any other font it has; on paper nobody would notice until a court did.
        if "unknown font family" in warning.message:
            raise RenderingError(warning.message)
    return pdf


def _run(
    template: Template, data: Mapping[str, Any], dated: datetime, **form: Any
) -> tuple[bytes | list[bytes], list[typst.TypstWarning]]:
    compiler = _compiler()
    local = dated.astimezone(VIETNAM)
    try:
        made, warnings = compiler.compile_with_warnings(
            template.path,
            root=template.root,
            sys_inputs={"data": _as_json(data), "dated": local.date().isoformat()},
            timestamp=int(dated.timestamp()),
            **form,
        )
    except typst.TypstError as error:
        raise _explained(error) from error
    assert made is not None  # nothing is written to a file of typst's own
    return made, warnings


def _explained(error: typst.TypstError) -> RenderingError:
    missing = _NO_GLYPH.search(error.message)
    if missing:
        return UnsupportedCharacter(missing[1])
    return RenderingError(error.diagnostic or error.message)


def _as_json(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, default=_plain)
    if len(text) > MAX_DATA_BYTES:
        raise RenderingError(f"more than {MAX_DATA_BYTES} characters of data")
    return unicodedata.normalize("NFC", text)


def _plain(value: object) -> str:
    if isinstance(value, date):
        raise TypeError("format dates before rendering (motcua.kernel.text.dates)")
    return str(value)


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    missing = FAMILIES - set(fonts.families())
    if missing:
        names = ", ".join(sorted(missing))
        raise FontsMissing(f"{names}: not in {FONTS.name}/; run `npm ci` and `node frontend/fonts.mjs`")
    packages = HERE / "packages"
    return typst.Compiler(font_paths=fonts, package_path=packages, package_cache_path=packages)

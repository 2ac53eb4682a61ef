"""Drafts in Word format (dự thảo) that officers go on editing; what is issued is set by typst."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from motcua.engines.rendering.errors import RenderingError, UnsafeTemplate
from motcua.kernel.text import dong

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 1000
DOTS = "…………"
REQUIRED = frozenset({"[Content_Types].xml", "word/document.xml"})


def render_docx(template: bytes, data: Mapping[str, Any]) -> bytes:
    """Fill a .docx template (docxtpl's marks) in a sandbox; values are escaped, a missing one stops the rendering.

    What is not known yet (``None``) stands as dots to fill in by hand. ``{{ amount | dong }}`` writes money,
    ``{{ area | number }}`` a decimal comma.
    Raises :class:`UnsafeTemplate` for a file that is no plain Word document, else :class:`RenderingError`.
    """
    check_docx(template)
    document = DocxTemplate(io.BytesIO(template))
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_or_dots)
    environment.filters |= {"dong": _money, "number": _number}
    try:
        document.render(dict(data), jinja_env=environment)
    except (TemplateError, OverflowError, TypeError, ValueError, XMLSyntaxError) as error:
        raise RenderingError(str(error)) from error
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _or_dots(value: Any) -> Any:
    return DOTS if value is None else value


def _money(amount: int | None) -> str | None:
    return None if amount is None else dong(amount)


def _number(value: float | None) -> str | None:
    return None if value is None else str(value).replace(".", ",")


def check_docx(content: bytes) -> None:
    """Refuse what is not a Word document without macros, unpacks to more than it should, or reads from elsewhere.

    Links that a person follows may stay; pictures, objects and templates from elsewhere would be fetched by whatever
    opens the document.
    """
    if len(content) > MAX_FILE_BYTES:
        raise UnsafeTemplate(f"more than {MAX_FILE_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_bombs(entries)
            reads_elsewhere = any(
                _leads_outside(archive.read(entry)) for entry in entries if entry.filename.endswith(".rels")
            )
    except (zipfile.BadZipFile, zlib.error, XMLSyntaxError, NotImplementedError, RuntimeError) as error:
        raise UnsafeTemplate("not a .docx file") from error
    names = {entry.filename for entry in entries}
    if not names >= REQUIRED:
        raise UnsafeTemplate("not a .docx file")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnsafeTemplate("a document with macros")
    if reads_elsewhere:
        raise UnsafeTemplate("a document with pictures or objects from elsewhere")


def _refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    # The sizes are the archive's own claim; zipfile stops reading an entry at the size it claims.
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise UnsafeTemplate(f"unpacks to more than {MAX_ENTRIES} parts or {MAX_UNPACKED_BYTES} bytes")


def _leads_outside(relationships: bytes) -> bool:
    parsed = fromstring(relationships, XMLParser(resolve_entities=False, no_network=True))
    return any(
        each.get("TargetMode") == "External" and not str(each.get("Type", "")).endswith("/hyperlink")
        for each in parsed
    )

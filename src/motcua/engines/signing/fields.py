"""Fields of a document, made right after rendering, before anyone signs.

A field that is added later, or text that is written on the page, breaks the signatures before it; filling a field
that was there does not. The seal's field carries a lock: number and date, which the seal covers, are not filled again.
"""

import io
from collections.abc import Iterable, Mapping
from contextlib import suppress

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import enumerate_fields_in
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import FormFillingError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, SigFieldSpec, append_signature_field

from motcua.engines.rendering.anchors import Anchor, AnchorKind, TextAlign
from motcua.engines.rendering.snippets import line_of_text
from motcua.engines.signing.appearances import form, page_form
from motcua.engines.signing.errors import FieldMissing
from motcua.engines.signing.revisions import begin, written

# Annotation flag: printed with the page (ISO 32000-1, 12.5.3); PDF/A asks for it.
_PRINT = 4
_READ_ONLY = 1
# The default style of a text field (ISO 32000-1, 12.7.3.4) keeps how the line around it is set.
_ITALIC, _BOLD = "font-style:italic", "font-weight:bold"
# The values of /Q in their order (ISO 32000-1, table 222).
_QUADDING = [TextAlign.LEFT, TextAlign.CENTER, TextAlign.RIGHT]


def prepare_fields(pdf: bytes, anchors: Iterable[Anchor]) -> bytes:
    """Append an empty field at every anchor: for signatures, for the seal, for texts that come with the number."""
    writer = begin(pdf)
    anchors = sorted(anchors, key=lambda anchor: anchor.kind is not AnchorKind.TEXT)
    texts = [anchor.name for anchor in anchors if anchor.kind is AnchorKind.TEXT]
    for anchor in anchors:
        if anchor.kind is AnchorKind.TEXT:
            _append_text_field(writer, anchor)
        else:
            append_signature_field(writer, _signature_field(anchor, texts))
    return written(writer)


def page_count(pdf: bytes) -> int:
    """How many pages a file of this house has."""
    return int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"])


def _signature_field(anchor: Anchor, texts: list[str]) -> SigFieldSpec:
    locks = anchor.kind is AnchorKind.SEAL and texts
    return SigFieldSpec(
        anchor.name,
        on_page=anchor.page - 1,
        box=(round(anchor.left), round(anchor.bottom), round(anchor.right), round(anchor.top)),
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, texts) if locks else None,
    )


def _append_text_field(writer: IncrementalPdfFileWriter, anchor: Anchor) -> None:
    if "/AcroForm" not in writer.root:
        _create_form(writer)
    page = writer.find_page_for_modification(anchor.page - 1)[0]
    corners = (anchor.left, anchor.bottom, anchor.right, anchor.top)
    empty = writer.add_object(form(anchor.width, anchor.height, b""))
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(anchor.name),
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/F"): generic.NumberObject(_PRINT),
            pdf_name("/Ff"): generic.NumberObject(_READ_ONLY),
            pdf_name("/DA"): pdf_string("0 g"),
            pdf_name("/Q"): generic.NumberObject(_QUADDING.index(anchor.align)),
            pdf_name("/P"): page,
            pdf_name("/Rect"): generic.ArrayObject(generic.FloatObject(round(side, 3)) for side in corners),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): empty}),
        }
    )
    if styles := [style for style, on in ((_ITALIC, anchor.italic), (_BOLD, anchor.bold)) if on]:
        field[pdf_name("/DS")] = pdf_string(";".join(styles))
    reference = writer.add_object(field)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)
    writer.register_annotation(page, reference)


def _create_form(writer: IncrementalPdfFileWriter) -> None:
    empty = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
    writer.root[pdf_name("/AcroForm")] = writer.add_object(empty)
    writer.update_root()


def fill_texts(writer: IncrementalPdfFileWriter, texts: Mapping[str, str]) -> None:
    """Fill text fields in the revision that ``writer`` is about to write. Raises :class:`FieldMissing`."""
    for name, text in texts.items():
        field = empty_field(writer, name, "/Tx")
        width, height = size_of(field)
        field[pdf_name("/V")] = pdf_string(text)
        styles, align = str(field.get("/DS", "")), _QUADDING[int(field.get("/Q", 0))]
        line = line_of_text(
            text, width=width, height=height, italic=_ITALIC in styles, bold=_BOLD in styles, align=align
        )
        show(writer, field, page_form(writer, line, width, height))


def fill_where_there(writer: IncrementalPdfFileWriter, texts: Mapping[str, str]) -> None:
    """As :func:`fill_texts`, for texts that not every document has a place for."""
    for name, text in texts.items():
        if text:
            with suppress(FieldMissing):
                fill_texts(writer, {name: text})


def empty_field(writer: IncrementalPdfFileWriter, name: str, kind: str) -> generic.DictionaryObject:
    """The field of that name and kind (``/Tx``, ``/Sig``) when it is still empty, else :class:`FieldMissing`."""
    # Item access follows references, ``get`` does not.
    form_of = writer.root["/AcroForm"] if "/AcroForm" in writer.root else {}  # noqa: SIM401
    listed = form_of["/Fields"] if "/Fields" in form_of else ()  # noqa: SIM401
    try:
        found = list(enumerate_fields_in(listed, with_name=name, refs_seen=set(), target_field_type=kind))
    except FormFillingError as error:
        raise FieldMissing(str(error)) from error
    for _, value, reference in found:
        if value is None:
            field = reference.get_object()
            assert isinstance(field, generic.DictionaryObject)
            return field
    raise FieldMissing(f"no empty field {name!r} in the document")


def show(writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, drawing: generic.IndirectObject) -> None:
    """Let ``drawing`` be what the field's place on the page shows."""
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): drawing})
    writer.update_container(field)


def show_anew(writer: IncrementalPdfFileWriter, names: Iterable[str]) -> None:
    """Let text fields show what they show already, from this revision on.

    A lock is laid on fields as this revision leaves them; pyHanko's difference analysis takes a locked field whose
    appearance is older for one that was changed afterwards.
    """
    listed = writer.root["/AcroForm"]["/Fields"]
    for name in sorted(names):
        for _name, _value, reference in enumerate_fields_in(
            listed, with_name=name, refs_seen=set(), target_field_type="/Tx"
        ):
            field = reference.get_object()
            shown = field["/AP"]["/N"]
            again = generic.StreamObject(dict(shown.items()), encoded_data=shown.encoded_data)
            show(writer, field, writer.add_object(again))


def size_of(field: generic.DictionaryObject) -> tuple[float, float]:
    """Width and height of the field's place, in points."""
    left, bottom, right, top = (float(side) for side in field["/Rect"])
    return right - left, top - bottom

"""Files made to deceive or to hinder whoever verifies them. Nothing is kept as a file: all are made when asked for."""

import io
import zlib
from collections.abc import Callable, Iterable

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

Edit = Callable[[IncrementalPdfFileWriter], None]


def revised(pdf: bytes, edit: Edit) -> bytes:
    """The file with a revision more, as an attacker appends it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    edit(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def with_field(pdf: bytes, name: str = "KyChinh") -> bytes:
    """The file with an empty signature field."""
    return revised(pdf, lambda writer: append_signature_field(writer, SigFieldSpec(name)))


def pages(count: int) -> bytes:
    """A file of empty pages."""
    with pikepdf.new() as made:
        for _page in range(count):
            made.add_blank_page(page_size=(595, 842))
        return saved(made)


def saved(made: pikepdf.Pdf, **how: object) -> bytes:
    """The bytes of a file; ``how`` as in pikepdf."""
    output = io.BytesIO()
    made.save(output, **({"deterministic_id": "encryption" not in how} | how))  # type: ignore[arg-type]
    return output.getvalue()


def edited(pdf: bytes, edit: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    """The file written anew after an edit."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        edit(opened)
        return saved(opened, **how)


def draws_over(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack “replace”: the page shows another content."""
    page = writer.find_page_for_modification(0)[0].get_object()
    other = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (900 000 000) Tj ET"))
    page[pdf_name("/Contents")] = other
    writer.update_container(page)


def hides(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack “hide”: a picture laid over the text covers it."""
    page = writer.find_page_for_modification(0)[0].get_object()
    cover = writer.add_object(generic.StreamObject(stream_data=b"1 g 0 0 595 842 re f"))
    page[pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), cover])
    writer.update_container(page)


def hides_and_replaces(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack “hide and replace”: the catalogue leads to another tree of pages."""
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(each) for each in (0, 0, 595, 842)]),
        }
    )
    tree = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Kids"): generic.ArrayObject([writer.add_object(page)]),
            pdf_name("/Count"): generic.NumberObject(1),
        }
    )
    writer.root[pdf_name("/Pages")] = writer.add_object(tree)
    writer.update_root()


def adds_a_page(writer: IncrementalPdfFileWriter) -> None:
    """A page more at the end."""
    tree = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(each) for each in (0, 0, 595, 842)]),
        }
    )
    tree["/Kids"].append(writer.add_object(page))
    tree[pdf_name("/Count")] = generic.NumberObject(int(tree["/Count"]) + 1)
    writer.update_container(tree)


def removes_a_page(writer: IncrementalPdfFileWriter) -> None:
    """The last page is gone."""
    tree = writer.root["/Pages"]
    del tree["/Kids"][len(tree["/Kids"]) - 1]
    tree[pdf_name("/Count")] = generic.NumberObject(int(tree["/Count"]) - 1)
    writer.update_container(tree)


def puts_a_note(writer: IncrementalPdfFileWriter) -> None:
    """An annotation that looks like text of the page."""
    page, place = writer.find_page_for_modification(0)[0], (72, 700, 300, 720)
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Contents"): generic.pdf_string("900 000 000"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(each) for each in place]),
        }
    )
    writer.register_annotation(page, writer.add_object(note))


def changes_the_form(writer: IncrementalPdfFileWriter) -> None:
    """The whole form is another: fields are gone."""
    writer.root["/AcroForm"][pdf_name("/Fields")] = generic.ArrayObject(
        [each for each in writer.root["/AcroForm"]["/Fields"] if each.get_object()["/T"] != "So"]
    )
    writer.update_container(writer.root["/AcroForm"])


def fills_the_number(writer: IncrementalPdfFileWriter) -> None:
    """A field that was left open gets a value."""
    (field,) = [each.get_object() for each in writer.root["/AcroForm"]["/Fields"] if each.get_object()["/T"] == "So"]
    field[pdf_name("/V")] = generic.pdf_string("99")
    writer.update_container(field)


def runs_a_script(writer: IncrementalPdfFileWriter) -> None:
    """Opening the file does something."""
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


def hybrid() -> bytes:
    """Two tables of contents: old programs see one object 4, new ones another."""
    first = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length 0 >>\nstream\n\nendstream",
    ]
    body, offsets = _objects(b"%PDF-1.7\n", first)
    hidden = len(body)
    entry = zlib.compress(bytes([1]) + offsets[3].to_bytes(2, "big"))
    body += (
        b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 2 0] /Index [4 1] /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(entry)
    )
    body += entry + b"\nendstream\nendobj\n"
    table = len(body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in offsets[:3])
    body += b"xref\n0 4\n0000000000 65535 f \n" + rows
    body += b"trailer\n<< /Size 6 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (hidden, table)
    return body


def _objects(body: bytes, contents: Iterable[bytes]) -> tuple[bytes, list[int]]:
    offsets = []
    for number, content in enumerate(contents, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return body, offsets


def labyrinth(depth: int = 60) -> bytes:
    """A field tree in which every field has the next one for two children: 2⁶⁰ ways to the leaf, whatever the machine.

    Walking it takes no memory.
    """
    first = 5
    forks = [b"<< /T (a) /Kids [%d 0 R %d 0 R] >>" % (next_, next_) for next_ in range(first + 1, first + 1 + depth)]
    contents = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <00> >>",
        *forks,
        b"<< /T (a) /FT /Sig /V 4 0 R >>",
    ]
    body, offsets = _objects(b"%PDF-1.7\n", contents)
    table = len(body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in offsets)
    size = len(contents) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size + rows
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, table)


def leads_astray(writer: IncrementalPdfFileWriter, depth: int = 60) -> None:
    """A revision that hangs such a tree into the form of a document."""
    kid = writer.add_object(generic.DictionaryObject({pdf_name("/T"): pdf_string("a")}))
    for _level in range(depth):
        fork = {pdf_name("/T"): pdf_string("a"), pdf_name("/Kids"): generic.ArrayObject([kid, kid])}
        kid = writer.add_object(generic.DictionaryObject(fork))
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(kid)
    writer.update_container(fields)

import io
import zipfile

import pytest
from docx import Document

from motcua.engines.rendering import drafts
from motcua.engines.rendering.drafts import check_docx, render_docx
from motcua.engines.rendering.errors import RenderingError, UnsafeTemplate


def word(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def texts(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def test_a_draft_is_filled_and_values_are_escaped():
    template = word("Kính gửi: {{ name }}", "{% for paper in papers %}{{ paper }}; {% endfor %}")
    filled = render_docx(template, {"name": "Nguyễn <Văn> & Mẫu {{ 1 }}", "papers": ["Đơn", "Giấy chứng sinh"]})
    assert texts(filled) == ["Kính gửi: Nguyễn <Văn> & Mẫu {{ 1 }}", "Đơn; Giấy chứng sinh; "]


def test_what_is_not_known_yet_stands_as_dots():
    marks = ("{{ name }}", "{{ fee | dong }}", "{{ area | number }}", "{{ paid | dong }}", "{{ size | number }}")
    data = {"name": None, "fee": None, "area": None, "paid": 1250000, "size": 4.5}
    assert texts(render_docx(word(*marks), data)) == ["…………", "…………", "…………", "1.250.000 đ", "4,5"]


@pytest.mark.parametrize(
    "mark",
    [
        "{{ missing }}",
        "{{ name.__class__.__mro__ }}",
        "{{ names.append(1) }}",
        "{% for x in range(10**9) %}{% endfor %}",
        "{{ name + 1 }}",
        "{% for x in nothing %}{% endfor %}",
    ],
)
def test_faulty_and_hostile_marks_are_refused(mark: str):
    with pytest.raises(RenderingError):
        render_docx(word(mark), {"name": "Mẫu", "names": ["Mẫu"], "nothing": None})


def test_only_plain_word_documents_are_taken(monkeypatch: pytest.MonkeyPatch):
    check_docx(word("x"))
    with pytest.raises(UnsafeTemplate, match=r"not a \.docx"):
        check_docx(b"%PDF-1.7")
    with pytest.raises(UnsafeTemplate, match=r"not a \.docx"):
        check_docx(archive({"a.txt": b""}))
    with pytest.raises(UnsafeTemplate, match="macros"):
        check_docx(archive({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""}))
    with pytest.raises(UnsafeTemplate, match="unpacks"):
        check_docx(archive({"[Content_Types].xml": b"", "word/document.xml": b"0" * (drafts.MAX_UNPACKED_BYTES + 1)}))
    plain = {"[Content_Types].xml": b"", "word/document.xml": b""}
    check_docx(archive({**plain, "word/_rels/document.xml.rels": relation("hyperlink", "https://vi-du.example")}))
    for kind in ("image", "attachedTemplate", "oleObject"):
        outside = relation(kind, "http://127.0.0.1/x")
        with pytest.raises(UnsafeTemplate, match="elsewhere"):
            check_docx(archive({**plain, "word/_rels/document.xml.rels": outside}))
    with pytest.raises(UnsafeTemplate, match=r"not a \.docx"):
        check_docx(archive({**plain, "_rels/.rels": b"<broken"}))
    monkeypatch.setattr(drafts, "MAX_FILE_BYTES", 10)
    with pytest.raises(UnsafeTemplate, match="more than 10 bytes"):
        check_docx(word("x"))


def relation(kind: str, target: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'TargetMode="External" Target="{target}"/></Relationships>'
    ).encode()


def archive(entries: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return output.getvalue()

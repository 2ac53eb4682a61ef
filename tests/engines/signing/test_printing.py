"""Files printed with a watermark: on every page, whatever its make; the file itself is another one."""

import io
from collections import Counter

import pikepdf
import pytest

from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.printing import Printable
from tests.engines.signing.test_arrivals import blank
from tests.poppler import poppler

LINES = ("LƯU HÀNH NỘI BỘ", "Nguyễn Văn Giả Định in lúc 09:00 27/11/2026")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_every_page_says_who_prints_it(turned: int) -> None:
    both = pikepdf.new()
    for content in (blank(595, 842, turned=turned), blank(842, 595, left=20, bottom=-30)):
        both.pages.extend(pikepdf.open(io.BytesIO(content)).pages)
    output = io.BytesIO()
    both.save(output)
    content = Printable(output.getvalue()).printed(LINES)
    wanted = Counter("".join(LINES).replace(" ", ""))
    for page in ("1", "2"):
        # Text that runs aslant comes letter by letter; three times on a page, of which some may run over its edge.
        found = Counter("".join(poppler("pdftotext", "-f", page, "-l", page, "-", "-", stdin=content).split()))
        assert found >= wanted
    made = pikepdf.open(io.BytesIO(content))
    assert [int(page.obj.get("/Rotate", 0)) for page in made.pages] == [turned, 0]


def test_what_cannot_be_read_is_refused() -> None:
    output = io.BytesIO()
    pikepdf.open(io.BytesIO(blank(595, 842))).save(output, encryption=pikepdf.Encryption(owner="a", user="b"))
    for content in (b"%PDF-1.7\n%%EOF", output.getvalue()):
        with pytest.raises(Unsignable):
            Printable(content)


def test_a_long_file_is_printed_in_parts() -> None:
    book, output = pikepdf.new(), io.BytesIO()
    for _number in range(201):
        book.add_blank_page()
    book.save(output)
    long = Printable(output.getvalue())
    assert long.parts == [(1, 100), (101, 200), (201, 201)]
    assert len(pikepdf.open(io.BytesIO(long.printed(LINES, part=3))).pages) == 1
    for part in (0, 4):
        with pytest.raises(Unsignable):
            long.printed(LINES, part=part)

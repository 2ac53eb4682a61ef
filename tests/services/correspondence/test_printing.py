"""Documents with a circulation mark are printed with a watermark by whoever may see them; others as they are."""

import io
from collections import Counter

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from motcua.engines.rendering.texts import text_of
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.services.correspondence import actions
from tests.factories import sign_in
from tests.poppler import poppler
from tests.services.correspondence.factories import arrival, make_agency
from tests.services.correspondence.outgoing_factories import annex_pdf, drafted, handed_in

pytestmark = pytest.mark.django_db


def pages(count: int) -> bytes:
    """A file of so many empty pages."""
    book, output = pikepdf.new(), io.BytesIO()
    for _number in range(count):
        book.add_blank_page()
    book.save(output)
    return output.getvalue()


def says(content: bytes, *lines: str) -> bool:
    """Whether the letters are there: text that runs aslant is told letter by letter."""
    found = Counter("".join(poppler("pdftotext", "-", "-", stdin=content).split()))
    return found >= Counter("".join(lines).replace(" ", ""))


def test_what_is_for_internal_use_says_who_printed_it(client: Client) -> None:
    agency = make_agency()
    file = store_bytes(annex_pdf(), name="cong-van.pdf", media_type="application/pdf", by=None)
    long = store_bytes(pages(101), name="phu-luc.pdf", media_type="application/pdf", by=None)
    keep([file.pk, long.pk])
    told = arrival(files=[file.pk, long.pk], circulation="internal")
    by = agency.actor(agency.clerk)
    document = actions.register_at_once(told, office=agency.office.pk, channel="scan", by=by)
    row, other = document.files.get(file=file), document.files.get(file=long)
    page = reverse("correspondence:document-print", args=[document.pk, row.pk])
    sign_in(client, agency.clerk)
    assert page in client.get(reverse("correspondence:document", args=[document.pk])).content.decode()
    answer = client.get(page)
    assert answer["Content-Disposition"].startswith("inline")
    assert says(answer.content, "LƯU HÀNH NỘI BỘ", "Vũ Thị Mẫu Thư in lúc")
    plain = client.get(reverse("correspondence:document-file", args=[document.pk, row.pk])).getvalue()
    assert plain == annex_pdf()
    parts = reverse("correspondence:document-print", args=[document.pk, other.pk])
    assert 'href="?part=2"' in client.get(parts).content.decode()
    assert client.get(f"{parts}?part=2")["Content-Type"] == "application/pdf"
    assert client.get(f"{parts}?part=3").status_code == 422
    sign_in(client, agency.second)
    assert client.get(page).status_code == 404


def test_what_goes_out_is_printed_so_too_and_what_may_go_anywhere_is_not(client: Client) -> None:
    agency = make_agency()
    sign_in(client, agency.clerk)
    for circulation, status in (("return", 200), ("", 404)):
        document = handed_in(agency, circulation=circulation)
        answer = client.get(reverse("correspondence:sending-print", args=[document.pk]))
        assert answer.status_code == status
        shown = client.get(reverse("correspondence:sending", args=[document.pk])).content.decode()
        assert ("In có hình mờ" in shown) == bool(circulation)
        if circulation:
            assert says(answer.content, "XEM XONG TRẢ LẠI", "Vũ Thị Mẫu Thư in lúc")


def test_urgency_and_circulation_stand_framed_in_red() -> None:
    agency = make_agency()
    for told, words in (({}, ""), ({"urgency": 2, "circulation": "internal"}, "THƯỢNG KHẨN LƯU HÀNH NỘI BỘ")):
        version = drafted(agency, **told).versions.get()
        content = read_bytes(version.file)
        said = " ".join(text_of(content, "application/pdf").split())
        assert said.count("KHẨN") == said.count("LƯU HÀNH") == bool(words)
        assert words in said
        with pikepdf.open(io.BytesIO(content)) as book:
            drawn = pikepdf.parse_content_stream(book.pages[0])
        # The frames (``S``) and their words are in the red of the appendix, nothing else is.
        reds = [each for each in drawn if str(each.operator) in {"SCN", "scn", "RG", "rg", "SC", "sc"} and red(each)]
        assert bool(reds) == bool(words)


def red(instruction: object) -> bool:
    """Whether it sets a colour that is red and nothing else."""
    assert isinstance(instruction, pikepdf.ContentStreamInstruction)
    try:
        first, *others = (float(each) for each in instruction.operands)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return len(others) == 2 and first > 0.8 and max(others) < 0.3

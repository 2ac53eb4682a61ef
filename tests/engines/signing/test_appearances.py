"""Pages that are drawn into many files are read once, by one thread at a time."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PdfFileWriter

from motcua.engines.rendering.snippets import lines_of_text
from motcua.engines.signing.appearances import page_form

THREADS = 8


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns after so few steps that each meets the others at work."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_threads_that_draw_the_same_page_draw_the_same() -> None:
    page = lines_of_text(("Người Ký Giả Định", "Ngày 1 tháng 7"), width=200, height=40, size=10)
    begin = Barrier(THREADS)

    def drawn(_thread: int) -> list[bytes]:
        writer = PdfFileWriter()
        begin.wait()
        page_form(writer, page, 200, 40)
        return [each.data for _key, each in sorted(writer.objects.items()) if isinstance(each, StreamObject)]

    with ThreadPoolExecutor(THREADS) as threads:
        first, *others = threads.map(drawn, range(THREADS))
    assert len(first) > 1
    assert all(other == first for other in others)

from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponseBase
from django.test import RequestFactory

from motcua.kernel.blobs.actions import store, store_bytes
from motcua.kernel.blobs.models import Blob, StoredFile
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import Conflict
from tests.kernel.blobs import samples
from tests.kernel.blobs.samples import Stream

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def file() -> StoredFile:
    return store_bytes(CONTENT, name="Bản vẽ “mới”.dwg", media_type="image/vnd.dwg", by=None)


def ask(stored: StoredFile, *, download: bool = False, **headers: str) -> HttpResponseBase:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return respond(RequestFactory().get("/", headers=given), stored, download=download)


def body(response: Any) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return content


def test_the_whole_content(file: StoredFile) -> None:
    response = ask(file)
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Content-Type"] == "image/vnd.dwg"
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-99", 10, 99),
        ("bytes=255990-", 255990, 255999),
        ("bytes=-10", 255990, 255999),
        ("bytes=255990-999999", 255990, 255999),
        ("bytes=60000-140000", 60000, 140000),
    ],
)
def test_a_range(file: StoredFile, asked: str, first: int, last: int) -> None:
    response = ask(file, Range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/256000"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=-0", "bytes=999999-9999999"])
def test_a_range_outside(file: StoredFile, asked: str) -> None:
    response = ask(file, Range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */256000")
    assert body(response) == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-1", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-999999", f"bytes={'9' * 5000}-"],
)
def test_what_is_no_single_range_is_answered_whole(file: StoredFile, asked: str) -> None:
    response = ask(file, Range=asked)
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_a_range_of_another_content_is_answered_whole(file: StoredFile) -> None:
    assert len(body(ask(file, Range="bytes=0-1", If_Range='"other"'))) == file.size
    assert len(body(ask(file, Range="bytes=0-1", If_Range=f'"{file.blob_id}"'))) == 2


def test_an_answer_that_nobody_reads_closes_its_file(file: StoredFile) -> None:
    ask(file).close()


def test_an_unchanged_content_is_not_sent_again(file: StoredFile) -> None:
    response = ask(file, If_None_Match=f'"{file.blob_id}"')
    assert (response.status_code, response["ETag"]) == (304, f'"{file.blob_id}"')


@pytest.mark.parametrize(
    ("content", "name", "download", "disposition", "policy", "frame"),
    [
        (samples.PDF, "a.pdf", False, "inline", "object-src 'self'", "SAMEORIGIN"),
        (samples.PDF, "a.pdf", True, "attachment", "object-src 'self'", "DENY"),
        (samples.image("PNG"), "a.png", False, "inline", "sandbox", "SAMEORIGIN"),
        (samples.XML, "a.xml", False, "attachment", "sandbox", "DENY"),
    ],
)
def test_only_pdf_and_images_are_shown_in_place(
    content: bytes, name: str, download: bool, disposition: str, policy: str, frame: str
) -> None:
    response = ask(store(Stream(content), name=name, by=None), download=download)
    assert response["Content-Disposition"] == f'{disposition}; filename="{name}"'
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert policy in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == frame
    assert response["Cache-Control"] == "private, no-cache"
    body(response)


def test_vietnamese_names(file: StoredFile) -> None:
    response = ask(file)
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Bản vẽ “mới”.dwg')}"
    body(response)


def test_a_held_content_is_not_handed_out(file: StoredFile) -> None:
    Blob.objects.update(scan_state="held")
    with pytest.raises(Conflict):
        ask(StoredFile.objects.get())

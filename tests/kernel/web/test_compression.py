"""What is compressed on its way, and what is not."""

import gzip
from pathlib import Path

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from motcua.kernel.web.compression import CompressionMiddleware

PAGE = "<p>Một cửa</p>" * 100


def answered(response: HttpResponseBase, accepts: str = "gzip, deflate, br") -> HttpResponseBase:
    def view(request: HttpRequest) -> HttpResponseBase:
        return response

    return CompressionMiddleware(view)(RequestFactory().get("/", headers={"Accept-Encoding": accepts}))


def test_a_page_is_compressed_for_whoever_takes_it():
    response = answered(HttpResponse(PAGE))
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == PAGE
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_page_goes_as_it_is_to_others():
    response = answered(HttpResponse(PAGE), accepts="identity")
    assert response.content.decode() == PAGE
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("kind", ["application/pdf", "application/json", "text/csv"])
def test_a_file_goes_as_it_is(kind: str, tmp_path: Path):
    path = tmp_path / "file"
    path.write_text(PAGE)
    for response in (HttpResponse(PAGE, content_type=kind), FileResponse(path.open("rb"), content_type=kind)):
        answered(response)
        assert "Content-Encoding" not in response.headers
        response.close()

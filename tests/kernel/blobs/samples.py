"""Contents of every accepted kind, made here."""

import io
import zipfile
from collections.abc import Iterator

from django.core.files.base import File
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
DWG = b"AC1032" + b"\0" * 64
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64
XML = '<?xml version="1.0"?>\n<hồ-sơ/>'.encode()
TEXT = "Kính gửi: Ủy ban nhân dân xã\n".encode()
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"


def image(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (120, 60, 20)).save(made, kind)
    return made.getvalue()


def package(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(kind: str, **more: bytes) -> bytes:
    types = f'<Types><Override ContentType="{MAIN.format(kind)}"/></Types>'.encode()
    return package({"[Content_Types].xml": types, "main.xml": b"<main/>", **more})


def odf(kind: str) -> bytes:
    return package({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<office/>"})


def container(held: dict[str, bytes]) -> bytes:
    """Signed files that are not PDF (ASiC-E), and what signs them."""
    signed = {"META-INF/ASiCManifest001.xml": b"<ASiCManifest/>", "META-INF/signature001.p7s": b"0\x80"}
    return package({"mimetype": b"application/vnd.etsi.asic-e+zip", **held, **signed})


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + b"\0" * 512


class Stream(File):  # type: ignore[type-arg]
    """An upload that is never in memory as a whole."""

    def __init__(self, *parts: bytes, times: int = 1) -> None:
        super().__init__(io.BytesIO(), name="upload")
        self.parts = parts
        self.times = times

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for _time in range(self.times):
            yield from self.parts

"""From a scan to the picture of a signature or a seal."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.models import HolderKind
from motcua.engines.signing.pictures.scans import MOST_BYTES, WANTED, read_scan
from motcua.kernel.errors import Refused

HAND, SEAL = demo_signature("Nguyễn Văn Mẫu"), demo_seal("Xã Mẫu Sơn", "Tỉnh Mẫu Sơn")
INK = {HolderKind.OFFICER: 2, HolderKind.OFFICE: 0}  # the channel that is brightest


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGBA")


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, form, **options)
    return output.getvalue()


def on_paper(png: bytes, *, paper: tuple[int, int, int] = (244, 242, 236), margin: int = 60) -> Image.Image:
    """The picture as a scanner sees it."""
    ink = opened(png)
    sheet = Image.new("RGBA", (ink.width + 2 * margin, ink.height + 2 * margin), (*paper, 255))
    sheet.alpha_composite(ink, (margin, margin))
    return sheet.convert("RGB")


def alike(found: bytes, png: bytes) -> float:
    """The mean difference of the transparency of two pictures, of 255, once both are cut and as large."""
    masks = [opened(each).getchannel("A") for each in (found, png)]
    cut = [
        mask.crop(mask.point(lambda value: 255 if value > 24 else 0).getbbox()).resize((200, 200)) for mask in masks
    ]
    pairs = zip(*(each.tobytes() for each in cut), strict=True)
    return sum(abs(a - b) for a, b in pairs) / 40_000


@pytest.mark.parametrize(("png", "kind"), [(HAND, HolderKind.OFFICER), (SEAL, HolderKind.OFFICE)])
@pytest.mark.parametrize(
    "scan",
    [
        lambda png: png,
        lambda png: saved(on_paper(png)),
        lambda png: saved(on_paper(png), "JPEG", quality=80),
        lambda png: saved(on_paper(png).resize((1600, 1600 * on_paper(png).height // on_paper(png).width))),
    ],
    ids=["transparent", "white paper", "jpeg", "large"],
)
def test_the_strokes_are_read_from_every_ground(png: bytes, kind: HolderKind, scan: Callable[[bytes], bytes]) -> None:
    found = opened(read_scan(scan(png), kind))
    assert alike(read_scan(scan(png), kind), png) < 12
    assert {found.getpixel(corner)[3] for corner in ((0, 0), (found.width - 1, 0))} == {0}
    assert all(side <= most for side, most in zip(found.size, WANTED[kind].most, strict=True))
    assert len({value for _count, value in found.getchannel("A").getcolors()}) <= 16
    (_count, colour), *others = found.convert("RGB").getcolors()
    assert others == []
    assert max(range(3), key=lambda channel: colour[channel]) == INK[kind]


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    turned = on_paper(HAND).rotate(90, expand=True)
    assert alike(read_scan(saved(turned, "JPEG", quality=90, exif=exif), HolderKind.OFFICER), HAND) < 12


def test_nothing_of_the_file_but_its_strokes_is_kept() -> None:
    said = PngInfo()
    said.add_text("Comment", "<script>alert(1)</script>")
    hidden = saved(opened(HAND), pnginfo=said) + b"PK\x03\x04 and more behind the end"
    assert read_scan(hidden, HolderKind.OFFICER) == read_scan(HAND, HolderKind.OFFICER)
    assert b"script" not in read_scan(hidden, HolderKind.OFFICER)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 400 million pixels."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunks = (b"IHDR" + header, b"IDAT")
    packed = (struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def square(colour: str) -> bytes:
    image = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(image).rectangle((60, 60, 340, 90), fill=colour)
    return saved(image)


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"%PDF-1.7", HolderKind.OFFICER, "not_a_picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', HolderKind.OFFICER, "not_a_picture"),
        (saved(Image.new("RGB", (300, 200)), "GIF"), HolderKind.OFFICER, "not_a_picture"),
        (HAND[: len(HAND) // 2], HolderKind.OFFICER, "not_a_picture"),
        (bomb(), HolderKind.OFFICER, "too_large"),
        (HAND + bytes(MOST_BYTES), HolderKind.OFFICER, "too_large"),
        (saved(Image.new("RGB", (2100, 2000), "white")), HolderKind.OFFICER, "too_large"),
        (saved(Image.new("RGB", (600, 300), "white")), HolderKind.OFFICER, "empty"),
        (saved(Image.new("RGBA", (600, 300), (0, 0, 0, 0))), HolderKind.OFFICER, "empty"),
        (saved(on_paper(HAND, paper=(120, 110, 90))), HolderKind.OFFICER, "ground"),
        (saved(Image.new("RGBA", (600, 300), (20, 50, 160, 255))), HolderKind.OFFICER, "ground"),
        (SEAL, HolderKind.OFFICER, "colour"),
        (HAND, HolderKind.OFFICE, "colour"),
        (square("black"), HolderKind.OFFICER, "colour"),
        (square("#1432a0"), HolderKind.OFFICER, "too_small"),
        (saved(opened(SEAL).resize((200, 200))), HolderKind.OFFICE, "too_small"),
        (saved(opened(SEAL).resize((425, 300))), HolderKind.OFFICE, "not_round"),
    ],
)
def test_what_is_of_no_use_is_refused_with_the_reason(content: bytes, kind: HolderKind, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_scan(content, kind)
    assert (caught.value.field, caught.value.code) == ("file", code)

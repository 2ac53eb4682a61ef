"""Papers of invented people as a telephone or a scanner sees them."""

import io
import random
from collections.abc import Sequence
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from motcua.engines.rendering.typesetting import FONTS
from motcua.engines.scanning.straighten import _perspective

NUMBER = "001090000001"
NAME = "Nguyễn Văn Giả Định"
CARD_CODE = f"{NUMBER}||{NAME}|01021990|Nam|Thôn Mẫu, xã Mẫu Sơn|03042022"
BIRTH_PAPER = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "",
    "GIẤY CHỨNG SINH",
    "",
    "Họ và tên mẹ: Trần Thị Giả Định",
    "Số định danh cá nhân: 001192000002",
    "Dân tộc: Kinh",
    "Nơi thường trú: Thôn Mẫu, xã Mẫu Sơn",
    "Đã sinh con vào lúc 08 giờ 30, ngày 20 tháng 11 năm 2026",
    "Tại: Bệnh viện Đa khoa Mẫu Sơn",
    "Giới tính của con: Nữ",
    "Cân nặng: 3200 gam",
    "Dự định đặt tên con là: Nguyễn Thị Giả Bé",
)
CARD = (
    "CĂN CƯỚC CÔNG DÂN",
    "Citizen Identity Card",
    f"Số / No.: {NUMBER}",
    "Họ và tên / Full name:",
    NAME.upper(),
    "Ngày sinh / Date of birth: 01/02/1990",
    "Giới tính / Sex: Nam   Quốc tịch / Nationality: Việt Nam",
    "Quê quán / Place of origin: Xã Mẫu, tỉnh Mẫu",
)


def font(size: int) -> ImageFont.FreeTypeFont:
    """A font that has Vietnamese letters."""
    return ImageFont.truetype(next(Path(FONTS).glob("*Tinos*Regular*.ttf")), size)


def sheet(lines: Sequence[str], *, size: tuple[int, int] = (1240, 1754), height: int = 44) -> Image.Image:
    """Lines of print on white paper."""
    paper = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(paper)
    for at, line in enumerate(lines):
        drawing.text((110, 120 + at * height * 1.6), line, font=font(height), fill=(20, 20, 30))
    return paper


def code(text: str, scale: int = 5) -> Image.Image:
    """A QR code."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=scale, border=4)
    return Image.open(drawn).convert("RGB")


def photographed(paper: Image.Image, *, seed: int = 1) -> Image.Image:
    """The paper on a dark table, seen from the side, with the noise of a small lens."""
    width, height = round(paper.width * 1.25), round(paper.height * 1.2)
    table = Image.new("RGB", (width, height), (70, 60, 52))
    corners = (
        (width * 0.13, height * 0.10),
        (width * 0.88, height * 0.07),
        (width * 0.94, height * 0.93),
        (width * 0.07, height * 0.90),
    )
    flat = ((0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height))
    way = _perspective(corners, flat)
    seen = paper.transform((width, height), Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)
    inside = Image.new("L", paper.size, 255).transform((width, height), Image.Transform.PERSPECTIVE, way)
    table.paste(seen, mask=inside)
    grain = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
    return Image.blend(table, Image.merge("RGB", (grain, grain, grain)), 0.08)


def as_jpeg(picture: Image.Image, *, orientation: int = 1) -> bytes:
    """A JPEG file; ``orientation`` as a camera writes it (EXIF)."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85, exif=exif)
    return written.getvalue()

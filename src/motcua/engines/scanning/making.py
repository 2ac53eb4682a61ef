"""Pages from pictures and PDF files: straightened, joined, recognised.

Runs in a process of its own (``isolated``) that knows no settings, no database and no secrets: what it opens comes
from anywhere. Pages of PDF files are never redrawn, they only get a text layer; pictures are straightened first.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import zxingcpp
from pi_heif import register_heif_opener
from PIL import Image, ImageOps

from motcua.engines.scanning.programs import LANGUAGE
from motcua.engines.scanning.protocol import MOST_TEXT, READ_PAGES, Problem, ScanError, Source, pages_of
from motcua.engines.scanning.straighten import straightened

MOST_PIXELS = 80_000_000
MOST_PAGES = 300
SIDE = 3_500
"""Longest side of a page in pixels: A4 at 300 dots an inch."""
QUALITY = 85
CARD = (85.6, 54.0)
"""Size of an identity card in millimetres (ISO/IEC 7810, ID-1)."""
A4 = (297.0, 210.0)
MILLIMETRES = 25.4
CODE_DOTS = 150
CODE_PAGES = 8
"""Pages of a PDF file on which the code of a card is looked for."""
PAGE_SECONDS = 180
_MAY_MOVE = frozenset({"PNG", "WEBP", "GIF"})
_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

Tell = Callable[[str, int, int], None]
"""Told the stage (``straightening``, ``recognising``), what is done and of how much."""


@dataclass
class Sheet:
    """A page on its way: the one-page file, or a page of an uploaded one; and the codes read on it."""

    path: Path
    at: int
    codes: tuple[str, ...] = ()


@dataclass
class Made:
    """A PDF that was made: ``recognised`` says whether it has a text layer; ``text`` is what was read."""

    path: Path
    pages: int
    recognised: bool = False
    text: str = ""
    codes: tuple[str, ...] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """For the process that asked."""
        return {
            "path": str(self.path),
            "pages": self.pages,
            "recognised": self.recognised,
            "text": self.text,
            "codes": list(self.codes),
        }


def make(sources: Sequence[Source], folder: Path, *, recognise: bool, tell: Tell) -> Made:
    """One PDF of all sources. Raises :class:`ScanError`."""
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # twice as many is an error to Pillow
    sheets: list[Sheet] = []
    for at, source in enumerate(sources):
        tell("straightening", at, len(sources))
        sheets.extend(_sheets(source, folder / f"source-{at}", drawn=recognise))
        if len(sheets) > MOST_PAGES:
            raise ScanError(Problem.TOO_MANY_PAGES)
    tell("recognising", 0, len(sheets))
    joined = _joined(sheets, folder / "joined.pdf")
    return _recognised(joined) if recognise else joined


def _sheets(source: Source, folder: Path, *, drawn: bool) -> Iterable[Sheet]:
    folder.mkdir()
    if source.media_type == "application/pdf":
        return _of_pdf(source, folder, drawn=drawn)
    return _of_picture(source.path, folder)


def _of_picture(path: Path, folder: Path) -> Iterator[Sheet]:
    for at, picture in enumerate(_pictures(path)):
        if at >= MOST_PAGES:
            raise ScanError(Problem.TOO_MANY_PAGES)
        yield _page(picture, folder / f"{at}.pdf")


def _pictures(path: Path) -> Iterator[Image.Image]:
    """Each picture of a file, decoded and turned as its camera says.

    Only a TIFF file has pages: what telephones keep beside a photograph (MPO, HEIF) is left out, what moves refused.
    """
    try:
        with Image.open(path) as opened:
            if opened.format in _MAY_MOVE and getattr(opened, "is_animated", False):
                raise ScanError(Problem.MOVING)
            for at in range(getattr(opened, "n_frames", 1) if opened.format == "TIFF" else 1):
                if at:
                    opened.seek(at)
                if opened.width * opened.height > MOST_PIXELS:
                    raise ScanError(Problem.TOO_LARGE)
                opened.draft("RGB", (SIDE, SIDE))
                yield ImageOps.exif_transpose(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ScanError(Problem.TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ScanError(Problem.DAMAGED) from error


def _page(picture: Image.Image, path: Path) -> Sheet:
    """A picture as a page: read for codes while it is sharp, straightened; one in black and white stays as it is."""
    codes = codes_on(picture)
    if picture.mode == "1":
        picture.save(path, "PDF", resolution=_dots(picture.size))
        return Sheet(path, 0, codes)
    whole = picture if picture.mode == "L" else _on_white(picture)
    whole.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    whole = straightened(whole)
    whole.save(path, "PDF", resolution=_dots(whole.size), quality=QUALITY)
    return Sheet(path, 0, codes)


def _on_white(picture: Image.Image) -> Image.Image:
    """As RGB; what is transparent is paper."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    return ground.convert("RGB")


def _dots(size: tuple[int, int]) -> float:
    """Dots an inch at which a page has the size of what it shows: a card, else a sheet of A4."""
    longer, shorter = max(size), min(size)
    is_card = 1.5 < longer / shorter < 1.8  # seen from the side, sides are not exactly those of a card or of A4
    return longer / ((CARD if is_card else A4)[0] / MILLIMETRES)


def codes_on(picture: Image.Image) -> tuple[str, ...]:
    """The texts of the QR codes on a picture."""
    grey = picture.convert("L")
    grey.thumbnail((SIDE, SIDE))
    return tuple(found.text for found in zxingcpp.read_barcodes(grey, formats=_CODES))


def _of_pdf(source: Source, folder: Path, *, drawn: bool) -> list[Sheet]:
    """The pages of an uploaded file, or some of them."""
    count = pages_in(source.path)
    chosen = [page for page in pages_of(source.pages) if page <= count] if source.pages else range(1, count + 1)
    sheets = [Sheet(source.path, page - 1) for page in chosen]
    if not sheets:
        raise ScanError(Problem.DAMAGED)
    if drawn:
        for sheet in sheets[:CODE_PAGES]:
            if (picture := _drawn(source.path, sheet.at, folder)) is not None:
                sheet.codes = codes_on(picture)
    return sheets


def pages_in(path: Path) -> int:
    """How many pages an uploaded PDF has. What is signed or locked is not touched. Raises :class:`ScanError`."""
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise ScanError(Problem.LOCKED)
            if _is_signed(pdf):
                raise ScanError(Problem.SIGNED)
            count = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise ScanError(Problem.LOCKED) from error
    except pikepdf.PdfError as error:
        raise ScanError(Problem.DAMAGED) from error
    if not count:
        raise ScanError(Problem.DAMAGED)
    if count > MOST_PAGES:
        raise ScanError(Problem.TOO_MANY_PAGES)
    return count


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether a file says of itself that it holds signatures (ISO 32000-1, 12.7.2, SigFlags)."""
    form = pdf.Root.get("/AcroForm")
    return isinstance(form, pikepdf.Dictionary) and bool(int(form.get("/SigFlags", 0)) & 1)


def _drawn(path: Path, at: int, folder: Path) -> Image.Image | None:
    """A page as a picture, to look for codes; None where it cannot be drawn."""
    target, page = folder / f"look-{at}", str(at + 1)
    command = ["pdftoppm", "-r", str(CODE_DOTS), "-f", page, "-l", page, "-scale-to", str(SIDE // 2), "-gray"]
    done = subprocess.run(  # noqa: S603 - the operator's program, names of our own
        [*command, "-singlefile", str(path), str(target)], capture_output=True, timeout=PAGE_SECONDS, check=False
    )
    drawn = target.with_suffix(".pgm")
    if done.returncode != 0 or not drawn.is_file():
        return None
    with Image.open(drawn) as opened:
        opened.load()
    drawn.unlink()
    return opened


def _joined(sheets: Sequence[Sheet], path: Path) -> Made:
    with pikepdf.new() as whole:
        opened: dict[Path, pikepdf.Pdf] = {}
        try:
            for sheet in sheets:
                source = opened.setdefault(sheet.path, pikepdf.open(sheet.path)) if sheet.path not in opened else None
                whole.pages.append((source or opened[sheet.path]).pages[sheet.at])
            whole.save(path)
        finally:
            for each in opened.values():
                each.close()
    codes = tuple(dict.fromkeys(code for sheet in sheets for code in sheet.codes))
    return Made(path, len(sheets), codes=codes)


def _recognised(joined: Made) -> Made:
    """With a text layer, as PDF/A-2b; the joined file as it is where that fails."""
    target, told = joined.path.with_suffix(".ocr.pdf"), joined.path.with_suffix(".txt")
    command = [
        "ocrmypdf", "--quiet", "--language", LANGUAGE, "--output-type", "pdfa-2", "--skip-text", "--rotate-pages",
        "--jobs", "1", "--optimize", "0", "--tesseract-timeout", str(PAGE_SECONDS), "--sidecar", str(told),
        "--max-image-mpixels", str(MOST_PIXELS // 1_000_000), str(joined.path), str(target),
    ]  # fmt: skip
    seconds = PAGE_SECONDS * (1 + joined.pages)
    done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - as above
    if done.returncode != 0 or not target.is_file():
        return joined
    text = _beginning(told)
    if "[OCR skipped" in text:
        text = _text_layer(target)
    return Made(target, joined.pages, recognised=True, text=text.replace("\0", ""), codes=joined.codes)


def _text_layer(path: Path) -> str:
    """The text of the first pages where some had one already; empty where it cannot be taken out."""
    told = path.with_suffix(".layer.txt")
    command = ["pdftotext", "-layout", "-l", str(READ_PAGES), str(path), str(told)]
    subprocess.run(command, capture_output=True, timeout=PAGE_SECONDS, check=False)  # noqa: S603 - as above
    return _beginning(told)


def _beginning(told: Path) -> str:
    """As much of a text as is read: a file can be made to hold any amount."""
    if not told.is_file():
        return ""
    with told.open(encoding="utf-8", errors="replace") as opened:
        return opened.read(MOST_TEXT)

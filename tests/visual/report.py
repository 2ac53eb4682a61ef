"""What a person looks at before the prints are renewed: each page as it is, and its print before and now."""

import base64
import html
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.visual.prints import MOST_APART, SQUARE

STYLE = """body { font: 15px sans-serif; margin: 24px } .row { display: flex; gap: 12px; align-items: start }
figure { margin: 0 0 24px } img { border: 1px solid #bbb } .changed { color: #bf1526 }"""


@dataclass(frozen=True)
class Look:
    """One page at its widths."""

    name: str
    widths: tuple[int, ...]
    shots: list[bytes]
    before: list[Image.Image]
    now: list[Image.Image]
    distances: list[float]


def write(folder: Path, looks: list[Look]) -> None:
    """``report.html`` with everything in it, the pages that changed most first."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [f"<!doctype html><meta charset=utf-8><title>Visual</title><style>{STYLE}</style><h1>Visual</h1>"]
    for look in sorted(looks, key=lambda each: -max(each.distances)):
        parts.append(f"<h2>{html.escape(look.name)}</h2>")
        for at, width in enumerate(look.widths):
            far = look.distances[at]
            kind = "changed" if far > MOST_APART else ""
            before = _image(_large(look.before[at])) if look.before else "<p>new</p>"
            parts.append(
                f'<figure><figcaption class="{kind}">{width} px: {far:.2%} apart (at most {MOST_APART:.2%})'
                f'</figcaption><div class="row">{before}{_image(_large(look.now[at]))}{_image(look.shots[at])}</div>'
                "</figure>"
            )
    (folder / "report.html").write_text("\n".join(parts))


def _large(image: Image.Image) -> bytes:
    out = BytesIO()
    side = SQUARE // 2
    image.point(lambda value: value * 17).resize((image.width * side, image.height * side), 0).save(out, "PNG")
    return out.getvalue()


def _image(png: bytes) -> str:
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(png).decode()}" height="700">'

"""What a picture will look like: on the page of a document, at its real place and size."""

import io
from datetime import datetime
from pathlib import Path

from PIL import Image

from motcua.engines.rendering.anchors import Anchor
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render_picture
from motcua.engines.signing.images import demo_signature
from motcua.engines.signing.models import HolderKind
from motcua.kernel.text.dates import VIETNAM

_SAMPLE = Template(Path(__file__).parent / "sample", "main.typ")
_DATED = datetime(2026, 1, 1, tzinfo=VIETNAM)
_SIGNER = "Nguyễn Văn Mẫu"
_DOTS = 110
_MARGIN = 30  # points that are left around what is on the page


def on_sample(png: bytes, *, kind: HolderKind, name: str) -> bytes:
    """A picture on a sample document, as PNG. A seal lies over an invented signature, as it will over a real one."""
    is_seal = kind == HolderKind.OFFICE
    data = {"agency": name if is_seal else "Tên cơ quan", "name": _SIGNER if is_seal else name}
    rendered, anchors = render_picture(_SAMPLE, data, dated=_DATED, dots=_DOTS)
    places = {anchor.name: anchor for anchor in anchors}
    page = Image.open(io.BytesIO(rendered)).convert("RGBA")
    _lay(page, demo_signature(_SIGNER) if is_seal else png, places["KyChinh"])
    if is_seal:
        _lay(page, png, places["DauCQ"])
    lowest = min(anchor.bottom for anchor in anchors) - _MARGIN
    seen = page.crop((0, 0, page.width, page.height - _pixels(lowest))).convert("RGB")
    output = io.BytesIO()
    seen.quantize(128).save(output, "PNG", optimize=True)
    return output.getvalue()


def _lay(page: Image.Image, png: bytes, place: Anchor) -> None:
    """As ``appearances`` puts it into a field: as large as fits, and centred."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    width, height = _pixels(place.width), _pixels(place.height)
    scale = min(width / picture.width, height / picture.height)
    fitted = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
    left = _pixels(place.left) + (width - fitted.width) // 2
    top = page.height - _pixels(place.top) + (height - fitted.height) // 2
    page.alpha_composite(fitted, (left, top))


def _pixels(points: float) -> int:
    return round(points * _DOTS / 72)

"""Seals without a picture: on annexes in files of their own and on electronic copies (Decree 30/2020/NĐ-CP).

Appendix I, II.8: upright Times, 10 points, black, at the top right of the first page, with the time of signing and its
zone as ISO 8601 writes it.
"""

from datetime import datetime
from enum import StrEnum

from motcua.engines.rendering.anchors import Anchor, AnchorKind
from motcua.engines.rendering.layout import copy_name, text_seal
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.revisions import begin
from motcua.engines.signing.suitability import DAMAGED, check_signable
from motcua.kernel.text.dates import VIETNAM

COPY_FIELD, ANNEX_FIELD = "SaoY", "DauPL"


class CopyKind(StrEnum):
    """Kinds of copies (article 25): of the whole (sao y), of such a copy (sao lục), of a part (trích sao)."""

    SAO_Y = "sao_y"
    SAO_LUC = "sao_luc"
    TRICH_SAO = "trich_sao"


def copy_lines(kind: CopyKind, *, agency: str, number: str, at: datetime) -> tuple[str, ...]:
    """What the seal of an electronic copy says: kind and number of the copy, the agency that copies, when."""
    return (f"{copy_name(kind)}; số {number}" if number else copy_name(kind), agency, _signed(at))


def annex_lines(*, number: str, agency: str, at: datetime) -> tuple[str, ...]:
    """What the seal of an annex says: number and notation of its document, the agency, when."""
    return (f"Kèm theo văn bản số {number}", agency, _signed(at))


def _signed(at: datetime) -> str:
    local = at.astimezone(VIETNAM)
    return f"Thời gian ký: {local:%d-%m-%Y %H:%M:%S} {local.isoformat()[-6:]}"


def with_text_seal_place(pdf: bytes, field: str = COPY_FIELD) -> bytes:
    """A file that was not made from a template (a scan, a document received) with the empty field of a text seal.

    On a signed file this is a further approval field, which leaves its signatures valid. Raises :class:`Unsignable`
    for a file that allows none.
    """
    try:
        revision = begin(pdf)
        check_signable(revision, {field}, new=True)
        page = revision.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
        box = page["/CropBox"] if "/CropBox" in page else page["/MediaBox"]
        right, top = float(box[2]), float(box[3])
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    seal = text_seal()
    right, top = right - seal.from_right, top - seal.from_top
    place = Anchor(field, AnchorKind.SIGNATURE, 1, right - seal.width, top - seal.height, right, top)
    return prepare_fields(pdf, [place])

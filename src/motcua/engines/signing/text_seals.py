"""Seals without a picture: on annexes in files of their own and on electronic copies (Decree 30/2020/NĐ-CP).

Appendix I, II.8: upright Times, 10 points, black, at the top right of the first page, with the time of signing and its
zone as ISO 8601 writes it.
"""

from datetime import datetime
from enum import StrEnum

from pyhanko.pdf_utils.generic import DictionaryObject

from motcua.engines.rendering.anchors import Anchor, AnchorKind
from motcua.engines.rendering.layout import copy_name, text_seal
from motcua.engines.signing.appearances import turned
from motcua.engines.signing.boxes import Box, box_of, on_page, shown_size, sides
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.revisions import begin
from motcua.engines.signing.suitability import DAMAGED, check_signable
from motcua.kernel.text.dates import VIETNAM

COPY_FIELD, ANNEX_FIELD = "SaoY", "DauPL"
_MOST_SEALS = 5
_ROUNDED = 1.0


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
        place = Anchor(field, AnchorKind.SIGNATURE, 1, *_free_place(page))
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    return prepare_fields(pdf, [place])


def _free_place(page: DictionaryObject) -> Box:
    """At the top right as the page is shown, below what stands there already; without room for that, on it."""
    box, seal = box_of(page), text_seal()
    wide, high = shown_size(box, turned(page))
    right, top = wide - seal.from_right, high - seal.from_top
    taken = [sides(each.get_object()["/Rect"]) for each in page["/Annots"]] if "/Annots" in page else []
    places = [
        on_page((right - seal.width, top - below - seal.height, right, top - below), box, turned(page))
        for below in (number * seal.height for number in range(_MOST_SEALS))
    ]
    return next((place for place in places if not any(_overlap(place, each) for each in taken)), places[0])


def _overlap(one: Box, other: Box) -> bool:
    """By more than the points that a field's place is rounded to."""
    wide, high = (min(one[to], other[to]) - max(one[start], other[start]) for start, to in ((0, 2), (1, 3)))
    return wide > _ROUNDED and high > _ROUNDED

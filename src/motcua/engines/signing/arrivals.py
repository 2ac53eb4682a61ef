"""The arrival stamp (dấu đến) on a document that came in: an approval signature with the stamp as its appearance.

A further revision with a field of its own, never page content, so that the sender's signatures stay what they are.
A file whose author allows no change is not stamped (Decree 30/2020/NĐ-CP, article 22 and appendix IV).
"""

from enum import StrEnum
from itertools import count

from pyhanko.sign.fields import enumerate_sig_fields

from motcua.engines.rendering.anchors import Anchor, AnchorKind
from motcua.engines.rendering.layout import ArrivalPlace, arrival_place
from motcua.engines.signing.appearances import turned
from motcua.engines.signing.boxes import Box, box_of, on_page, shown_size
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.revisions import begin
from motcua.engines.signing.suitability import DAMAGED, check_signable

ARRIVAL_FIELD = "DauDen"


class Corner(StrEnum):
    """Where on the first page: below the number, below the date, at the top or at the bottom on the left."""

    BELOW_NUMBER = "below_number"
    BELOW_DATE = "below_date"
    TOP = "top"
    BOTTOM = "bottom"


def with_arrival_place(pdf: bytes, corner: Corner) -> tuple[bytes, str]:
    """The file with an empty field for the stamp on its first page, and the field's name; one that others have stamped
    gets a further one. Raises :class:`Unsignable` where none is allowed.
    """
    try:
        revision = begin(pdf)
        taken = {name for name, _value, _reference in enumerate_sig_fields(revision)}
        names = (f"{ARRIVAL_FIELD}{number}" if number > 1 else ARRIVAL_FIELD for number in count(1))
        field = next(name for name in names if name not in taken)
        check_signable(revision, {field}, new=True)
        page = revision.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
        box = box_of(page)
        rectangle = on_page(_shown(corner, shown_size(box, turned(page)), arrival_place()), box, turned(page))
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    return prepare_fields(pdf, [Anchor(field, AnchorKind.SIGNATURE, 1, *rectangle)]), field


def _shown(corner: Corner, size: tuple[float, float], place: ArrivalPlace) -> Box:
    """The stamp on the page as it is shown, from its lower left corner; on a small page within its edges."""
    wide, high = size
    left = wide - place.from_right - place.width if corner is Corner.BELOW_DATE else place.from_side
    if corner is Corner.BOTTOM:
        bottom = place.from_bottom
    else:
        bottom = high - place.height - (place.from_top if corner is Corner.TOP else place.below_head)
    left, bottom = max(0.0, min(left, wide - place.width)), max(0.0, min(bottom, high - place.height))
    return left, bottom, left + place.width, bottom + place.height

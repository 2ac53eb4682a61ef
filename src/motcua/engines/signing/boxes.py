"""Where something stands on a page: as the page is shown, and in the page's own coordinates."""

from pyhanko.pdf_utils.generic import DictionaryObject

from motcua.engines.signing.appearances import inherited

Box = tuple[float, float, float, float]


def box_of(page: DictionaryObject) -> Box:
    """What is shown of a page: left, bottom, right, top."""
    crop = inherited(page, "/CropBox")
    return sides(crop if crop is not None else inherited(page, "/MediaBox"))


def sides(rectangle: DictionaryObject) -> Box:
    """A rectangle of PDF, which may begin at any corner: left, bottom, right, top."""
    left, right = sorted((float(rectangle[0]), float(rectangle[2])))
    bottom, top = sorted((float(rectangle[1]), float(rectangle[3])))
    return left, bottom, right, top


def shown_size(box: Box, turned: int) -> tuple[float, float]:
    """Width and height of a page as it is shown."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return (high, wide) if turned in (90, 270) else (wide, high)


def on_page(shown: Box, box: Box, turned: int) -> Box:
    """From coordinates of the page as it is shown to its own."""
    x0, y0, x1, y1 = box
    left, bottom, right, top = shown
    if turned == 90:
        return x1 - top, y0 + left, x1 - bottom, y0 + right
    if turned == 180:
        return x1 - right, y1 - top, x1 - left, y1 - bottom
    if turned == 270:
        return x0 + bottom, y1 - right, x0 + top, y1 - left
    return x0 + left, y0 + bottom, x0 + right, y0 + top

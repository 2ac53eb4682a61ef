"""A photographed or scanned sheet made straight: its perspective taken back, else its lines levelled.

Done with Pillow alone, on a small grey copy: the usual library for this would weigh more than the rest of the house
(decision 26). Whatever is not found for certain is left as it is: a crooked page is read better than a cut one.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageFilter

Point = tuple[float, float]
SMALL = 200
"""Longest side, in pixels, of the copy on which the outline is looked for."""
LEVELLING = 600
LEAST_SHARE, MOST_SHARE = 0.15, 0.96
LEAST_FILL = 0.93
"""How much of the four corners' area the found region must fill: less means that it is no sheet."""
LEAST_CONTRAST = 40
STEEPEST = 8.0
"""Degrees up to which lines are levelled."""
STEP = 0.5
LEAST_ANGLE = 0.4


def straightened(picture: Image.Image) -> Image.Image:
    """The sheet in the picture, seen from above; or the picture with level lines; or the picture itself."""
    corners = outline(picture)
    if corners is not None:
        return unwarped(picture, corners)
    angle = slant(picture)
    if abs(angle) < LEAST_ANGLE:
        return picture
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_paper(picture))


def outline(picture: Image.Image) -> tuple[Point, Point, Point, Point] | None:
    """The corners of a sheet on a darker ground: upper left, upper right, lower right, lower left; None for none."""
    small = picture.convert("L")
    small.thumbnail((SMALL, SMALL))
    small = small.filter(ImageFilter.MedianFilter(5))
    width, height = small.size
    bright = _bright(small)
    if bright is None:
        return None
    region = _largest(bright, width, height)
    share = len(region) / (width * height)
    if not LEAST_SHARE <= share <= MOST_SHARE:
        return None
    corners = _corners(region, width)
    if _is_upright(corners, width, height) or not _is_convex(corners):
        return None
    # Print on the sheet is dark and no part of the region: its rows are filled before areas are compared.
    if _filled(region, width) < LEAST_FILL * _area(corners):
        return None
    across, down = picture.width / width, picture.height / height
    upper_left, upper_right, lower_right, lower_left = (((x + 0.5) * across, (y + 0.5) * down) for x, y in corners)
    return upper_left, upper_right, lower_right, lower_left


def unwarped(picture: Image.Image, corners: tuple[Point, Point, Point, Point]) -> Image.Image:
    """The part between four corners as a rectangle; its sides are as long as the longer of two opposite ones."""
    upper_left, upper_right, lower_right, lower_left = corners
    width = round(max(math.dist(upper_left, upper_right), math.dist(lower_left, lower_right)))
    height = round(max(math.dist(upper_left, lower_left), math.dist(upper_right, lower_right)))
    target = ((0, 0), (width, 0), (width, height), (0, height))
    way = _perspective(target, corners)
    return picture.transform((width, height), Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)


def slant(picture: Image.Image) -> float:
    """Degrees by which the picture is to be turned (counter-clockwise) for its lines of text to lie level; 0 for none.

    Level lines leave rows of ink and rows of paper: the angle at which rows differ most.
    """
    small = picture.convert("L")
    small.thumbnail((LEVELLING, LEVELLING))
    # What is darker than its surroundings is ink, whatever the light.
    darker = ImageChops.subtract(small.filter(ImageFilter.BoxBlur(12)), small)
    ink = darker.point(lambda value: 255 if value > 20 else 0)
    if ink.histogram()[255] < 0.002 * ink.width * ink.height:
        return 0.0
    steps = round(STEEPEST / STEP)
    angles = [at * STEP for at in range(-steps, steps + 1)]
    scores = {angle: _unevenness(ink, angle) for angle in angles}
    best = max(angles, key=lambda angle: scores[angle])
    if abs(best) == STEEPEST or scores[best] < 1.1 * scores[0.0]:
        return 0.0
    return max((best - 0.25, best, best + 0.25), key=lambda angle: _unevenness(ink, angle))


def _unevenness(ink: Image.Image, angle: float) -> float:
    turned = ink.rotate(angle, Image.Resampling.BILINEAR)
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return float(sum((here - above) ** 2 for above, here in pairwise(rows)))


def _paper(picture: Image.Image) -> int | tuple[int, ...]:
    """White, in the mode of the picture."""
    return 255 if picture.mode in ("L", "1") else (255,) * len(picture.getbands())


def _bright(small: Image.Image) -> bytes | None:
    """1 where a pixel is on the bright side of the threshold that parts two heaps best (Otsu); None for one heap."""
    counts = small.histogram()
    total, whole = sum(counts), sum(value * count for value, count in enumerate(counts))
    best, threshold, below, below_sum, means = -1.0, 0, 0, 0, (0.0, 0.0)
    for value, count in enumerate(counts):
        below, below_sum = below + count, below_sum + value * count
        above = total - below
        if not below or not above:
            continue
        dark, light = below_sum / below, (whole - below_sum) / above
        between = below * above * (dark - light) ** 2
        if between > best:
            best, threshold, means = between, value, (dark, light)
    if means[1] - means[0] < LEAST_CONTRAST:
        return None
    return bytes(1 if value > threshold else 0 for value in small.tobytes())


def _largest(bright: bytes, width: int, height: int) -> set[int]:
    """The largest connected region of bright pixels."""
    seen, best = bytearray(width * height), set[int]()
    for start, value in enumerate(bright):
        if not value or seen[start]:
            continue
        seen[start], waiting, region = 1, [start], set[int]()
        while waiting:
            at = waiting.pop()
            region.add(at)
            for near in _neighbours(at, width, height):
                if bright[near] and not seen[near]:
                    seen[near] = 1
                    waiting.append(near)
        if len(region) > len(best):
            best = region
    return best


def _neighbours(at: int, width: int, height: int) -> Iterable[int]:
    column = at % width
    if column:
        yield at - 1
    if column < width - 1:
        yield at + 1
    if at >= width:
        yield at - width
    if at < width * (height - 1):
        yield at + width


def _corners(region: Iterable[int], width: int) -> tuple[Point, Point, Point, Point]:
    """The outermost pixels towards the four corners of the picture."""
    points = [(at % width, at // width) for at in region]
    return (
        min(points, key=lambda point: point[0] + point[1]),
        max(points, key=lambda point: point[0] - point[1]),
        max(points, key=lambda point: point[0] + point[1]),
        min(points, key=lambda point: point[0] - point[1]),
    )


def _is_upright(corners: Sequence[Point], width: int, height: int) -> bool:
    """Whether three or more corners are those of the picture itself: a scanner's sheet, with nothing around it."""
    own = ((0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1))
    return sum(math.dist(here, there) < 4 for here, there in zip(corners, own, strict=True)) >= 3


def _is_convex(corners: Sequence[Point]) -> bool:
    """Whether every corner turns the same way, by 45° to 135°."""
    for at, (x, y) in enumerate(corners):
        before, after = corners[at - 1], corners[(at + 1) % 4]
        first, second = (x - before[0], y - before[1]), (after[0] - x, after[1] - y)
        cross = first[0] * second[1] - first[1] * second[0]
        turn = math.degrees(math.atan2(cross, first[0] * second[0] + first[1] * second[1]))
        if not 45 <= turn <= 135:
            return False
    return True


def _area(corners: Sequence[Point]) -> float:
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return abs(sum(x * ny - nx * y for (x, y), (nx, ny) in pairs)) / 2


def _filled(region: Iterable[int], width: int) -> int:
    """The pixels from the first to the last of the region in each row."""
    ends: dict[int, tuple[int, int]] = {}
    for at in region:
        row, column = divmod(at, width)
        first, last = ends.get(row, (column, column))
        ends[row] = min(first, column), max(last, column)
    return sum(last - first + 1 for first, last in ends.values())


def _perspective(target: Sequence[Point], source: Sequence[Point]) -> list[float]:
    """The eight numbers of the projection that leads each point of ``target`` to its point of ``source``."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        pivot = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(8):
            if row != at:
                rows[row] = [here - rows[row][at] * there for here, there in zip(rows[row], rows[at], strict=True)]
    return [row[8] for row in rows]

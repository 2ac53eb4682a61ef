"""Outlines of communes for the map of a petition, from a GeoJSON file of the operator's (``MOTCUA_MAP``), made small.

Coordinates are degrees of WGS 84, longitude first (RFC 7946); a feature's ``code`` is that of the administrative unit.
"""

import json
import logging
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from math import hypot, inf
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)
MOST_BYTES = 10_000_000  # fifteen times as much memory while it is read
MOST_SECONDS = 30  # a province of 65 communes takes one or two
MOST_POINTS = 6000  # of one answer: 100 KB
FINEST = 0.0008  # degrees, 90 metres: three pixels of a telephone that a commune fills
Point = tuple[float, float]
Ring = list[Point]
Outlines = dict[str, list[Ring]]
# Seconds of work for a whole province: done once, however many ask at the same time.
_at_work = Lock()


def is_there() -> bool:
    """Whether the operator has given a file."""
    return settings.MAP_OUTLINES.is_file()


def outlines(unit: str = "") -> Outlines:
    """All communes by their codes, coarse enough for one answer, or one of them as fine as that allows.

    Empty where there is no file, or one that cannot be read: that is said in the log.
    """
    path: Path = settings.MAP_OUTLINES
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    with _at_work:
        found: Outlines = json.loads(_made(path, changed).get(unit, "{}"))
    return found


@lru_cache(maxsize=1)
def _made(path: Path, _changed: int) -> dict[str, str]:
    """The answers, made by a program of its own: what it needs to read a file does not stay with a web process."""
    command = [sys.executable, "-m", "motcua.services.petitions.outlines", str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - a program of our own
            command, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        reason = f"not read in {MOST_SECONDS} s: leave out points that are close together"
    else:
        if not done.returncode:
            found: dict[str, str] = json.loads(done.stdout)
            return found
        reason = done.stderr.strip().rpartition("\n")[2] or f"ended with {done.returncode}"
    log.warning("map_unreadable", extra={"path": str(path), "reason": reason})
    return {}


def answers(path: Path) -> dict[str, str]:
    """The answers (JSON) for each commune by its code, and under no code for all of them.

    Raises ``ValueError``, ``KeyError`` or ``TypeError`` for a file that is too large or says something else.
    """
    if (size := path.stat().st_size) > MOST_BYTES:
        text = "{:.1f} MB, and {:.0f} at most: leave out points that are close together"
        raise ValueError(text.format(size / 1_000_000, MOST_BYTES / 1_000_000))
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    found = {str(each["properties"]["code"]): list(_rings(each["geometry"])) for each in features}
    parts = {"": found} | {code: {code: rings} for code, rings in found.items()}
    return {code: json.dumps(thinned(part)) for code, part in parts.items()}


def _rings(geometry: Any) -> Iterator[Ring]:
    """The rings of a polygon or of several. Raises ``ValueError`` for other geometry."""
    kind, given = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a {kind} has no outline")
    for polygon in [given] if kind == "Polygon" else given:
        for ring in polygon:
            yield [(round(float(point[0]), 5), round(float(point[1]), 5)) for point in ring]


def thinned(found: Outlines, *, most: int = MOST_POINTS) -> Outlines:
    """The outlines by the points that matter most, ``most`` at most and none for less than ``FINEST``.

    Neighbours keep one border: a point that matters to one of them stays with both.
    """
    weights: dict[Point, float] = {}
    for rings in found.values():
        for ring in rings:
            for point, weight in _weights(ring):
                weights[point] = max(weight, weights.get(point, 0))
    count = Counter(point for rings in found.values() for ring in rings for point in ring if point in weights)
    kept, left = set[Point](), most
    for point in sorted(weights, key=lambda each: -weights[each]):
        left -= count[point]
        if left < 0:
            break
        kept.add(point)
    made = {code: [[point for point in ring if point in kept] for ring in rings] for code, rings in found.items()}
    return {code: [ring for ring in rings if len(ring) > 3] for code, rings in made.items()}


def _weights(ring: Ring) -> Iterator[tuple[Point, float]]:
    """How far the ring would be off without a point (Douglas and Peucker), in degrees; ``FINEST`` at least."""
    if len(ring) < 4:
        return
    middle = max(range(len(ring)), key=lambda at: hypot(ring[at][0] - ring[0][0], ring[at][1] - ring[0][1]))
    yield ring[0], inf
    yield ring[middle], inf
    parts = [(0, middle, inf), (middle, len(ring) - 1, inf)]
    while parts:
        start, end, above = parts.pop()
        if end - start < 2:
            continue
        offs = [_off(ring[at], ring[start], ring[end]) for at in range(start + 1, end)]
        weight = min(max(offs), above)
        if weight < FINEST:
            continue  # what lies between matters less still
        split = start + 1 + offs.index(max(offs))
        yield ring[split], weight
        parts += [(start, split, weight), (split, end, weight)]


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the straight line through two others."""
    across, up = end[0] - start[0], end[1] - start[1]
    east, north = point[0] - start[0], point[1] - start[1]
    length = hypot(across, up)
    return abs(across * north - up * east) / length if length else hypot(east, north)


if __name__ == "__main__":
    json.dump(answers(Path(sys.argv[1])), sys.stdout)

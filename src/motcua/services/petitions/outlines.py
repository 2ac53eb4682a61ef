"""Outlines of communes for the map of a petition, from a GeoJSON file of the operator's (``MOTCUA_MAP``), made small.

Coordinates are degrees of WGS 84, longitude first (RFC 7946); a feature's ``code`` is that of the administrative unit.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)
MOST_BYTES = 50_000_000
MOST_POINTS = 6000  # of one answer: 100 KB
FINEST = 0.0001  # degrees, ten metres
Ring = list[tuple[float, float]]
Outlines = dict[str, list[Ring]]


def is_there() -> bool:
    """Whether the operator has given a file."""
    return settings.MAP_OUTLINES.is_file()


def outlines(unit: str = "") -> Outlines:
    """All communes by their codes, coarse enough for one answer, or one of them as fine as that allows.

    Empty where there is no file, or one that cannot be read: that is said in the log.
    """
    path: Path = settings.MAP_OUTLINES
    try:
        return _small(path, path.stat().st_mtime_ns, unit)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=64)
def _small(path: Path, _changed: int, unit: str) -> Outlines:
    found = _read(path, _changed)
    return thinned({unit: found[unit]} if unit in found else {} if unit else found)


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> Outlines:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES} bytes")
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {str(each["properties"]["code"]): list(_rings(each["geometry"])) for each in features}
    except (ValueError, KeyError, TypeError) as error:
        log.warning("map_unreadable", extra={"path": str(path), "reason": f"{type(error).__name__}: {error}"})
        return {}


def _rings(geometry: Any) -> Iterator[Ring]:
    """The rings of a polygon or of several. Raises ``ValueError`` for other geometry."""
    kind, given = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a {kind} has no outline")
    for polygon in [given] if kind == "Polygon" else given:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]


def thinned(found: Outlines, *, most: int = MOST_POINTS) -> Outlines:
    """The outlines on a grid, as fine as ``most`` points allow: neighbours share points and so keep one border."""
    grid = FINEST
    while True:
        made = {code: [_snapped(ring, grid) for ring in rings] for code, rings in found.items()}
        made = {code: [ring for ring in rings if len(ring) > 3] for code, rings in made.items()}
        if sum(len(ring) for rings in made.values() for ring in rings) <= most or grid > 1:
            return made
        grid *= 2


def _snapped(ring: Iterable[tuple[float, float]], grid: float) -> Ring:
    made: Ring = []
    for east, north in ring:
        point = (round(round(east / grid) * grid, 4), round(round(north / grid) * grid, 4))
        if not made or made[-1] != point:
            made.append(point)
    return made

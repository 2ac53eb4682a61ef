"""Personal identity numbers (số định danh cá nhân): twelve digits that say where and when their holder was registered.

Three digits of the province (or country) of birth registration, one for century and sex, two of the year of birth, six
at random (Decree 70/2024/NĐ-CP; province codes of Circular 59/2021/TT-BCA, kept after the mergers of 2025).
"""

import re
from typing import Final

_LEFT_OUT: Final = frozenset(
    {3, 5, 7, 9, 13, 16, 18, 21, 23, 28, 29, 32, 39, 41, 43, 47, 50, 53, 55, 57, 59, 61, 63, 65, 69, 71, 73, 76, 78}
    | {81, 85, 88, 90}
)
_PROVINCES: Final = frozenset(f"{code:03d}" for code in range(1, 97) if code not in _LEFT_OUT)
_SHAPE: Final = re.compile(r"[0-9]{12}\Z")


def is_identity_number(text: str) -> bool:
    """Whether the number is well formed: a known place, a century that has begun."""
    if not _SHAPE.match(text):
        return False
    abroad = "100" < text[:3] < "400"
    return (text[:3] in _PROVINCES or abroad) and text[3] in "0123"

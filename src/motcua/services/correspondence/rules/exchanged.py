"""What partners are told of which events, in which order states are believed, how a header's words are taken.

States are numbered as in QĐ 28/2018/QĐ-TTg: 01 arrived, 02 refused, 03 registered, 04 assigned, 05 in work, 06 done,
13 recall asked, 15 agreed, 16 declined.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

_TOLD: dict[str, tuple[str, ...]] = {
    "correspondence.arrived": ("01",),
    "correspondence.sent_back": ("02",),
    "correspondence.registered": ("03",),
    "correspondence.noted": ("04",),
    "correspondence.given": ("05",),
    "correspondence.handled": ("06",),
    "correspondence.closed": ("06",),
    "correspondence.recalled": ("13",),
    "correspondence.recall_agreed": ("15",),
    "correspondence.recall_declined": ("16",),
}
STATUS_EVENTS = tuple(_TOLD)
_ANSWERS = {"correspondence.registered": "15", "correspondence.sent_back": "16"}
_OF_ITS_OWN = ("01", "02", "03")
# As the decree writes them (Decree 30/2020/NĐ-CP, appendix I, box 11).
_CIRCULATIONS = {"return": "xem xong trả lại", "internal": "lưu hành nội bộ"}
_RANKS = {"": 0, "01": 1, "03": 2, "04": 3, "05": 4, "06": 5, "02": 6, "16": 7, "15": 8}


def statuses_of(kind: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    """The states that follow from an event. A leader's note that names an officer has put it in work, too."""
    found = _TOLD.get(kind, ())
    if kind == "correspondence.noted" and any(each.get("officer") for each in told.get("given", ())):
        return (*found, "05")
    return found


def answer_of(kind: str) -> str:
    """What an event says to an update or replacement: who registers it has agreed, who sends it back has not."""
    return _ANSWERS.get(kind, "")


def statuses_of_same(codes: Iterable[str]) -> tuple[str, ...]:
    """The states that are told of an update which bears the identifier of the document itself: that document has
    arrived and was registered, so only how far the work on it is.
    """
    return tuple(code for code in codes if code not in _OF_ITS_OWN)


def advances(old: str, new: str) -> bool:
    """Whether a state that is heard goes beyond the one known: what comes late or again changes nothing."""
    return new in _RANKS and _RANKS[new] > _RANKS[old]


def identifier(code: str, day: date, notation: str) -> str:
    """The ``DocumentId`` of a document: ``H99.01,2026/11/27,01/UBND-PK`` (QCVN 102:2016/BTTTT)."""
    return f"{code},{day:%Y/%m/%d},{notation}"


def type_named(name: str, types: Iterable[tuple[str, str]]) -> str:
    """The code of the type of a name, whatever its letter case; empty for one that is not known."""
    wanted = _plain(name)
    return next((code for code, known in types if _plain(known) == wanted), "")


def circulation_named(text: str) -> str:
    """The code of a mark of circulation that a message bears in words (``SphereOfPromulgation``); empty for none."""
    said = _plain(text)
    return next((code for code, words in _CIRCULATIONS.items() if words in said), "")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().casefold()

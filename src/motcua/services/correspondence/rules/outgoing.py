"""What may be done with a document that goes out, in which state; how its number and date are written."""

import re
from collections.abc import Sequence
from datetime import date

# Offices of this system that a document reaches within the request of the clerk (some 10 ms each), and in each
# transaction of the job that serves the others.
INSIDE_AT_ONCE = 50
STATES: dict[str, frozenset[str]] = {
    "write": frozenset({"draft"}),
    "annex": frozenset({"draft"}),
    "recipients": frozenset({"draft", "review", "signing", "signed", "sealed"}),
    "ask_opinions": frozenset({"draft"}),
    "give_opinion": frozenset({"draft"}),
    "hand_over": frozenset({"draft"}),
    "submit": frozenset({"draft"}),
    "discard": frozenset({"draft", "sealed"}),
    "initial": frozenset({"review"}),
    "pass_review": frozenset({"review"}),
    "return": frozenset({"review", "signing", "signed"}),
    "sign": frozenset({"signing"}),
    "seal": frozenset({"signed"}),
    "issue": frozenset({"sealed"}),
    "issue_to": frozenset({"issued"}),
    "correct_data": frozenset({"issued"}),
    "recall": frozenset({"issued"}),
    "follow": frozenset({"issued"}),
    "copy": frozenset({"sealed", "issued"}),
    "note_sent": frozenset({"issued"}),
}


def allows(state: str, act: str) -> bool:
    """Whether a document in this state can have this done to it."""
    return state in STATES[act]


def number_text(number: int) -> str:
    """A number as it is printed: a leading zero below 10 (Decree 30/2020/NĐ-CP, appendix I, II.3)."""
    return f"{number:02d}"


def month_text(day: date) -> str:
    """The month as it is printed: a leading zero for January and February only (appendix I, II.4)."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def agency_mark(name: str, kind: str) -> str:
    """The usual abbreviation of an agency: ``UBND`` for a committee, else the first letters of its name.

    Only proposed: the agency's own is typed where it differs.
    """
    if kind.endswith("_committee"):
        return "UBND"
    bare = re.split(r"\s+(?:tỉnh|xã|phường|thành phố|huyện)\s|\(", name)[0]
    return "".join(word[0].upper() for word in re.findall(r"\w+", bare))


def mark_of(abbreviation: str, agency: str, unit: str = "") -> str:
    """What follows the number: ``QĐ-UBND``; a letter has the drafting unit instead of a type: ``UBND-KT``."""
    parts = [abbreviation, agency] if abbreviation else [agency, unit]
    return "-".join(part for part in parts if part)


def next_turns(states: Sequence[tuple[int, str]]) -> int | None:
    """The turn that is to be asked now, of opinions as (turn, state); None while one is asked or none is left."""
    if any(state == "asked" for _turn, state in states):
        return None
    return min((turn for turn, state in states if state == "waiting"), default=None)

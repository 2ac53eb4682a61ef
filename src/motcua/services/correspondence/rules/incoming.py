"""What may be done with a document that came in, in which state; what is missing; what remains to be done."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from motcua.kernel.text.folding import with_hyphens

WORKED = frozenset({"assigned", "proposed"})  # a task may have been returned to the leader while others go on
# What may be done with the document as a whole. What assignees do hangs on their assignment.
STATES: dict[str, frozenset[str]] = {
    "register": frozenset({"arrived"}),
    "send_back": frozenset({"arrived"}),
    "propose": frozenset({"registered", "proposed"}),
    "note": frozenset({"registered", "proposed", "assigned"}),
    "close": frozenset({"registered", "proposed", "assigned"}),
    "give": WORKED,
    "forward": WORKED,
    "return": WORKED,
    "finish": WORKED | {"done"},  # who only takes note may do so after the others have finished
    "withdraw": WORKED,
    **dict.fromkeys(("copy", "stamp", "take_up"), frozenset({"registered", "proposed", "assigned", "done"})),
    "amend": frozenset({"registered", "proposed", "assigned", "done"}),
    "add_files": frozenset({"registered", "proposed", "assigned"}),
    "answer": frozenset({"registered", "proposed", "assigned", "done"}),
    "agree_recall": frozenset({"arrived", "registered", "proposed", "assigned", "done"}),
    "decline_recall": frozenset({"arrived", "registered", "proposed", "assigned", "done"}),
}
NEVER = date(9999, 12, 31)
HEAD = 15  # lines in which the marks of a document stand
WORKING = ("lead", "support")
_SECRET = re.compile(r"^\W*(tuyệt|tối)?\s*mật\W*$", re.IGNORECASE)


def allows(state: str, act: str) -> bool:
    """Whether a document in this state can have this done to it."""
    return state in STATES[act]


def is_secret(mark: str) -> bool:
    """Whether a mark names a degree of secrecy (mật, tối mật, tuyệt mật), which this system never takes."""
    return bool(_SECRET.match(unicodedata.normalize("NFC", mark)))


def bears_secret_mark(lines: Sequence[str]) -> bool:
    """Whether a mark of secrecy stands at the top of a document (Decree 30/2020/NĐ-CP, appendix I, box 10a): a line of
    its own, in capitals as the stamp has it, so that a text about secrecy is none.
    """
    return any(line == line.upper() and is_secret(line) for line in lines[:HEAD])


def notation_key(notation: str) -> str:
    """A notation as it is compared: without blanks and leading zeros, in one letter case, with plain hyphens.

    ``05 / QĐ–UBND`` and ``5/qđ-ubnd`` are the same.
    """
    plain = re.sub(r"\s+", "", with_hyphens(unicodedata.normalize("NFC", notation))).casefold()
    return re.sub(r"^0+(?=\d)", "", plain)


def is_finished(open_parts: Iterable[str]) -> bool:
    """Whether nobody has anything more to do: who only takes note holds nothing up."""
    return not any(part in WORKING for part in open_parts)


def wrong_parts(parts: Collection[str]) -> str:
    """What is wrong with the parts that a note gives, as a code; empty when it will do: exactly one leads."""
    leads = sum(part == "lead" for part in parts)
    if not parts:
        return "none"
    if leads > 1:
        return "two_lead"
    return "" if leads or set(parts) == {"information"} else "no_lead"

"""Patterns that a schema gives for texts.

They run in the rule engine's regular expressions, whose time grows with the text and not with the pattern's nesting;
nested repetition is refused all the same, because the form designer runs the same pattern in a browser.
"""

import re
from typing import Final

from motcua.engines.rules.expressions import evaluate
from motcua.engines.rules.problems import RuleError

LONGEST: Final = 300
MOST_COUNTED: Final = 200
"""What all counts of a pattern may add up to: ``\\p{L}{100}`` already takes 30 ms to prepare."""
_SETS: Final = {r"\d": "[0-9]", r"\D": "[^0-9]", r"\w": "[0-9A-Za-z_]", r"\W": "[^0-9A-Za-z_]"}
"""Browsers mean ASCII by these; the engine would take every script's digits and letters."""
_ESCAPE: Final = re.compile(r"\\.", re.DOTALL)
_COUNT: Final = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_PART: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?[:<=!P]*|[()]|[*+]|\{\d*,?\d*\}|[^\\]", re.DOTALL)


def fault_of(pattern: str) -> str:
    """Why a pattern may not be used; empty when it may."""
    if len(pattern) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    if sum(int(count) for counts in _COUNT.findall(pattern) for count in counts if count) > MOST_COUNTED:
        return f"its counts add up to more than {MOST_COUNTED}; use minLength and maxLength"
    if _repeats_a_repetition(pattern):
        return "it repeats a repetition, such as (a+)+"
    try:
        matches(pattern, "")
    except RuleError:
        return "it is not a regular expression without look-around and back-references"
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text; raises ``RuleError`` when it is not a pattern."""
    ours = _ESCAPE.sub(lambda escape: _SETS.get(escape.group(), escape.group()), pattern)
    return bool(evaluate("matches(text, pattern)", {"text": text, "pattern": ours}))


def _repeats_a_repetition(pattern: str) -> bool:
    repeated = [False]  # one for each open group: does it hold a repetition?
    closed = False  # did the group that ended just now hold one?
    for match in _PART.finditer(pattern):
        part = match.group()
        if part.startswith("("):
            repeated.append(False)
        elif part == ")" and len(repeated) > 1:
            closed = repeated.pop()
            repeated[-1] = repeated[-1] or closed
            continue
        elif part in {"*", "+"} or (len(part) > 2 and part[0] == "{"):
            if closed:
                return True
            repeated[-1] = True
        closed = False
    return False

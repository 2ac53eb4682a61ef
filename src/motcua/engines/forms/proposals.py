"""Answers proposed from a picture of a paper: shown and marked, and no answers until a person has confirmed them.

What is proposed stands apart from what is typed. A page shows a proposal in its empty field with a box to confirm it;
:func:`settled` parts what came back into answers and what is still only proposed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from motcua.engines.forms.model import Field, Form, Kind, level
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.values import BadAnswerError, from_typed, to_texts
from motcua.kernel.text import fold

CONFIRMED: Final = "forms-confirmed"
"""Name of the boxes that confirm a proposal; their value is the name of the field's input."""
SHOWN: Final = "forms-shown"
"""Name of the hidden inputs that say what a page has proposed (``shown_as``).

They need no signature: who changes one by hand has only typed the answer.
"""
Typed = Mapping[str, list[str]]


@dataclass(frozen=True)
class Settled:
    """What counts as typed, and what was decided of each proposal: ``confirmed``, ``changed`` or ``declined``.

    ``left`` came back as it was shown, without being confirmed.
    """

    typed: dict[str, list[str]]
    decided: dict[str, str]
    left: frozenset[str] = frozenset()


def proposing(form: Form) -> Iterator[Field]:
    """The fields outside repeating groups for which something may be proposed."""
    return (part for part in level(form.components) if isinstance(part, Field) and part.proposes and not part.fixed)


def proposals(
    form: Form, facts: Mapping[str, str], *, source: str, typed: Typed, around: Surroundings
) -> dict[str, list[str]]:
    """Texts to propose, by input name: of facts read from ``source`` that fit the field's own rules.

    A field that has an answer is left alone.
    """
    made = {}
    for field in proposing(form):
        if field.proposes_from not in ("", source) or any(text.strip() for text in typed.get(field.path, ())):
            continue
        named = (facts[fact] for fact in field.proposes if fact in facts)
        if texts := next(filter(None, (_fitting(field, value, around) for value in named)), None):
            made[field.path] = texts
    return made


def shown_as(name: str, texts: Sequence[str]) -> str:
    """What a page sends back of a proposal that it showed."""
    return f"{name}={_mark(texts)}"


def settled(raw: Typed, proposed: Typed, held: Typed) -> Settled:
    """What came back from a page that showed proposals; ``proposed`` is what is proposed now, ``held`` what is typed.

    A text left as it was shown counts when it was confirmed, and leaves what is held otherwise; another text is the
    person's own. Only a proposal that the page has shown is decided: one that came or changed since waits to be seen.
    """
    typed, decided, left = {name: list(texts) for name, texts in raw.items()}, dict[str, str](), set[str]()
    confirmed, marks = set(raw.get(CONFIRMED, ())), _marks(raw.get(SHOWN, ()))
    for name in {**proposed, **marks}:
        if name not in typed:
            continue
        given, texts = [text.strip() for text in typed[name] if text.strip()], list(proposed.get(name, ()))
        if given and (given == texts or _mark(given) == marks.get(name)):
            if name not in confirmed or given != (texts or given):
                typed[name] = list(held.get(name, ()))
                left.add(name)
            elif texts:
                decided[name] = "confirmed"
        elif texts and _mark(texts) == marks.get(name):
            decided[name] = "changed" if given else "declined"
    return Settled(typed, decided, frozenset(left))


def unconfirmed(field: Field) -> str:
    """What is said of a proposal that was neither confirmed nor changed."""
    said = {"label": field.label}
    return _("Check “%(label)s”, read from the picture: tick that it is right, correct it or clear it.") % said


def _fitting(field: Field, value: str, around: Surroundings) -> list[str]:
    """The value as it would be typed; empty where the field would not take it."""
    try:
        texts = [_chosen(field, value)] if field.options else _as_typed(field, value, around)
        return texts if from_typed(field, texts, around) is not None else []
    except BadAnswerError:
        return []


def _as_typed(field: Field, value: str, around: Surroundings) -> list[str]:
    stored: Any = value
    return to_texts(field, stored, around) if field.kind is Kind.DATE else [value]


def _chosen(field: Field, value: str) -> str:
    """The option of this value, or the one whose words say the same."""
    for option in field.options:
        if option.value == value or fold(option.label) == fold(value):
            return option.value
    return value


def _mark(texts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:16]


def _marks(shown: Sequence[str]) -> dict[str, str]:
    parted = (each.rpartition("=") for each in shown)
    return {name: mark for name, _equals, mark in parted}

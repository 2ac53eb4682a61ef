"""Answers as people read them, on review pages and in dossiers."""

from typing import Any

from django.utils.translation import gettext as _

from motcua.engines.forms.model import MANY, Field, Kind, Meaning
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.values import BadAnswerError, to_texts
from motcua.kernel.text.money import dong


def shown(field: Field, value: Any, around: Surroundings) -> tuple[str, ...]:
    """The lines of one answer; none when there is no answer. A value of the wrong type is shown as it stands."""
    if value in (None, "", []):
        return ()
    if isinstance(value, bool):
        return (_("Yes") if value else _("No"),)
    if field.kind in MANY and isinstance(value, list):
        return tuple(field.labels.get(item, str(item)) for item in value)
    if field.kind is Kind.FILE and isinstance(value, list):
        return tuple(around.file(str(item)) or str(item) for item in value)
    if field.meaning is Meaning.MONEY and isinstance(value, int):
        return (dong(value),)
    if field.options:
        return (field.labels.get(str(value), str(value)),)
    return _as_typed(field, value, around)


def _as_typed(field: Field, value: Any, around: Surroundings) -> tuple[str, ...]:
    if field.kind is Kind.EXPRESSION and isinstance(value, (int, float)):
        return (f"{value:,}".translate(str.maketrans(",.", ".,")),)
    try:
        texts = to_texts(field, value, around)
    except BadAnswerError:
        return (str(value),)
    lines = " ".join(reversed(texts)) if field.kind is Kind.DATETIME else "\n".join(texts)
    return tuple(lines.split("\n"))

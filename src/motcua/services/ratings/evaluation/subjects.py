"""What the things that were counted are called and where they are opened: each room registers its own."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.services.dossiers.models import Dossier


class Named(NamedTuple):
    """A thing in words, and its page; an answer has none, for nobody sees whose it is."""

    text: str
    url: str = ""


Names = Callable[[Collection[UUID]], Mapping[UUID, Named]]
_names: dict[str, Names] = {}


def register(prefix: str, names: Names) -> None:
    """Say how the subjects ``prefix:<id>`` are named."""
    _names[prefix] = names


def named(subjects: Collection[str]) -> dict[str, Named]:
    """The names of subjects; one statement for each kind among them."""
    found: dict[str, Named] = {}
    for prefix, names in _names.items():
        keys = {UUID(subject.removeprefix(f"{prefix}:")) for subject in subjects if subject.startswith(f"{prefix}:")}
        if keys:
            found |= {f"{prefix}:{key}": each for key, each in names(keys).items()}
    return found


def dossiers(keys: Collection[UUID]) -> Mapping[UUID, Named]:
    """Dossiers by their code."""
    rows = Dossier.objects.filter(pk__in=keys).values_list("pk", "code", "submission_number")
    numbers = {key: code or submission for key, code, submission in rows}
    return {key: Named(number, reverse("dossiers:desk-dossier", args=[number])) for key, number in numbers.items()}


def answers(keys: Collection[UUID]) -> Mapping[UUID, Named]:
    """Answers have neither a name nor a page of their own."""
    return {key: Named(_("An answer of a person")) for key in keys}

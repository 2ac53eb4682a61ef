"""What a delegation (uỷ quyền) can be limited to: kinds of matters that rooms above register.

A matter is kept as a label, ``KIND:VALUE``. A room registers a kind in its ``AppConfig.ready``, asks ``Desk.about``
with the labels of what it shows or lets be done, and each of ``Desk.parts`` for its lists.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 100
Named = Mapping[str, str]


@dataclass(frozen=True)
class Limit:
    """A kind of matters: ``found`` answers the first few for a text, with names; ``named`` those there are."""

    kind: str
    title: "StrOrPromise"
    found: Callable[[str], Named]
    named: Callable[[Collection[str]], Named]
    order: int = 100


_limits: dict[str, Limit] = {}


def register(limit: Limit) -> None:
    """Let delegations be limited to this kind; the same kind registered again replaces it."""
    _limits[limit.kind] = limit


def found(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a text finds to be chosen from: by title of the kind, labels with names."""
    kinds = sorted(_limits.values(), key=lambda each: each.order)
    return [(str(each.title), _labelled(each, each.found(text))) for each in kinds]


def named(scope: Sequence[str]) -> dict[str, str]:
    """The labels of a scope with their names, kind by kind; without those that stand for nothing here."""
    known: dict[str, str] = {}
    for each in sorted(_limits.values(), key=lambda each: each.order):
        if values := [label.removeprefix(f"{each.kind}:") for label in scope if label.startswith(f"{each.kind}:")]:
            known |= {label: f"{each.title}: {name}" for label, name in _labelled(each, each.named(values))}
    return known


def _labelled(limit: Limit, named: Named) -> list[tuple[str, str]]:
    return [(f"{limit.kind}:{value}", name) for value, name in named.items()]

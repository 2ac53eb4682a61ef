"""Rooms as matters: what a limited delegation (uỷ quyền có phạm vi) names as a whole, or gives nothing of.

A room whose objects are of no field and no procedure declares one, offers it in its ``AppConfig.ready``, and has its
pages ask :meth:`Whole.desk_of` for the desk.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from motcua.kernel.text import fold
from motcua.people.officers.desks import Desk
from motcua.people.officers.limits import Limit, register
from motcua.people.officers.pages import at_desk

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ALL = "all"


@dataclass(frozen=True)
class Whole:
    """All that a room has, under one label. ``name`` says in the delegation what that is."""

    kind: str
    title: "StrOrPromise"
    name: "StrOrPromise"
    order: int

    @property
    def matters(self) -> frozenset[str]:
        """What a desk is asked about."""
        return frozenset({f"{self.kind}:{ALL}"})

    def offer(self) -> None:
        """Let delegations name it."""
        register(Limit(self.kind, self.title, self._found, self._named, order=self.order))

    def desk_of(self, request: HttpRequest) -> Desk:
        """The desk of whoever asks, for this room: with the limited delegations that name it."""
        return at_desk.desk_of(request).about(self.matters)

    def _found(self, text: str) -> dict[str, str]:
        named = self._named([ALL])
        return named if all(word in fold(named[ALL]) for word in fold(text).split()) else {}

    def _named(self, values: Collection[str]) -> dict[str, str]:
        return {ALL: str(self.name)} if ALL in values else {}

"""Documents as a matter that a limited delegation (uỷ quyền có phạm vi) may name; unnamed it gives none of them."""

from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.kernel.text import fold
from motcua.people.officers.desks import Desk
from motcua.people.officers.limits import Limit, register
from motcua.people.officers.pages import at_desk

KIND, ALL = "documents", "all"
MATTERS = frozenset({f"{KIND}:{ALL}"})


def offer() -> None:
    """Let delegations name documents."""
    register(Limit(KIND, gettext_lazy("Documents"), _found, _named, order=30))


def desk_of(request: HttpRequest) -> Desk:
    """The desk of whoever asks, for documents: with the limited delegations that name them."""
    return at_desk.desk_of(request).about(MATTERS)


def _found(text: str) -> dict[str, str]:
    named = _named([ALL])
    return named if all(word in fold(named[ALL]) for word in fold(text).split()) else {}


def _named(values: Collection[str]) -> dict[str, str]:
    return {ALL: _("Documents in and documents out")} if ALL in values else {}

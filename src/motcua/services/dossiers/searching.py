"""Searching dossiers by their words (tìm kiếm hồ sơ): what is asked, and the words that stand in an entry for it."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from motcua.kernel.composed import keys
from motcua.kernel.text.folding import words
from motcua.services.dossiers.access import Viewer, dossiers_for
from motcua.services.dossiers.lines import DossierLine, dossier_lines
from motcua.services.dossiers.queries import Condition, reached

SEARCH_SECONDS = 3
LONGEST = 200  # letters of a lexeme; PostgreSQL takes no more than 2,046


def search(viewer: Viewer, text: str, *, most: int = 30) -> list[DossierLine]:
    """Dossiers whose code, applicant or subject holds every word, newest first; the right to see is in the query.

    The last word may be only begun. What may be a code is looked up first; where more match than are shown, those are
    taken first in which the words stand as they were typed. Bounded by a statement timeout.
    """
    typed = text.strip()
    if any(map(str.isdigit, typed)):
        exact = dossier_lines(dossiers_for(viewer).filter(Q(code=typed) | Q(submission_number=typed))[:1])
        if exact:
            return exact
    asked = [word[:LONGEST] for word in words(typed)[:12]]
    seen = _Seen.by(viewer)
    if not asked or max(map(len, asked)) < 2 or not (seen.tokens or viewer.sees_all):
        return []
    found = _found(asked, seen, most)
    statement = keys(
        lambda: dossiers_for(viewer).filter(pk__in=found).order_by("-submitted_at", "-id"),
        [*viewer.asking, *found.params],
        shape=("found dossiers", viewer.shape, found.sql),
    )
    assert statement is not None
    with _statement_timeout():
        return dossier_lines(statement._replace(steady=False))  # some words are in every dossier, some in one


_ALL = Condition("true")


@dataclass(frozen=True)
class _Seen:
    """Which entries a viewer may find: words of which one must be in them, and what else is asked of each row."""

    tokens: tuple[str, ...] = ()
    narrowed: Condition = _ALL

    @classmethod
    def by(cls, viewer: Viewer) -> "_Seen":
        """All for who sees all; what limited delegations reach is told from the dossier."""
        if viewer.sees_all:
            return cls()
        whole = (*map(office_token, viewer.offices), *map(party_token, sorted(viewer.parties)))
        parts = [tuple(map(office_token, each.offices)) for each in viewer.limited]
        if not parts:
            return cls(whole)
        within = [reached(each.scope, "dossier_id") for each in viewer.limited]
        ways = [_having(tokens) & how for tokens, how in zip(parts, within, strict=True)] + [_having(whole)]
        either = Condition(f"({' OR '.join(way.sql for way in ways)})", tuple(p for way in ways for p in way.params))
        return cls(tuple(dict.fromkeys((*whole, *(token for part in parts for token in part)))), either)


def _having(tokens: Collection[str]) -> Condition:
    return Condition("document @@ %s::tsquery", (" | ".join(tokens),))


_MATCH = """
    (SELECT dossier_id FROM dossiers_searchentry WHERE document @@ %s::tsquery AND {narrowed}
     ORDER BY submitted_at DESC, dossier_id DESC LIMIT %s)
"""


def _found(asked: list[str], seen: _Seen, most: int) -> RawSQL:
    """The keys, newest first: what holds the words side by side; only where that does not fill the page, the rest too.

    Common words are in a third of all documents, and crossing their lists takes most of a search; pairs are rare.
    """
    together, apart = _lexemes(pairs(asked)), _lexemes(asked)
    among = f" & ({' | '.join(seen.tokens)})" if seen.tokens else ""
    match, also = _MATCH.format(narrowed=seen.narrowed.sql), seen.narrowed.params
    if not together:
        return RawSQL(match, (apart + among, *also, most))  # noqa: S611 - our own words
    return RawSQL(  # noqa: S611 - our own words
        f"SELECT dossier_id FROM ({match} UNION ALL {match}) AS matches LIMIT %s",  # noqa: S608
        (together + among, *also, most, f"{apart} & !({together}){among}", *also, most, most),
    )


def _lexemes(asked: list[str]) -> str:
    """All of them, the last perhaps only begun, as PostgreSQL writes it; they are folded letters, digits, spaces."""
    return " & ".join([*(f"'{word}'" for word in asked[:-1]), *(f"'{word}':*" for word in asked[-1:])])


def pairs(text: list[str]) -> list[str]:
    """The words that stand side by side, two by two, each pair a lexeme of its own."""
    return [f"{one} {other}"[:LONGEST] for one, other in itertools.pairwise(text)]


def office_token(office: UUID) -> str:
    """The word that stands in the search document for an office."""
    return f"o{office.hex}"


def party_token(party: UUID) -> str:
    """The word that stands in the search document for the applicant."""
    return f"p{party.hex}"


class _statement_timeout:  # noqa: N801 - reads as a statement
    """A search that takes longer is ended by the database, not by the reader's patience."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(SEARCH_SECONDS * 1000)])

    def __exit__(self, *error: object) -> None:
        if connection.needs_rollback:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', '0', false)")

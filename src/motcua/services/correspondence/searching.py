"""Search over documents: the folded words of each with the tokens of who may find it; one index answers both."""

import itertools
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from motcua.kernel.text.folding import words
from motcua.people.officers.desks import Desk
from motcua.services.correspondence.access import Seat
from motcua.services.correspondence.models import Assignment, IncomingDocument, Opinion, OutgoingDocument, SearchEntry

LONGEST, MOST_WORDS = 200, 12
_INDEX = """
    INSERT INTO correspondence_searchentry (document, direction, at, words)
    SELECT r.id, r.direction, r.at, array_to_tsvector(r.lexemes)
    FROM jsonb_to_recordset(%s) AS r(id uuid, direction text, at timestamptz, lexemes text[])
    ON CONFLICT (document) DO UPDATE SET words = excluded.words
"""
_MATCH = """
    SELECT document, direction FROM correspondence_searchentry WHERE words @@ %s::tsquery
    ORDER BY at DESC, document DESC LIMIT %s
"""


def write(rows: Iterable[tuple[UUID, str, datetime, Collection[str]]]) -> None:
    """Write search entries; one statement."""
    told = [
        {"id": str(key), "direction": direction, "at": at.isoformat(), "lexemes": sorted(lexemes)}
        for key, direction, at, lexemes in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, [json.dumps(told)])


def register_token(office: UUID) -> str:
    """Stands in the entry of what an office has in its registers."""
    return f"r{office.hex}"


def unit_token(office: UUID) -> str:
    """Stands in the entry of what a unit was given, for those who lead it."""
    return f"u{office.hex}"


def person_token(account: UUID) -> str:
    """Stands in the entry of what an officer was given or has made."""
    return f"a{account.hex}"


def lexemes(*texts: str) -> set[str]:
    """The words of texts, alone and in pairs."""
    found: set[str] = set()
    for text in texts:
        each = words(text)
        found |= {word[:LONGEST] for word in each}
        found |= {f"{one} {other}"[:LONGEST] for one, other in itertools.pairwise(each)}
    return found


def index_incoming(keys: Collection[UUID]) -> None:
    """Write the entries of documents that came in; three statements."""
    tokens: dict[UUID, set[str]] = {}
    given = Assignment.objects.filter(document__in=keys).values_list("document", "office", "officer")
    for document, office, officer in given.order_by("id"):
        own = {person_token(officer)} if officer else set()
        tokens.setdefault(document, set()).update({unit_token(office)} | own)
    rows = IncomingDocument.objects.filter(pk__in=keys).order_by("pk")
    write(
        (
            row.pk,
            SearchEntry.Direction.IN,
            row.arrived_at,
            lexemes(row.subject, row.sender, row.notation, f"{row.number or ''}", row.signer_name)
            | {register_token(row.office_id)}
            | tokens.get(row.pk, set()),
        )
        for row in rows
    )


def index_outgoing(keys: Collection[UUID]) -> None:
    """Write the entries of documents that go out; three statements."""
    tokens: dict[UUID, set[str]] = {}
    for document, officer in Opinion.objects.filter(document__in=keys).values_list("document", "officer"):
        tokens.setdefault(document, set()).add(person_token(officer))
    rows = OutgoingDocument.objects.filter(pk__in=keys).order_by("pk")
    write(
        (
            row.pk,
            SearchEntry.Direction.OUT,
            row.begun_at,
            lexemes(row.subject, row.to, row.notation, row.signer_name)
            | {person_token(row.drafter_id), unit_token(row.unit_id)}
            | (set() if row.state in ("draft", "discarded") else {register_token(row.office_id)})
            | tokens.get(row.pk, set()),
        )
        for row in rows
    )


def search(desk: Desk, text: str, *, most: int = 30) -> list[tuple[UUID, str]]:
    """The newest documents that hold every word (the last perhaps only begun) and that the officer may see, as key and
    direction; one statement. The right to see is part of the condition that the index answers.
    """
    asked = [word[:LONGEST] for word in words(text)[:MOST_WORDS]]
    seat = Seat.of(desk)
    tokens = [
        *map(register_token, sorted(seat.registers)),
        *map(unit_token, sorted(seat.led)),
        *map(person_token, sorted(seat.people)),
    ]
    if not asked or max(map(len, asked)) < 2 or not tokens:
        return []
    wanted = " & ".join([*(f"'{word}'" for word in asked[:-1]), f"'{asked[-1]}':*"])
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, [f"{wanted} & ({' | '.join(tokens)})", most])
        rows: list[tuple[UUID, str]] = cursor.fetchall()
        return rows

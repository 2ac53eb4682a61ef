"""Writing what the index of documents holds."""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from motcua.people.officers.queries import local_day
from motcua.services.correspondence import sights
from motcua.services.correspondence.models import (
    Assignment,
    DraftVersion,
    IncomingDocument,
    Opinion,
    OutgoingDocument,
    Recipient,
    SearchEntry,
)
from motcua.services.correspondence.rules import search as rules

MOST_FILES = 6  # of a document, whose words are found
MOST_RECIPIENTS = 50  # whose names are found
# Whoever writes reads the documents after the one before has committed: an entry never goes back to an earlier state,
# in which others might have found the document.
_ONE_WRITER = "SELECT pg_advisory_xact_lock(hashtext('correspondence.search'))"
_INDEX = """
    INSERT INTO correspondence_searchentry AS entry (document, direction, at, words)
    SELECT r.id, r.direction, r.at, r.words::tsvector || (
        SELECT correspondence_together(found.words) FROM (
            SELECT t.words FROM unnest(r.files) WITH ORDINALITY AS file (id, place)
            JOIN blobs_storedfile s ON s.id = file.id JOIN correspondence_filetext t ON t.blob_id = s.blob_id
            ORDER BY file.place) AS found)
    FROM jsonb_to_recordset(%s) AS r(id uuid, direction text, at timestamptz, words text, files uuid[])
    ON CONFLICT (document) DO UPDATE SET at = excluded.at, words = excluded.words
    WHERE (entry.at, entry.words) IS DISTINCT FROM (excluded.at, excluded.words)
"""


class Entry(NamedTuple):
    """What is found of a document: its words and tokens, and the files whose words belong to it, in their order."""

    document: UUID
    direction: SearchEntry.Direction
    at: datetime
    words: str
    files: Collection[UUID]


@transaction.atomic
def write(build: Callable[[], Iterable[Entry]]) -> None:
    """Write the entries that ``build`` reads from the documents as they stand; what did not change is left alone."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_WRITER)
        rows = [
            {
                "id": str(each.document),
                "direction": each.direction,
                "at": each.at.isoformat(),
                "words": each.words,
                "files": [str(file) for file in [*each.files][:MOST_FILES]],
            }
            for each in build()
        ]
        if rows:
            cursor.execute(_INDEX, [json.dumps(rows)])


def index_incoming(keys: Collection[UUID]) -> None:
    """Write the entries of documents that came in."""
    if keys:
        write(lambda: _incoming(keys))


def index_outgoing(keys: Collection[UUID]) -> None:
    """Write the entries of documents that go out."""
    if keys:
        write(lambda: _outgoing(keys))


def _incoming(keys: Collection[UUID]) -> Iterable[Entry]:
    tokens: dict[UUID, set[str]] = {}
    given = Assignment.objects.filter(document__in=keys).values_list("document", "office", "officer")
    for document, office, officer in given.order_by("id"):
        own = {rules.person_token(officer)} if officer else set()
        tokens.setdefault(document, set()).update({rules.unit_token(office)} | own)
    for seer in sights.seers(keys):
        own = {rules.person_token(seer.officer)} if seer.officer else set()
        tokens.setdefault(seer.document, set()).update({rules.register_token(seer.office)} | own)
    for row in IncomingDocument.objects.filter(pk__in=keys).prefetch_related("files").order_by("pk"):
        gone = row.state == IncomingDocument.State.RECALLED
        facts = rules.fact_tokens(
            "in", kind=row.type, urgency=row.urgency, state=row.state, on=local_day(row.arrived_at)
        )
        yield Entry(
            row.pk,
            SearchEntry.Direction.IN,
            row.arrived_at,
            rules.vector(
                [row.subject, row.sender, row.notation, f"{row.number or ''}", row.signer_name],
                # What the page of the document shows to all who may see it.
                " ".join([row.note, row.proposal, row.outcome]),
                [row.sender],
                facts
                | rules.number_lexemes(row.notation, row.number)
                | {rules.register_token(row.office_id)}
                | tokens.get(row.pk, set()),
            ),
            # Files that were given back to their sender are opened by nobody, so nobody learns of them either.
            [] if gone else [each.file_id for each in row.files.all()],
        )


def _outgoing(keys: Collection[UUID]) -> Iterable[Entry]:
    tokens: dict[UUID, set[str]] = {}
    for document, officer in Opinion.objects.filter(document__in=keys).values_list("document", "officer"):
        tokens.setdefault(document, set()).add(rules.person_token(officer))
    names: dict[UUID, list[str]] = {}
    recipients = Recipient.objects.filter(document__in=keys).order_by("id")
    for document, name in recipients.values_list("document", "name"):
        names.setdefault(document, []).append(name)
    newest = DraftVersion.objects.filter(document__in=keys).order_by("document", "-number").distinct("document")
    texts = dict(newest.values_list("document", "text"))
    rows = OutgoingDocument.objects.filter(pk__in=keys).select_related("office").prefetch_related("annexes")
    for row in rows.order_by("pk"):
        at, to = row.issued_at or row.begun_at, names.get(row.pk, [])[:MOST_RECIPIENTS]
        yield Entry(
            row.pk,
            SearchEntry.Direction.OUT,
            at,
            rules.vector(
                [row.subject, row.to, row.notation, row.signer_name, *to],
                texts.get(row.pk, ""),
                [row.office.name, row.to, *to],
                rules.fact_tokens("out", kind=row.type, urgency=row.urgency, state=row.state, on=local_day(at))
                | rules.number_lexemes(row.notation, row.number)
                | {rules.person_token(row.drafter_id), rules.unit_token(row.unit_id)}
                | (set() if row.state in ("draft", "discarded") else {rules.register_token(row.office_id)})
                | tokens.get(row.pk, set()),
            ),
            [each.file_id for each in sorted(row.annexes.all(), key=lambda each: (each.added_at, each.pk))],
        )

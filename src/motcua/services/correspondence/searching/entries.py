"""Writing what the index of documents holds."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import override

from motcua.people.officers.queries import local_day
from motcua.services.correspondence import sights
from motcua.services.correspondence.access import is_entered
from motcua.services.correspondence.models import (
    Assignment,
    DraftVersion,
    IncomingDocument,
    IncomingFile,
    Opinion,
    OutgoingAnnex,
    OutgoingDocument,
    Recipient,
    SearchEntry,
)
from motcua.services.correspondence.models.described import Described
from motcua.services.correspondence.rules import search as rules

MOST_FILES = 6  # of a document, whose words are found
MOST_RECIPIENTS = 50  # whose names are found
AT_ONCE = 200
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


DIRECTIONS = {"in": (IncomingDocument, index_incoming), "out": (OutgoingDocument, index_outgoing)}


def index_all(direction: str) -> Iterator[int]:
    """Write the entries of all documents of a direction, some at a time, each time in a transaction of its own; gives
    how many it were."""
    model, index = DIRECTIONS[direction]
    rest = model._default_manager.order_by("pk").values_list("pk", flat=True)
    keys = list(rest[:AT_ONCE])
    while keys:
        index(keys)
        yield len(keys)
        keys = list(rest.filter(pk__gt=keys[-1])[:AT_ONCE])


def _incoming(keys: Collection[UUID]) -> Iterable[Entry]:
    tokens: dict[UUID, set[str]] = {}
    reports: dict[UUID, list[str]] = {}
    given = Assignment.objects.filter(document__in=keys).values_list("document", "office", "officer", "report")
    for document, office, officer, report in given.order_by("id"):
        own = {rules.person_token(officer)} if officer else set()
        tokens.setdefault(document, set()).update({rules.unit_token(office)} | own)
        reports.setdefault(document, []).append(report)
    for seer in sights.seers(keys):
        own = {rules.person_token(seer.officer)} if seer.officer else set()
        tokens.setdefault(seer.document, set()).update({rules.register_token(seer.office)} | own)
    for row in IncomingDocument.objects.filter(pk__in=keys).prefetch_related("files__file").order_by("pk"):
        # Files that were given back to their sender are opened by nobody, so nobody learns of them either.
        files = [] if row.state == IncomingDocument.State.RECALLED else list(row.files.all())
        facts = rules.fact_tokens(
            "in", kind=row.type, urgency=row.urgency, state=row.state, on=local_day(row.arrived_at)
        )
        yield Entry(
            row.pk,
            SearchEntry.Direction.IN,
            row.arrived_at,
            rules.vector(
                [row.subject, row.sender, row.notation, f"{row.number or ''}", *_said(row)],
                # What the page of the document shows to all who may see it.
                " ".join([row.note, row.proposal, row.outcome, *reports.get(row.pk, ()), *_names(files)]),
                [row.sender],
                facts
                | rules.number_lexemes(row.notation, row.number)
                | rules.day_lexemes(row.document_date, row.due_on)
                | rules.code_lexemes([row.sender_code, row.identifier])
                | {rules.register_token(row.office_id)}
                | tokens.get(row.pk, set()),
            ),
            [each.file_id for each in files],
        )


def _said(row: IncomingDocument | OutgoingDocument) -> list[str]:
    """Who signed, how far it may go round, and in which language it is unless in that of most."""
    with override("vi"):
        circulation = str(row.get_circulation_display()) if row.circulation else ""
    language = "" if row.language == Described.language.field.default else row.language
    return [row.signer_name, f"{row.signer_competence} {row.signer_position}", circulation, language]


def _names(files: Iterable[IncomingFile | OutgoingAnnex]) -> list[str]:
    return [each.file.name for each in files]


def _outgoing(keys: Collection[UUID]) -> Iterable[Entry]:
    tokens: dict[UUID, set[str]] = {}
    for document, officer in Opinion.objects.filter(document__in=keys).values_list("document", "officer"):
        tokens.setdefault(document, set()).add(rules.person_token(officer))
    names: dict[UUID, list[str]] = {}
    codes: dict[UUID, list[str]] = {}
    recipients = Recipient.objects.filter(document__in=keys).order_by("id")
    for document, name, way, address, identifier in recipients.values_list(
        "document", "name", "way", "address", "identifier"
    ):
        names.setdefault(document, []).append(name)
        codes.setdefault(document, []).extend([address, identifier] if way == Recipient.Way.AXIS else [])
    newest = DraftVersion.objects.filter(document__in=keys).order_by("document", "-number").distinct("document")
    texts = dict(newest.values_list("document", "text"))
    rows = OutgoingDocument.objects.filter(pk__in=keys).select_related("office").prefetch_related("annexes__file")
    for row in rows.order_by("pk"):
        at, to = row.issued_at or row.begun_at, names.get(row.pk, [])[:MOST_RECIPIENTS]
        annexes = sorted(row.annexes.all(), key=lambda each: (each.added_at, each.pk))
        yield Entry(
            row.pk,
            SearchEntry.Direction.OUT,
            at,
            rules.vector(
                [row.subject, row.to, row.notation, *_said(row), *to],
                " ".join([texts.get(row.pk, ""), *_names(annexes)]),
                [row.office.name, row.to, *to],
                rules.fact_tokens("out", kind=row.type, urgency=row.urgency, state=row.state, on=local_day(at))
                | rules.number_lexemes(row.notation, row.number)
                | rules.day_lexemes(row.document_date, row.due_on)
                | rules.code_lexemes(codes.get(row.pk, [])[: 2 * MOST_RECIPIENTS])
                | {rules.person_token(row.drafter_id), rules.unit_token(row.unit_id)}
                | ({rules.register_token(row.office_id)} if is_entered(row) else set())
                | tokens.get(row.pk, set()),
            ),
            [each.file_id for each in annexes],
        )

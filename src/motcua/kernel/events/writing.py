"""The SQL by which events come into the database: two statements for any number of events.

A room whose action is one statement (the transition of a dossier) puts :func:`fragment` into its own ``WITH`` list,
after it read the stream's head under its own lock. Columns written: ``events_event`` (stream, version, kind, actor,
agency, at, "references", payload_digest, digest; position and txid are the database's), ``events_eventpayload``
(event_id, salt, data, person), ``events_streamhead`` (stream, version, digest).
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from motcua.kernel.events.rules import NOTHING_BEFORE, Head, SealedEvent
from motcua.kernel.postgresql import prepared_cursor

_LOCK = """
INSERT INTO events_streamhead AS head (stream, version, digest)
SELECT stream, 0, %s FROM unnest(%s::text[]) stream
ON CONFLICT (stream) DO UPDATE SET version = head.version
RETURNING head.stream, head.version, head.digest
"""

_EVENTS = """
event_rows AS (
  INSERT INTO events_event (stream, version, kind, actor, agency, at, "references", payload_digest, digest)
  SELECT stream, version, kind, actor, agency, at, refs::jsonb, payload_digest, digest
  FROM unnest(%s::text[], %s::int[], %s::text[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::bytea[],
              %s::bytea[]) WITH ORDINALITY
       new(stream, version, kind, actor, agency, at, refs, payload_digest, digest, place)
  ORDER BY place
  RETURNING position, txid, stream, version
)"""

_PAYLOADS = """
event_payloads AS (
  INSERT INTO events_eventpayload (event_id, salt, data, person)
  SELECT event_rows.position, salt, data::jsonb, person
  FROM unnest(%s::text[], %s::int[], %s::bytea[], %s::text[], %s::uuid[]) new(stream, version, salt, data, person)
  JOIN event_rows USING (stream, version)
)"""

_HEADS = """
event_heads AS (
  INSERT INTO events_streamhead (stream, version, digest)
  SELECT * FROM unnest(%s::text[], %s::int[], %s::bytea[])
  ON CONFLICT (stream) DO UPDATE SET version = excluded.version, digest = excluded.digest
)"""


def lock_heads(streams: Iterable[str]) -> dict[str, Head]:
    """Lock the heads of the streams, always in the same order, until the transaction ends. A new stream gets one.

    At most one statement. Raises ``TransactionManagementError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded in the transaction of what it tells")
    if not (wanted := sorted(set(streams))):
        return {}
    with prepared_cursor() as cursor:
        cursor.execute(_LOCK, [NOTHING_BEFORE, wanted])
        return {stream: Head(stream, version, bytes(digest)) for stream, version, digest in cursor.fetchall()}


def fragment(events: Sequence[SealedEvent]) -> tuple[str, list[Any]]:
    """The ``WITH`` items ``event_rows``, ``event_payloads`` and ``event_heads``, and their parameters.

    ``event_rows`` gives (position, txid, stream, version). If another transaction wrote the stream meanwhile, the
    statement fails on ``events_one_version``.
    """
    parts, parameters = [_EVENTS], _event_columns(events)
    if any(event.payload for event in events):
        parts.append(_PAYLOADS)
        parameters += _payload_columns(events)
    parts.append(_HEADS)
    return ",".join(parts), parameters + _head_columns(events)


def insert(events: Sequence[SealedEvent]) -> list[tuple[int, int]]:
    """Write sealed events, whose heads are locked, in one statement; returns (position, txid) in their order."""
    sql, parameters = fragment(events)
    with prepared_cursor() as cursor:
        cursor.execute(f"WITH {sql} SELECT stream, version, position, txid FROM event_rows", parameters)  # noqa: S608
        written = {(stream, version): (position, txid) for stream, version, position, txid in cursor.fetchall()}
    return [written[event.stream, event.version] for event in events]


def _event_columns(events: Sequence[SealedEvent]) -> list[Any]:
    return [
        [event.stream for event in events],
        [event.version for event in events],
        [event.kind for event in events],
        [event.actor for event in events],
        [event.agency for event in events],
        [event.at for event in events],
        [_json(event.references) for event in events],
        [event.payload_digest for event in events],
        [event.digest for event in events],
    ]


def _payload_columns(events: Sequence[SealedEvent]) -> list[Any]:
    kept = [(event, event.payload) for event in events if event.payload]
    return [
        [event.stream for event, _ in kept],
        [event.version for event, _ in kept],
        [payload.salt for _, payload in kept],
        [_json(payload.data) for _, payload in kept],
        [payload.person for _, payload in kept],
    ]


def _head_columns(events: Sequence[SealedEvent]) -> list[Any]:
    heads = list({event.stream: event.head for event in events}.values())
    return [[head.stream for head in heads], [head.version for head in heads], [head.digest for head in heads]]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""The pass over all streams: every event against its digest, its predecessor, its payload and the stream's head."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from motcua.kernel.events import rules
from motcua.kernel.events.canonical import NotCanonical
from motcua.kernel.events.verification.findings import Checked, Finding, What
from motcua.kernel.events.verification.reading import READABLE_TIMES, streamed


class Row(NamedTuple):
    """An event beside its payload and the head of its stream."""

    position: int
    txid: int
    stream: str
    version: int
    kind: str
    actor: UUID | None
    agency: UUID | None
    at: datetime | None
    references: Any
    payload_digest: bytes | None
    digest: bytes
    payload: int | None
    salt: bytes | None
    data: Any
    person: UUID | None
    erased_at: datetime | None
    head_version: int | None
    head_digest: bytes | None


_ROWS = """
SELECT e.position, e.txid, e.stream, e.version, e.kind, e.actor, e.agency,
       CASE WHEN e.at BETWEEN %s AND %s THEN e.at END, e."references", e.payload_digest, e.digest,
       p.event_id, p.salt, p.data, p.person, CASE WHEN p.erased_at BETWEEN %s AND %s THEN p.erased_at END,
       h.version, h.digest
FROM events_event e
LEFT JOIN events_eventpayload p ON p.event_id = e.position
LEFT JOIN events_streamhead h ON h.stream = e.stream
ORDER BY e.stream, e.version, e.position
"""

_LOST = """
SELECT stream, version FROM events_streamhead h
WHERE NOT EXISTS (SELECT FROM events_event e WHERE e.stream = h.stream) ORDER BY stream
"""


# A transaction sees what it has written itself before its id is one of those that ended.
_NEXT_TRANSACTION = """
    SELECT events_epoch() + greatest(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        coalesce(pg_current_xact_id_if_assigned()::text::bigint + 1, 0))
"""


def check_chains(checked: Checked) -> Iterator[Finding]:
    """Everything wrong with the chains."""
    ((ceiling,),) = streamed(_NEXT_TRANSACTION)
    rows = (Row(*row) for row in streamed(_ROWS, READABLE_TIMES * 2, json_columns=(8, 13)))
    for stream, of_stream in groupby(rows, key=lambda row: row.stream):
        checked.streams += 1
        yield from _check_stream(stream, of_stream, checked, ceiling)
    for stream, version in streamed(_LOST):
        yield Finding(What.STREAM_LOST, stream, detail=f"its head tells of {version} events, none is left")


@dataclass
class _Sofar:
    """What is known of a stream while its events pass."""

    version: int = 0
    digest: bytes = rules.NOTHING_BEFORE
    position: int = 0
    txid: int = 0
    erased: dict[int, Row] = field(default_factory=dict)


def _check_stream(stream: str, rows: Iterable[Row], checked: Checked, ceiling: int) -> Iterator[Finding]:
    sofar = _Sofar()
    row = None
    for row in rows:
        checked.events += 1
        yield from _check_place(row, sofar)
        yield from _check_transaction(row, sofar, ceiling)
        yield from _check_payload(row, sofar)
        sofar.version, sofar.digest, sofar.position, sofar.txid = row.version, row.digest, row.position, row.txid
    for erased in sofar.erased.values():
        yield Finding(What.ERASED_UNTOLD, stream, erased.version, erased.position)
    if row is not None:
        yield from _check_head(row)


def _check_place(row: Row, sofar: _Sofar) -> Iterator[Finding]:
    """After a gap the predecessor's digest is gone with it, so that the row is held only against the tree."""
    if row.position <= sofar.position:
        detail = f"it stands before version {sofar.version}"
        yield Finding(What.REORDERED, row.stream, row.version, row.position, detail)
    if row.version <= sofar.version:
        yield Finding(What.ALTERED, row.stream, row.version, row.position, "there are two of this version")
    elif row.version > sofar.version + 1:
        yield Finding(What.MISSING, row.stream, sofar.version + 1, detail=f"the next one is version {row.version}")
    elif _digest(row, sofar.digest) != row.digest:
        yield Finding(What.ALTERED, row.stream, row.version, row.position, "the digest is that of another content")


def _check_transaction(row: Row, sofar: _Sofar, ceiling: int) -> Iterator[Finding]:
    """The id is no part of what happened and is not hashed; but one that the cluster has not given yet would keep
    the event from its subscribers, and one below the predecessor's would bring it to them first.
    """
    if row.txid >= ceiling:
        detail = f"its transaction id {row.txid} was not given yet"
        yield Finding(What.ALTERED, row.stream, row.version, row.position, detail)
    elif row.txid < sofar.txid:
        detail = f"its transaction id is below that of version {sofar.version}"
        yield Finding(What.REORDERED, row.stream, row.version, row.position, detail)


def _digest(row: Row, previous: bytes) -> bytes | None:
    if row.at is None:
        return None
    form = rules.content(
        row.stream, row.version, row.kind, row.actor, row.agency, row.at, row.references, row.payload_digest
    )
    try:
        return rules.chained(previous, form)
    except NotCanonical:
        return None


def _check_payload(row: Row, sofar: _Sofar) -> Iterator[Finding]:
    place = (row.stream, row.version, row.position)
    if row.payload_digest is None:
        if row.payload is not None:
            yield Finding(What.PAYLOAD_UNTOLD, *place)
    elif row.payload is None:
        yield Finding(What.PAYLOAD_MISSING, *place)
    elif row.salt is None or row.data is None:
        sofar.erased[row.version] = row
        if row.person is not None:
            yield Finding(What.PAYLOAD_ALTERED, *place, "it is erased and still names a person")
    elif not _is_covered(row.payload_digest, row.salt, row.data, row.person):
        yield Finding(What.PAYLOAD_ALTERED, *place)
    if row.kind == rules.ERASED and isinstance(row.references, dict):
        yield from _check_erased(row, sofar)


def _is_covered(digest: bytes, salt: bytes, data: Any, person: UUID | None) -> bool:
    """Before version 0.2 the digest did not say whose the data are. Where it does, no other person fits, nor none."""
    try:
        return digest in (rules.payload_digest(salt, data, person), rules.payload_digest(salt, data))
    except NotCanonical:
        return False


def _check_erased(telling: Row, sofar: _Sofar) -> Iterator[Finding]:
    """What this event tells of is erased, and was erased then."""
    for version in telling.references.get("versions") or []:
        erased = sofar.erased.pop(version, None) if isinstance(version, int) else None
        if erased is not None and erased.erased_at != telling.at:
            detail = f"it was erased when version {telling.version} says"
            yield Finding(What.PAYLOAD_ALTERED, erased.stream, erased.version, erased.position, detail)


def _check_head(last: Row) -> Iterator[Finding]:
    if last.head_version is None:
        yield Finding(What.HEAD_MISSING, last.stream)
    elif last.head_version > last.version:
        detail = f"the head tells of version {last.head_version}, the last one here is {last.version}"
        yield Finding(What.CUT_OFF, last.stream, last.version + 1, detail=detail)
    elif (last.head_version, last.head_digest) != (last.version, last.digest):
        yield Finding(What.HEAD_WRONG, last.stream, last.version, last.position)

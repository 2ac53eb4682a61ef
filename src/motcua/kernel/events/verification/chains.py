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
    head_version: int | None
    head_digest: bytes | None


_ROWS = """
SELECT e.position, e.stream, e.version, e.kind, e.actor, e.agency,
       CASE WHEN e.at BETWEEN %s AND %s THEN e.at END, e."references", e.payload_digest, e.digest,
       p.event_id, p.salt, p.data, h.version, h.digest
FROM events_event e
LEFT JOIN events_eventpayload p ON p.event_id = e.position
LEFT JOIN events_streamhead h ON h.stream = e.stream
ORDER BY e.stream, e.version, e.position
"""

_LOST = """
SELECT stream, version FROM events_streamhead h
WHERE NOT EXISTS (SELECT FROM events_event e WHERE e.stream = h.stream) ORDER BY stream
"""


def check_chains(checked: Checked) -> Iterator[Finding]:
    """Everything wrong with the chains."""
    rows = (Row(*row) for row in streamed(_ROWS, READABLE_TIMES, json_columns=(7, 12)))
    for stream, of_stream in groupby(rows, key=lambda row: row.stream):
        checked.streams += 1
        yield from _check_stream(stream, of_stream, checked)
    for stream, version in streamed(_LOST):
        yield Finding(What.STREAM_LOST, stream, detail=f"its head tells of {version} events, none is left")


@dataclass
class _Sofar:
    """What is known of a stream while its events pass."""

    version: int = 0
    digest: bytes = rules.NOTHING_BEFORE
    position: int = 0
    erased: dict[int, int] = field(default_factory=dict)


def _check_stream(stream: str, rows: Iterable[Row], checked: Checked) -> Iterator[Finding]:
    sofar = _Sofar()
    row = None
    for row in rows:
        checked.events += 1
        yield from _check_place(row, sofar)
        yield from _check_payload(row, sofar)
        sofar.version, sofar.digest, sofar.position = row.version, row.digest, row.position
    for version, position in sofar.erased.items():
        yield Finding(What.ERASED_UNTOLD, stream, version, position)
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
        sofar.erased[row.version] = row.position
    elif _payload_digest(row.salt, row.data) != row.payload_digest:
        yield Finding(What.PAYLOAD_ALTERED, *place)
    if row.kind == rules.ERASED and isinstance(row.references, dict):
        told = row.references.get("versions") or []
        sofar.erased = {version: at for version, at in sofar.erased.items() if version not in told}


def _payload_digest(salt: bytes, data: Any) -> bytes | None:
    try:
        return rules.payload_digest(salt, data)
    except NotCanonical:
        return None


def _check_head(last: Row) -> Iterator[Finding]:
    if last.head_version is None:
        yield Finding(What.HEAD_MISSING, last.stream)
    elif last.head_version > last.version:
        detail = f"the head tells of version {last.head_version}, the last one here is {last.version}"
        yield Finding(What.CUT_OFF, last.stream, last.version + 1, detail=detail)
    elif (last.head_version, last.head_digest) != (last.version, last.digest):
        yield Finding(What.HEAD_WRONG, last.stream, last.version, last.position)

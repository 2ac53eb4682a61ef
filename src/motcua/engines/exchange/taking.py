"""Messages are taken in by the rooms that know them: each document's in their order, once, a bad one alone."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcua.engines.exchange import edxml, rules
from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.kinds import NotYet, Received, kinds
from motcua.engines.exchange.models import Incoming
from motcua.engines.exchange.transports.interface import STORAGE
from motcua.kernel.errors import Conflict, Refused

log = logging.getLogger(__name__)

AT_ONCE = 50
ATTEMPTS = 8
_DUE = """
    SELECT i.id FROM exchange_incoming i WHERE i.state = 'waiting' AND i.next_at <= %(now)s AND NOT EXISTS (
        SELECT FROM exchange_incoming e WHERE e.partner_id = i.partner_id AND e.about = i.about
        AND e.state IN ('waiting', 'stuck') AND e.id < i.id)
    ORDER BY i.id LIMIT %(most)s
"""


def take_some() -> int:
    """Have some messages taken in; returns how many were settled."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": timezone.now(), "most": AT_ONCE})
        due = [row[0] for row in cursor.fetchall()]
    return sum(map(_take, due))


def _take(key: UUID) -> int:
    try:
        return _taken(key)
    except NotYet as error:
        return _later(key, "not_yet", str(error) or "another message must come before")
    except Conflict as conflict:
        return _later(key, conflict.code, str(conflict))
    except (Refused, edxml.Malformed) as refused:
        return _stuck(key, getattr(refused, "code", "message"), str(refused))
    except OSError as error:
        log.exception("exchange_storage_failed", extra={"letter": str(key)})
        return _later(key, STORAGE, type(error).__name__)
    except Exception as error:  # one message that cannot be taken in must not hold up the others
        log.exception("exchange_taking_failed", extra={"letter": str(key)})
        return _later(key, "failed", type(error).__name__)


@transaction.atomic
def _taken(key: UUID) -> int:
    """Take one message; whatever the room did is undone when it raises."""
    row = _locked(key)
    if row is None:
        return 0
    kind = kinds.get(row.kind)
    if kind is None or kind.take is None:
        return _keep_stuck(row, "kind", f"no room takes messages of the kind {row.kind}")
    kind.take(received(row))
    row.state, row.settled_at, row.code, row.fault = Incoming.State.TAKEN, timezone.now(), "", ""
    row.attempts += 1
    row.save(update_fields=["state", "settled_at", "code", "fault", "attempts"])
    return 1


def received(row: Incoming) -> Received:
    """A message as rooms see it."""
    assert row.file is not None  # until it has been taken
    return Received(
        id=row.pk,
        partner=row.partner.code,
        kind=row.kind,
        about=row.about,
        message_id=row.message_id,
        digest=row.digest,
        received_at=row.received_at,
        signature=row.signature,
        file=row.file,
    )


def _locked(key: UUID) -> Incoming | None:
    rows = Incoming.objects.select_related("partner", "file__blob").select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=key, state=Incoming.State.WAITING).first()


@transaction.atomic
def _later(key: UUID, code: str, fault: str) -> int:
    row = _locked(key)
    if row is None:
        return 0
    now = timezone.now()
    if _is_over(row, code, now):
        return _keep_stuck(row, code, fault)
    row.attempts += 1
    row.code, row.fault, row.next_at = code[:40], fault[:500], now + rules.waiting(row.attempts)
    row.save(update_fields=["attempts", "code", "fault", "next_at"])
    return 0


def _is_over(row: Incoming, code: str, now: datetime) -> bool:
    if code == "not_yet":
        return now - row.received_at > rules.PATIENCE
    return code != STORAGE and row.attempts + 1 >= ATTEMPTS


@transaction.atomic
def _stuck(key: UUID, code: str, fault: str) -> int:
    row = _locked(key)
    return 0 if row is None else _keep_stuck(row, code, fault)


def _keep_stuck(row: Incoming, code: str, fault: str) -> int:
    row.state, row.code, row.fault, row.attempts = Incoming.State.STUCK, code[:40], fault[:500], row.attempts + 1
    row.save(update_fields=["state", "code", "fault", "attempts"])
    told: dict[str, Any] = {"message": row.pk, "message_kind": row.kind, "about": row.about, "code": row.code}
    tell(row.partner.code, "stuck", at=timezone.now(), **told, sha256=row.digest)
    return 1

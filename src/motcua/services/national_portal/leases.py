"""The dossiers that one worker holds while it tells the portal of them: taken under a lease, then put back.

What becomes of them meanwhile stands in the worker's memory; if it dies, its successor asks the portal what it knows.
Until when a dossier is held tells by whom: who was away for longer changes nothing of what another holds now.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from motcua.services.national_portal.models import Exchange

# An array is read once. What stands in IN (…) PostgreSQL may ask again for each row: more than LIMIT would be taken.
_TAKE = """
    UPDATE national_portal_exchange SET leased_until = %(until)s, unsure = unsure OR leased_until IS NOT NULL
    WHERE dossier_id = ANY (ARRAY(
        SELECT dossier_id FROM national_portal_exchange
        WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < %(now)s)
            AND (quiet_until IS NULL OR quiet_until < %(now)s)
        ORDER BY waiting_since, dossier_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )) RETURNING *
"""
# Locked in the order in which ``actions.hear`` locks them; it may want more of a dossier by now than was told.
_PUT_BACK = """
    WITH held AS (
        SELECT has.* FROM unnest(%(ids)s::uuid[], %(leases)s::timestamptz[], %(told)s::int[], %(moved)s::int[],
            %(unsure)s::boolean[], %(attempts)s::int[], %(faults)s::text[], %(told_at)s::timestamptz[],
            %(quiet)s::timestamptz[]) AS has (id, lease, told, moved, unsure, attempts, fault, told_at, quiet)
        JOIN national_portal_exchange known ON known.dossier_id = has.id
        WHERE known.leased_until = has.lease AND known.state = 'waiting' ORDER BY has.id FOR UPDATE OF known
    )
    UPDATE national_portal_exchange known SET leased_until = NULL, told = held.told, moved = held.moved,
        unsure = held.unsure, attempts = held.attempts, fault = held.fault, told_at = held.told_at,
        quiet_until = held.quiet,
        state = CASE WHEN held.fault <> '' THEN 'stuck'
            WHEN known.wanted <= least(held.told, held.moved) THEN 'known' ELSE 'waiting' END
    FROM held WHERE known.dossier_id = held.id
"""
_RENEW = """
    WITH held AS (
        SELECT has.id FROM unnest(%(ids)s::uuid[], %(leases)s::timestamptz[]) AS has (id, lease)
        JOIN national_portal_exchange known ON known.dossier_id = has.id
        WHERE known.leased_until = has.lease AND known.state = 'waiting' ORDER BY has.id FOR UPDATE OF known
    )
    UPDATE national_portal_exchange known SET leased_until = %(until)s FROM held WHERE known.dossier_id = held.id
    RETURNING known.dossier_id
"""


def take(most: int, lease: timedelta) -> list[Exchange]:
    """Some dossiers that wait, the longest first. Of those that a dead worker held nobody knows what was told."""
    now = timezone.now()
    taken = list(Exchange.objects.raw(_TAKE, {"until": now + lease, "now": now, "most": most}))
    return sorted(taken, key=lambda row: (row.waiting_since, row.pk))


def renew(rows: Sequence[Exchange], lease: timedelta) -> set[UUID]:
    """Hold them for longer; the keys of those that are still held. One statement."""
    until = timezone.now() + lease
    ids, leases = [row.pk for row in rows], [row.leased_until for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, {"ids": ids, "leases": leases, "until": until})
        kept = {key for (key,) in cursor.fetchall()}
    for row in rows:
        if row.pk in kept:
            row.leased_until = until
    return kept


def put_back(rows: Sequence[Exchange]) -> None:
    """Note what has become of them, and let go. One statement."""
    values = {
        "ids": [row.pk for row in rows],
        "leases": [row.leased_until for row in rows],
        "told": [row.told for row in rows],
        "moved": [row.moved for row in rows],
        "unsure": [row.unsure for row in rows],
        "attempts": [row.attempts for row in rows],
        "faults": [row.fault for row in rows],
        "told_at": [row.told_at for row in rows],
        "quiet": [row.quiet_until for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT_BACK, values)

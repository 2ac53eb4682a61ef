"""The dossiers that one worker holds while it tells the portal of them: taken under a lease, then put back.

What becomes of them meanwhile stands in the worker's memory; if it dies, its successor asks the portal what it knows.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from motcua.services.national_portal.models import Exchange

_TAKE = """
    UPDATE national_portal_exchange SET leased_until = %(until)s, unsure = unsure OR leased_until IS NOT NULL
    WHERE dossier_id IN (
        SELECT dossier_id FROM national_portal_exchange
        WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < %(now)s)
        ORDER BY waiting_since, dossier_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING *
"""
# Locked in the order in which ``actions.hear`` locks them; it may want more of a dossier by now than was told.
_PUT_BACK = """
    WITH held AS (
        SELECT has.* FROM unnest(%(ids)s::uuid[], %(told)s::int[], %(moved)s::int[], %(unsure)s::boolean[],
            %(attempts)s::int[], %(faults)s::text[], %(told_at)s::timestamptz[])
            AS has (id, told, moved, unsure, attempts, fault, told_at)
        JOIN national_portal_exchange known ON known.dossier_id = has.id ORDER BY has.id FOR UPDATE OF known
    )
    UPDATE national_portal_exchange known SET leased_until = NULL, told = held.told, moved = held.moved,
        unsure = held.unsure, attempts = held.attempts, fault = held.fault, told_at = held.told_at,
        state = CASE WHEN held.fault <> '' THEN 'stuck'
            WHEN known.wanted <= least(held.told, held.moved) THEN 'known' ELSE 'waiting' END
    FROM held WHERE known.dossier_id = held.id
"""


def take(most: int, lease: timedelta) -> list[Exchange]:
    """Some dossiers that wait, the longest first. Of those that a dead worker held nobody knows what was told."""
    now = timezone.now()
    taken = list(Exchange.objects.raw(_TAKE, {"until": now + lease, "now": now, "most": most}))
    return sorted(taken, key=lambda row: (row.waiting_since, row.pk))


@transaction.atomic
def renew(rows: Iterable[Exchange], lease: timedelta) -> None:
    """Hold them for longer."""
    held = Exchange.objects.filter(pk__in=[row.pk for row in rows])
    in_order = held.select_for_update(of=("self",)).order_by("pk").values("pk")
    Exchange.objects.filter(pk__in=in_order).update(leased_until=timezone.now() + lease)


def put_back(rows: Sequence[Exchange]) -> None:
    """Note what has become of them, and let go. One statement."""
    values = {
        "ids": [row.pk for row in rows],
        "told": [row.told for row in rows],
        "moved": [row.moved for row in rows],
        "unsure": [row.unsure for row in rows],
        "attempts": [row.attempts for row in rows],
        "faults": [row.fault for row in rows],
        "told_at": [row.told_at for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT_BACK, values)

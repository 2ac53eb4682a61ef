"""What can happen between this house and the portal: hearing of dossiers, sending again, leaving out, taking in."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Invalid
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.people.accounts.sealing import seal
from motcua.services.national_portal import jobs
from motcua.services.national_portal.models import Arrival, Exchange

LONGEST_REASON = 500
_HEAR = """
    INSERT INTO national_portal_exchange AS known
        (dossier_id, known_as, state, wanted, told, moved, unsure, attempts, fault, waiting_since)
    SELECT d.id, coalesce(nullif(d.code, ''), nullif(d.portal_code, ''), d.submission_number), 'waiting',
        heard.version, 0, 0, false, 0, '', %(at)s
    FROM unnest(%(ids)s::uuid[], %(versions)s::int[]) AS heard (id, version) JOIN dossiers_dossier d ON d.id = heard.id
    WHERE d.channel = 'online' OR d.accepted_at IS NOT NULL OR d.closed_at IS NOT NULL
    ORDER BY d.id
    ON CONFLICT (dossier_id) DO UPDATE SET wanted = greatest(known.wanted, excluded.wanted),
        waiting_since = CASE WHEN known.state = 'known' THEN excluded.waiting_since ELSE known.waiting_since END,
        state = CASE WHEN known.state = 'known' AND excluded.wanted > known.wanted THEN 'waiting' ELSE known.state END
"""


@transaction.atomic
def hear(versions: Mapping[UUID, int], *, at: datetime) -> None:
    """Note up to which version of its stream each dossier is to be told; the same again changes nothing.

    What is handed over in person is told with its acceptance, under its code; what is filed online at once, under the
    number it has by then, which stays its name there.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HEAR, {"ids": list(versions), "versions": list(versions.values()), "at": at})


@transaction.atomic
def send_again(dossiers: Iterable[UUID], *, by: UUID | None, at: datetime) -> int:
    """Tell the portal of dossiers anew from what it has confirmed; returns how many they are.

    For what it refused and what was left out, after the cause was mended, and for what a comparison found.
    """
    rows = list(
        Exchange.objects.select_for_update(of=("self",)).filter(dossier__in=list(dossiers)).order_by("dossier")
    )
    for row in rows:
        row.state, row.fault, row.attempts, row.waiting_since = Exchange.State.WAITING, "", 0, at
        row.told, row.moved, row.unsure = 0, 0, True  # what the portal has is asked before anything is said twice
        # Whoever holds it notes nothing of it any more, but may be telling it until its lease ends.
        row.quiet_until = max(filter(None, (row.quiet_until, row.leased_until)), default=None)
        row.leased_until = None
    changed = ["state", "fault", "attempts", "waiting_since", "told", "moved", "unsure", "leased_until", "quiet_until"]
    Exchange.objects.bulk_update(rows, changed)
    for row in rows:
        _tell(row.dossier_id, "sent_again", by, at)
    return len(rows)


@transaction.atomic
def leave_out(dossier: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Tell the portal no more of a dossier that it refuses. Raises ``Refused`` without a reason, ``Conflict``."""
    row = Exchange.objects.select_for_update(of=("self",)).filter(pk=dossier, state=Exchange.State.STUCK).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    row.state = Exchange.State.LEFT
    row.fault = written(reason, _("Write why this dossier is left out."), "reason", LONGEST_REASON)
    row.save(update_fields=["state", "fault"])
    _tell(dossier, "left_out", by, at, reason=row.fault)


@transaction.atomic
def receive(said: Mapping[str, Any], *, at: datetime) -> Arrival:
    """Keep a message of the portal about a dossier filed there, and have it taken in; the same again is nothing new.

    Raises :class:`Invalid` for a message that names no dossier.
    """
    given = said.get("MaHoSo")
    code = given.strip() if isinstance(given, str) else ""
    if not 1 <= len(code) <= 60:
        raise Invalid(_("Some of the input is not right."), errors={"MaHoSo": _("Write the code of the dossier.")})
    content = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    arrival, created = Arrival.objects.get_or_create(
        code=code,
        digest=hashlib.sha256(content).hexdigest(),
        defaults={"said": seal(content), "received_at": at},
    )
    if created:
        jobs.take_in.configure(lock=f"national-portal:{code}").defer(arrival=str(arrival.pk))
    return arrival


@transaction.atomic
def try_again(arrival: UUID, *, by: UUID, at: datetime) -> None:
    """Take in a message again whose cause was mended. Raises ``Conflict`` for one that does not wait for that."""
    row = _stuck(arrival)
    row.state, row.fault, row.attempts = Arrival.State.WAITING, "", 0
    row.save(update_fields=["state", "fault", "attempts"])
    jobs.take_in.configure(lock=f"national-portal:{row.code}").defer(arrival=str(row.pk))
    _tell_arrival(row, "tried_again", by, at)


@transaction.atomic
def leave_aside(arrival: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Never take a message in. Raises ``Refused`` without a reason, ``Conflict`` for one that does not wait."""
    row = _stuck(arrival)
    row.state, row.settled_at = Arrival.State.LEFT, at
    row.fault = written(reason, _("Write why this message is left aside."), "reason", LONGEST_REASON)
    row.save(update_fields=["state", "fault", "settled_at"])
    _tell_arrival(row, "left_aside", by, at, reason=row.fault)


def _stuck(arrival: UUID) -> Arrival:
    row = Arrival.objects.select_for_update(of=("self",)).filter(pk=arrival, state=Arrival.State.STUCK).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    return row


def _tell(dossier: UUID, what: str, by: UUID | None, at: datetime, **more: Any) -> None:
    references = {"dossier": dossier, **more}
    record(stream=f"portal:{dossier}", kind=f"portal.{what}", actor=by, agency=None, references=references, at=at)


def _tell_arrival(row: Arrival, what: str, by: UUID | None, at: datetime, **more: Any) -> None:
    references = {"code": row.code, **more}
    record(
        stream=f"portal-arrival:{row.pk}", kind=f"portal.{what}", actor=by, agency=None, references=references, at=at
    )

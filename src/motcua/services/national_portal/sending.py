"""Telling the portal: each dossier in its own order, once, however often the line breaks.

No transaction is open while the portal answers: it would hold back every subscriber of events. A worker takes dossiers
under a lease instead; who dies with it lets others go on when it ends.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from motcua.engines.exchange.standing import note_down, up
from motcua.engines.exchange.transports.interface import NotReached
from motcua.kernel.events.access_log import record_access
from motcua.services.dossiers.models import Dossier
from motcua.services.national_portal import actions, contents, rules
from motcua.services.national_portal.models import Exchange, Link
from motcua.services.national_portal.protocol import Portal, Rejected, is_connected, portal

log = logging.getLogger(__name__)

PORTAL = UUID("a7c1b5a0-0000-7000-8000-6e6174696f6e")  # who reads, in the access records
PURPOSE, PURPOSE_IN_WORDS = "national_portal", gettext_lazy("Told to the National Public Service Portal")
AT_ONCE = 50
LEASE = timedelta(minutes=3)  # longer than the requests of one dossier can take
_TAKE = """
    UPDATE national_portal_exchange SET leased_until = %(until)s WHERE dossier_id IN (
        SELECT dossier_id FROM national_portal_exchange
        WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < %(now)s)
        ORDER BY waiting_since, dossier_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING dossier_id
"""


def send_waiting() -> int:
    """Tell of some dossiers that wait, the longest first; returns how many were worked on.

    A portal that does not answer is left alone for a while, by every worker.
    """
    now = timezone.now()
    link = Link.objects.filter(pk=1).first()
    if not is_connected() or (link is not None and link.retry_at is not None and link.retry_at > now):
        return 0
    taken = _take(now)
    for done, key in enumerate(taken):
        try:
            _send(portal(), Exchange.objects.get(pk=key))
        except NotReached as error:
            Exchange.objects.filter(pk__in=taken[done:]).update(leased_until=None)
            note_down(_link(), str(error), waiting=rules.waiting)
            return 0
        except Exception as error:  # one dossier that cannot be told must not hold up the others
            log.exception("portal_dossier_failed", extra={"dossier": str(key)})
            _set_aside(key, type(error).__name__)
    if taken:
        _note_up()
    return len(taken)


def _take(now: datetime) -> list[UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"until": now + LEASE, "now": now, "most": AT_ONCE})
        return sorted(row[0] for row in cursor.fetchall())


def _send(there: Portal, row: Exchange) -> None:
    """Tell of one dossier what the portal does not have. Raises :class:`NotReached`."""
    dossier = Dossier.objects.select_related("procedure_version__procedure", "applicant").get(pk=row.pk)
    try:
        known = there.call("TraCuuHoSo", [{"MaHoSo": row.known_as}]) if row.unsure else []
        _tell_dossier(there, row, dossier, is_there=bool(known) or row.told > 0)
        moved = _tell_movements(there, row, dossier, [each for one in known for each in one["DanhSachTienTrinh"]])
    except NotReached as error:
        Exchange.objects.filter(pk=row.pk).update(unsure=row.unsure or error.unsure, attempts=row.attempts + 1)
        raise
    except Rejected as error:
        _set_aside(row.pk, str(error))
        return
    actions.settle(row, told=row.wanted, moved=moved, at=timezone.now())


def _set_aside(dossier: UUID, fault: str) -> None:
    """Let a dossier wait for a person."""
    Exchange.objects.filter(pk=dossier).update(
        state=Exchange.State.STUCK, fault=fault[:500], attempts=F("attempts") + 1, leased_until=None
    )


def _tell_dossier(there: Portal, row: Exchange, dossier: Dossier, *, is_there: bool) -> None:
    if row.told >= row.wanted:
        return
    if not row.told:
        record_access(who=PORTAL, whose=dossier.applicant_id, purpose=PURPOSE, subject=dossier.stream)
    there.call(
        "DongBoHoSoMC", [contents.dossier_message(dossier, row.known_as, timezone.localdate())], isUpdating=is_there
    )
    Exchange.objects.filter(pk=row.pk).update(told=row.wanted)


def _tell_movements(there: Portal, row: Exchange, dossier: Dossier, known: list[dict[str, object]]) -> int:
    told, upto = contents.movements(dossier, row.known_as, after=row.moved, upto=row.wanted)
    if left := rules.unknown(told, known):
        there.call("CapNhatTienDoHoSoMC", left)
    return upto


def _link() -> Link:
    return Link.objects.get_or_create(pk=1)[0]


def _note_up() -> None:
    Link.objects.update_or_create(pk=1, defaults=up(timezone.now()))

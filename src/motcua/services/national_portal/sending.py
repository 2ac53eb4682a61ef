"""Telling the portal: each dossier in its own order, once, however often the line breaks.

No transaction is open while the portal answers: it would hold back every subscriber of events. A worker takes dossiers
under a lease instead; who dies with it lets others go on when it ends. Many are told in one request; one that the
portal refuses is found by telling each of its lot alone. A dossier of which the portal was told and gave no answer
rests for a while: it may still be writing, and would write the same twice.
"""

import json
import logging
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from motcua.engines.exchange.standing import note_down, up
from motcua.engines.exchange.transports.interface import NotReached
from motcua.kernel.events.access_log import record_accesses
from motcua.services.national_portal import leases, rules
from motcua.services.national_portal.contents import Contents, Tale
from motcua.services.national_portal.models import Exchange, Link
from motcua.services.national_portal.protocol import Portal, Rejected, Unheard, is_connected, portal

log = logging.getLogger(__name__)

PORTAL = UUID("a7c1b5a0-0000-7000-8000-6e6174696f6e")  # who reads, in the access records
PURPOSE, PURPOSE_IN_WORDS = "national_portal", gettext_lazy("Told to the National Public Service Portal")
LOOK_UP = "TraCuuHoSo"
CALLS = 4  # of one lot: what the portal knows, new dossiers, those that it has, movements


def send_waiting() -> int:
    """Tell of some dossiers that wait, the longest first; returns how many were worked on.

    A portal that does not answer is left alone for a while, by every worker.
    """
    link = Link.objects.filter(pk=1).first()
    if not is_connected() or (link is not None and link.retry_at is not None and link.retry_at > timezone.now()):
        return 0
    there, most = portal(), link.at_once if link else rules.AT_ONCE
    rows = leases.take(most, CALLS * there.patience)
    if not rows:
        return 0
    lots = _lots(rows)
    try:
        _tell_all(there, lots)
    except NotReached as error:
        note_down(Link.objects.get_or_create(pk=1)[0], str(error), waiting=rules.waiting)
        Link.objects.update(at_once=rules.fewer(most))
        return 0
    if lots:
        grown = rules.more(most) if len(rows) >= most else most  # of a few that were waiting nothing is learnt
        Link.objects.update_or_create(pk=1, defaults=up(timezone.now()) | {"at_once": grown})
    return len(rows)


def _lots(rows: Sequence[Exchange]) -> list[list[Tale]]:
    """What is told together."""
    contents, tales, sizes = Contents(rows), [], []
    for row in rows:
        try:
            tale = contents.of(row)
            size = len(json.dumps([tale.dossier, tale.movements], ensure_ascii=False).encode())
        except Exception as error:  # noqa: BLE001 - told to people; it must not hold up the others
            _set_aside(row, error)
        else:
            tales.append(tale)
            sizes.append(size)
    return [tales[cut] for cut in rules.lots(sizes)]


def _tell_all(there: Portal, lots: Collection[list[Tale]]) -> None:
    """Tell lot by lot, and each dossier alone of a lot that was refused. Raises :class:`NotReached`."""
    left = deque(lots)
    while left:
        lot = left.popleft()
        try:
            _tell(there, lot)
        except NotReached:
            leases.put_back([tale.row for each in (lot, *left) for tale in each])
            raise
        except Exception as error:  # noqa: BLE001 - the same
            if len(lot) == 1:
                _set_aside(lot[0].row, error)
            else:
                for tale in lot:
                    tale.row.unsure = True  # it may have taken some before it met the one that it refuses
                left.extendleft([tale] for tale in reversed(lot))
        else:
            leases.put_back([tale.row for tale in lot])
        if left:
            kept = leases.renew([tale.row for each in left for tale in each], CALLS * there.patience)
            still = ([tale for tale in each if tale.row.pk in kept] for each in left)
            left = deque(each for each in still if each)  # what others hold by now is theirs to tell


def _set_aside(row: Exchange, error: Exception) -> None:
    """Let a dossier wait for a person."""
    if not isinstance(error, Rejected):
        log.error("portal_dossier_failed", exc_info=error, extra={"dossier": str(row.pk)})
    row.fault = str(error)[:500] if isinstance(error, Rejected) else type(error).__name__
    row.attempts += 1
    leases.put_back([row])


def _tell(there: Portal, lot: Sequence[Tale]) -> None:
    """Tell of a lot what the portal does not have. Raises :class:`NotReached`, :class:`Rejected`."""
    unsure = [tale for tale in lot if tale.row.unsure]
    answer = _ask(there, LOOK_UP, unsure, [{"MaHoSo": tale.row.known_as} for tale in unsure])
    known = {each["MaHoSo"]: each["DanhSachTienTrinh"] for each in answer}
    _tell_dossiers(there, [tale for tale in lot if tale.row.told < tale.row.wanted], known)
    left = [(tale, rules.unknown(tale.movements, known.get(tale.row.known_as, []))) for tale in lot]
    moved = [tale for tale, lines in left if lines]
    _ask(there, "CapNhatTienDoHoSoMC", moved, [line for _tale, lines in left for line in lines])
    for tale in lot:
        row = tale.row
        row.moved, row.told_at, row.unsure, row.attempts = tale.upto, timezone.now(), False, 0
        row.quiet_until = None


def _tell_dossiers(there: Portal, lot: Sequence[Tale], known: Collection[str]) -> None:
    first = [tale for tale in lot if not tale.row.told]
    if first:
        record_accesses([(tale.whose, tale.stream) for tale in first], who=PORTAL, purpose=PURPOSE)
    new = [tale for tale in first if tale.row.known_as not in known]
    for some, is_there in ((new, False), ([tale for tale in lot if tale not in new], True)):
        _ask(there, "DongBoHoSoMC", some, [tale.dossier for tale in some], isUpdating=is_there)
        for tale in some:
            tale.row.told = tale.row.wanted


def _ask(
    there: Portal, service: str, about: Sequence[Tale], data: Sequence[Mapping[str, Any]], **more: bool
) -> list[dict[str, Any]]:
    """What a service answers about some of a lot. Raises :class:`NotReached`, :class:`Rejected`."""
    if not about:
        return []
    try:
        return there.call(service, data, **more)
    except NotReached as error:
        for tale in about:
            tale.row.unsure |= error.unsure
            tale.row.attempts += 1
            if isinstance(error, Unheard) and service != LOOK_UP:
                tale.row.quiet_until = timezone.now() + rules.quiet(tale.row.attempts)
        raise

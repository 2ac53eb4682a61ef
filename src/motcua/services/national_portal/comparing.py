"""Comparing what we and the portal say of the dossiers of a day (đối soát): the score of index 1.4 stands on it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from django.utils import timezone

from motcua.kernel.text.dates import midnight
from motcua.services.dossiers.rules.national import status_code
from motcua.services.national_portal import actions
from motcua.services.national_portal.models import Comparison, Exchange
from motcua.services.national_portal.protocol import is_connected, portal

AT_ONCE, LISTED = 50, 1000


def compare(day: date) -> Comparison | None:
    """Ask the portal for every dossier that should be in step and moved on a day; what differs is sent again.

    Raises :class:`NotReached` while the portal does not answer. None in a house that is not connected.
    """
    if not is_connected():
        return None
    compared, found = 0, []
    moved = _moved_on(day)
    while rows := list(islice(moved, AT_ONCE)):
        wanted = {row.known_as: str(status_code(row.dossier.state, timezone.localdate())) for row in rows}
        there = portal().call("TraCuuHoSo", [{"MaHoSo": code} for code in wanted])
        known = {each["MaHoSo"]: each["TrangThaiHoSo"] for each in there}
        different = {code for code, state in wanted.items() if known.get(code) != state}
        compared += len(wanted)
        found += [[code, wanted[code], known.get(code)] for code in sorted(different)]
        keys: list[UUID] = [row.pk for row in rows if row.known_as in different]
        actions.send_again(keys, by=None, at=timezone.now())
    values = {
        "compared": compared,
        "missing": sum(state is None for _code, _here, state in found),
        "differing": sum(state is not None for _code, _here, state in found),
        "found": found[:LISTED],
        "made_at": timezone.now(),
    }
    comparison, _created = Comparison.objects.update_or_create(day=day, defaults=values)
    return comparison


def _moved_on(day: date) -> Iterator[Exchange]:
    begin = midnight(day)
    in_step = Exchange.objects.filter(
        state=Exchange.State.KNOWN, told_at__gte=begin, told_at__lt=begin + timedelta(days=1)
    )
    chosen = in_step.select_related("dossier").only("known_as", "dossier__state").order_by("pk")
    return chosen.iterator(chunk_size=AT_ONCE)

"""Comparing what we and the portal say of the dossiers of a day (đối soát): the score of index 1.4 stands on it.

Asked is not only about what was told. What came in and was never told is told now; what a person has left out of the
exchange, or left aside of the portal's messages, is shown for what it is: not in step, and not to be sent again.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.kernel.text.dates import midnight
from motcua.services.dossiers.models import Channel, Dossier
from motcua.services.dossiers.rules.national import status_code
from motcua.services.national_portal import actions, rules
from motcua.services.national_portal.models import Arrival, Comparison, Exchange
from motcua.services.national_portal.protocol import is_connected, portal

AT_ONCE, LISTED = 50, 1000
LATELY = timedelta(days=30)  # before the day: what was handed in then may have been accepted on it
Found = list[tuple[str, str, str | None]]  # code, state here, state there


def compare(day: date) -> Comparison | None:
    """Ask the portal for every dossier that should be in step and moved on a day; what differs is sent again.

    Raises :class:`NotReached` while the portal does not answer. None in a house that is not connected.
    """
    if not is_connected():
        return None
    compared, found = 0, Found()
    moved = _moved_on(day)
    while rows := list(islice(moved, AT_ONCE)):
        different = _differing(rows)
        compared += len(rows)
        found += different
        codes = {code for code, _here, _there in different}
        keys: list[UUID] = [row.pk for row in rows if row.known_as in codes]
        actions.send_again(keys, by=None, at=timezone.now())
    untold, left = _tell_untold(day), [*_left_out(), *_left_aside(day)]
    values = {
        "compared": compared,
        "missing": sum(state is None for _code, _here, state in found),
        "differing": sum(state is not None for _code, _here, state in found),
        "untold": len(untold),
        "left": len(left),
        "found": [*untold, *found, *left][:LISTED],
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


def _differing(rows: Sequence[Exchange]) -> Found:
    """Of these, what the portal does not have, or has in another state. Raises :class:`NotReached`."""
    wanted = {row.known_as: str(status_code(row.dossier.state, timezone.localdate())) for row in rows}
    there = portal().call("TraCuuHoSo", [{"MaHoSo": code} for code in wanted]) if wanted else []
    known = {each["MaHoSo"]: each["TrangThaiHoSo"] for each in there}
    return [(code, state, known.get(code)) for code, state in sorted(wanted.items()) if known.get(code) != state]


def _tell_untold(day: date) -> Found:
    """What had come in by a day and stands in no exchange, though the house was connected: it is to be told now.

    Nothing from before the first dossier that the portal was told of is touched: that is not the portal's.
    """
    since = Exchange.objects.aggregate(first=Min("told_at"))["first"]
    begin, end = midnight(day) - LATELY, midnight(day) + timedelta(days=1)
    if since is None or since >= end:
        return []
    concerned = Q(channel=Channel.ONLINE) | Q(accepted_at__isnull=False) | Q(closed_at__isnull=False)
    came = Dossier.objects.filter(concerned, submitted_at__gte=max(begin, since), submitted_at__lt=end)
    missing = came.exclude(Exists(Exchange.objects.filter(dossier=OuterRef("pk"))))
    rows = {row.stream: row for row in missing.only("code", "submission_number", "state").order_by("pk")[:LISTED]}
    events = Event.objects.filter(stream__in=rows, kind__in=[*rules.MOVEMENTS, *rules.CHANGES]).order_by()
    versions = dict(events.values_list("stream").annotate(last=Max("version")))
    actions.hear({rows[stream].pk: version for stream, version in versions.items()}, at=timezone.now())
    told = [rows[stream] for stream in rows if stream in versions]
    return [(row.number, str(status_code(row.state, timezone.localdate())), None) for row in told]


def _left_out() -> Found:
    """What a person took out of the exchange and the portal has not so, or not at all. Raises :class:`NotReached`."""
    rows = Exchange.objects.filter(state=Exchange.State.LEFT).select_related("dossier")
    chosen = rows.only("known_as", "dossier__state").order_by("pk")[:LISTED].iterator(chunk_size=AT_ONCE)
    found = Found()
    while some := list(islice(chosen, AT_ONCE)):
        found += _differing(some)
    return found


def _left_aside(day: date) -> Found:
    """What the portal sent and a person left aside on a day: there it is a dossier of this house, here it is none."""
    begin = midnight(day)
    settled = {"settled_at__gte": begin, "settled_at__lt": begin + timedelta(days=1)}
    aside = Arrival.objects.filter(state=Arrival.State.LEFT, dossier=None, **settled)
    return [(code, "", None) for code in aside.order_by("settled_at", "id").values_list("code", flat=True)[:LISTED]]

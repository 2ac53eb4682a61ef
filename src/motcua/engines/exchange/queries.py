"""What rooms ask of the exchange, and what its pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from motcua.engines.exchange.models import Channel, Incoming, Outgoing, Partner, Refusal

RECENT = 50


def reachable(codes: Iterable[str], *, kind: str) -> dict[str, str]:
    """Of these agencies, those to which messages of a kind can be sent, with their names."""
    rows = Partner.objects.filter(code__in=list(codes), is_active=True, channel__kinds__contains=[kind])
    return dict(rows.order_by("code").values_list("code", "name"))


def partners_like(text: str, *, kind: str, most: int = 20) -> list[tuple[str, str]]:
    """Codes and names of agencies that can be reached, whose code begins or whose name contains a text."""
    rows = Partner.objects.filter(is_active=True, channel__kinds__contains=[kind])
    rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    return list(rows.order_by("code").values_list("code", "name")[:most])


@dataclass(frozen=True)
class Sending:
    """How far a message is: its state, when it was settled, and what is wrong."""

    partner: str
    key: str
    state: str
    settled_at: datetime | None
    fault: str


def sendings(kind: str, keys: Iterable[str]) -> list[Sending]:
    """How far messages of a kind are, by the room's own names; ordered by partner."""
    rows = Outgoing.objects.filter(kind=kind, key__in=list(keys)).order_by("partner__code", "key")
    found = rows.values_list("partner__code", "key", "state", "settled_at", "fault")
    return [Sending(*row) for row in found]


@dataclass(frozen=True)
class Open:
    """What is open on all lines."""

    waiting: int
    waiting_since: datetime | None
    dead: int
    to_take: int
    stuck: int


def open_messages() -> Open:
    """Two statements over partial indexes."""
    outgoing = Outgoing.objects.filter(state__in=[Outgoing.State.WAITING, Outgoing.State.DEAD]).aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        since=Min("queued_at", filter=Q(state="waiting")),
        dead=Count("pk", filter=Q(state="dead")),
    )
    incoming = Incoming.objects.filter(state__in=[Incoming.State.WAITING, Incoming.State.STUCK]).aggregate(
        waiting=Count("pk", filter=Q(state="waiting")), stuck=Count("pk", filter=Q(state="stuck"))
    )
    return Open(outgoing["waiting"], outgoing["since"], outgoing["dead"], incoming["waiting"], incoming["stuck"])


def channels() -> list[Channel]:
    """Every line, by name: a handful."""
    return list(Channel.objects.order_by("name", "code"))


def partners(text: str = "") -> QuerySet[Partner]:
    """Partners whose code begins or whose name contains a text; order by ``code, id``."""
    rows = Partner.objects.select_related("channel")
    return rows.filter(Q(code__istartswith=text) | Q(name__icontains=text)) if text else rows


def dead_letters() -> QuerySet[Outgoing]:
    """Messages that were given up; order by ``id``."""
    return Outgoing.objects.filter(state=Outgoing.State.DEAD).select_related("partner")


def stuck_messages() -> QuerySet[Incoming]:
    """Messages that wait for a person; order by ``id``."""
    return Incoming.objects.filter(state=Incoming.State.STUCK).select_related("partner")


def refusals() -> list[Refusal]:
    """What was turned away last, newest first."""
    return list(Refusal.objects.select_related("channel").order_by("-at", "-id")[:RECENT])

"""Reading petitions: the desk's lists, what is alike, the public list and its search."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force, numbered
from motcua.kernel.text.folding import words
from motcua.people.officers.desks import Desk
from motcua.services.petitions import rules
from motcua.services.petitions.access import petitions_for
from motcua.services.petitions.models import Petition
from motcua.services.petitions.policy import PETITIONS

MOST_COMPARED = 300
State = Petition.State


def inbox(desk: Desk, *, filter_by: str = "open", at: datetime) -> "QuerySet[Petition]":
    """What the officer's offices have to do, most urgent first; order by ``due_at, id``."""
    waiting = petitions_for(desk).filter(due_at__isnull=False).select_related("office", "unit")
    return waiting.filter(_FILTERS.get(filter_by, Q())) if filter_by != "overdue" else waiting.filter(due_at__lt=at)


_FILTERS = {
    "new": Q(state=State.RECEIVED),
    "handling": Q(state=State.HANDLING),
    "waiting": Q(state=State.WAITING),
    "to_publish": Q(state=State.ANSWERED),
}


def every(desk: Desk) -> "QuerySet[Petition]":
    """All petitions that the officer may see; order by ``-received_at, -id``."""
    return petitions_for(desk).select_related("office", "unit")


def similar(desk: Desk, petition: Petition) -> list[Petition]:
    """Petitions that may say the same, likest first: recent ones of the same place or topic that the officer may see.

    One statement; at most 300 are compared.
    """
    since = petition.received_at - timedelta(days=numbered(PETITIONS, petition.rules).rules.similar_days)
    near = Q(unit=petition.unit_id) | Q(topic=petition.topic)
    recent = petitions_for(desk).filter(near, received_at__gte=since).exclude(pk=petition.pk)
    open_or_answered = recent.exclude(state__in=[State.REFUSED, State.MERGED]).select_related("unit", "office")
    found = {str(row.pk): row for row in open_or_answered.order_by("-received_at", "-id")[:MOST_COMPARED]}
    keys = rules.alike(seen(petition), [(key, seen(row)) for key, row in found.items()])
    return [found[key] for key in keys]


def seen(petition: Petition) -> rules.Seen:
    """A petition as it is compared."""
    point = petition.latitude, petition.longitude
    at = (float(point[0]), float(point[1])) if point[0] is not None and point[1] is not None else None
    return rules.seen(petition.text, unit=str(petition.unit_id or ""), place=petition.place, at=at)


def public(*, text: str = "", topic: str = "") -> "QuerySet[Petition]":
    """What was answered in public; order by ``-published_at, -id``."""
    found = Petition.objects.filter(published_at__isnull=False).select_related("office", "unit")
    if topic:
        found = found.filter(topic=topic)
    asked = words(text)[:10]
    return found.filter(search=SearchQuery(" ".join(asked), config="simple")) if asked else found


def topics(day: date) -> list[tuple[str, str]]:
    """The topics to choose from; one statement."""
    return [(topic.code, topic.text) for topic in in_force(PETITIONS, day).rules.topics]


def topic_text(petition: Petition) -> str:
    """The topic of a petition in words, as the rules said when it came in."""
    found = numbered(PETITIONS, petition.rules).rules.topic(petition.topic)
    return found.text if found else _("Another matter")

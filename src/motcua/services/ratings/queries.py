"""Reading answers: figures of one month, and the answers themselves without who gave them.

Everything is bounded by the month: answers of other months are not touched.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from motcua.people.organisations.models import Office
from motcua.services.ratings.access import Reach
from motcua.services.ratings.models import Answer, Invitation, Share
from motcua.services.ratings.months import Month
from motcua.services.ratings.rules import Questionnaire
from motcua.services.service_centre.models import Device, Ticket

MOST_GROUPS = 200


class Whole(NamedTuple):
    """All answers of a month together, and how many were asked in it."""

    answered: int
    total: int
    satisfied: int
    commented: int
    invited: int
    invited_answered: int


class Group(NamedTuple):
    """The answers about one office, officer or procedure."""

    key: UUID
    name: str
    answered: int
    total: int
    satisfied: int


_COUNTED = "count(*), coalesce(sum(overall), 0), count(*) FILTER (WHERE satisfied)"
_GROUPS = {
    "office": ("s.office_id", "JOIN organisations_office n ON n.id = g.key", "n.name"),
    "officer": ("s.officer_id", "JOIN accounts_account n ON n.id = g.key", "n.display_name"),
    "procedure": (
        "i.procedure_id",
        (
            "JOIN procedures_procedure p ON p.id = g.key "
            "LEFT JOIN procedures_procedureversion n ON n.id = p.current_version_id"
        ),
        "coalesce(n.name, p.code)",
    ),
}


def whole(reach: Reach, month: Month) -> Whole:
    """The figures of a month; one statement."""
    shared, given = reach.condition
    statement = f"""
        SELECT {_COUNTED}, count(*) FILTER (WHERE comment <> ''),
          (SELECT count(*) FROM ratings_invitation i WHERE i.returned_at >= %s AND i.returned_at < %s
             AND EXISTS (SELECT FROM ratings_share s WHERE s.invitation_id = i.id AND {shared})),
          (SELECT count(*) FROM ratings_invitation i JOIN ratings_answer b ON b.invitation_id = i.id
             WHERE i.returned_at >= %s AND i.returned_at < %s
             AND EXISTS (SELECT FROM ratings_share s WHERE s.invitation_id = i.id AND {shared}))
        FROM ratings_answer a WHERE a.answered_at >= %s AND a.answered_at < %s
          AND EXISTS (SELECT FROM ratings_share s WHERE s.invitation_id = a.invitation_id AND {shared})
    """  # noqa: S608 - our own words
    span = [month.begin, month.end]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*span, *given, *span, *given, *span, *given])
        return Whole(*cursor.fetchone())


def groups(reach: Reach, month: Month, by: str) -> list[Group]:
    """The answers of a month by ``office``, ``officer`` or ``procedure``, most answers first; one statement."""
    key, joined, name = _GROUPS[by]
    shared, given = reach.condition
    statement = f"""
        SELECT g.key, {name}, {_COUNTED} FROM (
          SELECT DISTINCT a.id, a.overall, a.satisfied, {key} AS key
          FROM ratings_answer a JOIN ratings_invitation i ON i.id = a.invitation_id
          JOIN ratings_share s ON s.invitation_id = i.id
          WHERE a.answered_at >= %s AND a.answered_at < %s AND {shared}
        ) g {joined} GROUP BY g.key, {name} ORDER BY count(*) DESC, {name}, g.key LIMIT {MOST_GROUPS}
    """  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(statement, [month.begin, month.end, *given])
        return list(map(Group._make, cursor.fetchall()))


def machines(reach: Reach, month: Month) -> list[tuple[str, int | None, str, int, int, int]]:
    """The answers of a month by how they came: channel, counter and place of the machine; one statement.

    Each row ends with how many there are, the sum of their overall answers and how many were satisfied.
    """
    shared, given = reach.condition
    statement = f"""
        SELECT a.channel, c.number, coalesce(d.name, ''), {_COUNTED}
        FROM ratings_answer a LEFT JOIN service_centre_device d ON d.id = a.device_id
        LEFT JOIN service_centre_counter c ON c.id = d.counter_id
        WHERE a.answered_at >= %s AND a.answered_at < %s
          AND EXISTS (SELECT FROM ratings_share s WHERE s.invitation_id = a.invitation_id AND {shared})
        GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS FIRST, 3 LIMIT {MOST_GROUPS}
    """  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(statement, [month.begin, month.end, *given])
        return list(cursor.fetchall())


def offered_at(device: Device, sheet: Questionnaire, *, at: datetime) -> Invitation | None:
    """Who was handed a result at the counter of a tablet a moment ago, and has not answered; two statements at most.

    Once the officer has called the next number, it is the next person who stands there.
    """
    counter = device.counter
    if counter is None or counter.officer_id is None or counter.since is None:
        return None
    called = Ticket.objects.filter(counter=counter, taken_at__gte=at - timedelta(hours=24)).order_by("-taken_at")
    began = max(counter.since, at - timedelta(minutes=sheet.offer_minutes))
    last = called.values_list("taken_at", flat=True).first()
    asked = Invitation.objects.filter(
        returned_by=counter.officer_id,
        returned_at__gte=max(began, last) if last else began,
        receiving_office=device.centre.office_id,
        method="desk",
        closes_at__gt=at,
        passed_at=None,
    ).order_by("-returned_at", "-id")
    newest = asked.select_related("procedure__current_version", "answer").first()
    return None if newest is None or hasattr(newest, "answer") else newest


def spread(reach: Reach, month: Month) -> Mapping[tuple[int, str, int], int]:
    """How often each option was chosen: (questionnaire, question, value) → number; one statement."""
    shared, given = reach.condition
    statement = f"""
        SELECT i.questionnaire, q.key, q.value::int, count(*)
        FROM ratings_answer a JOIN ratings_invitation i ON i.id = a.invitation_id, jsonb_each_text(a.scores) q
        WHERE a.answered_at >= %s AND a.answered_at < %s
          AND EXISTS (SELECT FROM ratings_share s WHERE s.invitation_id = i.id AND {shared})
        GROUP BY 1, 2, 3 LIMIT 1000
    """  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(statement, [month.begin, month.end, *given])
        return {(edition, code, value): count for edition, code, value, count in cursor.fetchall()}


def answers(
    reach: Reach, month: Month, *, officer: UUID | None = None, unhappy: bool = False, commented: bool = False
) -> "QuerySet[Answer]":
    """The answers of a month; order by ``-answered_at, -id``."""
    parts = Share.objects.filter(invitation=OuterRef("invitation"))
    if reach.offices is not None:
        parts = parts.filter(office__in=reach.offices)
    if officer is not None:
        parts = parts.filter(officer=officer)
    found = Answer.objects.filter(Exists(parts), answered_at__gte=month.begin, answered_at__lt=month.end)
    if unhappy:
        found = found.filter(satisfied=False)
    if commented:
        found = found.exclude(comment="")
    version = "invitation__procedure__current_version"
    joined = found.select_related(version, "invitation__receiving_office")
    return joined.only(
        "answered_at", "overall", "satisfied", "comment", "channel", "scores", "invitation__questionnaire",
        "invitation__ending",
        "invitation__receiving_office__name", f"{version}__name", "invitation__procedure__code",
    )  # fmt: skip


def offices(reach: Reach) -> Sequence[tuple[str, str]]:
    """The offices to choose from, by name; one statement."""
    found = Office.objects.all() if reach.offices is None else Office.objects.filter(pk__in=reach.offices)
    return [(str(key), name) for key, name in found.order_by("name_fold", "id").values_list("pk", "name")[:1000]]

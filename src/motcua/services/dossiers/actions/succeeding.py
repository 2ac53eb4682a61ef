"""Offices end and officers leave: their open dossiers go on with those who take over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from motcua.engines.forms.validation import value_at
from motcua.people.officers.models import Position
from motcua.people.officers.queries import is_own_or_relative
from motcua.people.organisations.models import AdministrativeUnit, Level, Office
from motcua.people.organisations.queries import successor_of, unit_by_code
from motcua.services.dossiers.actions.approving import give_back_proposal
from motcua.services.dossiers.actions.working import give
from motcua.services.dossiers.actors import HOUSE
from motcua.services.dossiers.advancing import describe
from motcua.services.dossiers.models import Incident, SupplementProposal, WorkItem
from motcua.services.dossiers.models.joint import numbers_of
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.routing import local_day
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import package_of

AT_ONCE = 500
_OF_OFFICE = """
    SELECT d.id, d.submitted_at, r.unit_id, p.commune_code, d.procedure_version_id,
      CASE WHEN %(placed)s THEN d.form_data END
    FROM dossiers_dossier d
    JOIN organisations_office r ON r.id = d.receiving_office_id JOIN citizens_party p ON p.id = d.applicant_id
    WHERE d.closed_at IS NULL AND (%(after)s::uuid IS NULL OR d.id > %(after)s)
      AND (%(office)s IN (d.receiving_office_id, d.resolving_office_id)
        OR EXISTS (SELECT FROM jsonb_each_text(d.offices) chosen WHERE chosen.value = %(office)s::text)
        OR EXISTS (SELECT FROM dossiers_workitem w WHERE w.dossier_id = d.id AND w.office_id = %(office)s
                   AND w.state IN ('open', 'waiting')))
    ORDER BY d.id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Whereabouts:
    """What tells where the matter of a dossier lies. ``stated`` is the code of the commune that its form names."""

    submitted_at: datetime
    received_in: UUID | None  # the unit of the desk
    applicant_in: str
    stated: str = ""


def follow_office(old: UUID, new: UUID) -> int:
    """Hand the open dossiers of an office to its successor; how many it took over. Again, it does nothing.

    What a closed district did in a commune goes to that commune's office where the stated rule says so
    (``organisations.rules.heir_of_task``), else to the successor; while nobody has chosen who takes the place of a
    commune that was split, its dossiers wait: the people of the successor reach them (decision 6).

    Every dossier moves in a transaction of its own: work on the others goes on meanwhile. What was promised stays
    promised: no date moves.
    """
    heirs = Heirs(old, new)
    moved = 0
    for dossier, whereabouts in _open_of(old, by_place=heirs.by_place):
        heir = heirs.of(whereabouts)
        moved += heir is not None and _to_successor(dossier, old, heir)
    return moved


class Heirs:
    """Who takes over from an office, for the place that a dossier is about."""

    def __init__(self, old: UUID, new: UUID) -> None:
        self._old, self._new = Office.objects.get(pk=old), new
        self._on = timezone.localdate()
        # Of thousands of dossiers most come from few desks and communes: each is looked up once.
        self._commune, self._home, self._heir = cache(_commune), cache(unit_by_code), cache(self._successor)

    @property
    def by_place(self) -> bool:
        """Whether it matters where a dossier's matter lies."""
        return self._old.level == Level.DISTRICT

    def of(self, whereabouts: Whereabouts) -> UUID | None:
        """The heir; None while a person must choose."""
        place = self._place(whereabouts) if self.by_place else None
        return self._heir(place) if place else self._new

    def _place(self, at: Whereabouts) -> AdministrativeUnit | None:
        """The commune that the form says the matter lies in; else whose desk received it; else the applicant's."""
        day = local_day(at.submitted_at)
        return (
            (self._home(at.stated, day) if at.stated else None)
            or (self._commune(at.received_in) if at.received_in else None)
            or (self._home(at.applicant_in, day) if at.applicant_in else None)
        )

    def _successor(self, place: AdministrativeUnit) -> UUID | None:
        heir = successor_of(self._old, self._on, unit=place)
        return heir.pk if heir else None


def _commune(unit: UUID) -> AdministrativeUnit | None:
    return AdministrativeUnit.objects.filter(pk=unit, level=Level.COMMUNE).first()


def _open_of(office: UUID, *, by_place: bool) -> Iterator[tuple[UUID, Whereabouts]]:
    after: UUID | None = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_OF_OFFICE, {"office": office, "after": after, "most": AT_ONCE, "placed": by_place})
            rows = cursor.fetchall()
        for dossier, submitted_at, received_in, applicant_in, version, answers in rows:
            stated = _stated(version, answers) if answers else ""
            yield dossier, Whereabouts(submitted_at, received_in, applicant_in, stated)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1][0]


def _stated(version: UUID, answers: str) -> str:
    """The commune in which the matter lies, where the procedure's form asks for it and it was answered."""
    place = package_of(version).manifest.place
    stated = value_at(json.loads(answers), place) if place else None
    return stated if isinstance(stated, str) else ""


@transaction.atomic
def _to_successor(dossier: UUID, old: UUID, new: UUID) -> bool:
    move = Move.begin(dossier, by=HOUSE)
    row = move.row
    for column in ("receiving_office_id", "resolving_office_id"):
        if getattr(row, column) == old:
            move.set(**{column: new})
    if str(old) in row.offices.values():
        move.set(offices={key: str(new) if value == str(old) else value for key, value in row.offices.items()})
    moved = [item for item in move.standing.items.values() if item.office_id == old]
    for item in moved:
        _to_office(move, item, new)
    if not moved and not move.changes.dossier:
        return False
    move.settle_state()
    move.tell("dossier.office_succeeded", was=old, office=new, next=describe(moved))
    move.write()
    Incident.objects.filter(dossier=dossier, office=old, resolved_at=None).update(office=new)
    return True


def _to_office(move: Move, item: Item, office: UUID) -> None:
    """Who works on it keeps it when they have come along; else it is for the successor's officers to take."""
    item.office_id = office
    if item.assignee_id is None or not _holds(item.assignee_id, item, move):
        item.pass_to(office)
    move.change(item)


def _holds(officer: UUID, item: Item, move: Move) -> bool:
    positions = Position.objects.on(move.day).filter(officer=officer, office=item.office_id)
    return positions.filter(roles__contains=[item.role] if item.role else []).exists()


def follow_officer(officer: UUID, *, to: UUID) -> int:
    """Hand the open steps of an officer who has left to the colleague who takes over; how many.

    A step that the colleague may not do (another role or office, a relative's dossier) goes back to its office. What
    waited for the officer's approval goes back to who asked.
    """
    for dossier, proposal in list(_to_approve(officer)):
        give_back_proposal(dossier, proposal=proposal)
    steps = WorkItem.objects.filter(assignee=officer, state=WorkItem.State.OPEN)
    return sum(_to_colleague(*keys, officer, to) for keys in list(steps.order_by("id").values_list("dossier", "pk")))


def _to_approve(officer: UUID) -> QuerySet[SupplementProposal, tuple[UUID, UUID]]:
    waiting = SupplementProposal.objects.filter(approver=officer, state=SupplementProposal.State.WAITING)
    return waiting.order_by("id").values_list("dossier", "pk")


@transaction.atomic
def _to_colleague(dossier: UUID, item: UUID, officer: UUID, to: UUID) -> bool:
    move = Move.begin(dossier, by=HOUSE)
    step = move.standing.items.get(item)
    if step is None or step.assignee_id != officer:
        return False
    numbers = numbers_of(move.row.id, move.row.applicant_id)
    if _holds(to, step, move) and not is_own_or_relative(to, *numbers):
        give(move, step, to=to, kind="dossier.step_reassigned")
    else:
        give(move, step, to=None, kind="dossier.step_released")
    return True

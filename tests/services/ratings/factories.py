"""Dossiers that were returned, and answers to them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.ratings import actions
from motcua.services.ratings.models import Answer, Invitation
from motcua.services.service_centre.actions import add_device, pair
from motcua.services.service_centre.models import Device
from tests.services.dossiers.factories import Town, accept, open_step, pay, submit
from tests.services.service_centre.factories import MORNING, Hall

HAPPY = {"overall": "5", "attitude": "3", "agencies": "0"}
UNHAPPY = {"overall": "2", "attitude": "1", "agencies": "2"}


def decided(town: Town, **given: Any) -> Dossier:
    """A dossier whose first step the specialist has finished and whose result is ready, without signatures."""
    dossier = accept(town, submit(town, **given))
    specialist = town.actor(town.specialist)
    dossier_actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="found", by=specialist)
    now = timezone.now()
    left = WorkItem.objects.filter(dossier=dossier, state__in=["open", "waiting"])
    left.update(state="cancelled", finished_at=now)
    Dossier.objects.filter(pk=dossier.pk).update(state="decided", decided_at=now)
    dossier.refresh_from_db()
    return dossier


def returned(town: Town, *, at: datetime | None = None, method: str = "desk", **given: Any) -> Dossier:
    """A dossier that came back to its applicant."""
    dossier = decided(town, **given)
    pay(town, dossier)
    by = town.actor(town.reception)
    dossier_actions.return_result(
        dossier.pk, method=method, proof="signature", number="12", to_name="Lê Văn Mẫu", by=by, at=at
    )
    return Dossier.objects.select_related("procedure_version").get(pk=dossier.pk)


def invited(town: Town, **given: Any) -> Invitation:
    """A dossier that came back, whose applicant has been asked."""
    dossier = returned(town, **given)
    assert dossier.returned_at is not None
    invitation = actions.invite(dossier, at=dossier.returned_at + timedelta(seconds=1))
    assert invitation is not None
    return invitation


def answered(town: Town, typed: dict[str, str] = HAPPY, *, comment: str = "", **given: Any) -> Answer:
    """An answer to one more dossier."""
    return actions.answer(invited(town, **given).pk, typed=typed, comment=comment)


def paired(hall: Hall, kind: str) -> tuple[Device, str]:
    """A screen of a hall, a tablet at its first counter, and the key that its cookie holds."""
    counter = hall.first if kind == "tablet" else None
    by = hall.administrator.pk
    _device, code = add_device(centre=hall.centre, kind=kind, name="Sảnh A", counter=counter, by=by, at=MORNING)
    device, key = pair(code=code, at=MORNING)
    return Device.objects.select_related("centre", "counter").get(pk=device.pk), key


def screen(hall: Hall, kind: str = "kiosk") -> Device:
    """The screen alone."""
    return paired(hall, kind)[0]

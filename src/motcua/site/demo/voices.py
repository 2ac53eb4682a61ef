"""What people of the demonstration have told and asked: petitions on their way, and questions about dossiers."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from motcua.kernel.time.queries import calendar_for
from motcua.people.citizens.models import Party
from motcua.services.dossiers.actions.talking import ask_office, write_to_applicant
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.models import Dossier
from motcua.services.petitions import actions
from motcua.services.petitions.actions import Sender, Told
from motcua.services.petitions.models import Petition
from motcua.site.demo import files
from motcua.site.demo.moments import earlier, later
from motcua.site.demo.staff import Staff

ANSWERS_AFTER = 2  # working hours


def lay_out_map() -> None:
    """Give the house the outlines of its communes, where it has none."""
    if not settings.MAP_OUTLINES.exists():
        settings.MAP_OUTLINES.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files.path("map.geojson"), settings.MAP_OUTLINES)


def speak(*, now: datetime) -> int:
    """Let everything of ``demo/petitions.yaml`` happen; returns how many petitions there are."""
    plan, staff = files.settings("petitions.yaml"), Staff(now)
    for told in plan["petitions"]:
        _petition(told, staff, now)
    for said in plan["conversations"]:
        _conversation(said, staff, now)
    return len(plan["petitions"])


def _petition(told: Mapping[str, Any], staff: Staff, now: datetime) -> None:
    calendar = calendar_for(None)
    at = earlier(now, told["begun"] * 8, calendar)
    point = tuple(Decimal(str(degrees)) for degrees in told["point"]) if "point" in told else None
    what = Told(
        kind=told["kind"],
        topic=told["topic"],
        text=told["text"],
        place=told["place"],
        unit=told["unit"],
        point=(point[0], point[1]) if point else None,
    )
    made = actions.receive(what, _sender(told["sender"]), channel=told["channel"], at=at)
    for act in told["acts"]:
        at = later(at, act["after"], calendar)
        _act(made, act, _head(staff, made.office_id), at)


def _sender(told: Mapping[str, str]) -> Sender:
    if "number" not in told:
        return Sender(told["name"], phone=told["phone"])
    party = Party.objects.get(identity_number=told["number"])
    return Sender(party.name, phone=party.phone, account=party.account_id)


def _head(staff: Staff, office: UUID | None) -> UUID:
    actor = staff.actor(office, "head") if office else None
    assert actor is not None
    assert actor.account is not None
    return actor.account


def _act(petition: Petition, told: Mapping[str, Any], by: UUID, at: datetime) -> None:
    match told["act"]:
        case "accept":
            actions.accept(petition.pk, by=by, at=at)
        case "ask":
            actions.ask(petition.pk, text=told["text"], by=by, at=at)
        case "answer":
            actions.answer(petition.pk, text=told["text"], by=by, at=at)
        case "publish":
            actions.publish(petition.pk, public_text=told["text"], public_answer=told["answer"], by=by, at=at)
        case "rate":
            actions.rate(petition.pk, satisfied=True, at=at)


def _conversation(said: Mapping[str, str], staff: Staff, now: datetime) -> None:
    """About the dossier that somebody sent last and that is still open."""
    open_ones = Dossier.objects.filter(applicant__identity_number=said["applicant"], closed_at=None)
    dossier = open_ones.exclude(state="submitted").select_related("applicant").order_by("-submitted_at", "-id").first()
    assert dossier is not None
    calendar = calendar_for(dossier.receiving_office_id)
    asked = max(dossier.submitted_at, earlier(now, 2 * ANSWERS_AFTER, calendar))
    by = citizen(dossier.applicant.account_id)
    ask_office(dossier.pk, text=said["question"], by=by, at=asked)
    answers = staff.actor(dossier.receiving_office_id, "reception")
    if "answer" in said and answers is not None:
        at = min(now, later(asked, ANSWERS_AFTER, calendar))
        write_to_applicant(dossier.pk, text=said["answer"], by=answers, at=at)

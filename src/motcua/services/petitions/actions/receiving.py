"""A petition comes in, by whatever channel, and goes to the office that is competent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.actions import settle
from motcua.engines.registers.actions import next_number
from motcua.kernel.blobs.actions import keep
from motcua.kernel.errors import Invalid
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import bare, too_long
from motcua.kernel.time.queries import calendar_for
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import AdministrativeUnit
from motcua.services.petitions import rules
from motcua.services.petitions.actions.moving import LONGEST
from motcua.services.petitions.models import Petition, Petitioner, Photo
from motcua.services.petitions.policy import PETITIONS
from motcua.services.petitions.routing import office_for
from motcua.services.petitions.series import PETITION

SHORTEST = 10
MOST = {"text": LONGEST, "place": 250, "name": 200, "phone": 20, "email": 254, "address": 250}  # characters


@dataclass(frozen=True)
class Sender:
    """Who sends it, and how they may be reached. ``wrote_down`` is the officer who took it down for them."""

    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    account: UUID | None = None
    wrote_down: UUID | None = None


@dataclass(frozen=True)
class Told:
    """What they tell. ``unit`` is the code of the commune; ``point`` latitude and longitude in degrees."""

    kind: str
    topic: str
    text: str
    place: str = ""
    unit: str = ""
    point: tuple[Decimal, Decimal] | None = None
    confidential: bool = False
    files: tuple[UUID, ...] = ()


@transaction.atomic
def receive(told: Told, sender: Sender, *, channel: str = "portal", at: datetime | None = None) -> Petition:
    """Take a petition in and give it to the competent office (none: a person chooses). Raises ``Invalid`` by field."""
    now = at or timezone.now()
    day = timezone.localdate(now)
    edition = settle(PETITIONS, day, at=now)
    unit = AdministrativeUnit.objects.on(day).filter(code=told.unit, level="commune").first() if told.unit else None
    topic = edition.rules.topic(told.topic)
    if errors := _faults(told, sender, topic, unit):
        raise Invalid(_("Some answers need your attention."), errors=errors)
    assert topic is not None
    office = office_for(topic, unit, day)
    calendar, limits = calendar_for(office.pk if office else None), edition.rules.limits
    petition = Petition.objects.create(
        code=next_number(PETITION.code, facts={}, at=now),
        kind=told.kind,
        topic=topic.code,
        rules=edition.number,
        channel=channel,
        heads_only=told.confidential or topic.heads_only,
        text=bare(told.text),
        place=bare(told.place),
        unit=unit,
        latitude=told.point[0] if told.point else None,
        longitude=told.point[1] if told.point else None,
        office=office,
        received_at=now,
        ask_by=rules.until(now, limits.ask, calendar),
        due_at=rules.until(now, limits.refuse, calendar),
    )
    _keep(petition, told.files, now)
    person = _person(petition, sender)
    record(
        stream=petition.stream,
        kind="petition.received",
        actor=sender.wrote_down or sender.account,
        agency=petition.office_id,
        references={"code": petition.code, "topic": topic.code, "channel": channel, "state": petition.state},
        personal={"text": petition.text, "place": petition.place},
        person=person,
        at=now,
    )
    return petition


def _keep(petition: Petition, files: Collection[UUID], at: datetime) -> None:
    Photo.objects.bulk_create(Photo(petition=petition, file_id=file, added_at=at) for file in files)
    keep(files)


def _person(petition: Petition, sender: Sender) -> UUID:
    party = Party.objects.filter(account=sender.account).first() if sender.account else None
    made = Petitioner.objects.create(
        petition=petition,
        party=party,
        account_id=sender.account,
        name=bare(sender.name),
        phone=bare(sender.phone),
        email=bare(sender.email),
        address=bare(sender.address),
        wrote_down_id=sender.wrote_down,
    )
    return party.pk if party else made.pk


def _faults(told: Told, sender: Sender, topic: rules.Topic | None, unit: AdministrativeUnit | None) -> dict[str, str]:
    """What is missing or wrong, by field."""
    found = dict[str, str]()
    if told.kind not in Petition.Kind.values:
        found["kind"] = _("Say whether something is wrong, or what could be better.")
    if topic is None:
        found["topic"] = _("Choose what it is about.")
    if len(told.text.strip()) < SHORTEST:
        found["text"] = _("Describe it in at least %(n)d characters.") % {"n": SHORTEST}
    if unit is None:
        found["unit"] = _("Choose the commune in which it is.")
    if told.point and not (-90 <= told.point[0] <= 90 and -180 <= told.point[1] <= 180):
        found["latitude"] = _("These are no coordinates.")
    if not sender.name.strip():
        found["name"] = _("Write your name; it is never published.")
    return found | too_long({**vars(sender), **vars(told)}, MOST) | _unreachable(sender)


def _unreachable(sender: Sender) -> dict[str, str]:
    digits = "".join(char for char in sender.phone if char.isdecimal())
    if sender.phone.strip() and not 9 <= len(digits) <= 15:
        return {"phone": _("This is no telephone number.")}
    if sender.email.strip():
        try:
            validate_email(sender.email.strip())
        except ValidationError:
            return {"email": _("This is no e-mail address.")}
    return {}

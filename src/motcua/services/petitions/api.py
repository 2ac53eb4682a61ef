"""``/petitions``: programs send petitions, and follow one by its code and key as its sender does."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Invalid
from motcua.kernel.web.api import Input
from motcua.people.accounts.api import Bearer, principal
from motcua.people.accounts.principals import Principal
from motcua.people.citizens.models import Party
from motcua.services.dossiers.api.viewers import require_own_files
from motcua.services.petitions import actions, queries
from motcua.services.petitions.access import own_petition
from motcua.services.petitions.actions import Sender, Told
from motcua.services.petitions.models import Entry, Petition
from motcua.services.petitions.pages.shown import IMAGES, MOST_PHOTOS
from motcua.services.petitions.secrets import petition_secret

SCOPE = "petitions"
MOST_ENTRIES = 200
router = Router(auth=Bearer(SCOPE))


class PointInput(Input):
    """Where it is, in degrees (WGS 84)."""

    latitude: Decimal = Field(ge=-90, le=90, max_digits=8, decimal_places=6)
    longitude: Decimal = Field(ge=-180, le=180, max_digits=9, decimal_places=6)


class SenderInput(Input):
    """Who sends it; never published. Only for services: an account is who it is."""

    name: str = Field(min_length=1, max_length=200)
    phone: str = Field("", max_length=20)
    email: str = Field("", max_length=254)
    address: str = Field("", max_length=250)


class PetitionInput(Input):
    """A report or a proposal."""

    kind: Literal["report", "proposal"]
    topic: str = Field(max_length=30, description="Code of a topic of the rules in force")
    text: str = Field(max_length=5000)
    unit: str = Field(max_length=20, description="Code of the commune in which it is")
    place: str = Field("", max_length=250)
    point: PointInput | None = None
    confidential: bool = Field(False, description="Only heads and leaders of the office read it")
    photos: list[UUID] = Field([], max_length=MOST_PHOTOS, description="Pictures or PDF files, uploaded to `/files`")
    sender: SenderInput | None = None


class PetitionMade(Schema):
    """What its sender keeps: code and key together open it."""

    code: str
    key: str
    received_at: datetime


class EntryDetail(Schema):
    """Something that was said."""

    kind: str
    at: datetime
    text: str


class PetitionDetail(Schema):
    """How a petition stands."""

    code: str
    kind: Literal["report", "proposal"]
    state: Literal["received", "handling", "waiting", "answered", "refused", "merged"]
    topic: str
    text: str
    place: str
    unit: str | None
    point: tuple[Decimal, Decimal] | None = Field(description="Latitude and longitude")
    office: str | None = Field(description="Name of the office that has it; null until one is chosen")
    received_at: datetime
    answer_by: datetime | None
    answer: str
    reason: str = Field(description="Why it was not taken up")
    merged_into: str | None
    entries: list[EntryDetail]


@router.post("", response={201: PetitionMade}, operation_id="sendPetition", summary="Send a petition")
def send(request: HttpRequest, given: PetitionInput) -> Status[dict[str, Any]]:
    """It goes to the competent office at once; the limits run from now."""
    asks = principal(request)
    _check_photos(asks, given.photos)
    told = Told(
        kind=given.kind,
        topic=given.topic,
        text=given.text,
        place=given.place,
        unit=given.unit,
        point=(given.point.latitude, given.point.longitude) if given.point else None,
        confidential=given.confidential,
        files=tuple(given.photos),
    )
    made = actions.receive(told, _sender(asks, given.sender), channel=Petition.Channel.PROGRAM)
    return Status(201, {"code": made.code, "key": petition_secret(made.pk), "received_at": made.received_at})


@router.get("/{code}/{key}", response=PetitionDetail, operation_id="getPetition", summary="Follow a petition")
def follow(request: HttpRequest, code: str, key: str) -> dict[str, Any]:
    """Whoever has the key reads what its sender reads, and not who that is."""
    petition = own_petition(code[:40], key[:40])
    entries = Entry.objects.filter(petition=petition).order_by("-at", "-id")[:MOST_ENTRIES]
    point = (petition.latitude, petition.longitude) if petition.latitude is not None else None
    return {
        "code": petition.code,
        "kind": petition.kind,
        "state": petition.state,
        "topic": queries.topic_text(petition),
        "text": petition.text,
        "place": petition.place,
        "unit": petition.unit.code if petition.unit else None,
        "point": point,
        "office": petition.office.name if petition.office else None,
        "received_at": petition.received_at,
        "answer_by": None if petition.state in _ENDED else petition.handle_by,
        "answer": petition.answer,
        "reason": petition.reason,
        "merged_into": petition.merged_into.code if petition.merged_into else None,
        "entries": [{"kind": entry.kind, "at": entry.at, "text": entry.text} for entry in entries],
    }


_ENDED = {Petition.State.ANSWERED, Petition.State.REFUSED, Petition.State.MERGED}


def _sender(asks: Principal, given: SenderInput | None) -> Sender:
    """An account is who it is; a service says for whom it sends. Raises ``Invalid`` where both or neither is said."""
    account = asks.account
    if account is None:
        if given is None:
            raise Invalid(_("Some answers need your attention."), errors={"sender": _("Say who sends it.")})
        return Sender(given.name, phone=given.phone, email=given.email, address=given.address)
    if given is not None:
        text = _("An account sends in its own name.")
        raise Invalid(_("Some answers need your attention."), errors={"sender": text})
    party = Party.objects.filter(account=account).first()
    if party is None:
        return Sender(account.display_name or account.username, account=account.pk)
    return Sender(party.name, phone=party.phone, email=party.email, address=party.address, account=account.pk)


def _check_photos(asks: Principal, photos: list[UUID]) -> None:
    """Raises ``Invalid`` for a file that somebody else uploaded, or that is no picture."""
    require_own_files(asks, {f"photos.{at}": file for at, file in enumerate(photos)})
    kinds = dict(StoredFile.objects.filter(pk__in=photos).values_list("pk", "media_type"))
    wrong = {
        f"photos.{at}": _("Only pictures and PDF files.")
        for at, file in enumerate(photos)
        if kinds[file] not in IMAGES or file in photos[:at]
    }
    if wrong:
        raise Invalid(_("Some answers need your attention."), errors=wrong)

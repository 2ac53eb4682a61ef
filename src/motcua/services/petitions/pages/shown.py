"""What pages of petitions have in common: a form read, a petition in words."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import store
from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text import local_datetime
from motcua.people.accounts.pages.coming_back import Story
from motcua.services.petitions import queries
from motcua.services.petitions.actions import Told
from motcua.services.petitions.models import Entry, Petition
from motcua.services.petitions.pages.maps import area_map
from motcua.services.petitions.routing import communes
from motcua.services.petitions.timeline import TITLES

MOST_PHOTOS = 5
IMAGES = ("image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf")


def story_of(code: str, *, named: bool = True) -> Story:
    """What is told of the petition of a code, for the forms about it; one statement.

    By the code, for how far it is told is read before the petition is.
    """
    key = Petition.objects.filter(code=code).values_list("pk", flat=True).first()
    return Story(Petition(pk=key).stream, TITLES, named=named)


def choices() -> dict[str, Any]:
    """The choices of the form; two statements."""
    day = timezone.localdate()
    return {
        "kinds": list(Petition.Kind.choices),
        "topics": [("", _("Choose")), *queries.topics(day)],
        "units": [("", _("Choose")), *communes(day)],
        "most_photos": MOST_PHOTOS,
        "area_map": area_map(),
    }


def told(request: HttpRequest, files: tuple[UUID, ...] = ()) -> Told:
    """What the form says. Raises ``Refused`` for coordinates that are none."""
    sent = {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    return Told(
        kind=sent.get("kind", ""),
        topic=sent.get("topic", ""),
        text=sent.get("text", ""),
        place=sent.get("place", ""),
        unit=sent.get("unit", ""),
        point=_point(sent.get("latitude", ""), sent.get("longitude", "")),
        confidential="confidential" in sent,
        files=files,
    )


def _point(latitude: str, longitude: str) -> tuple[Decimal, Decimal] | None:
    if not latitude.strip() and not longitude.strip():
        return None
    try:
        north, east = (Decimal(text.strip().replace(",", ".")) for text in (latitude, longitude))
    except InvalidOperation as error:
        raise Invalid(_("Some answers need your attention."), errors={"latitude": _bad_point()}) from error
    if not (north.is_finite() and east.is_finite() and abs(north) <= 90 and abs(east) <= 180):
        raise Invalid(_("Some answers need your attention."), errors={"latitude": _bad_point()})
    return north.quantize(Decimal("0.000001")), east.quantize(Decimal("0.000001"))


def _bad_point() -> str:
    return _("These are no coordinates.")


def photos(request: HttpRequest, by: UUID | None) -> tuple[UUID, ...]:
    """The pictures that came with the form, stored. Raises ``Refused`` (field ``photos``) for too many or others."""
    sent = [file for file in request.FILES.getlist("photos") if isinstance(file, UploadedFile) and file.name]
    if len(sent) > MOST_PHOTOS:
        raise Refused(_("At most %(n)d files.") % {"n": MOST_PHOTOS}, field="photos", code="too_many")
    found = []
    for file in sent:
        try:
            stored = store(file, name=file.name or "", by=by)
        except Refused as refused:
            raise Refused(f"{file.name}: {refused.message}", field="photos", code=refused.code) from refused
        if stored.media_type not in IMAGES:
            raise Refused(_("Only pictures and PDF files."), field="photos", code="type")
        found.append(stored.pk)
    return tuple(found)


def place_of(petition: Petition) -> str:
    """Where it is, in words."""
    unit = petition.unit
    names = [petition.place, unit.name if unit else "", unit.parent.name if unit and unit.parent else ""]
    return ", ".join(name for name in names if name)


def point_of(petition: Petition) -> str:
    """``21.853000, 106.761000``; empty where it has none."""
    return f"{petition.latitude}, {petition.longitude}" if petition.latitude is not None else ""


def thread(petition: Petition) -> list[dict[str, Any]]:
    """What was said, newest first; one statement. Officers are shown as the office."""
    entries = Entry.objects.filter(petition=petition).order_by("-at", "-id")[:200]
    return [
        {
            "title": entry.get_kind_display(),
            "at": local_datetime(entry.at),
            "iso": entry.at.isoformat(),
            "text": entry.text,
        }
        for entry in entries
    ]

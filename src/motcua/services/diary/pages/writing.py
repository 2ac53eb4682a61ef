"""The form of an appointment: a proposal, something published at once, a change."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.text import local_date, local_time
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import (
    keeps_written,
    key_of,
    made_once,
    seen_with,
    sent_before,
)
from motcua.people.officers.pages.at_desk import desk_of, for_officers
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, incoming_for, outgoing_for
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.correspondence.pages.shared import about, actor_of, day_of, typed
from motcua.services.correspondence.queries import Candidate, types
from motcua.services.diary import access, actions, queries
from motcua.services.diary.access import Accessed, Sight
from motcua.services.diary.actions import Clashing, Invited, Plan
from motcua.services.diary.actions.keeping import key_of as key_of_clash
from motcua.services.diary.models import Appointment, Attendee, MeetingRoom
from motcua.services.diary.pages.menus import require_desk
from motcua.services.diary.pages.shared import WRITTEN, gone_on, list_of, look_at, span, story_of

FEW = 12  # officers that stand in the form without being opened


@dataclass(frozen=True)
class Paper:
    """The document from which an appointment comes: ``name`` as the address and the plan call it."""

    name: str
    key: UUID
    subject: str
    title: str
    url: str


@dataclass
class Form:
    """What the form offers: who could lead and take part, the rooms, the units; what is there at first."""

    office: UUID
    units: list[Candidate]
    officers: list[Candidate]
    rooms: list[MeetingRoom]
    first: dict[str, str] = field(default_factory=dict)
    chosen: Collection[str] = ()  # who takes part at first

    @classmethod
    def of(cls, office: UUID, office_name: str) -> "Form":
        """For the week of an office; four statements."""
        units, officers = queries.candidates(office, timezone.now(), timezone.localdate())
        return cls(
            office, [Candidate(str(office), office, None, office_name), *units], officers, queries.rooms_of([office])
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """For the template: the choices, and what is chosen."""
        chosen = request.POST.getlist("who") if request.method == "POST" else self.chosen
        officers = [(each.key, each.name) for each in self.officers]
        return {
            "chairs": [("", "–"), *officers],
            "units": [(each.key, each.name) for each in self.units],
            "officers": officers,
            "opened": len(officers) <= FEW or any(key in dict(officers) for key in chosen),
            "who": chosen,
            "rooms": [("", "–"), *((str(room.pk), _room(room)) for room in self.rooms)],
            "preparers": [("", "–"), *((each.key, each.name) for each in self.units)],
            "visibilities": Appointment.Visibility.choices,
            "first": self.first,
        }

    def plan(self, request: HttpRequest, *, document: UUID | None = None, outgoing: UUID | None = None) -> Plan:
        """What was typed. Raises ``Invalid`` for days and times that are none, ``Refused`` for who is not offered."""
        sent = typed(request)
        starts, ends = _times(sent)
        known = {each.key: Invited(office=each.office, officer=each.officer) for each in (*self.units, *self.officers)}
        chair = sent.get("chair", "")
        if chair and (chair not in known or known[chair].officer is None):
            raise Refused(_("Choose from the list."), field="chair", code="required")
        wanted = request.POST.getlist("who")
        if set(wanted) - known.keys():
            raise Refused(_("Choose from the list."), field="who", code="required")
        return Plan(
            starts_at=starts,
            ends_at=ends,
            chair=known[chair] if chair else None,
            invited=tuple(known[key] for key in wanted),
            room=_among(sent, "room", [room.pk for room in self.rooms]),
            preparing=_among(sent, "preparing", [each.office for each in self.units]),
            document=document,
            outgoing=outgoing,
            visibility=sent.get("visibility", Appointment.Visibility.OFFICE),
            **{name: sent.get(name, "") for name in ("subject", "chair_name", "others", "place", "note")},
        )


def _room(room: MeetingRoom) -> str:
    seats = _("%(n)d seats") % {"n": room.seats} if room.seats else ""
    facts = ", ".join(part for part in (room.place, seats) if part)
    return f"{room.name} ({facts})" if facts else room.name


def _among(sent: dict[str, str], name: str, known: Collection[UUID]) -> UUID | None:
    if not sent.get(name):
        return None
    found = {str(key): key for key in known}
    if sent[name] not in found:
        raise Refused(_("Choose from the list."), field=name, code="required")
    return found[sent[name]]


def _times(sent: dict[str, str]) -> tuple[datetime, datetime]:
    errors, found = dict[str, str](), dict[str, Any]()
    for name in ("day", "last_day"):
        try:
            found[name] = day_of(sent.get(name, ""), name)
        except Refused as refused:
            errors[name] = refused.message
    if "day" not in errors and found["day"] is None:
        errors["day"] = _("Choose a day.")
    for name in ("starts", "ends"):
        try:
            found[name] = time.fromisoformat(sent.get(name, "").strip()).replace(tzinfo=None)
        except ValueError:
            errors[name] = _("Write a time such as 08:30.")
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    last = found["last_day"] or found["day"]
    if not 2000 <= found["day"].year <= last.year <= 2899:
        raise Refused(_("Choose a day."), field="day", code="year")
    return datetime.combine(found["day"], found["starts"], VIETNAM), datetime.combine(last, found["ends"], VIETNAM)


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=list_of)
def new(request: HttpRequest) -> HttpResponse:
    """Put something into the week of an office, once however often the form is sent: who keeps the week publishes at
    once, everybody else proposes.
    """
    require_desk(request)
    sight, now = Sight.of(desk_of(request)), timezone.now()
    offices = access.offices_to_propose(sight, now)
    office = _office(request, offices)
    document = _document(request)
    form, publishes = Form.of(office, offices[office]), office in sight.publishing
    form.first = {"starts": "08:00", "ends": "09:30", **({"subject": document.subject} if document else {})}
    context = {
        **form.context(request),
        "title": _("New appointment") if publishes else _("Propose an appointment"),
        "offices": [(str(key), name) for key, name in offices.items()],
        "office": str(office),
        "office_name": offices[office],
        "publishes": publishes,
        "repeats": True,
        "asks_reason": False,
        "clashes": [],
        "document": document,
        "appointment": None,
        "once": key_of(request),
    }
    if request.method != "POST":
        return forms.page(request, "diary/form.html", context)
    try:
        made = made_once(request, lambda: _made(request, form, publishes, document).pk)
    except Refused as refused:
        return forms.page(request, "diary/form.html", context | clashes_in(refused), refused=refused)
    assert made.key is not None
    if made.changed:
        return sent_before(request, *WRITTEN, title=context["title"], back=look_at(made.key))
    said = _("It stands in the work calendar.") if publishes else _("Proposed. Who keeps the calendar decides.")
    messages.success(request, said)
    return redirect("diary:appointment", appointment_id=made.key)


def _made(request: HttpRequest, form: Form, publishes: bool, paper: Paper | None) -> Appointment:
    by = actor_of(request, form.office, roles=(CLERK, LEADER, HEAD))
    until = day_of(typed(request).get("until", ""), "until")
    own = {"outgoing" if paper.name == "sending" else "document": paper.key} if paper else {}
    plan = form.plan(request, **own)
    if not publishes:
        return actions.propose(plan, office=form.office, until=until, by=by)[0]
    confirmed = request.POST.getlist("confirmed")
    return actions.enter(plan, office=form.office, until=until, confirmed=confirmed, by=by)[0]


def clashes_in(refused: Refused) -> dict[str, Any]:
    """What a page shows of people who are elsewhere: who and when, no more."""
    if not isinstance(refused, Clashing):
        return {}
    told = []
    for each in refused.clashes:
        name, when = each.officer.display_name if each.officer else "", each.appointment
        told.append((key_of_clash(each), f"{name}: {local_date(when.starts_at)}, {span(when)}"))
    return {"clashes": told}


def _office(request: HttpRequest, offices: dict[UUID, str]) -> UUID:
    if not offices:
        raise NotAllowed(_("The work calendar is for officers with a position."))
    chosen = request.GET.get("office", "")
    return next((key for key in offices if str(key) == chosen), next(iter(offices)))


def _document(request: HttpRequest) -> Paper | None:
    """The document that the address names: one that came in, or one that was issued.

    Raises ``NotFound``, also for one that is not theirs to see.
    """
    name = next((each for each in ("document", "sending") if each in request.GET), "")
    if not name:
        return None
    try:
        key = UUID(request.GET[name])
    except ValueError as error:
        raise NotFound(_("There is no such page.")) from error
    desk = desk_of(request)
    found: IncomingDocument | OutgoingDocument
    found = incoming_for(desk, key).document if name == "document" else outgoing_for(desk, key).document
    if isinstance(found, OutgoingDocument) and found.state != OutgoingDocument.State.ISSUED:
        raise NotFound(_("There is no such page."))
    title, url = about(found, types(timezone.localdate())), reverse(f"correspondence:{name}", args=[key])
    return Paper(name, key, found.subject, title, url)


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=list_of)
def change(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Change an appointment; of a published one everybody is told why. Who comes too late is told what has happened
    since.
    """
    story = story_of(appointment_id)
    seen = story.drawn_at(request)
    accessed = access.appointment_for(desk_of(request), appointment_id)
    found, title = accessed.appointment, _("Change the appointment")
    try:
        accessed.require("change")
    except NotAllowed as refused:
        return gone_on(request, refused, found, title)
    form = Form.of(found.office_id, found.office.name)
    _as_it_is(form, accessed)
    context = {
        **form.context(request),
        "title": title,
        "offices": [],
        "office": str(found.office_id),
        "office_name": found.office.name,
        "publishes": True,
        "repeats": False,
        "asks_reason": found.state == Appointment.State.PUBLISHED,
        "clashes": [],
        "document": None,
        "appointment": found,
        "seen": seen,
    }
    if request.method != "POST":
        return forms.page(request, "diary/form.html", context)
    sent, by = typed(request), actor_of(request, found.office_id, roles=(CLERK, LEADER, HEAD))
    try:
        plan = form.plan(request, document=found.document_id, outgoing=found.outgoing_id)
        confirmed = request.POST.getlist("confirmed")
        with story.unchanged(request):
            actions.change(found.pk, plan, reason=sent.get("reason", ""), confirmed=confirmed, by=by)
    except Refused as refused:
        context |= clashes_in(refused) | {"seen": seen_with(request, refused)}
        return forms.page(request, "diary/form.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("diary:appointment", appointment_id=found.pk)


def _as_it_is(form: Form, accessed: Accessed) -> None:
    """Fill the form with the appointment; who takes part and is offered no more is offered again."""
    found = accessed.appointment
    known = {each.key for each in (*form.units, *form.officers)}
    for each in accessed.attendees:
        if (key := _key(each)) not in known:
            name = each.officer.display_name if each.officer else each.office.name
            (form.officers if each.officer else form.units).append(
                Candidate(key, each.office_id, each.officer_id, name)
            )
    if found.room is not None and found.room_id not in {room.pk for room in form.rooms}:
        form.rooms.append(found.room)
    if found.preparing is not None and found.preparing_id not in {unit.office for unit in form.units}:
        form.units.append(Candidate(str(found.preparing_id), found.preparing.pk, None, found.preparing.name))
    starts, ends = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    chairs = [_key(each) for each in accessed.attendees if each.part == Attendee.Part.CHAIRS]
    form.chosen = [_key(each) for each in accessed.attendees if each.part == Attendee.Part.ATTENDS]
    form.first = {
        "day": starts.date().isoformat(),
        "last_day": ends.date().isoformat() if ends.date() != starts.date() else "",
        "starts": local_time(starts),
        "ends": local_time(ends),
        "chair": chairs[0] if chairs else "",
        "room": str(found.room_id or ""),
        "preparing": str(found.preparing_id or ""),
        "visibility": found.visibility,
        **{name: getattr(found, name) for name in ("subject", "chair_name", "others", "place", "note")},
    }


def _key(attendee: Attendee) -> str:
    return f"{attendee.office_id}.{attendee.officer_id}" if attendee.officer_id else str(attendee.office_id)

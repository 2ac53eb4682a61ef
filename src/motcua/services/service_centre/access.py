"""The one way to a centre, a counter and a ticket: who may see them, and what they may do with them.

What an officer may not know of is not there (``NotFound``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.sealing import digest_of
from motcua.people.officers.desks import Desk
from motcua.services.service_centre import queries
from motcua.services.service_centre.actions.devices import see_device
from motcua.services.service_centre.models import Centre, Counter, Device, Service, State, Ticket

SERVING = ("reception", "return")
DEVICE_COOKIE = "motcua_device"
CENTRE_ABILITIES = ("issue", "serve", "supervise", "configure")
TICKET_ABILITIES = ("view", "recall", "finish", "miss", "transfer", "reinstate")


@dataclass(frozen=True)
class AccessedCentre:
    """A centre as one officer gets it."""

    centre: Centre
    desk: Desk
    abilities: Mapping[str, bool]

    def require(self, ability: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this here."""
        if not self.abilities[ability]:
            raise NotAllowed(_("You may not do this in this service centre."), code=f"may_not_{ability}")

    def service(self, key: UUID) -> Service:
        """A service of the centre. Raises ``NotFound``."""
        found = Service.objects.select_related("centre").filter(centre=self.centre, pk=key).first()
        if found is None:
            raise NotFound(_("There is no such service."))
        return found

    def counter(self, key: UUID) -> Counter:
        """A counter of the centre. Raises ``NotFound``."""
        found = Counter.objects.select_related("centre").filter(centre=self.centre, pk=key).first()
        if found is None:
            raise NotFound(_("There is no such counter."))
        return found

    def device(self, key: UUID) -> Device:
        """A screen of the centre. Raises ``NotFound``."""
        found = Device.objects.select_related("centre").filter(centre=self.centre, pk=key).first()
        if found is None:
            raise NotFound(_("There is no such screen."))
        return found


@dataclass(frozen=True)
class AccessedTicket:
    """A ticket as one officer gets it."""

    ticket: Ticket
    abilities: Mapping[str, bool]

    def require(self, ability: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[ability]:
            raise NotAllowed(_("You may not do this with this number now."), code=f"may_not_{ability}")


def abilities_for(desk: Desk, office: UUID) -> dict[str, bool]:
    """Every act and whether the officer may do it in the centre of an office."""
    serves = office in desk.offices_with(*SERVING)
    administers = desk.administers(office)
    supervises = administers or office in desk.headed_office_ids
    return {"issue": serves or supervises, "serve": serves, "supervise": supervises, "configure": administers}


def centres_for(desk: Desk, ability: str) -> list[AccessedCentre]:
    """The centres in which an officer may do something, by name; one statement."""
    offices = None if desk.is_administrator else sorted({*desk.office_ids, *desk.headed_office_ids,
                                                         *desk.administered_office_ids})  # fmt: skip
    found = (AccessedCentre(each, desk, abilities_for(desk, each.office_id)) for each in queries.centres(offices))
    return [each for each in found if each.abilities[ability]]


def centre_for(desk: Desk, key: UUID) -> AccessedCentre:
    """A centre with what the officer may do there. Raises ``NotFound`` for one in which they may do nothing."""
    found = Centre.objects.select_related("office").filter(pk=key).first()
    abilities = abilities_for(desk, found.office_id) if found else {}
    if found is None or not any(abilities.values()):
        raise NotFound(_("There is no such service centre."))
    return AccessedCentre(found, desk, abilities)


def own_counter(desk: Desk) -> Counter | None:
    """The counter at which the officer sits; None when at none, or when they serve in that centre no more."""
    found = Counter.objects.select_related("centre__office").filter(officer=desk.account_id).first()
    if found is None or not abilities_for(desk, found.centre.office_id)["serve"]:
        return None
    return found


def counter_to_serve(desk: Desk, key: UUID) -> Counter:
    """A counter at which the officer may sit. Raises ``NotFound``."""
    found = Counter.objects.select_related("centre__office").filter(pk=key).first()
    if found is None or not abilities_for(desk, found.centre.office_id)["serve"]:
        raise NotFound(_("There is no such counter."))
    return found


def ticket_for(desk: Desk, key: UUID) -> AccessedTicket:
    """A ticket with what the officer may do now. Raises ``NotFound``."""
    found = (
        Ticket.objects.select_related("centre__office", "service", "counter", "priority").filter(pk=key).first()
    )  # fmt: skip
    here = abilities_for(desk, found.centre.office_id) if found else {}
    if found is None or not any(here.values()):
        raise NotFound(_("There is no such number."))
    at_mine = here["serve"] and found.state == State.CALLED and found.officer_id == desk.account_id
    may = dict.fromkeys(TICKET_ABILITIES, at_mine)
    may["view"] = True
    may["reinstate"] = found.state == State.MISSED and here["issue"]
    return AccessedTicket(found, may)


def device_of(request: HttpRequest, kind: str) -> Device:
    """The registered screen that asks, by the key in its cookie; one statement. Raises ``NotAllowed``."""
    key = request.COOKIES.get(DEVICE_COOKIE, "")
    rows = Device.objects.select_related("centre__office", "counter")
    living = rows.filter(digest=digest_of(key), kind=kind, ended_at=None)
    found = living.first() if key else None
    if found is None:
        raise NotAllowed(_("This screen is not registered at a service centre."), code="not_registered")
    see_device(found, at=timezone.now())
    return found


def ticket_of_device(device: Device, key: UUID) -> Ticket:
    """A ticket that was taken at this centre today. Raises ``NotFound``."""
    found = (
        Ticket.objects.select_related("centre__office", "service", "counter", "priority")
        .filter(pk=key, centre=device.centre_id, day=queries.today(timezone.now()))
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such number."))
    return found

"""The service centres of the demonstration: open, with counters, and nobody waiting yet."""

from datetime import datetime

from motcua.people.accounts.models import Account
from motcua.people.organisations.queries import office_by_code
from motcua.services.service_centre import actions
from motcua.services.service_centre.models import Service
from motcua.site.demo import files
from motcua.site.demo.government import SINCE

SLOT, PLACES = 30, 2  # appointments of half an hour, two at a time


def open_centres(*, by: Account, at: datetime) -> None:
    """Open every centre of ``demo/service_centre.yaml``."""
    plan = files.settings("service_centre.yaml")
    for group in plan["priorities"]:
        actions.define_priority(**group, valid_from=SINCE, by=by.pk, at=at)
    for code, centre in plan["centres"].items():
        office = office_by_code(code, at.date())
        assert office is not None
        made = actions.open_centre(office=office, by=by.pk, at=at)
        keys = {
            service["prefix"]: actions.add_service(centre=made, **service, by=by.pk, at=at).pk
            for service in centre["services"]
        }
        for service in Service.objects.filter(centre=made).order_by("position"):
            actions.change_service(
                service=service,
                name=service.name,
                minutes=service.minutes,
                is_offered=True,
                slot_minutes=SLOT,
                slot_places=PLACES,
                by=by.pk,
                at=at,
            )
        for counter in centre["counters"]:
            served = [keys[prefix] for prefix in counter["services"]]
            actions.add_counter(centre=made, number=counter["number"], services=served, by=by.pk, at=at)

"""What of the service centre stands in the officers' menu."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from motcua.kernel.web import navigation
from motcua.kernel.web.navigation import NavItem
from motcua.people.officers.access import administers_anything
from motcua.services.service_centre.access import SERVING
from motcua.services.service_centre.delegating import desk_of


def register() -> None:
    """Put the pages into the menu."""
    items = (
        ("desk", gettext_lazy("Call numbers"), "desk", 16, _serves),
        ("desk", gettext_lazy("Give numbers"), "issue", 17, _serves),
        ("desk", gettext_lazy("Queues now"), "supervise", 37, _supervises),
        ("administration", gettext_lazy("Service centres"), "centres", 50, administers_anything),
    )
    for area, label, name, order, visible in items:
        navigation.register(
            NavItem(area=area, label=label, url_name=f"service_centre:{name}", order=order, visible=visible)  # type: ignore[arg-type]
        )


def _serves(request: HttpRequest) -> bool:
    return bool(desk_of(request).offices_with(*SERVING))


def _supervises(request: HttpRequest) -> bool:
    return bool(desk_of(request).headed_office_ids) or administers_anything(request)

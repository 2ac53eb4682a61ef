"""Services that a process may call (service tasks): each room or adapter registers its own, the core names none."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound
from motcua.services.dossiers.standing import Row

Service = Callable[[Row], Mapping[str, Any]]
registry: dict[str, Service] = {}


def service(name: str) -> Callable[[Service], Service]:
    """Register the function that a service task with ``motcua:service="NAME"`` runs.

    It gets the dossier and returns facts that it found; it runs in a job and may come twice, so it must be idempotent.
    """

    def register(function: Service) -> Service:
        if name in registry:
            raise ValueError(f"The service {name!r} is registered twice.")
        registry[name] = function
        return function

    return register


def called(name: str) -> Service:
    """The service of a name. Raises ``NotFound``: it may come with a room that is not installed here."""
    if name not in registry:
        raise NotFound(_("There is no service of this name here."))
    return registry[name]


@service("note")
def note(dossier: Row) -> Mapping[str, Any]:
    """Do nothing but pass: lets a process mark a point in its history."""
    return {}

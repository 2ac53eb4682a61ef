"""What stands in the menus, and for whom."""

from django.http import HttpRequest

from motcua.services.procedures import access
from motcua.services.procedures.pages.desk import desk_of


def sees_administration(request: HttpRequest) -> bool:
    """Whether the menu of administration shows the catalogue."""
    return access.abilities(desk_of(request))["see_administration"]

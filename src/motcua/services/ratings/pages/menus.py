"""Who sees ratings in the menu."""

from django.http import HttpRequest

from motcua.services.dossiers.pages.desk.shared import desk_of, works_here
from motcua.services.ratings import access


def may_read(request: HttpRequest) -> bool:
    """Heads of offices and administrators."""
    return works_here(request) and access.may_read(desk_of(request))

"""The room in the administrators' menu."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from motcua.kernel.web import navigation
from motcua.kernel.web.navigation import NavItem
from motcua.services.national_portal.protocol import is_connected


def register() -> None:
    """Put the page into the menu of a house that is connected."""
    navigation.register(
        NavItem(
            area="administration",
            label=gettext_lazy("National portal"),
            url_name="national_portal:overview",
            order=65,
            visible=_visible,
        )
    )


def _visible(request: HttpRequest) -> bool:
    return is_connected() and getattr(request.user, "is_administrator", False)

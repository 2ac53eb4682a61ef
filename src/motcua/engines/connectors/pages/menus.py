"""The room in menus."""

from django.utils.translation import gettext_lazy as _

from motcua.kernel.web import navigation
from motcua.kernel.web.navigation import NavItem
from motcua.people.accounts.access import is_administrator
from motcua.people.citizens.menus import is_citizen


def register() -> None:
    """Stand in the administrators' menu, and in that of everybody's own data."""
    navigation.register(
        NavItem("administration", _("Line systems"), "connectors:overview", 66, visible=is_administrator)
    )
    navigation.register(NavItem("account", _("Allow data sharing"), "connectors:sharing", 42, visible=is_citizen))

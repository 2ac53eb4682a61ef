"""The room in the administrators' menu."""

from django.utils.translation import gettext_lazy

from motcua.kernel.web import navigation
from motcua.kernel.web.navigation import NavItem
from motcua.people.accounts.access import is_administrator


def register() -> None:
    """Put the page into the administrators' menu."""
    navigation.register(
        NavItem(
            area="administration",
            label=gettext_lazy("Exchange"),
            url_name="exchange:overview",
            order=64,
            visible=is_administrator,
        )
    )

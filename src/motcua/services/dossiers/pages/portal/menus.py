"""What of this room stands in the public's menus and on the home page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.kernel.web import navigation, panels
from motcua.kernel.web.navigation import Lookup, NavItem
from motcua.kernel.web.panels import Panel
from motcua.people.accounts.models import Account
from motcua.services.dossiers.pages.portal.listing import panel
from motcua.services.procedures import starting


def register() -> None:
    """Called when the program starts."""
    mine = NavItem(area="portal", label=_("My dossiers"), url_name="dossiers:my-dossiers", order=20, visible=may_apply)
    navigation.register(mine)
    navigation.register(NavItem(area="portal", label=_("Follow a dossier"), url_name="dossiers:track", order=30))
    navigation.register_lookup(Lookup(area="tracking", url_name="dossiers:track", label=_("Code of the dossier")))
    panels.register(Panel("portal", "dossiers.mine", "dossiers/portal/panel.html", panel, order=10))
    starting.register(lambda code: reverse("dossiers:apply", args=[code]))


def may_apply(request: HttpRequest) -> bool:
    """Whether dossiers of one's own make sense: for citizens and businesses, and for who has yet to sign in."""
    return not isinstance(request.user, Account) or request.user.is_citizen

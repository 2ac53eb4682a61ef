from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "motcua.engines.signing"
    label = "signing"
    verbose_name = "Signing"

    def ready(self) -> None:
        """Make the providers known, and put checking and ways of signing into the menus."""
        from motcua.engines.signing.providers import csc, mysign, sign_server, sim, smartca, software, token  # noqa: F401
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.officers import menus

        register(NavItem("portal", _("Check a document"), "signing:verify", 40))
        register(NavItem("account", _("Ways of signing"), "signing:means", 25, menus.is_officer))

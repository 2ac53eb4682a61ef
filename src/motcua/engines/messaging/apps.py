from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "motcua.engines.messaging"
    label = "messaging"
    verbose_name = "Messaging"

    def ready(self) -> None:
        """Put the messages and their count into the menu of whoever is signed in, their words into another."""
        from motcua.engines.messaging import menus
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.accounts.access import is_administrator

        register(NavItem("administration", _("Words of notices"), "messaging:wordings", 69, is_administrator))
        label = _("Messages")
        register(NavItem("account", label, "messaging:inbox", 20, visible=menus.is_signed_in, waiting=menus.unread))

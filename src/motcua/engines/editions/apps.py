from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "motcua.engines.editions"
    label = "editions"
    verbose_name = "Editions"

    def ready(self) -> None:
        """Put the page into the administrators' menu."""
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.accounts.access import is_administrator

        register(NavItem("administration", _("Rules by date"), "editions:list", 70, visible=is_administrator))

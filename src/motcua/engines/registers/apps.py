from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "motcua.engines.registers"
    label = "registers"
    verbose_name = "Number series"

    def ready(self) -> None:
        """Put the page into the administrators' menu."""
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.accounts.access import is_administrator

        register(NavItem("administration", _("Number series"), "registers:list", 68, visible=is_administrator))

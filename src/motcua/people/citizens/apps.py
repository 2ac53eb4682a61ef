from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    name = "motcua.people.citizens"
    label = "citizens"
    verbose_name = "Citizens and businesses"

    def ready(self) -> None:
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.citizens import menus

        register(NavItem("account", _("My details"), "citizens:details", 30, menus.is_citizen))
        register(NavItem("account", _("Who opened my data"), "citizens:data-accesses", 40, menus.is_citizen))
        register(NavItem("desk", _("People and businesses"), "citizens:search", 60, menus.serves_people))

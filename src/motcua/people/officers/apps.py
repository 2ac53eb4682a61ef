from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficersConfig(AppConfig):
    name = "motcua.people.officers"
    label = "officers"
    verbose_name = "Officers"

    def ready(self) -> None:
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.accounts import access
        from motcua.people.officers import menus

        register(NavItem("account", _("My work"), "officers:me", 20, menus.is_officer))
        register(NavItem("administration", _("Officers"), "officers:list", 20, access.is_administrator))
        register(
            NavItem(
                "administration", _("Positions to confirm"), "officers:positions", 39,
                visible=menus.confirms, waiting=menus.positions, only_when_waiting=True,
            )
        )  # fmt: skip
        register(
            NavItem(
                "administration", _("Resets to confirm"), "officers:resets", 40,
                visible=menus.is_officer, waiting=menus.resets, only_when_waiting=True,
            )
        )  # fmt: skip

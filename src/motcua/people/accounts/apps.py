from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "motcua.people.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.panels import Panel
        from motcua.kernel.web.panels import register as register_panel
        from motcua.people.accounts import access, entry

        banner = "accounts/panels/second_factor.html"
        register_panel(Panel("desk", "accounts.second-factor", banner, entry.password_alone, order=1, wide=True))
        register(NavItem("account", _("My account"), "accounts:security", 10))
        register(
            NavItem("administration", _("Administrators"), "accounts:administrators", 21, access.is_administrator)
        )
        register(NavItem("administration", _("Sign-in policy"), "accounts:policies", 50, access.is_administrator))
        register(NavItem("administration", _("API tokens"), "accounts:tokens", 60, access.is_administrator))

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    name = "motcua.services.petitions"
    label = "petitions"
    verbose_name = "Petitions"

    def ready(self) -> None:
        """Declare the rules, hear of events, and put the pages into menus and home page."""
        from motcua.kernel.events import access_log
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.panels import Panel
        from motcua.kernel.web.panels import register as register_panel
        from motcua.services.petitions import notices, policy, series  # noqa: F401
        from motcua.services.petitions.pages import menus
        from motcua.services.ratings.evaluation import subjects

        register(NavItem("portal", _("Petitions"), "petitions:public", 50))
        register(NavItem("desk", _("Petitions"), "petitions:desk", 55, visible=menus.handles, waiting=menus.waiting))
        register_panel(Panel("desk", "petitions.today", "petitions/desk/panel.html", menus.today, order=15, wide=True))
        subjects.register("petition", menus.named)
        access_log.purposes["petitioner"] = _("Looking who sent a petition")

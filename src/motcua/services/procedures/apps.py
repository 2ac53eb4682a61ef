from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "motcua.services.procedures"
    label = "procedures"
    verbose_name = "Procedures"

    def ready(self) -> None:
        """Put this room's pages into the menus."""
        from motcua.kernel.web import navigation, panels
        from motcua.kernel.web.navigation import Lookup, NavItem
        from motcua.kernel.web.panels import Panel
        from motcua.services.procedures import delegating
        from motcua.services.procedures import life_events as life_events  # declares its kind of rules
        from motcua.services.procedures import series as series  # says how series are called
        from motcua.services.procedures.pages import events
        from motcua.services.procedures.pages.menus import sees_administration

        delegating.offer()
        navigation.register(NavItem(area="portal", label=_("Procedures"), url_name="procedures:search", order=10))
        navigation.register(
            NavItem(
                area="administration",
                label=_("Catalogue of procedures"),
                url_name="procedures:desk-catalogue",
                order=20,
                visible=sees_administration,
            )
        )
        navigation.register_lookup(
            Lookup(area="procedures", url_name="procedures:search", label=_("Name, code, field or agency"))
        )
        panels.register(
            Panel(
                area="portal",
                name="procedures.life_events",
                template="procedures/life_events.html",
                context=events.panel,
                order=20,
                wide=True,
            )
        )

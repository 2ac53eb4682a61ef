from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingsConfig(AppConfig):
    name = "motcua.services.ratings"
    label = "ratings"
    verbose_name = "Ratings"

    def ready(self) -> None:
        """Add the link to dossiers, the page to the menu, and hear of returns."""
        from motcua.kernel.web import sections
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.sections import Section
        from motcua.services.dossiers.pages.desk.shared import works_here
        from motcua.services.ratings import subscribers  # noqa: F401
        from motcua.services.ratings.evaluation import scheme, subjects  # noqa: F401
        from motcua.services.ratings.pages import machines, menus, portal
        from motcua.services.service_centre.models import Device
        from motcua.services.service_centre.pages import screens

        sections.register(Section("my-dossier", "ratings", "ratings/portal/section.html", portal.section, order=10))
        sections.register(Section("kiosk", "ratings", "ratings/machine/section.html", machines.section))
        screens.HOMES[Device.Kind.TABLET] = "ratings:tablet"
        register(NavItem("kiosk", _("How did we do?"), "ratings:kiosk", 10))
        register(NavItem("desk", _("Satisfaction"), "ratings:results", 60, visible=menus.may_read))
        register(NavItem("desk", _("Evaluation"), "ratings:evaluation", 61, visible=works_here))
        subjects.register("dossier", subjects.dossiers)
        subjects.register("rating", subjects.answers)

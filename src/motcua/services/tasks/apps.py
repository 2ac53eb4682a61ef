from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "motcua.services.tasks"
    label = "tasks"
    verbose_name = "Tasks"

    def ready(self) -> None:
        """Put pages into menu and home page, tasks onto the pages of what they come from, and be asked by others."""
        from motcua.kernel.time import calendar_effects
        from motcua.kernel.web import sections
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.panels import Panel
        from motcua.kernel.web.panels import register as register_panel
        from motcua.kernel.web.sections import Section
        from motcua.services.correspondence import sights
        from motcua.services.correspondence.pages.menus import sees
        from motcua.services.tasks import (  # noqa: F401
            access,
            calendar_moves,
            delegating,
            notices,
            series,
            subscribers,
        )
        from motcua.services.tasks.pages import menus

        register(NavItem("desk", _("Tasks"), "tasks:mine", 61, visible=sees, waiting=menus.waiting))
        register_panel(Panel("desk", "tasks.today", "tasks/panel.html", menus.today, order=19))
        sections.register(Section("document", "tasks", "tasks/document.html", menus.of_document, order=10))
        sections.register(Section("appointment", "tasks", "tasks/appointment.html", menus.of_appointment))
        delegating.TASKS.offer()
        sights.register("tasks", access.documents_to_read, access.seers_of_documents)
        calendar_effects.register("tasks", preview=calendar_moves.preview, apply=calendar_moves.apply)

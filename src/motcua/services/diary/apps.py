from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiaryConfig(AppConfig):
    name = "motcua.services.diary"
    label = "diary"
    verbose_name = "Work calendars"

    def ready(self) -> None:
        """Put the week into the menu, and the way into it onto the page of a document."""
        from motcua.kernel.web import sections
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.sections import Section
        from motcua.services.correspondence.pages.menus import sees
        from motcua.services.diary import notices, subscribers  # noqa: F401
        from motcua.services.diary.pages import menus, taking_over

        register(NavItem("desk", _("Work calendar"), "diary:week", 61, visible=sees, waiting=menus.waiting))
        sections.register(Section("document", "diary", "diary/document.html", menus.of_document, order=20))
        sections.register(Section("taking-over", "diary", "diary/taking_over.html", taking_over.section))
        sections.register(Section("sending", "diary", "diary/document.html", menus.of_sending, order=20))

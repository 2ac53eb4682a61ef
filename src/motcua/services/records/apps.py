from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "motcua.services.records"
    label = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        """Declare the retention schedule, hear of events, and put the pages into the menu and beside documents."""
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.sections import Section
        from motcua.kernel.web.sections import register as register_section
        from motcua.people.accounts.access import is_administrator
        from motcua.services.records import delegating, destruction, notices, retention, subscribers  # noqa: F401
        from motcua.services.records.pages import menus

        register(NavItem("desk", _("Work files"), "records:files", 63, visible=menus.sees, waiting=menus.waiting))
        register(NavItem("administration", _("Soundness of files"), "records:fixity", 75, visible=is_administrator))
        delegating.WORK_FILES.offer()
        for page in ("document", "sending"):
            register_section(Section(page, "records", "records/section.html", menus.beside, order=40))

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    name = "motcua.services.families"
    label = "families"
    verbose_name = "Families"

    def ready(self) -> None:
        """Say when a child is of age, offer parents to state theirs, and show officers what was stated."""
        from motcua.kernel.web import sections
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.sections import Section
        from motcua.people.citizens import majority
        from motcua.services.families import queries, subscribers  # noqa: F401
        from motcua.services.families.pages import desk, menus, portal

        majority.register(queries.of_age)
        sections.register(Section("apply", "families", "families/apply_section.html", menus.offered))
        sections.register(Section("dossier-work", "families", "families/desk_section.html", desk.section, order=10))
        seen: tuple[sections.Page, ...] = ("my-dossier", "filed-dossier")
        for page in seen:
            sections.register(Section(page, "families", "families/my_section.html", portal.section, order=10))
        register(NavItem("account", _("My children"), "families:mine", 25, visible=menus.is_person))

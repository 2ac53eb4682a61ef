from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "motcua.people.organisations"
    label = "organisations"
    verbose_name = "Organisations"

    def ready(self) -> None:
        from motcua.kernel.time import offices
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.people.organisations import access, queries

        offices.register(queries.office_choices)
        register(NavItem("administration", _("Offices"), "organisations:tree", 10, access.is_administrator))

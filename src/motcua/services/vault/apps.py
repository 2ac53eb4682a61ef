from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    name = "motcua.services.vault"
    label = "vault"
    verbose_name = "Personal store"

    def ready(self) -> None:
        """Offer what is kept to applications, stand in the menu, and name why a store was looked into."""
        from motcua.kernel.events import access_log
        from motcua.kernel.web import sections
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.sections import Section
        from motcua.services.dossiers import stores
        from motcua.services.vault import access, subscribers  # noqa: F401
        from motcua.services.vault.offers import PersonalStore
        from motcua.services.vault.pages import desk, menus

        stores.register(PersonalStore())
        register(NavItem("portal", _("My store"), "vault:store", 25, visible=menus.has_store))
        sections.register(Section("dossier", "vault", "vault/desk/section.html", desk.section))
        access_log.purposes |= {
            access.REPRESENTING: _("Opening your personal store on your behalf"),
            stores.AT_THE_COUNTER: _("Looking in your personal store for a paper while you were at the counter"),
            access.LINK: _("Opening a paper by the link that you shared"),
        }
        access_log.strangers[access.LINK] = _("Somebody with your link")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BatchesConfig(AppConfig):
    name = "motcua.services.batches"
    label = "batches"
    verbose_name = "Batches"

    def ready(self) -> None:
        """Offer the way beside the ordinary application, and put what one has filed so into the menu."""
        from motcua.kernel.web import sections
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.sections import Section
        from motcua.services.batches import queries
        from motcua.services.batches.pages import counter, menus, paying
        from motcua.services.payments import subjects
        from motcua.services.procedures import starting

        starting.register_way(menus.way)
        starting.register_counter_way(menus.counter_way)
        sections.register(Section("counter", "batches", "batches/counter_section.html", counter.begun))
        subjects.register(
            "batch",
            at_the_desk=lambda found: {},
            of_the_payer=paying.addresses_of,
            within=queries.within,
            particulars=paying.particulars_of,
        )
        register(NavItem("account", _("Filed with a spreadsheet"), "batches:mine", 30, visible=menus.is_citizen))

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "motcua.services.payments"
    label = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Put the cashiers' and administrators' pages into the menu."""
        from motcua.services.payments.pages import menus

        menus.register()

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "motcua.services.payments"
    label = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Make the gateways known, and put the cashiers' and administrators' pages into the menu."""
        from motcua.engines.signing import originals
        from motcua.services.payments import issued, notices, series, subscribers  # noqa: F401
        from motcua.services.payments.gateways import platform, vnpay  # noqa: F401
        from motcua.services.payments.pages import menus

        menus.register()
        originals.register("payments", by_digest=issued.by_digest)

from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "motcua.engines.signing"
    label = "signing"
    verbose_name = "Signing"

    def ready(self) -> None:
        """Make the providers known."""
        from motcua.engines.signing.providers import csc, mysign, sign_server, sim, smartca, software, token  # noqa: F401

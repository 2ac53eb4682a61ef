from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "motcua.engines.signing"
    label = "signing"
    verbose_name = "Signing"

    def ready(self) -> None:
        """Make the providers known, and put the public page into the menu."""
        from django.utils.translation import gettext_lazy as _

        from motcua.engines.signing.providers import csc, mysign, sign_server, sim, smartca, software, token  # noqa: F401
        from motcua.kernel.web import navigation
        from motcua.kernel.web.navigation import NavItem

        item = NavItem(area="portal", label=_("Check a document"), url_name="signing:verify", order=40)
        navigation.register(item)

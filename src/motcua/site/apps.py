from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from motcua.kernel.web import navigation


class SiteConfig(AppConfig):
    name = "motcua.site"
    label = "site"
    verbose_name = "Site"

    def ready(self) -> None:
        """The officers' menu begins with their home page."""
        navigation.register(navigation.NavItem(area="desk", label=_("Home"), url_name="site:desk", order=0))

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "motcua.engines.messaging"
    label = "messaging"
    verbose_name = "Messaging"

    def ready(self) -> None:
        """Put the messages and their count into the menu of whoever is signed in."""
        from motcua.kernel.web import navigation

        navigation.register(
            navigation.NavItem(
                area="account", label=_("Messages"), url_name="messaging:inbox", order=20, count=_unread
            )
        )


def _unread(request: HttpRequest) -> int | None:
    from motcua.engines.messaging.queries import unread_count
    from motcua.people.accounts.models import Account

    return unread_count(request.user) if isinstance(request.user, Account) else None

"""Who may have webhooks: services, and the administrators of the province."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engines.webhooks.models import Webhook
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.principals import Principal


def webhooks_for(asks: Principal) -> QuerySet[Webhook]:
    """The bearer's own live webhooks, by ``-created_at, -id``; all of them for an administrator.

    Events are of every office, so that ordinary accounts have none: raises ``NotAllowed``.
    """
    live = Webhook.objects.filter(ended_at=None)
    if asks.account is None:
        return live.filter(service=asks.service, account=None)
    if not asks.account.is_administrator:
        raise NotAllowed(_("Only services and administrators have webhooks."))
    return live


def webhook_for(asks: Principal, key: UUID) -> Webhook:
    """One of them. Raises ``NotFound`` for what is somebody else's."""
    found = webhooks_for(asks).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such webhook."))
    return found

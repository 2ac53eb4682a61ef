"""A signing service calls: something may have happened to one of our requests."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import NotFound
from motcua.kernel.jobs import defer_once


@transaction.atomic
def heed_call(*, provider: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Have the request that a call is about settled soon, by asking the service itself; nothing else is believed.

    A call about nothing that waits here does nothing. Raises :class:`NotFound` for a provider that is not set up.
    """
    from motcua.engines.signing.jobs import settle

    try:
        hint = registry[provider].called_back(body, headers)
    except (KeyError, Misconfigured) as error:
        raise NotFound(_("This way of signing is not set up here."), code="provider") from error
    if not hint:
        return
    about = Q(provider_reference=hint) | Q(id=hint) if _is_uuid(hint) else Q(provider_reference=hint)
    waiting = SigningTransaction.objects.filter(
        about, state=TransactionState.WAITING, certificate__provider=provider
    ).order_by("started_at", "id")
    for transaction_id in waiting.values_list("id", flat=True)[:1]:
        # A service that calls about one request again and again has one job waiting, and one at a time running.
        key = str(transaction_id)
        defer_once(settle, lock=f"signing-service:{provider}", once=f"signing:{key}", transaction_id=key)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

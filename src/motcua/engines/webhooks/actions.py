"""What can happen to webhooks."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.webhooks import jobs, rules
from motcua.engines.webhooks.models import Delivery, DeliveryState, Webhook
from motcua.engines.webhooks.sending import addresses_of
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import seal

MOST_OF_ONE = 20


@transaction.atomic
def subscribe(
    *, url: str, kinds: Sequence[str], account: Account | None = None, service: str = ""
) -> tuple[Webhook, str]:
    """Have events of some kinds sent to an address; returns the webhook and its secret, which is shown once.

    Raises ``Refused`` for an address that is not to be reached and for unknown kinds, ``Conflict`` beyond 20.
    """
    if unknown := rules.unknown_kinds(kinds):
        raise Refused(_("There are no events of this kind: %(kind)s") % {"kind": unknown[0]}, field="kinds")
    if not rules.is_web_address(url):
        raise Refused(_("Write an address that begins with https:// or http://."), field="url", code="url")
    addresses_of(url)
    if Webhook.objects.filter(account=account, service=service, ended_at=None).count() >= MOST_OF_ONE:
        raise Conflict(_("There are many webhooks already. End one first."), code="too_many")
    secret = secrets.token_bytes(32)
    webhook = Webhook.objects.create(
        account=account,
        service=service,
        url=url,
        kinds=sorted(set(kinds)),
        secret=seal(secret),
        created_at=timezone.now(),
    )
    _tell(webhook, "subscribed", account)
    return webhook, rules.as_text(secret)


@transaction.atomic
def end(*, webhook: UUID, account: Account | None) -> None:
    """Send nothing more to an address. Raises ``NotFound`` when it was ended before."""
    found = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook, ended_at=None).first()
    if found is None:
        raise NotFound(_("There is no such webhook."))
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    _tell(found, "ended", account)


@transaction.atomic
def enqueue(events: Sequence[Event], *, at: datetime) -> int:
    """A delivery and its job for each event and each webhook that wants it; the same event again adds nothing.

    That of somebody who is no administrator any more, or whose account is closed, hears of nothing.
    """
    may_hear = Q(account=None) | Q(account__is_administrator=True, account__is_active=True)
    live = list(Webhook.objects.filter(may_hear, ended_at=None).order_by("id"))
    wanted = [
        Delivery(webhook=webhook, event=event, created_at=at)
        for event in events
        for webhook in live
        if rules.wants(webhook.kinds, event.kind)
    ]
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    made = Delivery.objects.filter(pk__in=[each.pk for each in wanted]).order_by("event_id", "id")
    for key in made.values_list("pk", flat=True):
        jobs.deliver.defer(delivery=str(key))
    return len(wanted)


@transaction.atomic
def send_again(*, webhook: Webhook, delivery: UUID) -> Delivery:
    """Try a dead letter again from the beginning. Raises ``NotFound``, and ``Conflict`` for one that is not dead."""
    found = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery, webhook=webhook).first()
    if found is None:
        raise NotFound(_("There is no such delivery."))
    if found.state != DeliveryState.DEAD:
        raise Conflict(_("This delivery has not been given up."), code="not_dead")
    found.state, found.attempts = DeliveryState.WAITING, 0
    found.save(update_fields=["state", "attempts"])
    jobs.deliver.defer(delivery=str(found.pk))
    return found


def _tell(webhook: Webhook, what: str, by: Account | None) -> None:
    record(
        stream=f"webhook:{webhook.pk}",
        kind=f"webhook.{what}",
        actor=by.pk if by else None,
        agency=None,
        references={"url": webhook.url, "kinds": webhook.kinds, "service": webhook.service},
        at=timezone.now(),
    )

"""Sending a payer to a gateway; for the pages of the rooms whose subjects are paid for."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound
from motcua.services.payments.actions import start_attempt
from motcua.services.payments.gateways.interface import Request
from motcua.services.payments.gateways.registry import gateway, gateways
from motcua.services.payments.models import Order


def ways() -> list[tuple[str, str]]:
    """The gateways of the installation for a choice."""
    return [(code, each.title) for code, each in gateways().items()]


def origins() -> list[str]:
    """Where a page that offers gateways must be allowed to lead to (``form-action``)."""
    return [each.origin for each in gateways().values()]


def address_to_pay(order: Order, *, code: str, ip: str, at: datetime) -> str:
    """Start an attempt and give the gateway's address for it. Raises ``NotFound``, and as ``start_attempt`` does."""
    try:
        chosen = gateway(code)
    except KeyError as error:
        raise NotFound(_("There is no such gateway.")) from error
    attempt = start_attempt(order.pk, gateway=code, at=at)
    asked = Request(
        reference=attempt.reference,
        amount=attempt.amount,
        text=f"Nop phi le phi {order.payable.reference}",
        back=f"{settings.PUBLIC_URL}{reverse('payments:returned', args=[code])}",
        ip=ip.partition("/")[0],
        at=at,
        expires_at=attempt.expires_at,
        english=get_language() == "en",
    )
    return chosen.address(asked)

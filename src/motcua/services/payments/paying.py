"""Sending a payer to a gateway; for the pages of the rooms whose subjects are paid for."""

import logging
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.people.citizens.models import Party
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import current_code
from motcua.services.payments.actions import start_attempt
from motcua.services.payments.gateways.interface import About, Account, Line, Request, Unavailable
from motcua.services.payments.gateways.registry import gateway, gateways
from motcua.services.payments.models import Order, Payable
from motcua.services.payments.queries import account_of
from motcua.services.payments.subjects import particulars

log = logging.getLogger(__name__)


def ways() -> list[tuple[str, str]]:
    """The gateways of the installation for a choice."""
    return [(code, each.title) for code, each in gateways().items()]


def origins() -> list[str]:
    """Where a page that offers gateways must be allowed to lead to (``form-action``)."""
    return [each.origin for each in gateways().values()]


def address_to_pay(order: Order, *, code: str, ip: str, at: datetime) -> str:
    """Start an attempt and give the gateway's address for it. Call it with no transaction open.

    Raises ``NotFound``, ``Refused`` when the gateway does not answer, and as ``start_attempt`` does.
    """
    try:
        chosen = gateway(code)
    except KeyError as error:
        raise NotFound(_("There is no such gateway.")) from error
    attempt = start_attempt(order.pk, gateway=code, at=at)
    payable = order.payable
    asked = Request(
        reference=attempt.reference,
        amount=attempt.amount,
        text=f"Nop phi le phi {payable.reference}",
        back=f"{settings.PUBLIC_URL}{reverse('payments:returned', args=[code])}",
        ip=ip.partition("/")[0],
        at=at,
        expires_at=attempt.expires_at,
        english=get_language() == "en",
        lines=[Line(line.kind, line.name, line.amount) for line in order.lines.all()],
        account=_account(payable, at),
        about=_about(payable, at),
    )
    try:
        return chosen.address(asked)
    except Unavailable as error:
        log.warning("gateway_unavailable", extra={"gateway": code, "error": error})
        text = _("%(name)s takes no payment just now, and nothing was charged. Try again later or pay another way.")
        raise Refused(text % {"name": chosen.title}, code="unavailable") from error


def _account(payable: Payable, at: datetime) -> Account | None:
    found = account_of(payable.office_id, local_day(at))
    return Account(found.bank_bin, found.number, found.holder) if found else None


def _about(payable: Payable, at: datetime) -> About:
    told = particulars(payable.subject)
    payer = Party.objects.filter(pk=payable.payer).first()
    return About(
        number=told.number,
        procedure_code=told.procedure_code,
        procedure_name=told.procedure_name,
        office_code=current_code(payable.office, local_day(at)),
        office_name=payable.office.name,
        payer_name=payable.payer_name,
        payer_number=(payer.identity_number or payer.tax_code or "") if payer else "",
        payer_address=payer.address if payer else "",
    )

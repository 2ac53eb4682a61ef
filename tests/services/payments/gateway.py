"""A simulated gateway over a real socket, and a house that is set up for it."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse

from motcua.services.payments import paying
from motcua.services.payments.models import Attempt, Order
from motcua.services.payments.simulators.vnpay import Misbehaviour, Payment, VnpayService
from tests.services.payments.factories import AT

SECRET = "THUNGHIEMTHUNGHIEM"


@contextmanager
def installed(folder: Path, *, notify: str = "") -> Iterator[VnpayService]:
    """Serve it and configure the house as ``payments.toml`` would with the section that it prints."""
    file, before = folder / "vnpay-secret", settings.PAYMENT_GATEWAYS
    file.write_text(SECRET + "\n")
    service = VnpayService(SECRET, notify=notify)
    with service.serving():
        settings.PAYMENT_GATEWAYS = tomllib.loads(service.section(str(file)))
        try:
            yield service
        finally:
            settings.PAYMENT_GATEWAYS = before


def sent(service: VnpayService, order: Order, **given: Any) -> Payment:
    """The payer of an order has been sent to the gateway and stands on its page."""
    address = paying.address_to_pay(order, code="vnpay", ip="127.0.0.1", at=given.get("at", AT))
    return Payment(dict(parse_qsl(urlsplit(address).query)))


def told(service: VnpayService, payment: Payment, *, pays: bool = True, how: Misbehaviour | None = None) -> list[str]:
    """The codes that the house answers to what the gateway's server tells of a payment, through the test client."""
    service.decide(payment, pays=pays, how=Misbehaviour.LATE if how is None else how)
    return deliver(payment)


def deliver(payment: Payment) -> list[str]:
    """Deliver what waits; gives the codes of the answers."""
    codes = [Client().get(reverse("payments:notice", args=["vnpay"]), each).json() for each in payment.notices]
    payment.notices = []
    return [each["RspCode"] for each in codes]


def attempt() -> Attempt:
    """The only attempt there is."""
    return Attempt.objects.get()

"""What payers are told: that their money has come in, for whatever it was paid."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion, notify_all
from motcua.engines.messaging.kinds import Group, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import dong, local_datetime
from motcua.people.citizens.models import Party
from motcua.services.payments import subjects
from motcua.services.payments.models import Method, Order

MY_PAYMENTS = Group(code="my-payments", label=_("My payments"), audience="citizens")
_RECEIVED = declare(
    code="payment.received",
    group=MY_PAYMENTS,
    subject=_("Payment of {amount} received: {title}"),
    body=_("{amount} was received at {at} ({way}) for “{title}”. The receipt stands on the page of what you have paid"
           " for. If you have not paid this, please turn to the office."),
)  # fmt: skip


@subscriber("payments.notices", kinds=("payment.received",), from_now=True)
def tell_payers(batch: list[Event]) -> None:
    """Tell payers, and whom a payment concerns besides, what came in; two statements, and those of each room."""
    keys = [UUID(event.stream.removeprefix("order:")) for event in batch]
    orders = Order.objects.filter(pk__in=keys).select_related("payable").in_bulk()
    payers = Party.objects.filter(pk__in={order.payable.payer for order in orders.values()})
    known = payers.select_related("merged_into").in_bulk()
    notify_all([_received(event, orders[key], known) for event, key in zip(batch, keys, strict=True) if key in orders])


def _received(event: Event, order: Order, payers: dict[UUID, Party]) -> Occasion:
    payable = order.payable
    others, open_url = subjects.concerned(payable.subject, event.at)
    payer = payers.get(payable.payer)
    whom = {each.pk: each for each in (*([payer.merged_into or payer] if payer else []), *others)}
    way = str(Method(str(event.references["method"])).label)
    return Occasion(
        kind=_RECEIVED,
        recipients={each.account_id for each in whom.values() if each.account_id},
        people={each.pk for each in whom.values() if not each.account_id},
        facts={"amount": dong(order.amount), "at": local_datetime(event.at), "way": way, "title": payable.title},
        key=f"{event.stream}:{event.version}",
        url=subjects.payer_address(payable.subject) or "",
        open_url=open_url,
    )

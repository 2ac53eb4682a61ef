"""Messages that were refused at the door and still wait at their axis: fetched once more when the cause is mended."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange.actions.receiving import receive
from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.models import Account, Channel, Refusal
from motcua.engines.exchange.transports import NotReached, Rejected, TryLater
from motcua.engines.exchange.transports.axis import AxisTransport
from motcua.engines.signing.errors import Misconfigured
from motcua.kernel.errors import Conflict, NotFound, Refused

log = logging.getLogger(__name__)


def fetch_again(refusal: Refusal, *, by: UUID, at: datetime) -> None:
    """Take a message again that was turned away, such as one whose sender was no partner then.

    Call it with no transaction open. Raises ``Refused`` for what is turned away again, cannot be had, or came over a
    line on which its sender was told to send it again.
    """
    channel = refusal.channel
    if channel.kind != Channel.Kind.AXIS:
        raise Conflict(_("This message did not come over an axis: its sender must send it again."))
    axis = AxisTransport(channel)
    try:
        account, content = _found(axis, refusal)
    except (NotReached, TryLater, Misconfigured) as error:
        raise Refused(_("The axis gives no answer: %(why)s") % {"why": error}, code="unanswered") from error
    receive(channel, content, message_id=refusal.message_id, at=at)
    with transaction.atomic():
        Refusal.objects.filter(channel=channel, message_id=refusal.message_id).delete()
        tell(f"line:{channel.code}", "fetched_again", at=at, by=by, message=refusal.message_id, code=refusal.code)
    try:
        axis.settle(account, refusal.message_id, is_taken=True)
    except (NotReached, Rejected, TryLater):  # it has come; what the axis says of it is its own affair
        log.warning("exchange_axis_not_told", extra={"letter": refusal.message_id})


def _found(axis: AxisTransport, refusal: Refusal) -> tuple[Account, bytes]:
    """The message, and the agency of this house for which it waits. Raises ``NotFound``."""
    for account in Account.objects.filter(channel=refusal.channel).order_by("code"):
        try:
            return account, axis.document(account, refusal.message_id)
        except Rejected:
            continue  # another agency's
    raise NotFound(_("The axis does not have this message any more: its sender must send it again."))

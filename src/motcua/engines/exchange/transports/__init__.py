"""How a message gets to the other side, and what the other side says."""

from motcua.engines.exchange.transports.axis import AxisTransport
from motcua.engines.exchange.transports.direct import DirectTransport
from motcua.engines.exchange.transports.interface import Letter, NotReached, Rejected, Transport, TryLater

__all__ = ["Letter", "NotReached", "Rejected", "Transport", "TryLater", "transport_of"]


def transport_of(channel: object) -> Transport:
    """The transport of a line, for what it is to send."""
    from motcua.engines.exchange.models import Account, Channel

    assert isinstance(channel, Channel)
    if channel.kind == Channel.Kind.AXIS:
        return AxisTransport(channel, senders=list(Account.objects.filter(channel=channel).order_by("code")))
    return DirectTransport(channel)

"""How a message gets to the other side, and what the other side says."""

from motcua.engines.exchange.transports.axis import AxisTransport
from motcua.engines.exchange.transports.direct import DirectTransport
from motcua.engines.exchange.transports.interface import Letter, NotReached, Rejected, Transport, TryLater

__all__ = ["Letter", "NotReached", "Rejected", "Transport", "TryLater", "transport_of"]


def transport_of(channel: object) -> Transport:
    """The transport of a line."""
    from motcua.engines.exchange.models import Channel

    assert isinstance(channel, Channel)
    return AxisTransport(channel) if channel.kind == Channel.Kind.AXIS else DirectTransport(channel)

"""How money is given back. Pure."""

TRANSFER = "transfer"


def ways(paid: str) -> tuple[str, ...]:
    """The ways in which what was paid so may be given back, the first one unless another is said.

    Cash is given only for cash, and a card is credited only with what it was charged: so each drawer and each terminal
    accounts for its own.
    """
    return tuple(dict.fromkeys((paid, TRANSFER)))

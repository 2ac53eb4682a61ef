"""How a fee that is paid so many times is told. Pure."""

from motcua.kernel.text import dong

MOST_ITEMS = 9_999


def with_count(name: str, amount: int, quantity: int, unit: str) -> str:
    """``Lệ phí cấp phù hiệu (3 xe × 70.000 đ)``; the name alone for a fee that is paid once (no ``unit``).

    ``amount`` is what all of them cost together, in đồng.
    """
    return f"{name} ({quantity} {unit} × {dong(amount // quantity)})" if unit else name

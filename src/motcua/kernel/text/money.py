"""Money is an integer number of đồng."""


def dong(amount: int) -> str:
    """``1.250.000 đ``: thousands parted by points, as Vietnamese receipts do."""
    return f"{amount:,}".replace(",", ".") + " đ"

"""Amounts of money as the catalogue writes them: ``1,500,000``, ``150.000đ``, ``02 triệu đồng``, ``230.000/lần``."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_SCALES = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}
LARGEST = 10**15
_CURRENCY = r"(?:Việt Nam Đồng|VNĐ|VND|vnđ|đồng|Đồng|đ|Đ)(?!\w)"
_NUMBER = r"\d[\d.,]{0,24}\d|\d"  # longer ones are no amounts, and to look for their end from each digit takes long

_MONEY = re.compile(
    rf"(?<![\w/.,])(?P<number>{_NUMBER})"
    rf"(?:\s*\([^()]{{3,60}}\))?"  # the number in words, as decrees repeat it
    rf"\s*(?P<scale>nghìn|ngàn|triệu|tỷ)?\s*(?:{_CURRENCY}|(?=\s?/\s?[a-zđA-Z]))"
)
_GROUPED = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_DOLLARS = re.compile(rf"(?P<number>{_NUMBER})\s*USD")
# "từ 50 tỷ đến dưới 150 tỷ": a size of the business, not a price.
_THRESHOLD = re.compile(r"(?:dưới|trên|vượt|đến|giá trị|quá|thiểu|đa|hơn|% của)\s*$", re.IGNORECASE)
_PER = re.compile(r"\s*/\s*(?P<unit>[^.,;:()\n]{2,60}?)\s*(?=kể từ|đối với|Đồng\b|áp dụng|\s[-+]|[.,;:()\n]|$)")
_GROUPED_ANYWHERE = re.compile(r"(?<![\w/.,])\d{1,3}(?:[.,]\d{3})+(?![\w/])")


@dataclass(frozen=True)
class Money:
    """An amount in đồng, what it is paid for (``lần``) and where in the text it stands.

    ``threshold`` marks the size of something (``dưới 50 triệu đồng``), not a price.
    """

    amount: int
    unit: str
    start: int
    end: int
    threshold: bool


def whole(number: str) -> int | None:
    """The integer that a written number means: ``1.500.000`` → 1500000; none if it is not written properly."""
    if len(number) > 20 or not (number.isdigit() or _GROUPED.match(number)):
        return None
    value = int(re.sub(r"[.,]", "", number))
    return value if value <= LARGEST else None


def _scaled(number: str, scale: str | None) -> int | None:
    if scale is None:
        return whole(number)
    if re.fullmatch(r"\d{1,9}(?:[.,]\d{1,2})?", number) is None:
        return None
    units, _, decimals = number.replace(",", ".").partition(".")
    value = int(units + decimals) * _SCALES[scale] // int(10 ** len(decimals))
    return value if value <= LARGEST else None


def moneys(text: str) -> list[Money] | None:
    """Every amount in đồng in a text, in order; none when one of them is written so badly that it cannot be read."""
    found: list[Money] = []
    for match in _MONEY.finditer(text):
        amount = _scaled(match["number"], match["scale"])
        if amount is None or (amount < 1_000 and amount != 0):
            return None
        before = text[max(0, match.start() - 14) : match.start()]
        unit = per(text[match.end() : match.end() + 200])
        found.append(Money(amount, unit, match.start(), match.end(), bool(_THRESHOLD.search(before))))
    return found


def per(text: str) -> str:
    """What a price is paid for, where the text goes on with a stroke: ``/lần cấp.`` → ``lần cấp``."""
    match = _PER.match(text)
    return match["unit"] if match else ""


def dollars(text: str) -> list[int]:
    """Every whole amount in US dollars in a text."""
    return [amount for match in _DOLLARS.finditer(text) if (amount := whole(match["number"])) is not None]


def has_bare_amount(text: str) -> bool:
    """Whether a number grouped like money (``1.600.000``) stands in the text without a currency."""
    spans = [match.span() for match in _MONEY.finditer(text)]
    return any(
        (before := bisect_right(spans, (match.start(), len(text)))) == 0 or spans[before - 1][1] <= match.start()
        for match in _GROUPED_ANYWHERE.finditer(text)
    )

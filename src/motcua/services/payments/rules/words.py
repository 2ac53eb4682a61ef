"""Sums in Vietnamese words, as receipts must have them (Decree 123/2020/NĐ-CP, article 32 clause 2). Pure.

The reading of schoolbooks and the treasury: ``không trăm`` and ``linh`` are spoken wherever something stands before
them, so that 1.005 is “một nghìn không trăm linh năm”. (num2words says “một nghìn lẻ năm”, which no office writes.)
"""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
MOST = 10**18 - 1


def dong_in_words(amount: int) -> str:
    """``Hai mươi nghìn đồng``. Raises ``ValueError`` below 0 and from 10¹⁸ on."""
    said = in_words(amount)
    return f"{said[0].upper()}{said[1:]} đồng"


def in_words(number: int) -> str:
    """The number as it is spoken. Raises ``ValueError`` below 0 and from 10¹⁸ on."""
    if not 0 <= number <= MOST:
        raise ValueError(f"{number} is not spoken here")
    if number == 0:
        return DIGITS[0]
    billions, rest = divmod(number, 10**9)
    if not billions:
        return _below_a_billion(rest, leads=True)
    said = f"{_below_a_billion(billions, leads=True)} tỷ"
    return f"{said} {_below_a_billion(rest, leads=False)}" if rest else said


def _below_a_billion(number: int, *, leads: bool) -> str:
    """Three groups of three digits; those of zeros are passed over."""
    said: list[str] = []
    for place in (2, 1, 0):
        group = number // 1000**place % 1000
        if group:
            said += [_group(group, leads=leads and not said), SCALES[place]]
    return " ".join(part for part in said if part)


def _group(group: int, *, leads: bool) -> str:
    """Three digits; the group that leads has no zeros spoken before it."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    said = [] if leads and not hundreds else [DIGITS[hundreds], "trăm"]
    if tens > 1:
        said += [DIGITS[tens], "mươi"]
    elif tens == 1:
        said.append("mười")
    elif ones and said:
        said.append("linh")
    if ones:
        said.append(_ones(ones, tens))
    return " ".join(said)


def _ones(ones: int, tens: int) -> str:
    """One is ``mốt`` after twenty and more, five ``lăm`` after ten and more."""
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 and tens else DIGITS[ones]

"""What the board says. Pure: numbers are read letter by letter, as people are used to from banks and hospitals."""

import re

NUMBER = re.compile(r"[A-Z]{1,2}[0-9]{1,4}")
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TENS = ("", "mười", *(f"{digit} mươi" for digit in _DIGITS[2:]))
_LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "đê", "E": "e", "F": "ép", "G": "giê", "H": "hát", "I": "i", "J": "gi",
    "K": "ca", "L": "en lờ", "M": "em mờ", "N": "en nờ", "O": "o", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét",
    "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích", "Y": "i dài", "Z": "dét",
}  # fmt: skip


def spelled(number: str) -> str:
    """``A012`` → ``a, không một hai``. Raises ``ValueError`` for what is no ticket's number."""
    if not NUMBER.fullmatch(number):
        raise ValueError(number)
    letters = " ".join(_LETTERS[char] for char in number if char.isalpha())
    digits = " ".join(_DIGITS[int(char)] for char in number if char.isdigit())
    return f"{letters}, {digits}"


def cardinal(number: int) -> str:
    """A counter's number in words, 1 to 99: ``15`` → ``mười lăm``, ``21`` → ``hai mươi mốt``."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    last = _DIGITS[ones] if ones else ""
    if ones == 5:
        last = "lăm"
    elif tens > 1 and ones in (1, 4):
        last = {1: "mốt", 4: "tư"}[ones]
    return f"{_TENS[tens]} {last}".strip()


def announcement(number: str, counter: int) -> str:
    """The whole sentence."""
    return f"Mời số {spelled(number)}, đến quầy số {cardinal(counter)}."

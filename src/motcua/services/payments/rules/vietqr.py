"""VietQR: the code that banking apps read, an EMVCo merchant-presented QR code as NAPAS uses it. Pure.

Every field is two digits of identification, two of length, and the value. The last one is CRC-16/CCITT-FALSE over all
that stands before it, its own identification and length included. VietQR proves no payment: what came in is read from
the bank's statement (``rules.matching``).
"""

import binascii
import re
from collections.abc import Iterator

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"  # a transfer to an account, as against one to a card
DONG, VIETNAM = "704", "VN"  # ISO 4217, ISO 3166-1
LONGEST_ACCOUNT, LONGEST_PURPOSE = 19, 25
MOST = 9_999_999_999_999  # thirteen digits
_ACCOUNT = re.compile(r"[0-9A-Z]{1,19}")
_BIN = re.compile(r"\d{6}")
_PURPOSE = re.compile(r"[0-9A-Za-z .,/-]{1,25}")


def payload(*, bank_bin: str, account: str, amount: int | None = None, purpose: str = "") -> str:
    """The text of the QR code for a transfer of ``amount`` đồng to an account at the bank with this BIN.

    Without an amount it is a static code: the payer enters the sum. Raises ``ValueError`` for what a bank would not
    read: the purpose (nội dung chuyển khoản) is at most 25 letters, digits and simple signs without accents.
    """
    if not _BIN.fullmatch(bank_bin) or not _ACCOUNT.fullmatch(account):
        raise ValueError("A BIN has six digits, an account at most nineteen digits or capital letters.")
    if amount is not None and not 0 < amount <= MOST:
        raise ValueError(f"{amount} is no sum that can be transferred.")
    if purpose and not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"{purpose!r} cannot stand in a transfer.")
    receiver = _field("00", NAPAS) + _field("01", _field("00", bank_bin) + _field("01", account))
    fields = [
        _field("00", "01"),
        _field("01", "11" if amount is None else "12"),
        _field("38", receiver + _field("02", TO_ACCOUNT)),
        _field("53", DONG),
        _field("54", str(amount)) if amount is not None else "",
        _field("58", VIETNAM),
        _field("62", _field("08", purpose)) if purpose else "",
    ]
    covered = "".join(fields) + "6304"
    return covered + checksum(covered)


def checksum(covered: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 0x1021, initial value 0xFFFF) in four capital hexadecimal digits."""
    return f"{binascii.crc_hqx(covered.encode('ascii'), 0xFFFF):04X}"


def fields_of(text: str) -> Iterator[tuple[str, str]]:
    """The fields of a code or of one of its templates, in order. Raises ``ValueError`` where it is cut off."""
    at = 0
    while at < len(text):
        head, end = text[at : at + 4], at + 4
        if len(head) < 4 or not head.isdigit() or end + int(head[2:]) > len(text):
            raise ValueError("The code is cut off or is none.")
        yield head[:2], text[end : end + int(head[2:])]
        at = end + int(head[2:])


def _field(identification: str, value: str) -> str:
    return f"{identification}{len(value):02d}{value}"

"""The messages of the national Payment Platform, as the layout that is data says. Pure.

Names, order and constants stand in ``data/payment_platform.yaml``, or in the file that an operator names. The check
sum is SHA-256 over the values in their order and the secret, joined by a separator, in hexadecimal digits.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

SHIPPED = Path(__file__).parents[1] / "data" / "payment_platform.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Answered(_Part):
    """Where an answer says how it went; ``taken`` are the codes of one that the platform has taken."""

    code: str
    text: str
    address: str
    taken: list[str] = Field(min_length=1)


class ReceiptPart(_Part):
    """What the platform's own receipt is made from, within the first message."""

    name: str
    fields: dict[str, str]
    fees: str
    fee: dict[str, str]
    kinds: dict[str, str]
    items: str
    item: dict[str, str]


class Asking(_Part):
    """A message to the platform: constants, and fields by what stands in them."""

    constants: dict[str, str]
    fields: dict[str, str]
    signed: list[str] = Field(min_length=1)
    checksum: str


class Init(Asking):
    """The message that begins a payment."""

    receipt: ReceiptPart
    answer: Answered


class Query(Asking):
    """The message that asks what became of one; ``failed`` are the codes after which no payment can follow."""

    waiting: list[str]
    failed: list[str] = []


class Reply(_Part):
    """How the platform's notice is answered; ``echoed`` are fields of the notice."""

    code: str
    text: str
    echoed: list[str]


class Confirm(_Part):
    """The platform's notice: which field says what; ``constants`` are fields that always say the same."""

    constants: dict[str, str] = {}
    fields: dict[str, str]
    signed: list[str] = Field(min_length=1)
    checksum: str
    paid: list[str] = Field(min_length=1)
    reply: Reply
    says: dict[str, tuple[str, str]]


class Layout(_Part):
    """All messages."""

    separator: str
    init: Init
    confirm: Confirm
    query: Query
    service_suffix: str = ""
    longest_name: int = Field(default=250, ge=20)

    @field_validator("separator")
    @classmethod
    def _parts_values(cls, separator: str) -> str:
        if not separator:
            raise ValueError("The separator is empty: without one, different messages have the same check sum.")
        return separator


def read_layout(content: str) -> Layout:
    """A layout from YAML. Raises ``ValueError`` with what is wrong."""
    try:
        return Layout.model_validate(yaml.safe_load(content))
    except (yaml.YAMLError, ValidationError) as error:
        raise ValueError(str(error)) from error


def checksum(message: Mapping[str, Any], signed: Sequence[str], secret: str, separator: str) -> str:
    """The check sum of a message; a field that is not there counts as empty."""
    values = [*(str(message.get(name, "")) for name in signed), secret]
    return hashlib.sha256(separator.join(values).encode(errors="surrogatepass")).hexdigest()


def is_signed(message: Mapping[str, Any], layout: Layout, secret: str) -> bool:
    """Whether a notice bears the check sum that the secret gives.

    A value with the separator in it makes the check sum of another message: such a notice is never signed.
    """
    confirm = layout.confirm
    if any(layout.separator in str(message.get(name, "")) for name in confirm.signed):
        return False
    if any(message.get(name) != value for name, value in confirm.constants.items()):
        return False
    given = str(message.get(confirm.checksum, "")).lower()
    made = checksum(message, confirm.signed, secret, layout.separator)
    return hmac.compare_digest(given.encode(errors="surrogatepass"), made.encode())


def filled(asking: Asking, known: Mapping[str, str], secret: str, separator: str) -> dict[str, Any]:
    """A message with its check sum."""
    message = {**asking.constants, **{name: known[what] for name, what in asking.fields.items()}}
    return {**message, asking.checksum: checksum(message, asking.signed, secret, separator)}


def receipt_of(
    part: ReceiptPart, known: Mapping[str, str], fees: Sequence[Mapping[str, str]], longest: int
) -> dict[str, Any]:
    """What the platform's receipt is made from; fees are mappings of ``kind``, ``name`` and ``amount``."""
    lines = [{**known, **fee, "kind": part.kinds.get(fee["kind"], fee["kind"])} for fee in fees]
    return {
        **{name: known[what][:longest] for name, what in part.fields.items()},
        part.fees: [{name: line[what][:longest] for name, what in part.fee.items()} for line in lines],
        part.items: [{name: line[what][:longest] for name, what in part.item.items()} for line in lines],
    }

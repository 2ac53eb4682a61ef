"""Why a message cannot be read or written."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a message; stable for programs."""

    NOT_XML = "not_xml"
    MIME = "mime"
    CHARSET = "charset"
    DOCTYPE = "doctype"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    NOT_EDXML = "not_edxml"
    MISSING = "missing"
    VALUE = "value"
    TWICE = "twice"
    BASE64 = "base64"


class Malformed(Exception):
    """A message that cannot be read. ``where`` names the element or says what was found, in technical English."""

    def __init__(self, fault: Fault, where: str) -> None:
        super().__init__(f"{fault}: {where}"[:500])
        self.fault = fault
        self.where = where[:300]


class Unwritable(ValueError):
    """What others would refuse: a text too long, a letter that XML cannot carry, a content that is missing."""

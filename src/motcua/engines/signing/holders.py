"""Whose a certificate is, by the numbers and the name that its authority wrote into its subject. Pure.

Vietnamese authorities write numbers as attributes UID (0.9.2342.19200300.100.1.1), one or several, each with its kind:
``CMND:…`` and ``CCCD:…`` for a person, ``MST:…`` for an organisation; an officer's certificate may hold their agency's
tax code too. ETSI EN 319 412-1 writes serialNumber ``IDCVN-…`` and organizationIdentifier ``VATVN-…`` instead.
"""

import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

_PLACES = (NameOID.USER_ID, NameOID.SERIAL_NUMBER, NameOID.ORGANIZATION_IDENTIFIER)
_WRITTEN = re.compile(r"(?:([A-Z]+)\s*[:-]\s*)?([0-9][0-9 .-]*)")
_TAX = {"MST", "VATVN", "TINVN", "NTRVN"}


@dataclass(frozen=True)
class Numbers:
    """The numbers in a subject: of the identity card (``identity``, 12 digits), of the tax office (10 or 13)."""

    identity: frozenset[str]
    tax: frozenset[str]


def numbers_in(subject: x509.Name) -> Numbers:
    """The numbers that a certificate's subject holds, as digits alone.

    Identity cards before 2016 had nine digits: they say nothing of today's number and are passed over, as are
    passports. Twelve digits are an identity number whatever stands before them: a person's tax code is their identity
    number today (Circular 86/2024/TT-BTC).
    """
    identity, tax = set(), set()
    for place in _PLACES:
        for attribute in subject.get_attributes_for_oid(place):
            found = _WRITTEN.fullmatch(str(attribute.value).strip().upper())
            if found is None:
                continue
            digits = re.sub(r"[^0-9]", "", found[2])
            if len(digits) == 12:
                identity.add(digits)
            elif found[1] in _TAX and len(digits) in (10, 13):
                tax.add(digits)
    return Numbers(frozenset(identity), frozenset(tax))

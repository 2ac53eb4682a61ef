"""Reading for certificate care: the list of all certificates, one of them, and what it signed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import TypeVar

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from motcua.engines.signing.models import SigningCertificate, SigningDocument, SigningPicture
from motcua.kernel.text.folding import words
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.officers.models import Officer
from motcua.people.organisations.models import Office, OfficeCode

Held = TypeVar("Held", SigningCertificate, SigningPicture)
# More words than anybody types; each of them is one more condition.
MOST_WORDS = 8


class Standing(StrEnum):
    """How a certificate stands. ``EXPIRING`` ones are usable too: the number is of days."""

    USABLE = "usable"
    EXPIRING_60 = "60"
    EXPIRING_30 = "30"
    EXPIRING_7 = "7"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


def standing(which: Standing, *, at: datetime) -> Q:
    """The certificates that stand so at a moment."""
    live = Q(withdrawn_at=None)
    if which is Standing.USABLE:
        return live & Q(suspended_at=None, valid_from__lte=at, valid_to__gt=at)
    if which is Standing.EXPIRED:
        return live & Q(valid_to__lte=at)
    if which is Standing.WITHDRAWN:
        return Q(withdrawn_at__isnull=False, revoked_at=None)
    if which is Standing.SUSPENDED:
        return live & Q(suspended_at__isnull=False)
    if which is Standing.REVOKED:
        return Q(revoked_at__isnull=False)
    return live & Q(valid_to__gt=at, valid_to__lte=at + timedelta(days=int(which)))


def order_of(which: Standing | None) -> Sequence[str]:
    """What ends next first where that is what one looks for, else what ends last."""
    soonest = {Standing.USABLE, Standing.EXPIRING_60, Standing.EXPIRING_30, Standing.EXPIRING_7}
    return ("valid_to", "id") if which in soonest else ("-valid_to", "-id")


def matching(rows: QuerySet[SigningCertificate], text: str) -> QuerySet[SigningCertificate]:
    """Those in which every word stands in subject, issuer, serial number or the holder's name.

    Accents and case do not matter, names are read as they are now. A holder is also found by the beginning of the
    user name or of the office's code.
    """
    found = [_has(word) for word in words(text)[:MOST_WORDS]]
    if not found:
        return rows
    codes = OfficeCode.objects.filter(code__startswith=text.strip().upper())
    users = Account.objects.filter(username__startswith=text.strip().lower())
    named = Q(holder_id__in=codes.values("office_id")) | Q(holder_id__in=users.values("pk"))
    return rows.filter(reduce(and_, found) | named)


def _has(word: str) -> Q:
    officers = Officer.objects.filter(name_fold__contains=word)
    offices = Office.objects.filter(name_fold__contains=word)
    return Q(text_fold__contains=word) | Q(holder_id__in=officers.values("pk")) | Q(holder_id__in=offices.values("pk"))


def with_holders(rows: QuerySet[Held]) -> QuerySet[Held]:
    """With ``holder_name``: the officer's, the office's, the citizen's or the company's."""
    officer = Account.objects.filter(pk=OuterRef("holder_id")).values("display_name")
    office = Office.objects.filter(pk=OuterRef("holder_id")).values("name")
    party = Party.objects.filter(pk=OuterRef("holder_id")).values("name")
    names = (Subquery(officer), Subquery(office), Subquery(party))
    return rows.annotate(holder_name=Coalesce(*names, output_field=CharField()))


def counts(rows: QuerySet[SigningCertificate], *, at: datetime) -> dict[Standing, int]:
    """How many need somebody's attention: ending within 7, 30 and 60 days, or over; one statement."""
    asked = (Standing.EXPIRING_7, Standing.EXPIRING_30, Standing.EXPIRING_60, Standing.EXPIRED)
    found = rows.aggregate(**{f"in_{which}": Count("pk", filter=standing(which, at=at)) for which in asked})
    return {which: found[f"in_{which}"] for which in asked}


def signed_with(certificate: SigningCertificate) -> QuerySet[SigningDocument]:
    """What was to be signed with a certificate, with ``signer_name``; order by ``-transaction__started_at, -id``."""
    signer = Account.objects.filter(pk=OuterRef("transaction__started_by")).values("display_name")
    rows = SigningDocument.objects.filter(transaction__certificate=certificate).select_related("transaction")
    return rows.defer("prepared", "signed", "attributes").annotate(signer_name=Subquery(signer))

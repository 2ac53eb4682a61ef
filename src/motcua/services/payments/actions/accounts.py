"""Into which accounts offices collect, and which banks report what comes in."""

import re
import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.webhooks.rules import as_text
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.people.accounts.sealing import seal
from motcua.services.payments import queries
from motcua.services.payments.models import BankFeed, CollectingAccount

LONGEST = {"bank_name": 80, "holder": 120, "source": 200}
_NUMBER, _BIN = re.compile(r"[0-9A-Z]{4,19}"), re.compile(r"\d{6}")


@transaction.atomic
def decide_account(
    *,
    office: UUID,
    valid_from: date,
    bank_bin: str,
    bank_name: str,
    number: str,
    holder: str,
    source: str,
    by: UUID,
    today: date,
    at: datetime,
) -> CollectingAccount:
    """Decide into which account an office collects from a day on; without bank and number, into none.

    A second decision for the same day replaces the first. Raises ``Refused`` for a past day, an incomplete or wrong
    account, and one that another office collects into: what came in would be nobody's.
    """
    number = number.replace(" ", "").upper()
    given = {"bank_name": bank_name, "holder": holder, "source": source}
    texts = {name: written(text, field=name, longest=LONGEST[name]) for name, text in given.items()}
    _check(bank_bin, texts["bank_name"], number, texts["holder"])
    if valid_from < today:
        raise Refused(_("The day has passed already."), field="valid_from", code="past")
    other = queries.account_with(number, valid_from) if number else None
    if other is not None and other.office_id != office:
        text = _("%(office)s collects into this account; offices under it do so without a decision of their own.")
        raise Refused(text % {"office": other.office.name}, field="number", code="taken")
    decided, _created = CollectingAccount.objects.update_or_create(
        office_id=office,
        valid_from=valid_from,
        defaults={
            "bank_bin": bank_bin,
            "number": number,
            **texts,
            "decided_at": at,
            "decided_by_id": by,
        },
    )
    told = {"bank": bank_bin, "number": number, "valid_from": valid_from.isoformat(), "source": decided.source}
    _tell(office, "payment.account_decided", by, at, **told)
    return decided


def _check(bank_bin: str, bank_name: str, number: str, holder: str) -> None:
    given = {"bank_bin": bank_bin, "bank_name": bank_name, "number": number, "holder": holder}
    if not any(given.values()):
        return
    for field, value in given.items():
        if not value:
            text = _("Bank, number and holder of an account belong together.")
            raise Refused(text, field=field, code="required")
    if not _BIN.fullmatch(bank_bin):
        raise Refused(_("The identification number of a bank (BIN) has six digits."), field="bank_bin", code="bin")
    if not _NUMBER.fullmatch(number):
        text = _("The number of an account has 4 to 19 digits or letters.")
        raise Refused(text, field="number", code="number")


@transaction.atomic
def open_feed(*, office: UUID, number: str, by: UUID, at: datetime) -> tuple[BankFeed, str]:
    """Let a bank report what comes into an account; returns the feed and its secret, which is shown once.

    Raises ``Conflict`` when the account is reported already.
    """
    if BankFeed.objects.filter(number=number, ended_at=None).exists():
        raise Conflict(_("This account is reported already. End that first."), code="feed")
    secret = secrets.token_bytes(32)
    feed = BankFeed.objects.create(
        office_id=office, number=number, secret=seal(secret), created_at=at, created_by_id=by
    )
    _tell(office, "payment.feed_opened", by, at, number=number, feed=feed.pk)
    return feed, as_text(secret)


@transaction.atomic
def close_feed(*, number: str, by: UUID, at: datetime) -> None:
    """Believe no more reports about an account. Raises ``NotFound`` when none are believed."""
    feed = BankFeed.objects.select_for_update(of=("self",)).filter(number=number, ended_at=None).first()
    if feed is None:
        raise NotFound(_("No bank reports this account."))
    feed.ended_at = at
    feed.save(update_fields=["ended_at"])
    _tell(feed.office_id, "payment.feed_closed", by, at, number=number, feed=feed.pk)


def _tell(office: UUID, kind: str, by: UUID, at: datetime, **told: object) -> None:
    record(stream=f"collecting:{office}", kind=kind, actor=by, agency=office, references=told, at=at)

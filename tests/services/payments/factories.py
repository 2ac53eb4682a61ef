"""An office that collects, its cashier, and orders that are to be paid."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.services.payments import actions
from motcua.services.payments.models import CollectingAccount, Order
from motcua.services.payments.statements import Read, StatementLine, with_keys
from tests.factories import make_citizen, make_office, make_officer

DAY = date(2026, 11, 26)
AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
NUMBER = "99000000010101"


@dataclass(frozen=True)
class Till:
    """An office with a collecting account, and who looks after it."""

    office: Office
    cashier: Account
    account: CollectingAccount
    payer: Party


def decide(office: Office, *, number: str = NUMBER, valid_from: date = DAY, **given: Any) -> CollectingAccount:
    """A decision about the account of an office, by somebody."""
    defaults = {
        "bank_bin": "970418" if number else "",
        "bank_name": "BIDV" if number else "",
        "holder": "UBND XA MAU SON" if number else "",
        "source": "",
        "by": make_officer().pk,
        "today": min(DAY, valid_from),
        "at": AT,
    }
    return actions.decide_account(office=office.pk, number=number, valid_from=valid_from, **(defaults | given))


def make_till(office: Office | None = None, **account: Any) -> Till:
    """An office that collects since DAY."""
    here = office or make_office("Ủy ban nhân dân xã Mẫu Sơn")
    cashier = make_officer(roles=["cashier"], office=here, name="Đinh Thị Mẫu", title="Thủ quỹ")
    return Till(here, cashier, decide(here, **account), make_citizen(name="Nguyễn Mẫu Nộp"))


def make_order(
    till: Till, *amounts: int, subject: str = "", title: str = "H99.101-261126-0001 · Thủ tục mẫu"
) -> Order:
    """An open order with a line for each amount, for a subject of its own unless it is named."""
    what = actions.Subject(
        name=subject or f"thing:{new_id()}",
        office=till.office.pk,
        title=title,
        payer=till.payer.pk,
        payer_name=till.payer.name,
    )
    lines = [
        actions.Line(new_id(), f"Lệ phí {at}", "charge", amount) for at, amount in enumerate(amounts or (20_000,))
    ]
    return actions.open_order(what, lines, at=AT)


def line(amount: int, text: str, *, reference: str = "", day: date = DAY, payer: str = "") -> StatementLine:
    """A line of a statement."""
    return StatementLine(day, amount, text, payer, reference)


def bring_in(till: Till, *lines: StatementLine) -> Any:
    """A statement with these lines is imported by the cashier."""
    return actions.import_statement(
        Read(with_keys(lines)),
        office=till.office.pk,
        number=till.account.number,
        content=repr(lines).encode(),
        file_name="sao-ke.csv",
        by=till.cashier.pk,
        at=AT,
    )

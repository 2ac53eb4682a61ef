"""Reading accounts, orders and what has come in."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet, Sum

from motcua.people.organisations.queries import ancestor_ids
from motcua.services.payments.models import (
    IN_THE_TILL,
    NO_SLIP,
    BankFeed,
    CollectingAccount,
    Incoming,
    Method,
    Order,
    OrderLine,
    Payable,
    Receipt,
    ReceiptBook,
    Refund,
)
from motcua.services.payments.rules import references, vietqr

# The nearest office above with a decision decides, and of its decisions the last that has come into force.
_NEAREST = """
WITH RECURSIVE line (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM organisations_office WHERE id = %%s
    UNION
    SELECT above.id, above.parent_id, line.depth + 1
    FROM organisations_office above JOIN line ON above.id = line.parent_id
)
SELECT decided.* FROM line CROSS JOIN LATERAL (
    SELECT * FROM %s d WHERE d.office_id = line.id AND d.valid_from <= %%s ORDER BY d.valid_from DESC LIMIT 1
) decided ORDER BY line.depth LIMIT 1
"""
MOST_CANDIDATES = 10
BOOKED_WITHIN = timedelta(days=5)  # of each other: what a bank reports and what it then writes on a statement


@dataclass(frozen=True)
class Transfer:
    """How an order is paid by bank transfer; ``code`` is the text of the QR code."""

    bank: str
    number: str
    holder: str
    amount: int
    text: str
    code: str


def _nearest(decisions: type[Model]) -> str:
    return _NEAREST % decisions._meta.db_table


def account_of(office: UUID, day: date) -> CollectingAccount | None:
    """The account into which an office collects on a day; one statement."""
    found = next(iter(CollectingAccount.objects.raw(_nearest(CollectingAccount), [office, day])), None)
    return found if found is not None and found.number else None


def book_of(office: UUID, day: date) -> ReceiptBook | None:
    """The book in which receipts for an office are issued on a day; one statement."""
    return next(iter(ReceiptBook.objects.raw(_nearest(ReceiptBook), [office, day])), None)


def receipts_of(subject: str, *, keys: Collection[UUID] | QuerySet[Any] = ()) -> list[Receipt]:
    """The valid receipts of a subject and of orders with one of these lines, oldest first; one statement."""
    own = Order.objects.filter(payable__subject=subject).order_by().values("pk")
    sharing = OrderLine.objects.filter(key__in=keys).order_by().values("order")
    found = Receipt.objects.filter(order__in=own.union(sharing), state=Receipt.State.ISSUED)
    return list(found.select_related("file").order_by("issued_at", "id"))


@dataclass
class Drawer:
    """What an officer has taken for an office, or given back, and not closed yet; sums in đồng."""

    office: UUID
    name: str
    payments: int = 0  # in cash
    taken: int = 0
    refunds: int = 0  # in cash
    given_back: int = 0
    cards: int = 0  # payments by card
    card_taken: int = 0
    card_given_back: int = 0

    @property
    def expected(self) -> int:
        """The cash that is there; below nothing where more was given back than taken."""
        return self.taken - self.given_back

    @property
    def card_expected(self) -> int:
        """What the card terminal tells of its day."""
        return self.card_taken - self.card_given_back


def till_orders(officer: UUID) -> QuerySet[Order]:
    """What an officer has taken in cash and by card and not closed yet."""
    taken = Order.objects.filter(taken_by=officer, method__in=IN_THE_TILL, closing=None, state=Order.State.PAID)
    return taken.exclude(slip=NO_SLIP)


def till_refunds(officer: UUID) -> QuerySet[Refund]:
    """What was given back out of an officer's drawer and not closed yet."""
    return Refund.objects.filter(order__taken_by=officer, method__in=IN_THE_TILL, closing=None)


def drawers(officer: UUID, offices: Collection[UUID]) -> list[Drawer]:
    """The drawers of an officer in some offices that are not empty, by name; two statements."""
    found: dict[UUID, Drawer] = {}
    by_office = ("payable__office", "payable__office__name", "method")
    taken = till_orders(officer).filter(payable__office__in=offices).values_list(*by_office)
    for office, name, method, count, total in taken.annotate(Count("id"), Sum("amount")).order_by(*by_office):
        drawer = found.setdefault(office, Drawer(office, name))
        if method == Method.CASH:
            drawer.payments, drawer.taken = count, total
        else:
            drawer.cards, drawer.card_taken = count, total
    by_office = ("order__payable__office", "order__payable__office__name", "method")
    back = till_refunds(officer).filter(order__payable__office__in=offices).values_list(*by_office)
    for office, name, method, count, total in back.annotate(Count("id"), Sum("amount")).order_by(*by_office):
        drawer = found.setdefault(office, Drawer(office, name))
        if method == Method.CASH:
            drawer.refunds, drawer.given_back = count, total
        else:
            drawer.card_given_back = total
    return sorted(found.values(), key=lambda each: each.name)


def account_with(number: str, day: date) -> CollectingAccount | None:
    """The decision of an office by which it collects into the account of this number on a day; two statements."""
    decided = CollectingAccount.objects.filter(number=number, valid_from__lte=day).select_related("office")
    for found in decided.order_by("-valid_from", "id"):
        later = CollectingAccount.objects.filter(office=found.office, valid_from__gt=found.valid_from)
        if not later.filter(valid_from__lte=day).exists():
            return found
    return None


def accounts_of(offices: Collection[UUID]) -> list[CollectingAccount]:
    """The accounts that these offices themselves collect into or have collected into, the newest decision of each."""
    decided = CollectingAccount.objects.filter(office__in=offices).exclude(number="").select_related("office")
    newest = {each.number: each for each in decided.order_by("valid_from", "id")}
    return sorted(newest.values(), key=lambda each: each.number)


def open_order(subject: str) -> Order | None:
    """What is to be paid for a subject; one statement."""
    return Order.objects.filter(payable__subject=subject, state=Order.State.OPEN).select_related("payable").first()


def paid_keys(keys: Collection[UUID]) -> frozenset[UUID]:
    """Which of these lines have been paid, under whatever subject; one statement."""
    paid = OrderLine.objects.filter(key__in=keys, order__state=Order.State.PAID)
    return frozenset(paid.values_list("key", flat=True))


def asked_together(subject: str, keys: Collection[UUID]) -> bool:
    """Whether an open order about something else asks for one of these lines; one statement."""
    asking = OrderLine.objects.filter(key__in=keys, order__state=Order.State.OPEN)
    return asking.exclude(order__payable__subject=subject).exists()


def transfer_of(order: Order, day: date) -> Transfer | None:
    """How an order is paid into its office's account; none where the office has none. One statement."""
    account = account_of(order.payable.office_id, day)
    return transfer_into(account, order) if account else None


def transfer_into(account: CollectingAccount, order: Order) -> Transfer:
    """How an order is paid into an account."""
    text = order.payable.reference
    code = vietqr.payload(bank_bin=account.bank_bin, account=account.number, amount=order.amount, purpose=text)
    return Transfer(account.bank_name, account.number, account.holder, order.amount, text, code)


def candidates_for(incoming: Incoming) -> Sequence[Order]:
    """Open orders of exactly this sum, of offices that collect into this account: what a person would try first."""
    orders = Order.objects.filter(state=Order.State.OPEN, amount=incoming.amount).select_related("payable")
    newest = orders.order_by("-opened_at", "-id")[: MOST_CANDIDATES * 3]
    above: dict[UUID, frozenset[UUID]] = {}
    found = []
    for order in newest:
        office = order.payable.office_id
        if office not in above:
            above[office] = ancestor_ids(office)
        if incoming.office_id in above[office]:
            found.append(order)
    return found[:MOST_CANDIDATES]


def perhaps_known(new: Collection[Incoming], offered: Collection[UUID]) -> set[UUID]:
    """Those new sums of one account that may be in it already, worded or dated otherwise; at most one statement.

    A report tells a text whole that a statement cuts, or the day before it is booked. Sums that were ``offered``
    together, the known ones among them, are sums apart.
    """
    named = [row for row in new if row.reference]
    if not named:
        return set()
    days = [row.booked_on for row in named]
    near = Incoming.objects.filter(
        number=named[0].number,
        reference__in={row.reference for row in named},
        booked_on__range=(min(days) - BOOKED_WITHIN, max(days) + BOOKED_WITHIN),
    )
    came: dict[tuple[str, int], list[date]] = defaultdict(list)
    for reference, amount, day in near.exclude(pk__in=offered).values_list("reference", "amount", "booked_on"):
        came[reference, amount].append(day)
    return {
        row.pk
        for row in named
        if any(abs(day - row.booked_on) <= BOOKED_WITHIN for day in came[row.reference, row.amount])
    }


def alike(row: Incoming) -> QuerySet[Incoming]:
    """What :func:`perhaps_known` takes a sum for, the newest first."""
    days = (row.booked_on - BOOKED_WITHIN, row.booked_on + BOOKED_WITHIN)
    same = Incoming.objects.filter(
        number=row.number, reference=row.reference, amount=row.amount, booked_on__range=days
    )
    return same.exclude(pk=row.pk).order_by("-booked_on", "-id")[:MOST_CANDIDATES]


def payable_named(text: str) -> Payable | None:
    """The payable that a person means: by transfer text, or by the beginning of its title, a dossier's code."""
    named = references.references_in(text)
    wanted = text.strip()
    by_title = Q(title=wanted) | Q(title__startswith=f"{wanted} ") if wanted else Q(pk__in=[])
    return Payable.objects.filter(Q(reference__in=named) | by_title).order_by("created_at").first()


def payables_in(text: str) -> list[Payable]:
    """What a payer named by transfer texts; no statement where there are none."""
    named = references.references_in(text)
    return list(Payable.objects.filter(reference__in=named).order_by("created_at", "id")) if named else []


def incoming_of(watched: Q, *, state: str) -> QuerySet[Incoming]:
    """What came into accounts that somebody looks after, in one state, with what it pays for."""
    found = Incoming.objects.filter(watched, state=state)
    return found.select_related("office", "order__payable", "settled_by")


def live_feeds(numbers: Collection[str]) -> dict[str, BankFeed]:
    """The feeds that report what comes into these accounts."""
    return {feed.number: feed for feed in BankFeed.objects.filter(number__in=numbers, ended_at=None)}

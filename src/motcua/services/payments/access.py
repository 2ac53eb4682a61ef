"""Who looks after the money: the cashiers of an office after what comes into its accounts, administrators after these.

The pages of payers are of the rooms whose subjects are paid for: they say who may see a dossier.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_accesses
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.officers.access import administers_anything, desk_of
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import is_own_or_relative
from motcua.people.organisations.models import Office
from motcua.services.payments.models import BankFeed, CollectingAccount, Incoming, Payable, Receipt
from motcua.services.payments.queries import accounts_of, payable_named
from motcua.services.payments.subjects import concerned, reached

CASHIER = "cashier"
AT_THE_TILL = ("reception", CASHIER)
LOOKED_AT = "payment"  # purpose: a cashier opened what somebody paid


@dataclass(frozen=True)
class Watched:
    """Whose money a cashier looks after: that of whole offices, and of some as far as limited delegations reach."""

    desk: Desk

    @property
    def offices(self) -> frozenset[UUID]:
        """All these offices."""
        return self.desk.offices_somewhere(CASHIER)

    @property
    def incoming(self) -> Q:
        """Sums that came in; a limited delegation reaches those that pay for something that it reaches."""
        found = Q(office__in=self.desk.offices_with(CASHIER))
        for scope, part in self.desk.parts.items():
            found |= Q(office__in=part.offices_with(CASHIER)) & Q(reached(scope, "order__payable"))
        return found

    @property
    def receipts(self) -> Q:
        """Receipts, of books and payments of the offices."""
        found = _of_offices(self.desk.offices_with(CASHIER))
        for scope, part in self.desk.parts.items():
            found |= _of_offices(part.offices_with(CASHIER)) & Q(reached(scope, "order__payable"))
        return found


def is_cashier(request: HttpRequest) -> bool:
    """Whether an officer who looks after the money of some office asks."""
    return isinstance(request.user, Account) and bool(desk_of(request).offices_with(CASHIER))


def is_cashier_somewhere(request: HttpRequest) -> bool:
    """As :func:`is_cashier`, if only for some matters."""
    return isinstance(request.user, Account) and desk_of(request).has_somewhere(CASHIER)


def cashier_offices(request: HttpRequest) -> frozenset[UUID]:
    """The offices whose money the officer looks after as a whole. Raises ``NotAllowed``."""
    if not is_cashier(request):
        raise _no_cashier()
    return desk_of(request).offices_with(CASHIER)


def watched_by(request: HttpRequest) -> Watched:
    """Whose money the officer looks after. Raises ``NotAllowed``."""
    if not is_cashier_somewhere(request):
        raise _no_cashier()
    return Watched(desk_of(request))


def _no_cashier() -> NotAllowed:
    return NotAllowed(_("This page is for cashiers."))


def till_offices(request: HttpRequest) -> frozenset[UUID]:
    """The offices in which the officer takes money or looks after it, if only for some matters: what is in their own
    drawer they have taken. Raises ``NotAllowed``.
    """
    offices = desk_of(request).offices_somewhere(*AT_THE_TILL) if isinstance(request.user, Account) else frozenset()
    if not offices:
        raise NotAllowed(_("This page is for officers who take money."))
    return offices


def takes_money(request: HttpRequest) -> bool:
    """Whether an officer who takes money at a counter or looks after it asks."""
    return isinstance(request.user, Account) and desk_of(request).has_somewhere(*AT_THE_TILL)


def incoming_for(request: HttpRequest, incoming: UUID) -> Incoming:
    """A sum that came into an account of the cashier's offices. Raises ``NotAllowed``, ``NotFound``.

    Whoever opens what somebody has paid leaves an access record that the payer and whom it concerns besides can read.
    """
    found = Incoming.objects.filter(watched_by(request).incoming, pk=incoming)
    row = found.select_related("office", "order__payable", "settled_by", "statement").first()
    if row is None:
        raise NotFound(_("There is no such sum."))
    if row.order is not None:
        _record_look(request, row.order.payable)
    return row


def receipt_for(request: HttpRequest, receipt: UUID) -> Receipt:
    """A receipt for money of the cashier's offices; as :func:`incoming_for`."""
    found = Receipt.objects.filter(watched_by(request).receipts, pk=receipt)
    row = found.select_related("order__payable", "file", "issued_by", "ended_by", "replaces", "replaced_by").first()
    if row is None:
        raise NotFound(_("There is no such receipt."))
    _record_look(request, row.order.payable)
    return row


def _record_look(request: HttpRequest, payable: Payable) -> None:
    """For the payer, and whom the payment concerns besides: who applies together, who represents."""
    assert isinstance(request.user, Account)
    others, _page = concerned(payable.subject, timezone.now())
    whose = {payable.payer, *(each.pk for each in others)}
    record_accesses([(each, payable.subject) for each in whose], who=request.user.pk, purpose=LOOKED_AT)


def _of_offices(offices: Collection[UUID]) -> Q:
    """The receipts that cashiers of these offices look after: of their books, and of money paid to them."""
    return Q(office__in=offices) | Q(order__payable__office__in=offices)


def payable_to_assign(request: HttpRequest, named: str) -> Payable:
    """What a sum is to pay for, by transfer text or dossier code.

    Raises ``NotFound``, and ``NotAllowed`` for the officer's own dossier or a relative's: a colleague does that.
    """
    payable = payable_named(named)
    if payable is None:
        raise NotFound(_("Nothing is paid for under this text or code."), field="payable")
    payer = Party.objects.filter(pk=payable.payer).first()
    number = (payer.identity_number or "") if payer else ""
    assert isinstance(request.user, Account)
    if (payer is not None and payer.account_id == request.user.pk) or is_own_or_relative(request.user.pk, number):
        raise NotAllowed(_("You may not handle your own dossier or a relative's; a colleague does."), code="barred")
    return payable


def looks_after_accounts(request: HttpRequest) -> bool:
    """Whether an administrator of the province or of some office asks."""
    return isinstance(request.user, Account) and administers_anything(request)


def accounts_desk(request: HttpRequest) -> Desk:
    """The desk of an administrator. Raises ``NotAllowed``."""
    if not looks_after_accounts(request):
        raise NotAllowed(_("Only an administrator may do this."))
    return desk_of(request)


def administered_offices(desk: Desk) -> list[tuple[UUID, str]]:
    """The offices whose accounts an administrator decides, by name."""
    offices = Office.objects.on(timezone.localdate())
    if not desk.is_administrator:
        offices = offices.filter(pk__in=desk.administered_office_ids)
    return list(offices.order_by("name_fold", "id").values_list("pk", "name"))


def decided_account(request: HttpRequest, account: UUID) -> CollectingAccount:
    """A decided account of an office that the administrator looks after. Raises ``NotAllowed``, ``NotFound``."""
    desk = accounts_desk(request)
    found = CollectingAccount.objects.filter(pk=account).exclude(number="").select_related("office").first()
    if found is None or not desk.administers(found.office_id):
        raise NotFound(_("There is no such account."))
    return found


def live_feed(feed: UUID) -> BankFeed:
    """The feed that a bank reports to. Raises ``NotFound``."""
    found = BankFeed.objects.filter(pk=feed, ended_at=None).first()
    if found is None:
        raise NotFound(_("There is no such feed."))
    return found


def own_accounts(offices: Collection[UUID]) -> list[tuple[str, str]]:
    """The accounts of these offices for a choice: number, and number with bank and office."""
    return [(each.number, f"{each.number} · {each.bank_name} · {each.office.name}") for each in accounts_of(offices)]

"""What of payments stands in the officers' menu."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from motcua.kernel.web import navigation
from motcua.kernel.web.navigation import NavItem, Waiting
from motcua.people.officers.access import desk_of
from motcua.services.payments.access import (
    CASHIER,
    is_cashier,
    is_cashier_somewhere,
    looks_after_accounts,
    takes_money,
)


def register() -> None:
    """Put the pages into the menu; what waits for a cashier is counted beside it."""
    waiting = "SELECT FROM payments_incoming WHERE state = 'open' AND office_id = ANY(%s)"

    def to_look_at(request: HttpRequest) -> Waiting:
        return Waiting(waiting, [sorted(desk_of(request).offices_with(CASHIER))])

    received = NavItem("desk", _("Money received"), "payments:incoming", 42, is_cashier_somewhere, to_look_at)
    navigation.register(received)
    navigation.register(NavItem("desk", _("Bank statements"), "payments:statements", 43, is_cashier))
    navigation.register(NavItem("desk", _("Receipts"), "payments:receipts", 44, is_cashier_somewhere))
    navigation.register(NavItem("desk", _("Cash"), "payments:cash", 45, takes_money))
    books = NavItem("administration", _("Receipt books"), "payments:books", 66, looks_after_accounts)
    navigation.register(books)
    navigation.register(
        NavItem("administration", _("Collecting accounts"), "payments:accounts", 65, looks_after_accounts)
    )

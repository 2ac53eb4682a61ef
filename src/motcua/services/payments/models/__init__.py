"""What is to be paid, into which account, and what has come in."""

from motcua.services.payments.models.accounts import BankFeed, CollectingAccount
from motcua.services.payments.models.incoming import Incoming, Statement
from motcua.services.payments.models.orders import (
    IN_THE_TILL,
    NO_SLIP,
    Attempt,
    CashClosing,
    Method,
    Order,
    OrderLine,
    Payable,
    Refund,
)
from motcua.services.payments.models.receipts import Receipt, ReceiptBook

__all__ = [
    "IN_THE_TILL",
    "NO_SLIP",
    "Attempt",
    "BankFeed",
    "CashClosing",
    "CollectingAccount",
    "Incoming",
    "Method",
    "Order",
    "OrderLine",
    "Payable",
    "Receipt",
    "ReceiptBook",
    "Refund",
    "Statement",
]

"""What can happen to citizens and businesses."""

from motcua.people.citizens.actions.identity import account_of_identity
from motcua.people.citizens.actions.merging import merge
from motcua.people.citizens.actions.registering import (
    change_party,
    forget_stated,
    give_number,
    open_account,
    register_parties,
    register_party,
    sign_up,
)
from motcua.people.citizens.actions.representing import (
    add_representation,
    end_representation,
    settle_representation,
)

__all__ = [
    "account_of_identity",
    "add_representation",
    "change_party",
    "end_representation",
    "forget_stated",
    "give_number",
    "merge",
    "open_account",
    "register_parties",
    "register_party",
    "settle_representation",
    "sign_up",
]

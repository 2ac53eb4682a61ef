"""The administrator, the officers, the citizens and the businesses. Everyone signs in with the same password."""

import csv
from datetime import date

from motcua.people.accounts import actions as accounts
from motcua.people.accounts.models import Account
from motcua.people.citizens import actions as citizens
from motcua.people.citizens.models import Party, Representation
from motcua.people.officers import actions as officers
from motcua.people.officers.models import Officer
from motcua.people.officers.queries import checked_directory
from motcua.site.demo import files
from motcua.site.demo.government import SINCE

PASSWORD = "mau-son-2026"  # noqa: S105 - of a demonstration, printed at every start
ADMINISTRATOR = "quantri"
ADDRESS = "127.0.0.1"


def make_administrator() -> Account:
    """The one who sets everything up."""
    return accounts.create_account(
        username=ADMINISTRATOR,
        display_name="Nguyễn Văn Mẫu Quản",
        by=None,
        password=PASSWORD,
        is_administrator=True,
    )


def take_on_officers(*, by: Account, tiers: int) -> None:
    """The officers' directory, imported as from a spreadsheet; each sets the password with a start code."""
    names = ["officers.csv"] if tiers == 2 else ["officers.csv", "three-tier/officers.csv"]
    for name in names:
        with files.opened(name) as lines:
            directory = checked_directory(list(csv.reader(lines)))
        if directory.errors:
            raise ValueError(f"{name}: {dict(directory.errors)}")
        officers.import_officers(entries=directory.entries, by=by)
    for officer in Officer.objects.select_related("account").order_by("account__username"):
        _start(officer.account, accounts.issue_start_code(account=officer.account, by=by))


def _start(account: Account, code: str) -> None:
    accounts.start_with_code(username=account.username, code=code, password=PASSWORD, address=ADDRESS)


def register_parties(*, by: Account) -> None:
    """Citizens and businesses; a business is represented by one of the citizens."""
    known: dict[str, Party] = {}
    for row in files.rows("people.csv"):
        party = known[row["number"]] = _register(row, by)
        if row["account"]:
            account, code = citizens.open_account(party=party, by=by)
            _start(account, code)
        if row["represented_by"]:
            citizens.add_representation(
                party=party,
                representative=known[row["represented_by"]],
                kind=Representation.Kind.LEGAL,
                valid_from=SINCE,
                by=by,
            )


def _register(row: dict[str, str], by: Account) -> Party:
    is_citizen = row["kind"] == Party.Kind.CITIZEN
    return citizens.register_party(
        kind=row["kind"],
        name=row["name"],
        identity_number=row["number"] if is_citizen else "",
        tax_code="" if is_citizen else row["number"],
        birth_date=date.fromisoformat(row["birth_date"]) if row["birth_date"] else None,
        gender=row["gender"],
        address=row["address"],
        phone=row["phone"],
        email=row["email"],
        by=by,
    )

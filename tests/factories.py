"""People and offices for tests, invented and looking invented.

A page test signs in with :func:`sign_in` (``client.force_login`` alone leaves the second factor owed).
"""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.utils import timezone

from motcua.kernel.text import fold, name_sort_key
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party
from motcua.people.officers.models import Officer, Position
from motcua.people.organisations.models import Level, Office, OfficeCode

PASSWORD = "mật khẩu chỉ để thử"
LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


def make_account(username: str = "", *, name: str = "Nguyễn Văn Mẫu", **fields: Any) -> Account:
    """An account that can sign in with :data:`PASSWORD`."""
    username = username or f"nguoi-dung-{next(_numbers)}"
    return Account.objects.create_user(username, PASSWORD, display_name=name, **fields)


def make_office(name: str = "", *, code: str = "", **fields: Any) -> Office:
    """An office since 2020, with an identification code of the new scheme (``H99.<n>`` unless given)."""
    number = next(_numbers)
    defaults = {"kind": "department", "level": Level.PROVINCE, "valid_from": LONG_AGO, "receives": True}
    office = Office.objects.create(name=name or f"Cơ quan Mẫu số {number}", **(defaults | fields))
    OfficeCode.objects.create(
        office=office, code=code or f"H99.{number}", scheme=OfficeCode.Scheme.NEW, valid_from=office.valid_from
    )
    return office


def make_officer(
    *,
    roles: Sequence[str] = ("specialist",),
    office: Office | None = None,
    name: str = "Trần Thị Mẫu",
    title: str = "Chuyên viên",
    identity_number: str = "",
    **account_fields: Any,
) -> Account:
    """The account of an officer who holds one position since 2020; ``roles=()`` gives none."""
    account = make_account(name=name, **account_fields)
    officer = Officer.objects.create(
        account=account,
        name_fold=fold(name),
        sort_key=name_sort_key(name),
        identity_hash=identity_hash(identity_number) if identity_number else "",
    )
    if roles:
        add_position(officer, office=office or make_office(), roles=roles, title=title)
    return account


def add_position(officer: Officer, *, office: Office, roles: Sequence[str], title: str = "Chuyên viên") -> Position:
    """One more position since 2020."""
    return Position.objects.create(officer=officer, office=office, title=title, roles=list(roles), valid_from=LONG_AGO)


def make_citizen(
    *, name: str = "Lê Văn Mẫu", identity_number: str = "", with_account: bool = True, **fields: Any
) -> Party:
    """A citizen; ``with_account=False`` for one served at the counter only."""
    number = identity_number or f"001099{next(_numbers):06}"
    account = make_account(number, name=name) if with_account else None
    return Party.objects.create(
        kind=Party.Kind.CITIZEN,
        name=name,
        name_fold=fold(name),
        identity_number=number,
        account=account,
        created_at=timezone.now(),
        **fields,
    )


def make_business(*, name: str = "Công ty TNHH Mẫu", tax_code: str = "0999900017", **fields: Any) -> Party:
    """A business without account."""
    return Party.objects.create(
        kind=Party.Kind.BUSINESS,
        name=name,
        name_fold=fold(name),
        tax_code=tax_code,
        created_at=timezone.now(),
        **fields,
    )


def sign_in(client: Client, account: Account, *, confirmed: bool = False) -> Client:
    """Sign an account in as if with both factors, if ``confirmed`` just proved anew; returns the client.

    Two statements: half of all tests begin so, and ``client.force_login`` needs eight.
    """
    client.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    session = client.session
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    session[BACKEND_SESSION_KEY], session["assurance"] = settings.AUTHENTICATION_BACKENDS[0], "full"
    if confirmed:
        session["confirmed_at"] = timezone.now().timestamp()
    session.save()
    return client

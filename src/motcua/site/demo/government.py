"""Units, offices, calendars, working hours, certificates and the sign-in policy of the province."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind
from motcua.kernel.time import actions as calendars
from motcua.kernel.time.calendar_effects import seal
from motcua.kernel.time.models import DayKind
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.models import Account, SignInPolicy
from motcua.people.officers.models import Position
from motcua.people.organisations import actions as organisations
from motcua.people.organisations.imports import read_units
from motcua.people.organisations.models import Office
from motcua.people.organisations.office_list import read_offices
from motcua.people.organisations.queries import office_by_code
from motcua.services.payments.actions import decide_account, decide_book
from motcua.site.demo import files

SINCE = date(2025, 7, 1)  # the two-tier government began
NOTHING_MOVES = seal([])
CERTIFIED = timedelta(days=400)  # dossiers of the past year were signed with the same certificates


def establish(*, by: Account, at: datetime, tiers: int) -> None:
    """Everything that must stand before people come."""
    _offices(by, tiers)
    _calendars(by, at)
    for kind in SignInPolicy.Kind:
        accounts.set_policy(kind=kind, by=by, second_factor=SignInPolicy.SecondFactor.OPTIONAL)
    accounts.set_policy(kind=SignInPolicy.Kind.CITIZEN, by=by, sign_up=True)


def open_accounts(*, by: Account, at: datetime) -> None:
    """Collecting accounts and receipt books of the offices, since the demonstration's government began."""
    for code, told in files.settings()["accounts"].items():
        office = office_by_code(code, at.date())
        assert office is not None
        since: dict[str, Any] = {"office": office.pk, "valid_from": SINCE, "by": by.pk, "today": SINCE, "at": at}
        bank = {name: told[name] for name in ("bank_bin", "bank_name", "number", "holder")}
        book = {name: told[name] for name in ("form", "letters", "tax_code")}
        decide_account(source="", **bank, **since)
        decide_book(collector=office.name, **book, **since)


def _offices(by: Account, tiers: int) -> None:
    with files.opened("units.csv", tiers=tiers) as lines:
        organisations.import_units(units=read_units(lines), valid_from=SINCE, by=by.pk)
    with files.opened("offices.csv", tiers=tiers) as lines:
        organisations.import_offices(rows=read_offices(lines, known_codes=()), by=by.pk)


def _calendars(by: Account, at: datetime) -> None:
    hours = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in files.settings()["hours"])
    calendars.set_hours(
        office_id=None, week=[*[hours] * 5, (), ()], by=by.pk, at=at, confirmed=NOTHING_MOVES
    )  # fmt: skip
    for year in files.settings()["years"]:
        calendars.draft_year(year=year, by=by.pk, at=at)
        for swap in files.settings()["swaps"]:
            _swap(swap, year, by, at)
        calendars.approve(year=year, by=by.pk, at=at, confirmed=NOTHING_MOVES)


def _swap(swap: dict[str, Any], year: int, by: Account, at: datetime) -> None:
    day: date = swap["day"]
    if day.year == year:
        calendars.set_day(year=year, day=day, kind=DayKind(swap["kind"]), name=swap["name"], by=by.pk, at=at)


def give_certificates(*, at: datetime) -> None:
    """Demonstration keys for every leader and specialist, and for the seal of every office that has a clerk."""
    since = at - CERTIFIED
    signers = Position.objects.filter(Q(roles__contains=["leader"]) | Q(roles__contains=["specialist"]))
    for position in signers.select_related("officer__account"):
        account = position.officer.account
        issue_demo_certificate(
            holder_kind=HolderKind.OFFICER, holder_id=account.pk, common_name=account.display_name, at=since
        )
    clerks = Position.objects.filter(roles__contains=["clerk"]).values("office")
    for office in Office.objects.filter(pk__in=clerks).order_by("name_fold"):
        issue_demo_certificate(holder_kind=HolderKind.OFFICE, holder_id=office.pk, common_name=office.name, at=since)

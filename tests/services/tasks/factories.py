"""Tasks of an invented committee: ordered, given on, reported."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.tasks import actions
from motcua.services.tasks.actions import Given, Order
from motcua.services.tasks.models import Task
from tests.factories import make_office, make_officer
from tests.services.correspondence.factories import Agency, make_agency

SUBJECT = "Rà soát đèn chiếu sáng công cộng"


@dataclass(frozen=True)
class Town:
    """A committee with its economic division (who leads) and its culture division (who supports)."""

    agency: Agency
    other: Office
    other_head: Account
    helper: Account


def make_town() -> Town:
    """The committee with everybody it needs."""
    agency = make_agency()
    other = make_office("Phòng Văn hóa", kind="division", level="commune", parent=agency.office, receives=False)
    return Town(
        agency=agency,
        other=other,
        other_head=make_officer(roles=["head"], office=other, name="Lý Thị Mẫu Văn", title="Trưởng phòng"),
        helper=make_officer(office=other, name="Lý Văn Mẫu Hóa"),
    )


def in_days(days: int) -> date:
    """A day from today."""
    return timezone.localdate() + timedelta(days=days)


def ordered(town: Town, *, support: bool = False, at: Any = None, **changed: Any) -> Task:
    """A task of the economic division, due in three weeks."""
    agency = town.agency
    given = [Given(office=agency.unit.pk, part="leads")]
    if support:
        given.append(Given(office=town.other.pk, part="supports"))
    order = Order(**{"subject": SUBJECT, "due_on": in_days(21), **changed})
    by = agency.actor(agency.leader)
    return actions.order(order, office=agency.office.pk, leader=agency.leader.pk, given=given, by=by, at=at)


def doing(town: Town, **changed: Any) -> Task:
    """A task that an officer of the division works on."""
    task = ordered(town, **changed)
    actions.assign(task.pk, to=town.agency.first.pk, by=town.agency.actor(town.agency.head))
    task.refresh_from_db()
    return task


def reported(town: Town, **changed: Any) -> Task:
    """A task that the officer reports as done."""
    task = doing(town, **changed)
    actions.report(task.pk, text="Đã rà soát xong.", as_head=False, by=town.agency.actor(town.agency.first))
    task.refresh_from_db()
    return task


def submitted(town: Town, **changed: Any) -> Task:
    """A task that the head has handed up to the leader."""
    task = reported(town, **changed)
    actions.pass_up(task.pk, by=town.agency.actor(town.agency.head))
    task.refresh_from_db()
    return task


def part_of(town: Town, whole: Task, **changed: Any) -> Task:
    """A sub-task that the division's head orders from an officer of the division."""
    agency = town.agency
    given = [Given(office=agency.unit.pk, officer=agency.second.pk, part="leads")]
    order = Order(**{"subject": "Lập danh sách đèn hỏng", "due_on": whole.due_on, **changed})
    return actions.split(whole.pk, order, leader=agency.head.pk, given=given, by=agency.actor(agency.head))

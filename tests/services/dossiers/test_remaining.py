"""How much working time is left, in the cells of lists."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from motcua.kernel.time.actions import set_hours
from motcua.kernel.time.calendar_effects import seal
from motcua.kernel.time.queries import effects_of_week
from motcua.kernel.time.rules import Hours
from motcua.kernel.web.keyset import paginate
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import queries
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.lines import dossier_lines, work_lines
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.dossiers.pages.desk.rows import dossier_rows, work_rows
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.dossiers.processes import PLAIN, package

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 12, 1, 7, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TWO = TUESDAY.replace(hour=14, minute=0)
MORNING = ((time(7, 30), time(11, 30)),)


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN))


def cells(at: datetime) -> tuple[str, str]:
    """What the lists of steps and of dossiers say of the only dossier."""
    (step,) = work_rows(work_lines(WorkItem.objects.order_by("pk")), at)
    (row,) = dossier_rows(dossier_lines(Dossier.objects.order_by("pk")), at)
    assert step.deadline is not None
    assert row.deadline is not None
    return step.deadline.text, row.deadline.text


def works(town: Town, week: tuple[Hours, ...]) -> None:
    """Give the office hours of its own."""
    shown = seal(effects_of_week(town.office.pk, week, by=town.head.pk, at=TUESDAY))
    set_hours(office_id=town.office.pk, week=week, by=town.head.pk, at=TUESDAY, confirmed=shown)


def due_soon(town: Town, at: datetime) -> set[int]:
    """How many each list and count says are due soon: they agree."""
    (load,) = queries.workload(desk_of(town.head, at), at=at)
    asked = queries.listed(Viewer.of(town.specialist), due_soon_at=at)
    found = paginate(asked, order=("-submitted_at", "-id"), cursor=None, fetch=dossier_lines).items
    rows = [*work_rows(work_lines(WorkItem.objects.order_by("pk")), at), *dossier_rows(found, at)]
    marked = sum(row.deadline.state == "due_soon" for row in rows)
    counted = queries.inbox_counts(desk_of(town.specialist, at), at=at).due_soon
    return {load.due_soon, len(found), marked - len(found), counted}


@pytest.mark.parametrize(
    ("ahead", "week"),
    [(timedelta(days=3), None), (timedelta(days=4), ((), *(MORNING,) * 4, (), ()))],  # that office rests on Mondays
)
def test_what_is_due_after_the_weekend_is_due_soon_on_friday(
    town: Town, ahead: timedelta, week: tuple[Hours, ...] | None
) -> None:
    accept(town, submit(town))
    if week:
        works(town, week)
    friday = TUESDAY + timedelta(days=3)  # half past seven
    closing, minute = friday + ahead + timedelta(hours=9, minutes=30), timedelta(minutes=1)
    after = friday + ahead + timedelta(days=1)
    for due, at, number in ((closing, friday, 1), (closing, friday - minute, 0), (after, friday, 0)):
        Dossier.objects.update(due_at=due)
        WorkItem.objects.update(due_at=due)
        assert due_soon(town, at) == {number}


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (TWO + timedelta(days=1, hours=2), "Còn 1 ngày 2 giờ"),
        (TWO + timedelta(hours=2), "Còn 2 giờ làm việc"),
        (TWO + timedelta(minutes=20), "Còn dưới một giờ làm việc"),
        (TWO - timedelta(hours=3), "Quá hạn 1 giờ làm việc"),  # from 11:00, with the lunch break between
        (TWO - timedelta(days=4), "Quá hạn 2 ngày"),  # over a week-end
    ],
)
def test_lists_say_how_much_working_time_is_left(town: Town, due: datetime, text: str) -> None:
    accept(town, submit(town))
    Dossier.objects.update(due_at=due)
    WorkItem.objects.update(due_at=due)
    assert cells(TWO) == (text, text)


def test_while_the_clock_stands_still_nothing_is_late(town: Town) -> None:
    accept(town, submit(town))
    Dossier.objects.update(state="waiting_supplement", due_at=TUESDAY)
    WorkItem.objects.update(due_at=TUESDAY, paused=True)
    assert cells(TWO) == ("Tạm dừng tính thời hạn",) * 2


def test_a_list_counts_in_the_calendar_of_each_office(town: Town) -> None:
    accept(town, submit(town))
    works(town, (MORNING,) * 5 + ((),) * 2)
    due = TUESDAY + timedelta(days=1, hours=2)
    Dossier.objects.update(due_at=due)
    WorkItem.objects.update(due_at=due)
    assert cells(TUESDAY) == ("Còn 1 ngày 2 giờ",) * 2  # two hours: half a day of that office

"""How much working time is left, in the cells of lists."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from motcua.kernel.time.actions import set_hours
from motcua.kernel.time.calendar_effects import seal
from motcua.kernel.time.queries import effects_of_week
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
    by, week = town.head.pk, (MORNING,) * 5 + ((),) * 2
    shown = seal(effects_of_week(town.office.pk, week, by=by))
    set_hours(office_id=town.office.pk, week=week, by=by, at=TUESDAY, confirmed=shown)
    due = TUESDAY + timedelta(days=1, hours=2)
    Dossier.objects.update(due_at=due)
    WorkItem.objects.update(due_at=due)
    assert cells(TUESDAY) == ("Còn 1 ngày 2 giờ",) * 2  # two hours: half a day of that office

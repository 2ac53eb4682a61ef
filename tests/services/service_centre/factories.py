"""A service centre with services, counters and the people who work there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from motcua.kernel.time.rules import VIETNAM
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.service_centre import actions
from motcua.services.service_centre.models import Centre, Channel, Counter, PriorityGroup, Service, SpecialDay, Ticket
from tests.factories import LONG_AGO, make_account, make_office, make_officer
from tests.replay import again

# A Wednesday that is worked.
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=VIETNAM)


def minutes(number: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)


@dataclass(frozen=True)
class Hall:
    """Services A (papers) and B (land); counter 1 serves A, counter 2 both."""

    centre: Centre
    papers: Service
    land: Service
    first: Counter
    second: Counter
    ann: Account
    binh: Account
    head: Account
    administrator: Account

    @property
    def office(self) -> Office:
        """Whose centre it is."""
        return self.centre.office

    def issue(self, service: Service | None = None, *, at: datetime = MORNING, **given: Any) -> Ticket:
        """A number, by default for papers."""
        chosen = service or self.papers
        return actions.issue(service=chosen.pk, channel=Channel.RECEPTION, at=at, by=self.ann.pk, **given)

    def manned(self, *, at: datetime = MORNING) -> "Hall":
        """Ann sits at counter 1, Bình at counter 2."""
        actions.sit(counter=self.first.pk, by=self.ann, at=at)
        actions.sit(counter=self.second.pk, by=self.binh, at=at)
        return self

    def call(self, counter: Counter | None = None, *, at: datetime = MORNING, **given: Any) -> Ticket | None:
        """Call at counter 1 or another."""
        chosen = counter or self.first
        by = self.ann if chosen == self.first else self.binh
        return actions.call_next(counter=chosen.pk, by=by, at=at, **given)


def make_hall(office: Office | None = None) -> Hall:
    """A centre in an office; Ann and Bình receive people there.

    Where no office is given, the first hall of a test is the same one in all tests of a process (``tests/replay.py``).
    """
    return _make_hall(office) if office else again("hall", _make_hall, unless=[Office])


def _make_hall(office: Office | None = None) -> Hall:
    here = office or make_office("Trung tâm Phục vụ hành chính công Mẫu")
    administrator = make_account(is_administrator=True)
    by: dict[str, Any] = {"by": administrator.pk, "at": MORNING}
    centre = actions.open_centre(office=here, **by)
    papers = actions.add_service(centre=centre, prefix="A", name="Hộ tịch, chứng thực", minutes=10, **by)
    land = actions.add_service(centre=centre, prefix="B", name="Đất đai", minutes=20, **by)
    return Hall(
        centre=centre,
        papers=papers,
        land=land,
        first=actions.add_counter(centre=centre, number=1, services=[papers.pk], **by),
        second=actions.add_counter(centre=centre, number=2, services=[papers.pk, land.pk], **by),
        ann=make_officer(roles=["reception"], office=here, name="Nguyễn Thị An"),
        binh=make_officer(roles=["reception", "return"], office=here, name="Lê Văn Bình"),
        head=make_officer(roles=["head"], office=here, title="Giám đốc"),
        administrator=administrator,
    )


def make_priority(administrator: Account, *, code: str = "elderly", head_start: int = 30) -> PriorityGroup:
    """A priority group since long ago."""
    return actions.define_priority(
        code=code,
        name="Người cao tuổi",
        head_start=head_start,
        basis="Luật Người cao tuổi 2009",
        valid_from=LONG_AGO,
        by=administrator.pk,
        at=MORNING,
    )


def always_open(hall: Hall) -> None:
    """Let the centre be open at any hour of today."""
    hours = [["00:00", "12:00"], ["12:00", "23:59"]]
    SpecialDay.objects.create(centre=hall.centre, date=timezone.localdate(), intervals=hours, reason="Thử")
    Centre.objects.filter(pk=hall.centre.pk).update(last_minutes=0)

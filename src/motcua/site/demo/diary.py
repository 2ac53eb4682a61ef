"""The work calendars of the demonstration: two weeks of the province and of a commune, with their rooms."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from motcua.kernel.text.dates import VIETNAM, midnight
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence.access import CLERK
from motcua.services.diary import actions, rules
from motcua.services.diary.actions import Invited, Plan, RoomFacts
from motcua.services.diary.models import Appointment
from motcua.site.demo.staff import Staff

PROVINCE, CONSTRUCTION, FINANCE, HOME_AFFAIRS = "H99", "H99.02", "H99.03", "H99.04"
COMMUNE, POLICE = "H99.101", "H99.101.01"


class _Stage:
    """Who is there; a week before everything, so that what is over by now was published in time."""

    def __init__(self, now: datetime) -> None:
        self.monday = rules.monday_of(local_day(now))
        self.at = midnight(self.monday) - timedelta(days=3)
        self._staff, self._day = Staff(now), local_day(now)

    def office(self, code: str) -> UUID:
        """The key of an office."""
        found = office_by_code(code, self._day)
        assert found is not None
        return found.pk

    def actor(self, code: str, *roles: str) -> Actor:
        """The officer with the first of the roles that somebody has in an office."""
        return next(actor for role in roles if (actor := self._staff.actor(self.office(code), role)) is not None)

    def person(self, code: str, role: str) -> Invited:
        """The same as somebody who takes part."""
        return Invited(office=self.office(code), officer=self.actor(code, role).account)

    def units(self, *codes: str) -> tuple[Invited, ...]:
        """Whole offices that take part."""
        return tuple(Invited(office=self.office(code)) for code in codes)

    def plan(self, code: str, day: int, begins: str, ends: str, subject: str, **told: Any) -> Plan:
        """A plan for a day of this week, counted from its Monday, led by the office's leader unless told otherwise."""
        starts, until = (
            datetime.combine(self.monday + timedelta(days=day), time.fromisoformat(hour), VIETNAM)
            for hour in (begins, ends)
        )
        led = {} if "chair_name" in told else {"chair": self.person(code, "leader")}
        return Plan(**{"subject": subject, "starts_at": starts, "ends_at": until, **led, **told})

    def enter(self, code: str, *planned: Any, until: int | None = None, **told: Any) -> Appointment:
        """Publish one; ``until``: every week until so many days later."""
        by = self.actor(code, CLERK, "leader")
        last = self.monday + timedelta(days=until) if until else None
        plan = self.plan(code, *planned, **told)
        return actions.enter(plan, office=self.office(code), until=last, by=by, at=self.at)[0]


def plan_weeks(*, now: datetime) -> int:
    """Fill this week and the next; returns how many appointments there are."""
    stage = _Stage(now)
    _province(stage)
    _commune(stage)
    return Appointment.objects.count()


def _room(stage: _Stage, code: str, name: str, place: str, seats: int) -> UUID:
    facts = RoomFacts(name=name, place=place, seats=seats)
    by = stage.actor(code, CLERK, "leader")
    return actions.add_room(facts, office=stage.office(code), by=by, at=stage.at).pk


def _province(stage: _Stage) -> None:
    hall = _room(stage, PROVINCE, "Hội trường tỉnh", "Tầng 1, nhà A", 250)
    small = _room(stage, PROVINCE, "Phòng họp số 1", "Tầng 2, nhà A", 40)
    stage.enter(
        PROVINCE, 0, "07:30", "09:00", "Giao ban đầu tuần", room=small, until=7,
        invited=stage.units(CONSTRUCTION, FINANCE, HOME_AFFAIRS), preparing=stage.office(HOME_AFFAIRS),
    )  # fmt: skip
    stage.enter(
        PROVINCE, 1, "08:00", "11:00", "Họp phiên thường kỳ Ủy ban nhân dân tỉnh", room=hall, visibility="province",
        invited=stage.units(CONSTRUCTION, FINANCE, HOME_AFFAIRS), others="Lãnh đạo Ủy ban nhân dân các xã, phường",
        preparing=stage.office(FINANCE),
    )  # fmt: skip
    stage.enter(PROVINCE, 2, "14:00", "16:30", "Tiếp công dân định kỳ", place="Trụ sở tiếp công dân tỉnh")
    site = stage.enter(
        PROVINCE, 3, "08:00", "11:00", "Kiểm tra thi công đường vào xã Mẫu Sơn", place="Xã Mẫu Sơn",
        invited=(stage.person(CONSTRUCTION, "head"),), preparing=stage.office(CONSTRUCTION),
    )  # fmt: skip
    off = stage.enter(PROVINCE, 4, "14:00", "15:30", "Làm việc với nhà đầu tư về khu công nghiệp", room=small)
    by = stage.actor(PROVINCE, CLERK, "leader")
    later = stage.plan(
        PROVINCE, 3, "13:30", "16:30", site.subject, place="Xã Mẫu Sơn",
        invited=(stage.person(CONSTRUCTION, "head"),), preparing=stage.office(CONSTRUCTION),
    )  # fmt: skip
    actions.change(site.pk, later, reason="Buổi sáng đường trơn, chưa đi được", by=by, at=stage.at)
    actions.cancel(off.pk, reason="Nhà đầu tư đề nghị dời sang tháng sau", by=by, at=stage.at)
    asked = stage.plan(
        PROVINCE, 9, "08:00", "10:00", "Báo cáo phương án chiếu sáng công cộng", room=small,
        preparing=stage.office(CONSTRUCTION), invited=stage.units(CONSTRUCTION, FINANCE),
    )  # fmt: skip
    by = stage.actor(CONSTRUCTION, "specialist")
    actions.propose(asked, office=stage.office(PROVINCE), by=by, at=stage.at)


def _commune(stage: _Stage) -> None:
    room = _room(stage, COMMUNE, "Phòng họp Ủy ban nhân dân xã", "Tầng 2", 30)
    stage.enter(COMMUNE, 0, "14:00", "15:30", "Giao ban Ủy ban nhân dân xã", room=room, until=7)
    stage.enter(
        COMMUNE, 2, "08:00", "10:00", "Họp về phòng cháy, chữa cháy tại chợ xã", room=room,
        invited=stage.units(POLICE), others="Ban quản lý chợ, trưởng các thôn",
    )  # fmt: skip
    stage.enter(COMMUNE, 4, "07:30", "11:00", "Tiếp công dân", place="Phòng tiếp công dân", until=11)
    asked = stage.plan(COMMUNE, 8, "09:00", "11:00", "Khảo sát đèn chiếu sáng tại các thôn", place="Thôn 1, thôn 2")
    by = stage.actor(COMMUNE, "specialist")
    actions.propose(asked, office=stage.office(COMMUNE), by=by, at=stage.at)

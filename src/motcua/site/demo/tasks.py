"""Tasks of the demonstration: ordered by the province and by a commune, in time and late, in every state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.tasks import actions
from motcua.services.tasks.actions import Given, Order
from motcua.services.tasks.models import Task
from motcua.site.demo.staff import Staff

PROVINCE, CONSTRUCTION, FINANCE, HOME_AFFAIRS = "H99", "H99.02", "H99.03", "H99.04"
COMMUNE, POLICE = "H99.101", "H99.101.01"
NOTATION = "212/SXD-QLN"  # of the document that the commune works on


@dataclass(frozen=True)
class _Stage:
    """Who is there, and when it is."""

    staff: Staff
    now: datetime

    def office(self, code: str) -> UUID:
        """The key of an office."""
        found = office_by_code(code, local_day(self.now))
        assert found is not None
        return found.pk

    def actor(self, code: str, role: str) -> Actor:
        """The officer with a role in an office."""
        found = self.staff.actor(self.office(code), role)
        assert found is not None
        return found

    def day(self, later: int) -> date:
        """A day from today."""
        return local_day(self.now) + timedelta(days=later)

    def ordered(self, code: str, *given: Given, ago: int = 0, **told: Any) -> Task:
        """A task that an office's leader ordered some days ago."""
        by = self.actor(code, "leader")
        assert by.account is not None
        at = self.now - timedelta(days=ago)
        return actions.order(Order(**told), office=self.office(code), leader=by.account, given=given, by=by, at=at)

    def lead(self, code: str) -> Given:
        """An office that leads."""
        return Given(office=self.office(code), part="leads")


def order(*, now: datetime) -> int:
    """Let tasks be ordered and worked on; returns how many there are."""
    stage = _Stage(Staff(now), now)
    _late(stage)
    _handed_up(stage)
    _completed(stage)
    _from_document(stage)
    stage.ordered(
        COMMUNE, stage.lead(POLICE), subject="Kiểm tra an toàn phòng cháy tại chợ xã trước Tết", limit_days=2
    )
    return Task.objects.count()


def _late(stage: _Stage) -> None:
    """Ordered in a meeting, overdue, with a sub-task of the department and a commune that supports."""
    support = Given(office=stage.office(COMMUNE), part="supports")
    task = stage.ordered(
        PROVINCE, stage.lead(CONSTRUCTION), support, ago=25, due_on=stage.day(-3),
        subject="Xây dựng phương án chiếu sáng công cộng tiết kiệm điện cho các xã, phường",
        instruction="Khảo sát hiện trạng, đề xuất lộ trình thay đèn, dự toán kinh phí từng năm.",
        meeting="Họp giao ban Ủy ban nhân dân tỉnh, Thông báo 45/TB-UBND", concluded_on=stage.day(-26),
    )  # fmt: skip
    head, officer = stage.actor(CONSTRUCTION, "head"), stage.actor(CONSTRUCTION, "specialist")
    assert head.account is not None
    assert officer.account is not None
    worked = stage.now - timedelta(days=8)
    actions.assign(task.pk, to=officer.account, text="Lấy số liệu của các xã trước.", by=head, at=worked)
    told = "Đã có số liệu của 5 trên 7 xã, phường; đang lập dự toán."
    actions.progress(task.pk, percent=70, text=told, by=officer, at=worked)
    part = Given(office=stage.office(CONSTRUCTION), officer=officer.account, part="leads")
    order = Order(subject="Khảo sát đèn chiếu sáng tại xã Mẫu Sơn", due_on=stage.day(-5))
    actions.split(task.pk, order, leader=head.account, given=[part], by=head, at=worked)


def _handed_up(stage: _Stage) -> None:
    """Done by the department's head, waits for the chair's acceptance."""
    task = stage.ordered(
        PROVINCE, stage.lead(FINANCE), ago=10, due_on=stage.day(4),
        subject="Báo cáo tình hình giải ngân vốn đầu tư công",
    )  # fmt: skip
    text = "Đã tổng hợp đủ số liệu của các chủ đầu tư, tỷ lệ giải ngân đạt 81 %."
    actions.report(task.pk, text=text, as_head=True, by=stage.actor(FINANCE, "head"), at=stage.now)


def _completed(stage: _Stage) -> None:
    """Accepted in time."""
    task = stage.ordered(
        PROVINCE, stage.lead(HOME_AFFAIRS), ago=14, due_on=stage.day(1),
        subject="Rà soát vị trí việc làm của các cơ quan chuyên môn cấp xã",
    )  # fmt: skip
    text = "Đã rà soát xong, kèm danh mục vị trí việc làm đề nghị điều chỉnh."
    actions.report(task.pk, text=text, as_head=True, by=stage.actor(HOME_AFFAIRS, "head"), at=stage.now)
    actions.accept(task.pk, by=stage.actor(PROVINCE, "leader"), at=stage.now)


def _from_document(stage: _Stage) -> None:
    """From a document of the commune, given to one of its officers, who asks for more time."""
    document = IncomingDocument.objects.get(office=stage.office(COMMUNE), notation=NOTATION)
    officer = stage.actor(COMMUNE, "specialist")
    given = Given(office=stage.office(COMMUNE), officer=officer.account, part="leads")
    task = stage.ordered(
        COMMUNE, given, ago=2, due_on=stage.day(6), document=document.pk,
        subject="Lập danh sách đèn chiếu sáng hỏng của từng thôn, đề xuất sửa chữa",
    )  # fmt: skip
    actions.progress(task.pk, percent=40, text="Đã kiểm tra 3 trên 8 thôn.", by=officer, at=stage.now)
    until, reason = stage.day(12), "Đường vào hai thôn vùng cao đang sạt lở, chưa đi kiểm tra được."
    actions.ask_extension(task.pk, until=until, reason=reason, by=officer, at=stage.now)

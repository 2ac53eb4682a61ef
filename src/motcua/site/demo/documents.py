"""Official documents of the demonstration, in every state that a clerk, a leader and an officer meet."""

from datetime import datetime, timedelta
from uuid import UUID

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.kernel.blobs.actions import store_bytes
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions import Arrival, Given
from motcua.services.correspondence.actions import outgoing as out
from motcua.services.correspondence.actions.outgoing.drafting import TEMPLATES
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument, OutgoingSigning
from motcua.site.demo.staff import Staff

COMMUNE, DEPARTMENT = "H99.101", "H99.02"
_PAPERS = (
    ("135/STC-NS", "Sở Tài chính", "Hướng dẫn lập dự toán ngân sách năm sau"),
    ("48/BC-MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam xã Mẫu Sơn", "Kết quả giám sát quý III"),
    ("212/SXD-QLN", "Sở Xây dựng", "Rà soát đèn chiếu sáng công cộng trên địa bàn xã"),
    ("09/TTr-TH", "Trường Tiểu học Mẫu Sơn", "Đề nghị sửa chữa mái nhà lớp học trước mùa mưa"),
)


def circulate(*, now: datetime) -> int:
    """Let documents come to the commune and go out of a department; returns how many. Both have all who is needed."""
    staff, day = Staff(now), local_day(now)
    commune, department = office_by_code(COMMUNE, day), office_by_code(DEPARTMENT, day)
    assert commune is not None
    assert department is not None
    who = {role: _actor(staff, commune.pk, role) for role in ("clerk", "leader", "specialist")}
    registered = [_registered(commune.pk, who["clerk"], paper, now) for paper in _PAPERS]
    _handle(registered, who, now)
    _issue(department.pk, commune.pk, staff, now)
    return len(registered) + 2


def _actor(staff: Staff, office: UUID, role: str) -> Actor:
    actor = staff.actor(office, role)
    assert actor is not None
    return actor


def _registered(office: UUID, clerk: Actor, paper: tuple[str, str, str], now: datetime) -> IncomingDocument:
    notation, sender, subject = paper
    data = {
        "superior": None, "agency": sender, "place": "Mẫu Sơn", "type": "", "subject": subject, "recipients": [],
        "to": "Ủy ban nhân dân xã Mẫu Sơn", "paragraphs": [f"{subject}."], "urgency": "", "circulation": "",
    }  # fmt: skip
    pdf = render(Template(TEMPLATES, "document.typ"), data, dated=now)
    file = store_bytes(pdf, name=f"{notation.replace('/', '-')}.pdf", media_type="application/pdf", by=clerk.account)
    arrival = Arrival(
        type="to_trinh" if "TTr" in notation else "bao_cao" if "BC" in notation else "cong_van",
        notation=notation,
        subject=subject,
        sender=sender,
        document_date=local_day(now) - timedelta(days=2),
        pages=1,
        files=[file.pk],
    )
    return actions.register_at_once(arrival, office=office, channel="scan", by=clerk, at=now)


def _handle(registered: list[IncomingDocument], who: dict[str, Actor], now: datetime) -> None:
    """One is laid before the leader, one is being worked on and answered by a draft, one is done, one waits."""
    clerk, leader, officer = who["clerk"], who["leader"], who["specialist"]
    assert leader.account is not None
    assert officer.account is not None
    assert officer.office is not None
    _waiting, proposed, worked, done = (row.pk for row in registered)
    for key in (proposed, worked, done):
        actions.propose(key, leader=leader.account, text="Kính trình cho ý kiến chỉ đạo.", by=clerk, at=now)
    given = [Given(office=officer.office, officer=officer.account, part="lead")]
    tasks = {
        key: actions.note(key, text=text, given=given, due_on=local_day(now) + timedelta(days=3), by=leader, at=now)[0]
        for key, text in ((worked, "Rà soát, dự thảo văn bản trả lời."), (done, "Kiểm tra, đề xuất."))
    }
    report = "Đã kiểm tra, đưa vào kế hoạch sửa chữa."
    actions.finish(done, task=tasks[done].pk, report=report, by=officer, at=now)
    draft = _draft(officer.office, officer, leader.account, "Trả lời về đèn chiếu sáng công cộng", now, worked)
    out.add_recipient(draft.pk, way="axis", name="Sở Xây dựng", address=DEPARTMENT, by=officer, at=now)


def _draft(
    office: UUID, by: Actor, leader: UUID, subject: str, now: datetime, answers: UUID | None = None
) -> OutgoingDocument:
    mark = "UBND-VP" if answers else "SXD-QLN"
    facts = out.Facts(type="cong_van", mark=mark, subject=subject, signer=leader, to="Như nơi nhận")
    text = "Thực hiện quy định về chiếu sáng công cộng, cơ quan đã rà soát và thông báo kết quả.\nTrân trọng."
    return out.start(facts, out.Draft(text=text), office=office, unit=office, by=by, answers=answers, at=now)


def _issue(department: UUID, commune: UUID, staff: Staff, now: datetime) -> None:
    """A letter of the department arrives in the inbox of the commune's clerk."""
    officer, leader, clerk = (_actor(staff, department, role) for role in ("specialist", "leader", "clerk"))
    assert leader.account is not None
    document = _draft(department, officer, leader.account, "Phối hợp kiểm tra đèn đường các thôn, bản", now)
    out.add_recipient(document.pk, way="inside", office=commune, by=officer, at=now)
    out.submit(document.pk, by=officer, at=now)
    out.pass_review(document.pk, by=clerk, at=now)
    out.sign(document.pk, act=OutgoingSigning.Act.SIGN, by=leader, at=now)
    out.sign(document.pk, act=OutgoingSigning.Act.SEAL, by=clerk, at=now)
    out.issue(document.pk, by=clerk, at=now)

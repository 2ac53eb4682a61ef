"""Work files of the demonstration: the commune's approved list of the year, an open file, a closed one, and an old one
whose retention is over.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.kernel.blobs.actions import store_bytes
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.records import actions, papers
from motcua.services.records.actions import Described, Line
from motcua.services.records.models import ListedFile, WorkFile
from motcua.site.demo.documents import COMMUNE
from motcua.site.demo.staff import Staff

_LINES = (
    ("01.VP", "Chiếu sáng công cộng, hạ tầng kỹ thuật trên địa bàn xã", "su_vu"),
    ("02.VP", "Sửa chữa, bảo trì trường học", "xay_dung"),
    ("03.VP", "Kế hoạch, báo cáo công tác năm của Ủy ban nhân dân xã", "ke_hoach_nam"),
    ("04.VP", "Giấy mời, công văn trao đổi về duy tu đường thôn những năm trước (lập bổ sung)", "thong_thuong"),
)


def keep(*, now: datetime) -> int:
    """Let the commune's specialist keep files; returns how many there are."""
    staff, day = Staff(now), local_day(now)
    commune = office_by_code(COMMUNE, day)
    assert commune is not None
    keeper, leader = (_actor(staff, commune.pk, role) for role in ("specialist", "leader"))
    assert keeper.account is not None
    found = actions.start_list(office=commune.pk, unit=commune.pk, year=day.year, by=keeper, at=now)
    for notation, title, retention in _LINES:
        line = Line(notation=notation, title=title, retention=retention, keeper=keeper.account)
        actions.add_line(found.pk, line, by=keeper, at=now)
    actions.submit_list(found.pk, by=keeper, at=now)
    actions.approve_list(found.pk, by=leader, at=now)
    lamps, school, _plans, roads = ListedFile.objects.filter(list=found).order_by("notation")
    _opened(lamps, commune.pk, "212/SXD-QLN", keeper, now)
    done = _opened(school, commune.pk, "09/TTr-TH", keeper, now)
    actions.close_file(done.pk, ends_on=day, by=keeper, at=now)
    over = actions.open_file(roads.pk, by=keeper, at=now)
    _looked_at(over, date(day.year - 9, 6, 15), keeper, now)
    actions.close_file(over.pk, ends_on=date(day.year - 9, 11, 20), by=keeper, at=now)
    return 3


def _actor(staff: Staff, office: UUID, role: str) -> Actor:
    actor = staff.actor(office, role)
    assert actor is not None
    return actor


def _opened(line: ListedFile, office: UUID, notation: str, by: Actor, now: datetime) -> WorkFile:
    """An open file with a document that came in and the minutes of a look at the place."""
    file = actions.open_file(line.pk, by=by, at=now)
    document = IncomingDocument.objects.get(office=office, notation=notation)
    actions.add_document(file.pk, incoming=document.pk, by=by, at=now)
    _looked_at(file, local_day(now) - timedelta(days=1), by, now)
    return file


def _looked_at(file: WorkFile, day: date, by: Actor, now: datetime) -> None:
    """Put the minutes of a look at the place into a file."""
    stored = store_bytes(
        _minutes(file, now), name="bien-ban-kiem-tra.pdf", media_type="application/pdf", by=by.account
    )
    described = Described(title="Biên bản kiểm tra thực tế", day=day, type="Biên bản", author="UBND xã", pages=1)
    actions.add_upload(file.pk, described, stored=stored.pk, by=by, at=now)


def _minutes(file: WorkFile, now: datetime) -> bytes:
    data = {
        "superior": None, "agency": "Ủy ban nhân dân xã Mẫu Sơn", "place": "Mẫu Sơn", "type": "BIÊN BẢN",
        "subject": f"Kiểm tra thực tế: {file.title}", "recipients": [], "to": "", "urgency": "", "circulation": "",
        "paragraphs": ["Đoàn kiểm tra đã xem xét hiện trạng và ghi nhận kết quả."],
    }  # fmt: skip
    return render(Template(papers.BOOK.root, "document.typ"), data, dated=now)

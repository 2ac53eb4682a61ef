"""The registers that the decree sets (Decree 30/2020/NĐ-CP, appendix IV and appendix VI, part II), column by column.

What stands in them is always Vietnamese, whatever language the screen has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.kernel.text import local_date
from motcua.kernel.text.dates import VIETNAM, midnight
from motcua.services.correspondence import queries
from motcua.services.correspondence.models import (
    Assignment,
    DocumentCopy,
    IncomingDocument,
    OutgoingDocument,
    Recipient,
)
from motcua.services.correspondence.outgoing_queries import register

STATES = {
    "done": "Đã giải quyết",
    "assigned": "Đang giải quyết",
    "proposed": "Trình lãnh đạo",
    "registered": "Đã vào sổ",
    "recalled": "Đã thu hồi",
}

BY_PEN = ("Ký nhận", "Ký nhận và dấu bưu điện")
_RELATIONS = {"replaces": "Thay thế bởi", "corrects": "Đính chính bởi", "updates": "Cập nhật bởi"}


@dataclass(frozen=True)
class Asked:
    """A part of a book: an office, first and last day."""

    office: UUID
    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The midnights (of Vietnam) that bound it."""
        return midnight(self.first), midnight(self.last + timedelta(days=1))

    @property
    def period(self) -> str:
        """``Từ ngày … đến ngày …``."""
        return f"Từ ngày {local_date(self.first)} đến ngày {local_date(self.last)}"


Rows = Callable[[Sequence[Any], Mapping[str, str]], list[tuple[str, ...]]]


def _page_in(row: IncomingDocument) -> str:
    return reverse("correspondence:document", args=[row.pk])


def _page_out(row: OutgoingDocument) -> str:
    return reverse("correspondence:sending", args=[row.pk])


@dataclass(frozen=True)
class Book:
    """A register: its name on the screen and on paper, its columns with their widths, where its rows come from.

    ``order`` is a keyset; ``rows`` turns found documents into cells and gets the names of the types.
    """

    label: Any
    title: str
    columns: tuple[tuple[str, str], ...]
    found: Callable[[Asked], QuerySet[Any]]
    order: tuple[str, str]
    rows: Rows
    file: str
    page: Callable[[Any], str]  # of the document that a row is about
    linked: int = 1  # the column that leads there

    @property
    def shown(self) -> list[int]:
        """The columns that the screen shows: those not filled by pen."""
        return [place for place, (label, _width) in enumerate(self.columns) if label not in BY_PEN]


def _outgoing(asked: Asked) -> "QuerySet[OutgoingDocument]":
    return register(asked.office, *asked.bounds)


def _incoming(asked: Asked) -> "QuerySet[IncomingDocument]":
    return queries.incoming_register(asked.office, *asked.bounds)


def _incoming_rows(found: Sequence[IncomingDocument], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    given = queries.handled_by([row.pk for row in found])
    return [
        (
            local_date(row.registered_at),
            str(row.number),
            row.sender,
            row.notation,
            local_date(row.document_date),
            f"{names.get(row.type, row.type)}: {row.subject}",
            _holders(given.get(row.pk, ())),
            local_date(min((each.assigned_at for each in given.get(row.pk, ())), default=None)),
            "",
            _note(row),
        )
        for row in found
    ]


def _handling_rows(found: Sequence[IncomingDocument], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    given = queries.handled_by([row.pk for row in found])
    answers = queries.notations_of_answers([row.pk for row in found])
    return [
        (
            str(row.number),
            f"{names.get(row.type, row.type)} {row.notation}, {local_date(row.document_date)}, {row.sender}",
            _holders(given.get(row.pk, ())),
            local_date(row.due_on),
            _progress(row),
            "; ".join(answers.get(row.pk, ())),
            _note(row),
        )
        for row in found
    ]


def _holders(given: Sequence[Assignment]) -> str:
    """Who leads first, then who supports."""
    parts = ("lead", "support", "information")
    ordered = sorted(given, key=lambda each: parts.index(each.part))
    return "; ".join(each.officer.display_name if each.officer else each.office.name for each in ordered)


def _progress(row: IncomingDocument) -> str:
    """How far it is, and whether it was, or still is, in time. What its sender has recalled was not handled."""
    if row.state == IncomingDocument.State.RECALLED:
        return STATES[row.state]
    until = (row.closed_at or timezone.now()).astimezone(VIETNAM).date()
    late = " (quá hạn)" if row.due_on is not None and until > row.due_on else ""
    done = f" {local_date(row.closed_at)}" if row.closed_at else ""
    return f"{STATES.get(row.state, row.state)}{done}{late}"


def _note(row: IncomingDocument) -> str:
    """That a document was recalled, and which came in its place or to change it."""
    recalled = ["Đã thu hồi"] if row.state == IncomingDocument.State.RECALLED else []
    changed = [f"Thay thế, cập nhật bởi {row.changed_by.notation}"] if row.changed_by else []
    return "; ".join(recalled + changed)


def _outgoing_rows(found: Sequence[OutgoingDocument], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    to: dict[UUID, list[str]] = {}
    recipients = Recipient.objects.filter(document__in=[row.pk for row in found]).order_by("id")
    for document, name in recipients.values_list("document", "name"):
        to.setdefault(document, []).append(name)
    notes = _notes(found)
    return [
        (
            row.notation,
            local_date(row.document_date),
            f"{names.get(row.type, row.type)}: {row.subject}",
            row.signer_name,
            "; ".join(to.get(row.pk, ())),
            row.archive,
            str(row.copies),
            local_date(row.issued_at),
            "",
            notes[row.pk],
        )
        for row in found
    ]


def _notes(found: Sequence[OutgoingDocument]) -> dict[UUID, str]:
    """That documents were recalled, and by which they were replaced or corrected; one statement."""
    notes = {row.pk: ["Đã thu hồi"] if row.state == "recalled" else [] for row in found}
    after = OutgoingDocument.objects.filter(related__in=notes, state="issued").order_by("issued_at", "id")
    for related, relation, notation in after.values_list("related", "relation", "notation"):
        assert related is not None  # it is one of those that were asked for
        notes[related].append(f"{_RELATIONS[relation]} {notation}")
    return {key: "; ".join(texts) for key, texts in notes.items()}


def _answer_rows(found: Sequence[OutgoingDocument], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """How documents that went out were handled: what they answer, and how far the recipients inside are."""
    answered = IncomingDocument.objects.in_bulk([row.answers_id for row in found if row.answers_id])
    there: dict[UUID, list[str]] = {}
    recipients = Recipient.objects.filter(document__in=[row.pk for row in found]).order_by("id")
    for each in recipients.select_related("arrived"):
        state = (
            STATES.get(each.arrived.state, "Chưa vào sổ") if each.arrived else "Đã gửi" if each.sent_at else "Chờ gửi"
        )
        there.setdefault(each.document_id, []).append(f"{each.name}: {state}")
    notes = _notes(found)
    return [
        (
            row.notation,
            local_date(row.document_date),
            f"{names.get(row.type, row.type)}: {row.subject}",
            row.signer_name,
            answered[row.answers_id].notation if row.answers_id else "",
            "; ".join(there.get(row.pk, ())),
            notes[row.pk],
        )
        for row in found
    ]


def _by_post(asked: Asked) -> "QuerySet[Recipient]":
    begin, end = asked.bounds
    found = Recipient.objects.filter(way=Recipient.Way.POST, document__office=asked.office)
    return found.filter(document__issued_at__gte=begin, document__issued_at__lt=end).select_related("document")


def _post_rows(found: Sequence[Recipient], _names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """What goes by post: a cover for each recipient."""
    recalled = OutgoingDocument.State.RECALLED
    return [
        (
            local_date(each.sent_at),
            each.document.notation,
            f"{each.name}, {each.address}" if each.address else each.name,
            "1",
            "",
            "Đã thu hồi" if each.document.state == recalled else "" if each.sent_at else "Chờ gửi",
        )
        for each in found
    ]


COPIES = {"sao_y": "Sao y", "sao_luc": "Sao lục", "trich_sao": "Trích sao"}


def _copies(asked: Asked) -> "QuerySet[DocumentCopy]":
    """Every number that was taken for a copy, whether the copy was sealed or not."""
    begin, end = asked.bounds
    found = DocumentCopy.objects.filter(office=asked.office, asked_at__gte=begin, asked_at__lt=end)
    return found.select_related("incoming", "outgoing", "office", "asked_by")


def _copy_rows(found: Sequence[DocumentCopy], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for copy in found:
        of = copy.incoming or copy.outgoing
        assert of is not None  # a constraint says so
        rows.append(
            (
                copy.notation,
                local_date(copy.asked_at),
                COPIES[copy.kind],
                f"{of.notation}, {local_date(of.document_date)}",
                copy.incoming.sender if copy.incoming else copy.office.name,
                f"{names.get(of.type, of.type)}: {of.subject}",
                copy.asked_by.display_name,
                _note_of_copy(copy),
            )
        )
    return rows


def _note_of_copy(copy: DocumentCopy) -> str:
    """Which pages an extract has; why a number bears no copy, so that no number of the year is missing."""
    notes = [f"Trang {copy.pages}"] if copy.pages else []
    if copy.state == DocumentCopy.State.VOID:
        notes.append(f"Bỏ số, không ký được: {copy.detail}" if copy.detail else "Bỏ số, không ký được")
    elif copy.state == DocumentCopy.State.WAITING:
        notes.append("Chờ ký")
    return "; ".join(notes)


BOOKS: dict[str, Book] = {
    "incoming": Book(
        label=_("Register of documents in"),
        title="SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
        columns=(
            ("Ngày đến", "18mm"), ("Số đến", "12mm"), ("Tác giả", "1fr"), ("Số, ký hiệu", "24mm"),
            ("Ngày tháng", "18mm"), ("Tên loại và trích yếu nội dung", "2fr"), ("Đơn vị hoặc người nhận", "1.1fr"),
            ("Ngày chuyển", "18mm"), ("Ký nhận", "14mm"), ("Ghi chú", "14mm"),
        ),
        found=_incoming, order=("registered_at", "id"), rows=_incoming_rows, file="so-van-ban-den",
        page=_page_in,
    ),
    "outgoing": Book(
        label=_("Register of documents out"),
        title="SỔ ĐĂNG KÝ VĂN BẢN ĐI",
        columns=(
            ("Số, ký hiệu văn bản", "24mm"), ("Ngày tháng văn bản", "18mm"),
            ("Tên loại và trích yếu nội dung", "2fr"), ("Người ký", "1fr"), ("Nơi nhận văn bản", "1.4fr"),
            ("Đơn vị, người nhận bản lưu", "16mm"), ("Số lượng bản", "12mm"), ("Ngày chuyển", "18mm"),
            ("Ký nhận", "14mm"), ("Ghi chú", "18mm"),
        ),
        found=_outgoing, order=("issued_at", "id"), rows=_outgoing_rows, file="so-van-ban-di",
        page=_page_out, linked=0,
    ),
    "outgoing-report": Book(
        label=_("Handling of documents out"),
        title="BÁO CÁO TÌNH HÌNH GIẢI QUYẾT VĂN BẢN ĐI",
        columns=(
            ("Số, ký hiệu văn bản", "24mm"), ("Ngày tháng", "18mm"), ("Tên loại và trích yếu nội dung", "2fr"),
            ("Người ký", "1fr"), ("Trả lời văn bản", "26mm"), ("Tình trạng tại nơi nhận", "1.6fr"),
            ("Ghi chú", "18mm"),
        ),
        found=_outgoing, order=("issued_at", "id"), rows=_answer_rows, file="bao-cao-van-ban-di",
        page=_page_out, linked=0,
    ),
    "post": Book(
        label=_("Register of post"),
        title="SỔ GỬI VĂN BẢN ĐI BƯU ĐIỆN",
        columns=(
            ("Ngày chuyển", "22mm"), ("Số, ký hiệu văn bản", "34mm"), ("Nơi nhận văn bản", "2fr"),
            ("Số lượng bì", "18mm"), ("Ký nhận và dấu bưu điện", "1fr"), ("Ghi chú", "28mm"),
        ),
        found=_by_post, order=("document__issued_at", "id"), rows=_post_rows, file="so-gui-buu-dien",
        page=lambda each: _page_out(each.document),
    ),
    "handling": Book(
        label=_("Handling of documents in"),
        title="SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN",
        columns=(
            ("Số đến", "14mm"), ("Tên loại, số và ký hiệu, ngày tháng và tác giả văn bản", "2fr"),
            ("Đơn vị hoặc người nhận", "1.3fr"), ("Thời hạn giải quyết", "20mm"), ("Tiến độ giải quyết", "1fr"),
            ("Số, ký hiệu văn bản trả lời", "1fr"), ("Ghi chú", "16mm"),
        ),
        found=_incoming, order=("registered_at", "id"), rows=_handling_rows, file="so-theo-doi-giai-quyet",
        page=_page_in, linked=0,
    ),
    "copies": Book(
        label=_("Register of certified copies"),
        title="SỔ ĐĂNG KÝ BẢN SAO",
        columns=(
            ("Số, ký hiệu bản sao", "26mm"), ("Ngày sao", "18mm"), ("Hình thức sao", "18mm"),
            ("Số, ký hiệu, ngày tháng văn bản được sao", "34mm"), ("Tác giả", "1fr"),
            ("Tên loại và trích yếu nội dung", "2fr"), ("Người thực hiện", "1fr"), ("Ghi chú", "34mm"),
        ),
        found=_copies, order=("asked_at", "id"), rows=_copy_rows, file="so-ban-sao",
        page=lambda copy: _page_in(copy.incoming) if copy.incoming else _page_out(copy.outgoing), linked=0,
    ),
}  # fmt: skip

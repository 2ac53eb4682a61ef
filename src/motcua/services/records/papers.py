"""What is printed of files: contents, list of files (appendix VI, outputs 5 and 6), minutes. Always Vietnamese."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from motcua.engines.editions.queries import in_force, numbered
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.kernel.text import local_date
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.services.correspondence.offices import office_data
from motcua.services.records.models import Entry, WorkFile
from motcua.services.records.packages.facts import PackedContent, PackedDocument
from motcua.services.records.retention import SCHEDULE

HERE = Path(__file__).parent / "templates_typst"
BOOK = Template(Path(__file__).parents[1] / "correspondence" / "templates_typst", "book.typ")
MINUTES = Template(HERE, "minutes.typ")
RIGHTS = {"general": "Sử dụng rộng rãi", "limited": "Sử dụng hạn chế"}

CONTENTS = (
    ("STT", "10mm"), ("Số, ký hiệu văn bản", "32mm"), ("Ngày tháng", "20mm"),
    ("Tên loại và trích yếu nội dung", "2fr"), ("Tác giả văn bản", "1fr"), ("Số trang", "14mm"), ("Ghi chú", "1fr"),
)  # fmt: skip
FILES = (
    ("STT", "10mm"), ("Số, ký hiệu hồ sơ", "26mm"), ("Tiêu đề hồ sơ", "2fr"), ("Thời gian", "40mm"),
    ("Thời hạn bảo quản", "22mm"), ("Số văn bản", "14mm"), ("Số trang", "14mm"), ("Ghi chú", "1fr"),
)  # fmt: skip
FORMATS = (
    ("STT", "10mm"), ("Số, ký hiệu văn bản", "32mm"), ("Tệp", "1fr"), ("Định dạng khi nộp lưu", "36mm"),
    ("Bản PDF/A kèm theo", "2fr"),
)  # fmt: skip
LINES = (
    ("Số, ký hiệu hồ sơ", "28mm"), ("Tiêu đề hồ sơ", "2fr"), ("Thời hạn bảo quản", "24mm"), ("Người lập hồ sơ", "1fr"),
    ("Ghi chú", "1fr"),
)  # fmt: skip


def columns_of(columns: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Columns as the templates want them."""
    return [{"label": label, "width": width} for label, width in columns]


def contents_rows(entries: Iterable[Entry], *, first: int = 1) -> list[tuple[str, ...]]:
    """The rows of the contents of a file (mục lục văn bản trong hồ sơ), in the order of time."""
    return [
        (
            str(number),
            entry.notation,
            local_date(entry.day),
            f"{entry.type}: {entry.title}" if entry.type else entry.title,
            entry.author,
            str(entry.pages or ""),
            entry.note,
        )
        for number, entry in enumerate(entries, start=first)
    ]


def file_rows(files: Sequence[WorkFile], *, first: int = 1) -> list[tuple[str, ...]]:
    """The rows of the list of files (mục lục hồ sơ); two statements."""
    names = retentions(files)
    return [
        (
            str(number),
            file.notation,
            file.title,
            f"{local_date(file.starts_on)} - {local_date(file.ends_on) or '…'}",
            names[file.pk],
            str(file.documents),
            str(file.pages),
            {"archived": "Đã nộp lưu", "destroyed": "Đã tiêu hủy", "open": "Đang lập"}.get(file.state, ""),
        )
        for number, file in enumerate(files, start=first)
    ]


def retentions(files: Iterable[WorkFile]) -> dict[UUID, str]:
    """How long files are kept, in words, by their key; a statement for each edition."""
    schedules: dict[int | None, Any] = {}
    found = {}
    for file in files:
        if file.edition not in schedules:
            known = numbered(SCHEDULE, file.edition) if file.edition else in_force(SCHEDULE, local_day(file.opened_at))
            schedules[file.edition] = known.rules
        group = schedules[file.edition].find(file.retention)
        if file.permanent:
            found[file.pk] = "Vĩnh viễn"
        else:
            found[file.pk] = group.period if group else local_date(file.kept_until)
    return found


def book(
    office: Office,
    title: str,
    period: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, ...]],
    *,
    at: datetime,
) -> bytes:
    """A table across A4 under the head of the office (with ``parent__unit`` and ``unit`` joined)."""
    data = {**office_data(office), "title": title, "period": period, "columns": columns_of(columns), "rows": rows}
    return render(BOOK, data, dated=at)


def contents_pdf(file: WorkFile, office: Office, entries: Sequence[Entry], *, at: datetime) -> bytes:
    """The contents of a file on paper."""
    about = f"Hồ sơ số {file.notation}, năm {file.year}: {file.title}"
    return book(office, "MỤC LỤC VĂN BẢN TRONG HỒ SƠ", about, CONTENTS, contents_rows(entries), at=at)


def formats_pdf(file: WorkFile, office: Office, documents: Iterable[PackedDocument], *, at: datetime) -> bytes:
    """In which format each content goes to the archive, and what was converted or not; empty for a file of paper."""
    rows = [
        (str(document.ordinal), document.notation, content.name, _format(content), _beside(content))
        for document in documents
        for content in document.contents
    ]
    if not rows:
        return b""
    about = f"Hồ sơ số {file.notation}, năm {file.year}: {file.title}"
    return book(office, "ĐỊNH DẠNG TỆP TRONG GÓI TIN NỘP LƯU", about, FORMATS, rows, at=at)


def _format(content: PackedContent) -> str:
    """As people call it: ``PDF/A-2b``, ``DOCX``."""
    named_by_type = content.format_name == content.media_type
    return PurePath(content.name).suffix[1:].upper() if named_by_type else content.format_name


def _beside(content: PackedContent) -> str:
    if content.kept is not None:
        return content.kept.told
    return content.migrated.path if content.migrated else "Tệp đã ở dạng PDF/A"


def minutes(
    office: Office,
    title: str,
    about: str,
    facts: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, ...]],
    closing: str,
    signers: Sequence[Mapping[str, str]],
    *,
    columns: Sequence[tuple[str, str]] = FILES,
    at: datetime,
) -> bytes:
    """Minutes with the list of the files that they are about."""
    data = {
        **office_data(office), "title": title, "about": about, "facts": [list(each) for each in facts],
        "columns": columns_of(columns), "rows": rows, "closing": closing, "signers": [dict(each) for each in signers],
    }  # fmt: skip
    return render(MINUTES, data, dated=at)

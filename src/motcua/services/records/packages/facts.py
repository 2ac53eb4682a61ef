"""What is put into a package."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO
from uuid import UUID

from motcua.kernel.text.dates import VIETNAM


class Kept(StrEnum):
    """Why a content has no PDF/A beside it."""

    SIGNED = "signed"
    LOCKED = "locked"
    FORMAT = "format"
    LARGE = "large"
    DAMAGED = "damaged"
    PROGRAM = "program"

    @property
    def told(self) -> str:
        """In the words of the package, which is Vietnamese."""
        return _TOLD[self]


_TOLD = {
    Kept.SIGNED: "Tệp có chữ ký số: giữ nguyên, không chuyển đổi, vì chuyển đổi làm mất giá trị của chữ ký",
    Kept.LOCKED: "Tệp có mật khẩu: giữ nguyên, không chuyển đổi được",
    Kept.FORMAT: "Định dạng không chuyển đổi được sang PDF/A: giữ nguyên",
    Kept.LARGE: "Tệp quá lớn hoặc quá nhiều trang để chuyển đổi: giữ nguyên",
    Kept.DAMAGED: "Chuyển đổi sang PDF/A không thành công: giữ nguyên",
    Kept.PROGRAM: "Máy chủ chưa cài chương trình chuyển đổi: giữ nguyên",
}


@dataclass(frozen=True, kw_only=True)
class PackedContent:
    """A content of a document: its place in the package, and how it is opened.

    One that is no PDF/A has its conversion beside it (``migrated``), or a reason why there is none (``kept``).
    """

    path: str  # below the representation: data/0001-00-cong-van.pdf
    name: str
    media_type: str
    size: int
    digest: str
    created: datetime
    format_name: str
    open: Callable[[], IO[bytes]]
    migrated: "PackedContent | None" = None
    kept: Kept | None = None


@dataclass(frozen=True, kw_only=True)
class PackedDocument:
    """A document of the file, by the fields of Decree 30/2020/NĐ-CP, appendix VI."""

    ordinal: int
    type: str
    notation: str
    day: date
    author: str
    subject: str
    pages: int | None
    note: str
    contents: tuple[PackedContent, ...]


@dataclass(frozen=True, kw_only=True)
class PackedEvent:
    """Something that happened to the file, for PREMIS."""

    key: str
    type: str
    at: datetime
    detail: str
    outcome: str = "success"


@dataclass(frozen=True, kw_only=True)
class PackedFile:
    """A work file as it goes to the archive."""

    key: UUID
    fonds: str  # mã phông: the agency's identification code
    agency: str
    unit: str
    year: int
    notation: str
    title: str
    retention: str
    rights: str
    keeper: str
    language: str
    starts_on: date
    ends_on: date
    pages: int
    documents: tuple[PackedDocument, ...]
    events: tuple[PackedEvent, ...]
    software: tuple[str, str]  # name, version
    created: datetime
    contents_list: bytes  # PDF
    formats_list: bytes = b""  # PDF; of a file of nothing but paper there is none

    @property
    def objid(self) -> str:
        """``urn:H99.101:uuid:…``: fonds and key (Circular 05/2025/TT-BNV)."""
        return f"urn:{self.fonds}:uuid:{self.key}"

    @property
    def folder(self) -> str:
        """The root folder: the identifier, as every file system takes it."""
        return self.objid.replace(":", "_")

    @property
    def contents(self) -> list[PackedContent]:
        """All contents in their order."""
        return [content for document in self.documents for content in document.contents]

    @property
    def migrated(self) -> list[PackedContent]:
        """The conversions, in the order of what they were made of."""
        return [content.migrated for content in self.contents if content.migrated is not None]


def stamp(moment: datetime) -> str:
    """A moment as the circular asks: with the zone of Vietnam, ``2026-11-27T15:04:05+07:00``."""
    return moment.astimezone(VIETNAM).replace(microsecond=0).isoformat()

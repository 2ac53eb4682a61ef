"""Messages for tests. Agencies and people are invented."""

from datetime import UTC, date, datetime
from pathlib import Path

from motcua.engines.exchange.edxml import (
    Attachment,
    Code,
    Document,
    DocumentType,
    Organ,
    Promulgation,
    Reference,
    Signer,
    Status,
    StatusCode,
    Trace,
    attached,
    emit,
)

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "samples"
HERE, THERE = Organ("H99.01", "Sở Tư pháp tỉnh Mẫu Sơn"), Organ("H98.01", "Sở Tư pháp tỉnh Ví Dụ")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ntrailer<<>>\n%%EOF\n"


def sample(name: str) -> bytes:
    """One of the files of ``samples``."""
    return (SAMPLES / name).read_bytes()


def document(
    number: int = 125, *, files: dict[str, bytes] | None = None, sender: Organ = HERE, to: Organ = THERE
) -> tuple[Document, dict[Attachment, bytes]]:
    """A new document and the contents of its attachments."""
    contents = {
        attached(name, content, number=place, media_type="application/pdf"): content
        for place, (name, content) in enumerate((files or {"van-ban.pdf": PDF}).items(), 1)
    }
    made = Document(
        sender=sender,
        recipients=(to,),
        document_id=f"{sender.id},2026/11/20,{number}/STP-VP",
        code=Code(str(number), "STP-VP"),
        promulgation=Promulgation("Mẫu Sơn", date(2026, 11, 20)),
        type=DocumentType("18", "", "Công văn"),
        subject="V/v phối hợp rà soát",
        signer=Signer("KT. GIÁM ĐỐC", "Phó Giám đốc", "Trần Thị Ví Dụ"),
        traces=(Trace(sender.id, AT),),
        attachments=tuple(contents),
    )
    return made, contents


def written(number: int = 125, **how: object) -> bytes:
    """The bytes of such a document, not signed."""
    made, contents = document(number, **how)  # type: ignore[arg-type]
    return emit(made, lambda attachment: [contents[attachment]])


def status(code: StatusCode, *, of: Document, sender: Organ) -> Status:
    """A status message about a document."""
    reference = Reference(of.sender.id, str(of.code), of.document_id, of.promulgation.on)
    return Status(sender=sender, response_for=reference, status=code, at=AT)

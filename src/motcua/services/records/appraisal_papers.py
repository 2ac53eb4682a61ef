"""What is printed of appraisals: lists, minutes of the council, minutes of destruction. Always Vietnamese."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from motcua.kernel.text import local_date
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import office_with_place
from motcua.services.records import papers
from motcua.services.records.destruction import CHAIR, SECRETARY, Destruction
from motcua.services.records.models import Appraisal, AppraisedFile, Ballot, CouncilMember, PinnedFile

VERDICTS = {
    "destroy": "Hủy",
    "keep": "Giữ lại, kéo dài thời hạn lưu trữ",
    "transfer": "Lưu trữ vĩnh viễn, chuyển lưu trữ lịch sử",
    "": "Không đạt đa số, giữ nguyên như cũ",
}
RESULTS = {
    "destroyed": "Đã hủy",
    "kept": "Giữ lại",
    "stopped": "Không hủy",
    "left": "Giữ nguyên như cũ",
    "": "",
}
CAUSES = {
    "held": "đang giữ nguyên trạng theo yêu cầu của cơ quan có thẩm quyền",
    "kept": "thời hạn lưu trữ đã được kéo dài",
    "moved": "hồ sơ đang được giao nộp",
    "": "",
}
_FILE = (("STT", "9mm"), ("Số, ký hiệu", "22mm"), ("Tiêu đề hồ sơ", "2fr"), ("Thời gian", "25mm"))
LISTED = (*_FILE, ("Thời hạn lưu trữ", "22mm"), ("Hết hạn", "22mm"), ("Số văn bản", "16mm"), ("Lý do hủy", "1fr"))
CONCLUDED = (*_FILE, ("Ý kiến", "2fr"), ("Kết luận", "1fr"))
CARRIED_OUT = (*_FILE, ("Số văn bản", "16mm"), ("Kết quả", "2fr"))
DESTROYED = (
    ("Hồ sơ", "22mm"), ("Tiêu đề hồ sơ, văn bản", "2fr"), ("Số, ký hiệu văn bản", "30mm"), ("Ngày", "20mm"),
    ("Tệp và mã băm SHA-256", "3fr"),
)  # fmt: skip
VOTED = (
    "Hội đồng thảo luận tập thể và kết luận theo đa số thành viên; ý kiến khác được ghi ở trên."
    " Biên bản được lập và lưu trên hệ thống."
)
DONE = (
    "Nội dung của hồ sơ đã hủy được xóa khỏi hệ thống và không khôi phục được. Văn bản còn thuộc hồ sơ khác,"
    " và bản gốc văn bản đi do Văn thư lưu, không bị xóa. Danh mục tài liệu đã hủy kèm theo. Biên bản được lập"
    " sau khi hủy và lưu vĩnh viễn trên hệ thống."
)


def expired_list(found: Appraisal, rows: Sequence[AppraisedFile], *, at: datetime) -> bytes:
    """The list of files whose retention is over (danh mục tài liệu hết thời hạn lưu trữ)."""
    names = papers.retentions([row.file for row in rows])
    cells = [
        (
            *_file(number, row),
            names[row.file_id],
            local_date(row.file.kept_until),
            str(row.file.documents),
            "Hết thời hạn lưu trữ",
        )
        for number, row in enumerate(rows, start=1)
    ]
    title = "DANH MỤC TÀI LIỆU HẾT THỜI HẠN LƯU TRỮ"
    return papers.book(_office(found), title, found.title, LISTED, cells, at=at)


def council_minutes(
    found: Appraisal,
    members: Sequence[CouncilMember],
    rows: Sequence[AppraisedFile],
    said: Mapping[UUID, Sequence[Ballot]],
    rules: Destruction,
    *,
    at: datetime,
) -> bytes:
    """The minutes of the council's meeting (biên bản họp Hội đồng): who said what of each file, what was concluded."""
    cells = [
        (*_file(number, row), _opinions(said[row.pk], len(members)), _verdict(row))
        for number, row in enumerate(rows, start=1)
    ]
    facts = [
        ("Danh mục", found.title),
        ("Căn cứ thành lập Hội đồng", found.basis),
        ("Ngày họp", local_date(found.met_on)),
        *((rules.title(each.role), _person(each)) for each in members),
        ("Thuyết minh", found.explanation),
    ]
    return papers.minutes(
        _office(found),
        "BIÊN BẢN HỌP HỘI ĐỒNG",
        "Về việc xét hủy tài liệu hết thời hạn lưu trữ",
        facts,
        cells,
        VOTED,
        _signers(members),
        columns=CONCLUDED,
        at=at,
    )


def destruction_minutes(
    found: Appraisal,
    members: Sequence[CouncilMember],
    rows: Sequence[AppraisedFile],
    *,
    at: datetime,
) -> bytes:
    """The minutes of destruction (biên bản hủy): what became of each file of the decision."""
    cells = [(*_file(number, row), str(row.file.documents), _result(row)) for number, row in enumerate(rows, start=1)]
    gone = sum(row.result == AppraisedFile.Result.DESTROYED for row in rows)
    begun = found.begun_by.display_name if found.begun_by else ""
    facts = [
        ("Danh mục", found.title),
        ("Quyết định hủy", f"{found.decision_notation} ngày {local_date(found.decision_day)}"),
        ("Ý kiến của cơ quan có thẩm quyền", found.opinion or "Không yêu cầu"),
        ("Hội đồng họp ngày", local_date(found.met_on)),
        ("Người thực hiện", begun),
        ("Số hồ sơ đã hủy", f"{gone} trên {len(rows)} hồ sơ của danh mục"),
    ]
    chair = next((each.name for each in members if each.role == CHAIR), "")
    return papers.minutes(
        _office(found),
        "BIÊN BẢN HỦY TÀI LIỆU",
        "Về việc hủy tài liệu hết thời hạn lưu trữ",
        facts,
        cells,
        DONE,
        [
            {"role": "Người thực hiện hủy", "name": begun},
            {"role": "Chủ tịch Hội đồng", "name": chair},
        ],
        columns=CARRIED_OUT,
        at=at,
    )


def destroyed_list(found: Appraisal, rows: Sequence[AppraisedFile], *, at: datetime) -> bytes:
    """What was destroyed, document by document, with the digest of each content; two statements."""
    files = {row.file_id: row.file for row in rows if row.result == AppraisedFile.Result.DESTROYED}
    pinned = PinnedFile.objects.filter(entry__file__in=files).select_related("entry")
    cells: list[tuple[str, ...]] = []
    last: UUID | None = None
    for each in pinned.order_by("entry__file__year", "entry__file__notation", "entry__day", "entry", "position"):
        entry, file = each.entry, files[each.entry.file_id]
        if file.pk != last:
            cells.append((file.notation, file.title, "", _period(file.starts_on, file.ends_on), ""))
            last = file.pk
        cells.append(("", entry.title, entry.notation, local_date(entry.day), f"{each.name}: {_broken(each.digest)}"))
    period = f"Quyết định {found.decision_notation} ngày {local_date(found.decision_day)}"
    return papers.book(_office(found), "DANH MỤC TÀI LIỆU ĐÃ HỦY", period, DESTROYED, cells, at=at)


def _office(found: Appraisal) -> Office:
    return office_with_place(found.office_id)


def _file(number: int, row: AppraisedFile) -> tuple[str, ...]:
    file = row.file
    return str(number), f"{file.notation} ({file.year})", file.title, _period(file.starts_on, file.ends_on)


def _period(first: date | None, last: date | None) -> str:
    return f"{local_date(first)} - {local_date(last)}"


def _broken(digest: str) -> str:
    """A digest that lines of a table may break, in groups of eight."""
    return " ".join(digest[first : first + 8] for first in range(0, len(digest), 8))


def _person(member: CouncilMember) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name


def _opinions(ballots: Sequence[Ballot], members: int) -> str:
    """How many want what, and what those say who give a reason."""
    counted = [(text, sum(each.verdict == code for each in ballots)) for code, text in VERDICTS.items() if code]
    silent = members - len(ballots)
    told = [f"{text}: {count}" for text, count in counted if count] + ([f"Vắng: {silent}"] if silent else [])
    reasons = [f"{each.member.name}{_years(each)}: {each.note}" for each in ballots if each.note]
    return "; ".join(told + reasons)


def _years(ballot: Ballot) -> str:
    if ballot.verdict != "keep":
        return ""
    return f" (thêm {ballot.years} năm)" if ballot.years else " (vĩnh viễn)"


def _verdict(row: AppraisedFile) -> str:
    if row.verdict == "keep":
        return f"Giữ lại đến {local_date(row.until)}" if row.until else "Giữ lại vĩnh viễn"
    return VERDICTS[row.verdict]


def _result(row: AppraisedFile) -> str:
    if row.result == AppraisedFile.Result.KEPT:
        return _verdict(row)
    told = [RESULTS[row.result], CAUSES[row.cause]]
    if row.left_over:
        told.append(f"{row.left_over} văn bản còn được lưu ở nơi khác")
    return ": ".join(part for part in told[:2] if part) + (f"; {told[2]}" if len(told) > 2 else "")


def _signers(members: Sequence[CouncilMember]) -> list[dict[str, str]]:
    heads = [(SECRETARY, "Thư ký"), (CHAIR, "Chủ tịch Hội đồng")]
    return [{"role": text, "name": next((e.name for e in members if e.role == role), "")} for role, text in heads]

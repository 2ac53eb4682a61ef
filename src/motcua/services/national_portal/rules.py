"""What a dossier and its movements are called at the national portal (reference B4): pure, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from motcua.kernel.text.dates import VIETNAM

CHANNELS: Mapping[str, str] = {"counter": "1", "online": "2", "post": "3"}  # KenhThucHien
APPLICANTS: Mapping[str, str] = {"citizen": "1", "business": "2"}  # LoaiDoiTuong
IDENTIFIERS: Mapping[str, str] = {"citizen": "1", "business": "2"}  # LoaiDinhDanh: identity number, tax code
RETURNS: Mapping[str, str] = {"desk": "0", "post": "1", "online": "2"}  # HinhThuc
SUBJECT, NAME = 1000, 50  # longest TrichYeuHoSo, NguoiXuLy
# What the portal's timeline tells of a dossier; other events are words between officers.
MOVEMENTS: Mapping[str, str] = {
    "dossier.submitted": "Nộp hồ sơ",
    "dossier.accepted": "Tiếp nhận hồ sơ",
    "dossier.refused": "Không tiếp nhận hồ sơ",
    "dossier.supplement_requested": "Yêu cầu bổ sung hồ sơ",
    "dossier.supplement_answered": "Đã nhận bổ sung hồ sơ",
    "dossier.lapsed": "Dừng xử lý do quá hạn bổ sung",
    "dossier.extended": "Xin lỗi và gia hạn thời gian trả kết quả",
    "dossier.step_completed": "Hoàn thành bước xử lý",
    "dossier.step_sent_back": "Chuyển lại bước trước",
    "dossier.result_signed": "Ký kết quả",
    "dossier.result_sealed": "Ban hành kết quả",
    "dossier.decided": "Đã có kết quả",
    "dossier.returned": "Đã trả kết quả",
    "dossier.withdrawn": "Công dân rút hồ sơ",
    "dossier.stopped": "Dừng xử lý hồ sơ",
    "dossier.fee_collected": "Đã thu phí, lệ phí",
}
# What changes the dossier at the portal without being a movement of it.
CHANGES = frozenset(
    {"dossier.paper_added", "dossier.paper_removed", "dossier.paper_digitised", "dossier.fee_waived",
     "dossier.fee_refunded", "dossier.calendar_changed", "dossier.office_succeeded", "dossier.rerouted"}
)  # fmt: skip
AT_ONCE = 50
MOST_BYTES = 500_000  # web servers commonly refuse bodies above one MiB
WAITS = (5, 10, 20, 30)  # seconds between questions to a portal that does not answer
QUIET = (1, 5, 15, 60)  # minutes in which a portal that never answered is trusted to have done with a dossier


def concerns(kind: str) -> bool:
    """Whether the portal is told of such an event."""
    return kind in MOVEMENTS or kind in CHANGES


def moment(at: datetime | None) -> str:
    """``yyyyMMddHHmmss`` in Vietnam; empty for none."""
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S") if at else ""


def waiting(failures: int) -> timedelta:
    """How long the portal is left alone after so many failures in a row."""
    return timedelta(seconds=WAITS[min(max(failures, 1), len(WAITS)) - 1])


def quiet(attempts: int) -> timedelta:
    """How long nothing is said of a dossier after so many attempts in a row whose last was never answered.

    The protocol knows no key by which the portal would see that it hears the same again, so it must have done with
    the first before it is asked what it has.
    """
    return timedelta(minutes=QUIET[min(max(attempts, 1), len(QUIET)) - 1])


def fewer(at_once: int) -> int:
    """How many dossiers are told together after so many were not answered.

    A portal that is too slow for fifty answers some; one that is dead makes us unsure of few.
    """
    return max(at_once // 2, 1)


def more(at_once: int) -> int:
    """How many are told together after so many were: a quarter more, for what was too much may be so still."""
    return min(at_once + max(at_once // 4, 1), AT_ONCE)


def lots(sizes: Sequence[int]) -> Iterator[slice]:
    """Where to cut what is told, so that no request is larger than ``MOST_BYTES`` unless one dossier alone is."""
    begin = bytes_so_far = 0
    for end, size in enumerate(sizes):
        if begin < end and bytes_so_far + size > MOST_BYTES:
            yield slice(begin, end)
            begin, bytes_so_far = end, 0
        bytes_so_far += size
    if begin < len(sizes):
        yield slice(begin, len(sizes))


@dataclass(frozen=True)
class Movement:
    """One movement of a dossier, as its event told it."""

    kind: str
    version: int
    at: datetime
    officer: str
    title: str
    office: str
    step: str
    note: str
    began: datetime | None
    due: datetime | None


def progress(code: str, movement: Movement, status: int) -> dict[str, Any]:
    """``CapNhatTienDoHoSoMC``: one line of the dossier's progress (tiến trình)."""
    said = MOVEMENTS[movement.kind]
    content = f"{said}: {movement.step}" if movement.step else said
    return {
        "MaHoSo": code,
        "NguoiXuLy": movement.officer[:NAME] or movement.office[:NAME],
        "ChucDanh": movement.title,
        "ThoiDiemXuLy": moment(movement.at),
        "PhongBanXuLy": movement.office,
        "NoiDungXuLy": f"{content}. {movement.note}"[:SUBJECT] if movement.note else content[:SUBJECT],
        "TrangThai": str(status),
        "NgayBatDau": moment(movement.began or movement.at),
        "NgayKetThucTheoQuyDinh": moment(movement.due),
    }


def unknown(wanted: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the movements to be told those that the portal does not have, in their order.

    What an answer was lost for may have arrived: the same content at the same second counts as told once.
    """
    known = [_mark(each) for each in there]
    left = []
    for each in wanted:
        if (mark := _mark(each)) in known:
            known.remove(mark)
        else:
            left.append(each)
    return left


def _mark(told: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(told.get(name) for name in ("ThoiDiemXuLy", "NguoiXuLy", "NoiDungXuLy", "TrangThai"))


def share(part: int, whole: int) -> str:
    """A percentage with two decimals, 0 of nothing."""
    return f"{part * 100 / whole:.2f}" if whole else "0.00"


def monthly(*, year: int, month: int, unit: str, received: int, carried: int, done: int, done_late: int,
            open_late: int) -> dict[str, Any]:  # fmt: skip
    """``DongBoThongKeHoSo``: the figures of a month of one office, totals worked out."""
    total = received + carried
    left = total - done
    return {
        "Thang": str(month),
        "Nam": str(year),
        "SoNhanTrongKy": str(received),
        "SoTonKyTruoc": str(carried),
        "TongSoXuLy": str(total),
        "TongDaXuLy": str(done),
        "TongXuLyDungHan": str(done - done_late),
        "PhanTramXuLyDungHan": share(done - done_late, done),
        "TongXuLyTreHan": str(done_late),
        "PhanTramXuLyTreHan": share(done_late, done),
        "TongChuaXuLy": str(left),
        "TongChuaXuLyTrongHan": str(left - open_late),
        "PhanTramChuaXuLyTrongHan": share(left - open_late, left),
        "TongChuaXuLyTreHan": str(open_late),
        "PhanTramChuaXuLyTreHan": share(open_late, left),
        "Madonvi": unit,
        "LoaiThongKe": "1",
    }

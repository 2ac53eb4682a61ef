"""What the simulated portal demands of each field (reference B4); whatever does not fit is refused by name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TIME = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")
FLAG, NUMBER, PERCENT = re.compile("[01]"), re.compile(r"\d{1,9}"), re.compile(r"\d{1,3}\.\d\d")
STATUS = re.compile("[1-9]|10")


def _text(most: int, least: int = 0) -> re.Pattern[str]:
    return re.compile(f"(?s).{{{least},{most}}}")


def _or_empty(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"({pattern.pattern})?")


DOSSIER: Mapping[str, Any] = {
    "MaHoSo": _text(60, 1), "MaTTHC": re.compile(r"\d\.\d{6}(\.[A-Z0-9.]+)?"), "TenTTHC": _text(2000, 1),
    "MaLinhVuc": _text(50), "TenLinhVuc": _text(500), "KenhThucHien": re.compile("[123]"), "ChuHoSo": _text(250, 1),
    "LoaiDoiTuong": re.compile("[1-4]"), "MaDoiTuong": _text(50), "Email": _text(254), "Fax": _text(30),
    "SoDienThoai": _text(30), "TrichYeuHoSo": _text(1000, 1), "NgayNopHoSo": TIME, "NgayTiepNhan": _or_empty(TIME),
    "NgayHenTra": _or_empty(TIME), "TrangThaiHoSo": STATUS, "NgayTra": _or_empty(TIME), "ThongTinTra": _text(500),
    "HinhThuc": re.compile("[0-2]"), "NgayKetThucXuLy": _or_empty(TIME), "DonViXuLy": _text(35, 1),
    "NoiNopHoSo": _text(35, 1), "GhiChu": _text(1000), "NgayTuChoi": _or_empty(TIME), "HoSoCoThanhPhanSoHoa": FLAG,
    "TaiKhoanDuocXacThucVoiVNeID": FLAG, "DuocThanhToanTrucTuyen": re.compile("[012]"),
    "DSKetNoiCSDL": [{"MaCSDL": _text(50, 1)}],
    "DinhDanhCHS": [{"LoaiDinhDanh": re.compile("[1-4]"), "SoDinhDanh": re.compile(r"[\d-]{9,14}")}],
    "TaiLieuNop": [{
        "TepDinhKemId": _text(60, 1), "TenTepDinhKem": _text(255, 1), "IsDeleted": FLAG, "MaThanhPhanHoSo": _text(100),
        "DuongDanTaiTepTin": _text(1000), "DuocSoHoa": FLAG, "DuocTaiSuDung": FLAG, "DuocLayTuKhoDMQG": FLAG,
        "MaKetQuaThayThe": _text(100),
    }],
    "DanhSachLePhi": [{
        "TenPhiLePhi": _text(500, 1), "MaPhiLePhi": _text(50), "HinhThucThu": re.compile("[1-4]"),
        "Gia": re.compile(r"\d{1,12}"), "LoaiPhiLePhi": re.compile("[12]?"),
    }],
    "DanhSachHoSoBoSung": [{
        "HoSoBoSungId": _text(60, 1), "NguoiYeuCauBoSung": _text(250, 1), "NoiDungBoSung": _text(1000, 1),
        "NgayBoSung": TIME, "NguoiTiepNhanBoSung": _text(250), "ThongTinTiepNhan": _text(1000),
        "NgayTiepNhanBoSung": _or_empty(TIME),
        "TrangThaiBoSung": FLAG, "DanhSachGiayToBoSung": [{}], "DanhSachLePhiBoSung": [{}],
        "NgayHenTraTruoc": _or_empty(TIME), "NgayHenTraMoi": _or_empty(TIME),
    }],
    "DanhSachGiayToKetQua": [{
        "TenGiayTo": _text(500, 1), "MaThanhPhanHoSo": _text(100), "GiayToId": _text(60, 1),
        "DuongDanTepTinKetQua": re.compile("https?://.{1,1000}"), "MaGiayToKetQua": _text(100),
    }],
}  # fmt: skip
PROGRESS: Mapping[str, Any] = {
    "MaHoSo": _text(60, 1), "NguoiXuLy": _text(50), "ChucDanh": _text(250), "ThoiDiemXuLy": TIME,
    "PhongBanXuLy": _text(250), "NoiDungXuLy": _text(1000, 1), "TrangThai": STATUS,
    "NgayBatDau": TIME, "NgayKetThucTheoQuyDinh": _or_empty(TIME),
}  # fmt: skip
_COUNTS = (
    "SoNhanTrongKy", "SoTonKyTruoc", "TongSoXuLy", "TongDaXuLy", "TongXuLyDungHan", "TongXuLyTreHan", "TongChuaXuLy",
    "TongChuaXuLyTrongHan", "TongChuaXuLyTreHan",
)  # fmt: skip
_SHARES = ("PhanTramXuLyDungHan", "PhanTramXuLyTreHan", "PhanTramChuaXuLyTrongHan", "PhanTramChuaXuLyTreHan")
STATISTICS: Mapping[str, Any] = {
    "Thang": re.compile("[1-9]|1[0-2]"), "Nam": re.compile(r"20\d\d"), "Madonvi": _text(35, 1),
    "LoaiThongKe": _text(10, 1),
    **dict.fromkeys(_COUNTS, NUMBER), **dict.fromkeys(_SHARES, PERCENT),
}  # fmt: skip


def faults(told: Any, demanded: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Every field that is missing, unknown or ill-formed, by its path."""
    if not isinstance(told, dict):
        yield path or "data"
        return
    yield from (f"{path}{name}" for name in demanded.keys() - told.keys())
    yield from (f"{path}{name}" for name in told.keys() - demanded.keys())
    for name in demanded.keys() & told.keys():
        wanted, value = demanded[name], told[name]
        if isinstance(wanted, list):
            rows = value if isinstance(value, list) else [None]
            for row in rows:
                yield from faults(row, wanted[0], f"{path}{name}.")
        elif not isinstance(value, str) or not wanted.fullmatch(value):
            yield f"{path}{name}"

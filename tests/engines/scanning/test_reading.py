"""Facts of papers: found where they stand, in the form's shape; the doubtful is left out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.scanning.mrz import check_digit, read_mrz
from motcua.engines.scanning.papers import fact_names, paper_kinds
from motcua.engines.scanning.reading import Means, read
from tests.engines.scanning.pictures import BIRTH_PAPER, CARD, CARD_CODE, NAME, NUMBER

BIRTH = {
    "mother_name": "Trần Thị Giả Định",
    "mother_number": "001192000002",
    "ethnicity": "Kinh",
    "address": "Thôn Mẫu, xã Mẫu Sơn",
    "birth_date": "2026-11-20",
    "birthplace": "Bệnh viện Đa khoa Mẫu Sơn",
    "gender": "female",
    "child_name": "Nguyễn Thị Giả Bé",
}


def of(kind: str, text: str, *codes: str) -> dict[str, str]:
    return {
        name.removeprefix(f"{kind}."): fact.value for name, fact in read(text, codes).items() if name.startswith(kind)
    }


def zone(number: str = NUMBER, born: str = "900201", gender: str = "M", expiry: str = "300201") -> str:
    card = number[3:]
    upper = f"IDVNM{card}{check_digit(card)}{number}<<4"
    middle = f"{born}{check_digit(born)}{gender}{expiry}{check_digit(expiry)}VNM<<<<<<<<<<<"
    over_all = check_digit(upper[5:] + middle[:7] + middle[8:15] + middle[18:29])
    return f"{upper}\n{middle}{over_all}\nNGUYEN<<VAN<GIA<DINH<<<<<<<<<<"


def test_a_paper_of_birth() -> None:
    assert of("birth_paper", "\n".join(BIRTH_PAPER)) == BIRTH
    assert of("birth_certificate", "\n".join(BIRTH_PAPER)) == {}


def test_the_front_of_a_card_in_two_languages() -> None:
    assert of("identity_card", "\n".join(CARD)) == {
        "number": NUMBER,
        "name": NAME,
        "birth_date": "1990-02-01",
        "gender": "male",
        "origin": "Xã Mẫu, tỉnh Mẫu",
    }


def test_the_code_of_a_card_goes_before_its_print() -> None:
    misread = "\n".join(CARD).replace(NUMBER, "001090000009").replace("GIẢ ĐỊNH", "GIA DINH")
    facts = read(misread, ["https://example.vn/", CARD_CODE])
    assert facts["identity_card.number"].value == NUMBER
    assert facts["identity_card.number"].means is Means.QR
    assert facts["identity_card.name"].value == NAME
    assert facts["identity_card.address"].value == "Thôn Mẫu, xã Mẫu Sơn"
    assert facts["identity_card.origin"].means is Means.TEXT


def test_the_zone_of_a_card_proves_itself() -> None:
    facts = read(f"Nơi cư trú: Thôn Mẫu\n{zone()}")
    assert {name: (fact.value, fact.means) for name, fact in facts.items()} == {
        "identity_card.number": (NUMBER, Means.MRZ),
        "identity_card.birth_date": ("1990-02-01", Means.MRZ),
        "identity_card.gender": ("male", Means.MRZ),
    }
    young = read_mrz(zone(number="001309000001", born="090201", gender="F"))
    assert young is not None
    assert young.birth_date.year == 2009


@given(st.integers(5, 60), st.sampled_from("0123456789"))
def test_one_digit_misread_makes_a_zone_worth_nothing(at: int, digit: str) -> None:
    text = zone()
    if text[at].isdigit() and text[at] != digit:
        assert read_mrz(text[:at] + digit + text[at + 1 :]) is None


def test_other_papers() -> None:
    land = """GIẤY CHỨNG NHẬN
    QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT
    Số phát hành Giấy chứng nhận: AA 00000001
    1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất: Lê Văn Mẫu
    a) Thửa đất số: 12; tờ bản đồ số: 34
    b) Diện tích: 120,5 m2
    d) Địa chỉ: Thôn Mẫu, xã Mẫu Sơn"""
    assert of("land_certificate", land) == {
        "serial": "AA 00000001",
        "holder": "Lê Văn Mẫu",
        "parcel": "12",
        "sheet": "34",
        "area": "120,5 m2",
        "address": "Thôn Mẫu, xã Mẫu Sơn",
    }
    business = """GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP
    Mã số doanh nghiệp: 0100000001
    Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH GIẢ ĐỊNH
    Địa chỉ trụ sở chính: Số 1 đường Mẫu
    Điện thoại: 0900 000 001
    Họ và tên: LÊ VĂN MẪU   Giới tính: Nam"""
    assert of("business_registration", business) == {
        "number": "0100000001",
        "name": "CÔNG TY TNHH GIẢ ĐỊNH",
        "address": "Số 1 đường Mẫu",
        "representative": "Lê Văn Mẫu",
    }
    letter = """SỞ XÂY DỰNG          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    Số: 125/SXD-QLN
    V/v trả lời kiến nghị của công dân          Mẫu Sơn, ngày 20 tháng 11 năm 2026
    Kính gửi: Ủy ban nhân dân xã Mẫu Sơn"""
    found = of("official_document", letter)
    assert found["notation"] == "125/SXD-QLN"
    assert found["issued_on"] == "2026-11-20"
    assert found["subject"].startswith("trả lời kiến nghị của công dân")


def test_pages_are_read_for_themselves_and_earlier_ones_go_first() -> None:
    facts = read("\n".join(BIRTH_PAPER) + "\f" + "\n".join(CARD))
    assert facts["birth_paper.mother_number"].value == "001192000002"
    assert facts["identity_card.number"].value == NUMBER


@pytest.mark.parametrize(
    "line",
    [
        "Số / No.: 00109000000",
        "Ngày sinh / Date of birth: 31/02/1990",
        "Giới tính / Sex: ?",
        "Họ và tên: 12",
    ],
)
def test_the_doubtful_is_left_out(line: str) -> None:
    assert of("identity_card", f"CĂN CƯỚC\n{line}") == {}


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for name, fact in read(f"CĂN CƯỚC\nGIẤY CHỨNG SINH\n{text}", [text]).items():
        assert name in fact_names()
        assert fact.value


@pytest.mark.parametrize("piece", ["1", "dinh danh ", "̣̀̂"])
def test_a_text_made_to_hurt_costs_no_more_than_a_page(piece: str) -> None:
    """Half a million characters in one line: patterns and sorted accents take its square unless it is cut."""
    before = time.process_time()
    read("CĂN CƯỚC\nĐộc lập - Tự do - Hạnh phúc\nSố: " + piece * (500_000 // len(piece)))
    assert time.process_time() - before < 5


def test_what_stands_far_behind_is_not_read() -> None:
    assert read("\f" * 10 + "\n".join(CARD) + "\n" + zone()) == {}


def test_the_kinds_are_told_apart_by_code() -> None:
    codes = [kind.code for kind in paper_kinds()]
    assert len(set(codes)) == len(codes)

"""The forms that ship take from a photographed certificate what it says, each answer as it would be typed."""

from functools import cache
from pathlib import Path

import pytest

from motcua.engines.forms.model import Form
from motcua.engines.forms.proposals import proposals, proposing
from motcua.engines.forms.schema import parse
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.scanning.reading import read

SHIPPED = Path(__file__).parents[2] / "procedures"
BIRTH = """GIẤY KHAI SINH
Họ, chữ đệm, tên: NGUYỄN MẪU AN
Ngày, tháng, năm sinh: 02/09/2026
Giới tính: Nữ    Dân tộc: Kinh    Quốc tịch: Việt Nam
Nơi sinh: Trung tâm Y tế Mẫu Sơn
Quê quán: Xã Mẫu Sơn, tỉnh Lạng Sơn"""
COMPANY = """GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP
Mã số doanh nghiệp: 0999900017
Tên công ty viết bằng tiếng Việt: CÔNG TY TNHH GIẢ ĐỊNH
Địa chỉ trụ sở chính: Số 1 đường Mẫu"""
CARD = """CĂN CƯỚC
Số định danh cá nhân / Personal identification number: 001099000001
Họ, chữ đệm và tên khai sinh / Full name: LÊ VĂN MẪU
Nơi cư trú / Place of residence: Thôn Mẫu, xã Mẫu Sơn"""
LAND = """GIẤY CHỨNG NHẬN
QUYỀN SỬ DỤNG ĐẤT
a) Thửa đất số: 12; tờ bản đồ số: 34
d) Địa chỉ: Thôn Mẫu, xã Mẫu Sơn"""
CHILD = {
    "child.name": ["Nguyễn Mẫu An"],
    "child.born": ["02/09/2026"],
    "child.gender": ["female"],
    "child.birthplace": ["Trung tâm Y tế Mẫu Sơn"],
    "child.ethnicity": ["Kinh"],
    "child.hometown": ["Xã Mẫu Sơn, tỉnh Lạng Sơn"],
}
READ = [
    ("child-insurance-card", "birth-paper", BIRTH, CHILD),
    ("child-residence", "birth-paper", BIRTH, CHILD),
    ("investment-approval", "status", COMPANY, {
        "applicant.name": ["CÔNG TY TNHH GIẢ ĐỊNH"], "investor.tax_code": ["0999900017"],
        "applicant.address": ["Số 1 đường Mẫu"],
    }),
    ("investment-approval", "status", CARD, {
        "applicant.name": ["Lê Văn Mẫu"], "investor.identity_number": ["001099000001"],
        "applicant.address": ["Thôn Mẫu, xã Mẫu Sơn"],
    }),
    ("land-first-certificate", "title-papers", LAND, {
        "parcel.number": ["12"], "parcel.sheet": ["34"], "parcel.address": ["Thôn Mẫu, xã Mẫu Sơn"],
    }),
    ("certified-copy", "identity", CARD, {
        "applicant.name": ["Lê Văn Mẫu"], "applicant.identity_number": ["001099000001"],
    }),
]  # fmt: skip


@cache
def form_of(package: str) -> Form:
    return parse((SHIPPED / package / "form.json").read_bytes())


@pytest.mark.parametrize(
    ("package", "source", "text", "expected"), READ, ids=[f"{each[0]}-{at}" for at, each in enumerate(READ)]
)
def test_a_certificate_answers_what_it_says(
    package: str, source: str, text: str, expected: dict[str, list[str]]
) -> None:
    facts = {name: fact.value for name, fact in read(text).items()}
    made = proposals(form_of(package), facts, source=source, typed={}, around=Surroundings())
    assert made == expected


@pytest.mark.parametrize(("package", "source"), sorted({each[:2] for each in READ}))
def test_every_declared_question_is_read_from_some_paper(package: str, source: str) -> None:
    answered = {name for each in READ if each[0] == package for name in each[3]}
    assert {field.path for field in proposing(form_of(package)) if field.proposes_from == source} == answered

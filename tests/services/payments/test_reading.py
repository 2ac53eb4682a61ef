"""Bank statements as banks write them."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from motcua.kernel.errors import Refused
from motcua.services.payments.statements import StatementLine, read_statement, with_keys
from motcua.services.payments.statements.reading import day_of, sum_of

MT940 = """:20:SAOKE261126
:25:970418/99000000010101
:28C:00331/001
:60F:C261126VND1000000,
:61:2611261126C20000,NTRFNONREF//FT26330000123
:86:MC12345678901 NOP LE PHI
CAP BAN SAO
:61:2611261126D5000,NCHGNONREF
:86:PHI DICH VU
:61:2611271127C8000,NTRFKHACH7
:86:CHUYEN TIEN
:62F:C261127VND1023000,
"""
TABLE = """NGÂN HÀNG MẪU,,,,
Sao kê tài khoản,99000000010101,,,
,,,,
Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung
26/11/2026 10:15:00,FT26330000123,,"20,000",MC12345678901 nop le phi
26/11/2026 11:00:00,FT26330000124,"5.000",,Phí dịch vụ
27/11/2026,,,8.000 VND,Chuyển tiền
,,Cộng,"28,000",
"""


def test_mt940_tells_of_what_came_in() -> None:
    read = read_statement(MT940.encode(), "sao-ke.sta")
    assert (read.account, read.wrong) == ("99000000010101", {})
    first, second = read.lines
    assert (first.booked_on, first.amount, first.key.split("#")[0]) == (date(2026, 11, 26), 20_000, "FT26330000123")
    assert first.text == "MC12345678901 NOP LE PHI CAP BAN SAO"
    assert (second.booked_on, second.amount, second.key.split("#")[0]) == (date(2026, 11, 27), 8_000, "KHACH7")


@pytest.mark.parametrize("content", [MT940.replace("\n", "\r\n").encode(), MT940.encode("utf-8-sig")])
def test_mt940_is_read_whatever_ends_its_lines(content: bytes) -> None:
    assert [line.amount for line in read_statement(content, "x").lines] == [20_000, 8_000]


def test_parts_of_a_dong_are_no_statement_of_ours() -> None:
    with pytest.raises(Refused):
        read_statement(MT940.replace("C20000,", "C20000,50").encode(), "x.sta")


def test_a_table_is_found_under_what_the_bank_prints_above_it() -> None:
    read = read_statement(TABLE.encode(), "sao-ke.csv")
    assert read.wrong == {}
    assert [(line.booked_on, line.amount, line.text, line.reference) for line in read.lines] == [
        (date(2026, 11, 26), 20_000, "MC12345678901 nop le phi", "FT26330000123"),
        (date(2026, 11, 27), 8_000, "Chuyển tiền", ""),
    ]


def test_a_workbook_is_read_like_a_table() -> None:
    book = Workbook()
    book.active.append(["Ngày", "Nội dung", "Số tiền"])  # type: ignore[union-attr]
    book.active.append([date(2026, 11, 26), "MC12345678901", 20000])  # type: ignore[union-attr]
    kept = io.BytesIO()
    book.save(kept)
    (line,) = read_statement(kept.getvalue(), "sao-ke.xlsx").lines
    assert (line.booked_on, line.amount, line.text) == (date(2026, 11, 26), 20_000, "MC12345678901")


def test_lines_that_are_not_understood_are_named() -> None:
    read = read_statement(
        TABLE.replace("8.000 VND", "tám nghìn").replace("26/11/2026 10", "99/99/2026 10").encode(), "x.csv"
    )
    assert sorted(read.wrong) == [5, 7]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"%PDF-1.7", "Ngày,Ghi có\n".encode()])
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_statement(content, "sao-ke.csv")


@given(st.integers(0, 10**12))
def test_sums_are_read_with_either_sign_between_thousands(amount: int) -> None:
    written = f"{amount:,}"
    spellings = {str(amount), written, written.replace(",", "."), f"{written}.00", f"+{amount} VND", f" {amount} đ "}
    assert {sum_of(each) for each in spellings} == {amount}
    assert sum_of(f"-{amount}") == -amount


@pytest.mark.parametrize("text", ["", "1,5", "12.34", "mười", "1.0000", "1e5"])
def test_what_is_no_whole_sum_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):
        sum_of(text)


def test_days() -> None:
    assert day_of("01/02/2026") == day_of("2026-02-01 10:00") == day_of("1-2-2026") == date(2026, 2, 1)
    for wrong in ("", "31/02/2026", "hôm qua"):
        with pytest.raises(ValueError):
            day_of(wrong)


lines = st.builds(
    StatementLine,
    booked_on=st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    amount=st.sampled_from([8_000, 20_000]),
    text=st.sampled_from(["", "MC1", "MC2"]),
    reference=st.sampled_from(["", "NOPPHI", "FT26330000123", "X" * 70]),
)


@given(st.lists(lines, max_size=12))
def test_equal_lines_of_a_statement_are_two_sums_and_the_same_ones_tomorrow(given_lines: list[StatementLine]) -> None:
    keys = [line.key for line in with_keys(given_lines)]
    assert len(set(keys)) == len(keys)
    assert [line.key for line in with_keys(given_lines)] == keys
    assert all(len(key) <= 80 for key in keys)

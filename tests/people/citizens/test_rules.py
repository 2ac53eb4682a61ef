"""Identity cards, identity numbers and tax codes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.people.citizens.rules import CardReading, is_identity_number, parse_card
from motcua.people.organisations.rules import tax_code

CARD = "001099000001|012345678|Nguyễn Văn Mẫu|02011990|Nam|Thôn Mẫu, Xã Mẫu Sơn, Tỉnh Mẫu|28062021"
plain = st.text(st.characters(exclude_characters="|", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=30)


def test_reads_a_card() -> None:
    assert parse_card(CARD + "\n") == CardReading(
        number="001099000001",
        old_number="012345678",
        name="Nguyễn Văn Mẫu",
        birth_date=date(1990, 1, 2),
        gender="male",
        address="Thôn Mẫu, Xã Mẫu Sơn, Tỉnh Mẫu",
        issued_on=date(2021, 6, 28),
    )


def test_reads_a_card_without_old_number_and_with_later_fields() -> None:
    reading = parse_card("001199000002||Trần Thị Mẫu|31121999|Nữ|Xã Mẫu|01072024||cha|mẹ|")
    assert reading is not None
    assert (reading.old_number, reading.gender) == ("", "female")


@pytest.mark.parametrize(
    "scanned", ["", "H99.1-260105-0001", "1|2|3|4|5|6|7", "001099000001||", CARD.replace("001", "OO1", 1)]
)
def test_other_codes_are_no_card(scanned: str) -> None:
    assert parse_card(scanned) is None


@pytest.mark.parametrize("digits", ["", "1990", "30021990", "00001990", "abcdefgh", "０２０１１９９０"])
def test_a_card_with_an_unreadable_day_is_still_a_card(digits: str) -> None:
    reading = parse_card(CARD.replace("02011990", digits))
    assert reading is not None
    assert reading.birth_date is None


@given(
    number=st.from_regex(r"[0-9]{12}", fullmatch=True),
    name=plain.filter(bool),
    address=plain,
    born=st.dates(min_value=date(1900, 1, 1)),
    issued=st.dates(min_value=date(1900, 1, 1)),
)
def test_every_card_is_read_back(number: str, name: str, address: str, born: date, issued: date) -> None:
    reading = parse_card(f"{number}||{name}|{born:%d%m%Y}|Nữ|{address}|{issued:%d%m%Y}")
    assert reading == CardReading(number, "", name, born, "female", address, issued)


@given(st.text())
def test_no_scan_breaks_the_reader(scanned: str) -> None:
    reading = parse_card(scanned)
    assert reading is None or is_identity_number(reading.number)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0999900017", "0999900017"),
        ("0999900017-001", "0999900017001"),
        ("0999900018", None),
        ("", None),
        ("mã", None),
    ],
)
def test_tax_codes_have_a_check_digit(typed: str, stored: str | None) -> None:
    assert tax_code(typed) == stored

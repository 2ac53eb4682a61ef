"""VietQR, transfer texts and matching: pure."""

import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.payments.rules import matching, references, vietqr
from motcua.services.payments.rules.matching import Candidate, Cause

PUBLISHED = (
    "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN"
    "62150811Chuyen tien6304BBB8"
)
bins = st.from_regex(r"[0-9]{6}", fullmatch=True)
accounts = st.text(string.digits + string.ascii_uppercase, min_size=1, max_size=19)
amounts = st.none() | st.integers(1, vietqr.MOST)
purposes = st.text(string.ascii_letters + string.digits + " .,/-", max_size=25)
ORDER = UUID(int=5)


def test_the_published_example_is_written_to_the_letter() -> None:
    made = vietqr.payload(bank_bin="970416", account="257678859", amount=1000, purpose="Chuyen tien")
    assert made == PUBLISHED


@given(bins, accounts, amounts, purposes)
def test_a_code_tells_back_what_it_was_made_of(bank: str, account: str, amount: int | None, purpose: str) -> None:
    made = vietqr.payload(bank_bin=bank, account=account, amount=amount, purpose=purpose)
    fields = dict(vietqr.fields_of(made))
    receiver = dict(vietqr.fields_of(fields["38"]))
    assert (fields["00"], fields["53"], fields["58"]) == ("01", "704", "VN")
    assert fields["01"] == ("11" if amount is None else "12")
    assert fields.get("54") == (None if amount is None else str(amount))
    assert dict(vietqr.fields_of(fields.get("62", ""))).get("08", "") == purpose
    assert receiver["00"] == "A000000727"
    assert dict(vietqr.fields_of(receiver["01"])) == {"00": bank, "01": account}
    assert made[-4:] == vietqr.checksum(made[:-4])
    assert list(fields)[-1] == "63"


@given(bins, accounts, st.integers(0, 200), st.characters(min_codepoint=48, max_codepoint=122))
def test_one_wrong_letter_is_noticed(bank: str, account: str, place: int, letter: str) -> None:
    made = vietqr.payload(bank_bin=bank, account=account, amount=20_000, purpose="MC12345678901")
    at = place % (len(made) - 4)
    wrong = made[:at] + letter + made[at + 1 :]
    assert (wrong[-4:] == vietqr.checksum(wrong[:-4])) == (wrong == made)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank_bin": "97041"},
        {"account": "1" * 20},
        {"account": "12-34"},
        {"amount": 0},
        {"amount": vietqr.MOST + 1},
        {"purpose": "Lệ phí"},
        {"purpose": "x" * 26},
    ],
)
def test_what_no_bank_would_read_is_not_written(wrong: dict[str, object]) -> None:
    right = {"bank_bin": "970416", "account": "257678859", "amount": 1000, "purpose": "x"}
    with pytest.raises(ValueError):
        vietqr.payload(**(right | wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize("cut", ["0", "000", "0005ab", "x"])
def test_what_is_cut_off_is_no_code(cut: str) -> None:
    with pytest.raises(ValueError):
        list(vietqr.fields_of(cut))


ten_digits = st.from_regex(r"[0-9]{10}", fullmatch=True)


@given(ten_digits, st.integers(2, 12), st.integers(1, 9))
def test_a_wrong_digit_is_no_transfer_text(digits: str, at: int, shift: int) -> None:
    text = references.compose(digits)
    wrong = text[:at] + str((int(text[at]) + shift) % 10) + text[at + 1 :]
    assert references.is_reference(text)
    assert references.references_in(wrong) == []


@given(ten_digits, st.integers(2, 11))
def test_swapped_neighbours_are_no_transfer_text(digits: str, at: int) -> None:
    text = references.compose(digits)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    assert references.references_in(swapped) == ([] if swapped != text else [text])


@given(ten_digits, st.sampled_from(["{}", "MBVCB.123.{}.CT tu 0011", "{} nop le phi", "nop phi {}", "ND:{}-271126"]))
def test_banks_write_around_a_text_and_cut_into_it(digits: str, around: str) -> None:
    text = references.compose(digits)
    assert text in references.references_in(around.format(text))
    assert text in references.references_in(around.format(f"{text[:5]} {text[5:]}".lower()))


def test_drawn_texts_are_well_formed_and_differ() -> None:
    drawn = {references.draw() for _ in range(50)}
    assert len(drawn) == 50
    assert all(references.is_reference(each) for each in drawn)


def candidate(**given: object) -> Candidate:
    right = {"reference": "MC1", "order": ORDER, "amount": 20_000, "same_account": True}
    return Candidate(**(right | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("candidates", "outcome"),
    [
        ([candidate()], (ORDER, None)),
        ([], (None, Cause.NO_TEXT)),
        ([candidate(), candidate(reference="MC2")], (None, Cause.SEVERAL)),
        ([candidate(same_account=False)], (None, Cause.OTHER_ACCOUNT)),
        ([candidate(order=None, amount=0)], (None, Cause.NOTHING_OPEN)),
        ([candidate(amount=20_001)], (None, Cause.WRONG_SUM)),
    ],
)
def test_a_sum_pays_only_for_what_it_fits_exactly(candidates: list[Candidate], outcome: tuple[object, object]) -> None:
    assert matching.match(20_000, candidates) == outcome

"""Sums in words: read back by a reader of its own, and the readings that people argue about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.payments.rules.words import DIGITS, MOST, dong_in_words, in_words

VALUES = {word: value for value, word in enumerate(DIGITS)} | {"mốt": 1, "lăm": 5}


def heard(said: str) -> int:
    """The number that words stand for: by billions, by groups, by digits."""
    total, billions = 0, said.split(" tỷ")
    for part in billions:
        value, group = 0, 0
        for word in part.split():
            if word == "trăm":
                group *= 100
            elif word == "mươi":
                group = group // 100 * 100 + group % 100 * 10
            elif word == "mười":
                group += 10
            elif word in ("nghìn", "triệu"):
                value += group * (1000 if word == "nghìn" else 10**6)
                group = 0
            elif word != "linh":
                group += VALUES[word]
        total = total * 10**9 + value + group
    return total


@given(st.integers(0, MOST) | st.integers(0, 10**7) | st.integers(0, 1100))
def test_what_is_said_is_heard(number: int) -> None:
    said = in_words(number)
    assert heard(said) == number
    assert said == " ".join(said.split())


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (31_000, "ba mươi mốt nghìn"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (110, "một trăm mười"),
        (1_001, "một nghìn không trăm linh một"),
        (1_011, "một nghìn không trăm mười một"),
        (20_000, "hai mươi nghìn"),
        (205_000, "hai trăm linh năm nghìn"),
        (1_020_000, "một triệu không trăm hai mươi nghìn"),
        (1_000_000_005, "một tỷ không trăm linh năm"),
        (3_000_000_000_000, "ba nghìn tỷ"),
    ],
)
def test_the_reading_of_the_treasury(number: int, said: str) -> None:
    assert in_words(number) == said


def test_sums_begin_with_a_capital_letter() -> None:
    assert dong_in_words(20_000) == "Hai mươi nghìn đồng"


@pytest.mark.parametrize("number", [-1, 10**18])
def test_what_is_not_spoken(number: int) -> None:
    with pytest.raises(ValueError):
        in_words(number)

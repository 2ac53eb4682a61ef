"""What a council concludes, and what stops a destruction: pure rules."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.services.records.destruction import DESTRUCTION
from motcua.services.records.retention import SCHEDULE
from motcua.services.records.verdicts import Conclusion, Vote, concluded, is_over, is_quorate, misses, stopped_by

DAY = date(2026, 11, 20)
VOTES = st.one_of(
    st.builds(Vote, st.sampled_from(["destroy", "transfer"])),
    st.builds(Vote, st.just("keep"), st.one_of(st.none(), st.integers(1, 100))),
)


@settings(max_examples=50)
@given(st.lists(VOTES, max_size=9), st.integers(0, 6))
def test_only_a_majority_of_all_members_decides(votes: list[Vote], silent: int) -> None:
    members = len(votes) + silent
    found = concluded(votes, members, on=DAY)
    if found is None:
        counts = [sum(each.verdict == one for each in votes) for one in ("destroy", "keep", "transfer")]
        assert all(count * 2 <= members for count in counts)
        return
    assert sum(each.verdict == found.verdict for each in votes) * 2 > members
    if found.verdict == "keep":
        asked = [each.years for each in votes if each.verdict == "keep"]
        assert (found.until is None) is (None in asked)
        assert found.until is None or all(found.until >= date(DAY.year + (each or 0), 12, 31) for each in asked)


def test_the_longest_that_is_asked_for_holds() -> None:
    votes = [Vote("keep", 5), Vote("keep", 12), Vote("destroy")]
    assert concluded(votes, 3, on=DAY) == Conclusion("keep", date(2038, 12, 31))
    assert concluded([*votes[:2], Vote("keep"), Vote("destroy")], 4, on=DAY) == Conclusion("keep")
    assert concluded([Vote("destroy"), Vote("destroy")], 4, on=DAY) is None


def test_a_council_needs_each_role_and_its_heads_must_speak() -> None:
    roles = DESTRUCTION.first.roles
    whole = ["chair", "secretary", "unit", "expert"]
    assert misses(roles, [*whole, "expert"]) is None
    for role in whole:
        assert getattr(misses(roles, [each for each in whole if each != role]), "code", "") == role
    assert getattr(misses(roles, [*whole, "chair"]), "code", "") == "chair"
    assert is_quorate(["chair", "secretary", "unit"], whole)
    assert not is_quorate(["chair", "secretary"], whole)
    assert not is_quorate(["chair", "unit", "expert"], whole)


@pytest.mark.parametrize(
    ("state", "changed", "cause"),
    [
        ("closed", {}, ""),
        ("archived", {}, ""),
        ("closed", {"held": True}, "held"),
        ("offered", {}, "moved"),
        ("destroyed", {}, "moved"),
        ("closed", {"kept_until": DAY}, "kept"),
        ("archived", {"permanent": True, "kept_until": None}, "kept"),
    ],
)
def test_what_stops_a_destruction(state: str, changed: dict[str, object], cause: str) -> None:
    given_: dict[str, object] = {"held": False, "permanent": False, "kept_until": date(2026, 11, 19), **changed}
    assert stopped_by(state, on=DAY, **given_) == cause  # type: ignore[arg-type]


def test_a_file_is_over_the_day_after_its_last() -> None:
    last = date(2025, 12, 31)
    assert not is_over("closed", permanent=False, kept_until=last, on=last)
    assert is_over("closed", permanent=False, kept_until=last, on=date(2026, 1, 1))
    assert not is_over("open", permanent=False, kept_until=None, on=DAY)


def test_each_rule_says_where_it_comes_from() -> None:
    told = {each.of for each in DESTRUCTION.first.sources} | {each.of for each in SCHEDULE.first.sources}
    destruction, retention = set(type(DESTRUCTION.first).model_fields), set(type(SCHEDULE.first).model_fields)
    assert told >= (destruction | retention) - {"sources"}

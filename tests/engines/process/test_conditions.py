"""Conditions of this program, and those of other tools."""

import pytest

from motcua.engines.process.conditions import to_zen
from motcua.engines.rules.expressions import holds


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("fee > 0", "", "fee > 0"),
        ("outcome == 'approve' and fee != null", "", "outcome == 'approve' and fee != null"),
        ("${approved}", "", "approved"),
        ("#{!approved && amount >= 10.5}", "", "not approved and amount >= 10.5"),
        ("${status eq 'ok' || applicant.age lt 18}", "", "status == 'ok' or applicant.age < 18"),
        ('= status = "ok" and (fee > 0)', "", 'status == "ok" and ( fee > 0 )'),
        ('status = "ok"', "http://www.omg.org/spec/FEEL/20140401", 'status == "ok"'),
        ("${level in ['2','3']}", "", "level in [ '2' , '3' ]"),
    ],
)
def test_conditions_become_zen(text: str, language: str, expected: str):
    assert to_zen(text, language) == expected


def test_a_converted_condition_means_the_same():
    condition = to_zen("${!refused && (kind == 'new' || fee >= 10)}")
    assert holds(condition, {"refused": False, "kind": "old", "fee": 10})
    assert not holds(condition, {"refused": True, "kind": "new", "fee": 10})


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("", "", "empty"),
        ("status = 'ok'", "", "“=” is not understood"),
        ("fee >", "", "Not a ZEN expression"),
        ("${execution.getVariable('x')}", "", "calls and look-ups"),
        ("${name.equals('x')}", "", "calls and look-ups"),
        ("=count(list) > 1", "", "calls and look-ups"),
        ("${list[0] == 1}", "", "calls and look-ups"),
        ("${empty name}", "", "“empty”"),
        ("${a} and ${b}", "", "“} and ..b”|cannot be converted"),
        ("${a", "", "cannot be converted"),
        ("${a ? b : c}", "", "cannot be converted"),
        ("return True", "python", "language “python” are not run"),
        ("x" * 2_001, "", "longer than 2000"),
    ],
)
def test_what_cannot_be_a_condition_is_told(text: str, language: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        to_zen(text, language)

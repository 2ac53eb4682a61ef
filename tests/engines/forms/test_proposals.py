"""Proposals stand apart from answers: they fit the field, give way to what was typed, and count when confirmed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.forms.pages import pages
from motcua.engines.forms.problems import SchemaError
from motcua.engines.forms.proposals import proposals, settled
from motcua.engines.forms.rendering import render
from motcua.engines.forms.schema import parse
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.validation import clean

AROUND = Surroundings()


def field(key: str, proposes: str, kind: str = "textfield", **more: Any) -> dict[str, Any]:
    properties = {"motcua:proposes": proposes, **more.pop("properties", {})}
    return {"id": key, "type": kind, "key": key, "label": key.title(), "properties": properties, **more}


FORM = parse(
    {
        "components": [
            field("name", "card.name paper.name", properties={"motcua:type": "person_name"}),
            field("number", "card.number", properties={"motcua:type": "identity_number"}),
            field("born", "card.born", kind="datetime", subtype="date"),
            field("gender", "card.gender", kind="radio", values=[{"value": "nam", "label": "Nam"}]),
            field("child", "card.name", properties={"motcua:proposes-from": "paper-birth"}),
        ]
    }
)
FACTS = {"card.name": "Lê Văn Mẫu", "card.number": "001099000001", "card.born": "1990-02-01", "card.gender": "Nam"}


def test_facts_are_proposed_as_they_would_be_typed() -> None:
    made = proposals(FORM, FACTS, source="paper-card", typed={}, around=AROUND)
    assert made == {"name": ["Lê Văn Mẫu"], "number": ["001099000001"], "born": ["01/02/1990"], "gender": ["nam"]}
    assert proposals(FORM, FACTS, source="paper-birth", typed=made, around=AROUND) == {"child": ["Lê Văn Mẫu"]}


def test_what_the_field_would_not_take_is_not_proposed() -> None:
    facts = {
        "card.name": "L3",
        "paper.name": "Trần Thị Mẫu",
        "card.number": "123",
        "card.born": "x",
        "card.gender": "?",
    }
    assert proposals(FORM, facts, source="", typed={}, around=AROUND) == {"name": ["Trần Thị Mẫu"]}


@pytest.mark.parametrize(
    ("given_", "confirmed", "counts", "decided"),
    [
        (["Lê Văn Mẫu"], [], [], {}),
        (["Lê Văn Mẫu "], ["name"], ["Lê Văn Mẫu "], {"name": "confirmed"}),
        (["Lê Văn Khác"], [], ["Lê Văn Khác"], {"name": "changed"}),
        (["Lê Văn Khác"], ["name"], ["Lê Văn Khác"], {"name": "changed"}),
        ([""], ["name"], [""], {"name": "declined"}),
    ],
)
def test_a_proposal_counts_when_it_is_confirmed_or_changed(
    given_: list[str], confirmed: list[str], counts: list[str], decided: dict[str, str]
) -> None:
    made = settled({"name": given_, "other": ["x"]}, {"name": ["Lê Văn Mẫu"], "absent": ["y"]}, confirmed)
    assert made.typed == {"name": counts, "other": ["x"]}
    assert made.decided == decided


@given(st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from(["", "x", "y"]), max_size=2)))
def test_nothing_proposed_counts_unless_it_was_confirmed(raw: dict[str, list[str]]) -> None:
    made = settled(raw, {"a": ["x"], "b": ["y"]}, {"b"})
    assert [text for text in made.typed.get("a", []) if text] != ["x"]
    assert made.typed.get("b", []) == raw.get("b", [])
    assert made.typed.get("c") == raw.get("c")


def test_a_page_marks_what_is_proposed_and_leaves_answers_alone() -> None:
    cleaned = clean(FORM, {"number": ["001099000009"]}, around=AROUND)
    (page,) = pages(FORM)
    proposed = {"name": ["Lê Văn Mẫu"], "number": ["001099000001"]}
    drawn = {widget.name: widget for widget in render(page, cleaned, proposed=proposed).widgets}
    assert (drawn["name"].proposed, drawn["name"].params["value"]) == (True, "Lê Văn Mẫu")
    assert "Đề xuất từ ảnh, hãy kiểm tra" in drawn["name"].params["hint"]["text"]
    assert (drawn["number"].proposed, drawn["number"].params["value"]) == (False, "001099000009")
    assert "name" not in cleaned.data


@pytest.mark.parametrize("proposes", ["", "number", "card.number,card.name", "Card.number"])
def test_a_fact_that_is_none_is_refused(proposes: str) -> None:
    with pytest.raises(SchemaError):
        parse({"components": [field("name", proposes)]})
    with pytest.raises(SchemaError):
        parse({"components": [field("name", "card.name", kind="checkbox")]})

"""Proposals stand apart from answers: they fit the field, give way to what was typed, and count when confirmed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.forms.pages import pages
from motcua.engines.forms.problems import SchemaError
from motcua.engines.forms.proposals import CONFIRMED, SHOWN, proposals, settled, shown_as
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
        (["Lê Văn Mẫu"], ["other"], [], {}),
        (["Lê Văn Mẫu "], ["name"], ["Lê Văn Mẫu "], {"name": "confirmed"}),
        (["Lê Văn Khác"], [], ["Lê Văn Khác"], {"name": "changed"}),
        (["Lê Văn Khác"], ["name"], ["Lê Văn Khác"], {"name": "changed"}),
        ([""], ["name"], [""], {"name": "declined"}),
    ],
)
def test_a_proposal_counts_when_it_is_confirmed_or_changed(
    given_: list[str], confirmed: list[str], counts: list[str], decided: dict[str, str]
) -> None:
    proposed = {"name": ["Lê Văn Mẫu"], "absent": ["y"]}
    made = settled(sent(proposed, confirmed, name=given_, other=["x"]), proposed, {})
    assert (made.typed["name"], made.typed["other"]) == (counts, ["x"])
    assert "absent" not in made.typed
    assert made.decided == decided


def sent(shown: dict[str, list[str]], confirmed: list[str], **given_: list[str]) -> dict[str, list[str]]:
    """What a page sends that has shown these proposals."""
    return {**given_, CONFIRMED: confirmed, SHOWN: [shown_as(name, texts) for name, texts in shown.items()]}


@pytest.mark.parametrize("confirmed", [[], ["name"]])
def test_a_proposal_that_changed_since_the_page_was_shown_is_asked_about(confirmed: list[str]) -> None:
    shown, now = {"name": ["Lê Văn Mẫu"]}, {"name": ["Trần Thị Mẫu"]}
    for proposed, texts in ((now, ["Lê Văn Mẫu"]), (now, [""])):
        made = settled(sent(shown, confirmed, name=texts), proposed, {})
        assert (any(made.typed["name"]), made.decided) == (False, {})
    made = settled(sent(shown, confirmed, name=["Phạm Văn Mẫu"]), now, {})
    assert (made.typed["name"], made.decided) == (["Phạm Văn Mẫu"], {})


def test_a_proposal_that_came_after_the_page_was_shown_is_not_declined_by_it() -> None:
    made = settled(sent({}, [], name=[""]), {"name": ["Lê Văn Mẫu"]}, {})
    assert (made.typed["name"], made.decided) == ([""], {})


def test_an_old_page_does_not_undo_what_was_decided_elsewhere() -> None:
    shown, held = {"name": ["Lê Văn Mẫu"]}, {"name": ["Lê Văn Khác"]}
    left = settled(sent(shown, [], name=["Lê Văn Mẫu"]), {}, held)
    assert (left.typed["name"], set(left.left)) == (["Lê Văn Khác"], {"name"})
    confirmed = settled(sent(shown, ["name"], name=["Lê Văn Mẫu"]), {}, held)
    assert (confirmed.typed["name"], confirmed.decided, [*confirmed.left]) == (["Lê Văn Mẫu"], {}, [])


@given(st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from(["", "x", "y"]), max_size=2)))
def test_nothing_proposed_counts_unless_it_was_confirmed(raw: dict[str, list[str]]) -> None:
    made = settled({**raw, CONFIRMED: ["b"]}, {"a": ["x"], "b": ["y"]}, {})
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

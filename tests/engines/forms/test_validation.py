"""Cleaning answers: types, limits, visibility, rows, and that nothing typed is lost."""

from datetime import date
from time import process_time
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.forms.editing import edited
from motcua.engines.forms.pages import pages
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.validation import clean, clean_json, typed_of
from tests.engines.forms.factories import (
    ANSWERS,
    AROUND,
    DATA,
    REQUIRED,
    component,
    form,
    group,
    meant,
    rows,
    whole_form,
)

WHOLE = whole_form()


def one(part: dict[str, Any], *texts: str, around: Surroundings = AROUND) -> tuple[Any, str]:
    """The stored value of a single field and its error."""
    cleaned = clean(form(part), {"a": list(texts)}, around=around)
    return cleaned.data.get("a"), cleaned.errors.get("a", "")


def test_a_whole_form_is_cleaned():
    cleaned = clean(WHOLE, ANSWERS, around=AROUND)
    assert cleaned.errors == {}
    assert cleaned.data == DATA


def test_cleaning_twice_changes_nothing():
    once = clean(WHOLE, ANSWERS, around=AROUND)
    again = clean(WHOLE, typed_of(WHOLE, once.data, around=AROUND).typed, around=AROUND)
    assert again.data == once.data
    assert clean_json(WHOLE, once.data, around=AROUND).data == once.data
    assert clean_json(WHOLE, once.data, around=AROUND).errors == {}


@pytest.mark.parametrize(
    ("meaning", "typed", "stored"),
    [
        ("identity_number", "001099000001", "001099000001"),
        ("identity_number", "001 099 000 001", "001099000001"),
        ("identity_number", "003099000001", "003099000001"),  # which provinces and years there are is not ours to say
        ("identity_number", "0010990000011", None),
        ("identity_number", "00109900000", None),
        ("identity_number", "٠٠١٠٩٩٠٠٠٠٠١", None),
        ("tax_code", "0100233488", "0100233488"),
        ("tax_code", "0100233488-001", "0100233488-001"),
        ("tax_code", "0100233489", None),
        ("tax_code", "001099000001", "001099000001"),
        ("phone", "0900000001", "+84900000001"),
        ("phone", "+84 900 000 001", "+84900000001"),
        ("phone", "0900", None),
        ("phone", "gọi tôi", None),
        ("email", "mau@example.org", "mau@example.org"),
        ("email", "mau@", None),
        ("person_name", "Đặng  Thị\tMẫu", "Đặng Thị Mẫu"),
        ("person_name", "Mẫu 2", None),
        ("person_name", "<b>Mẫu</b>", None),
        ("money", "1.000.000", 1_000_000),
        ("money", "1,000,000 VND", 1_000_000),
        ("money", "1 000 000đ", 1_000_000),
        ("money", "1.000,5", None),
        ("money", "-5", None),
        ("money", "1.00.000", None),
        ("money", "9" * 17, None),
        ("administrative_unit", "99001", "99001"),
        ("administrative_unit", "Xã Mẫu, tỉnh Mẫu Sơn", "99001"),
        ("administrative_unit", "Xã Không Có", None),
    ],
)
def test_meanings(meaning: str, typed: str, stored: Any):
    value, error = one(meant(meaning), typed)
    assert value == stored
    assert bool(error) == (stored is None)


@pytest.mark.parametrize(
    ("part", "typed", "stored"),
    [
        (component("number"), "1.234,5", 1234.5),
        (component("number"), "1,5", 1.5),
        (component("number"), "1.5", 1.5),
        (component("number"), "-0,25", -0.25),
        (component("number", decimalDigits=0), "1.500", 1500),
        (component("number", decimalDigits=0), "1,5", None),
        (component("number", decimalDigits=1), "1,25", None),
        (component("number", validate={"min": 2, "max": 5}), "1", None),
        (component("number", validate={"min": 2, "max": 5}), "5", 5),
        (component("number"), "1e9", None),
        (component("number"), "١", None),
        (component("datetime", subtype="date"), "1/2/2026", "2026-02-01"),
        (component("datetime", subtype="date"), "01-02-2026", "2026-02-01"),
        (component("datetime", subtype="date"), "01022026", "2026-02-01"),
        (component("datetime", subtype="date"), "2026-02-01", "2026-02-01"),
        (component("datetime", subtype="date"), "30/2/2026", None),
        (component("datetime", subtype="date"), "2/1/26", None),
        (component("datetime", subtype="date", properties={"motcua:max": "today"}), "23/11/2026", None),
        (component("datetime", subtype="date", properties={"motcua:max": "today"}), "22/11/2026", "2026-11-22"),
        (component("datetime", subtype="date", properties={"motcua:min": "2026-01-01"}), "31/12/2025", None),
        (component("datetime", subtype="time"), "8h", "08:00"),
        (component("datetime", subtype="time"), "25:00", None),
        (component("textfield", validate={"minLength": 3}), "ab", None),
        (component("textfield", validate={"maxLength": 3}), "abcd", None),
        (component("textfield", validate={"pattern": "^[A-Z]{2}$"}), "AB", "AB"),
        (component("textfield", validate={"pattern": "^[A-Z]{2}$"}), "ab", None),
        (component("textfield", validate={"pattern": r"^[\d.]+-\w\D$"}), "1.2-ax", "1.2-ax"),
        (component("textfield", validate={"pattern": r"^\d$"}), "٣", None),
        (component("textfield"), "e\u0302", "ê"),
        (component("textfield"), "a\x00b", None),
        (component("textfield"), "\ud800", None),
        (component("radio"), "company", "company"),
        (component("radio"), "other", None),
        (component("filepicker"), "f1", ["f1"]),
        (component("filepicker"), "stolen", None),
    ],
)
def test_kinds(part: dict[str, Any], typed: str, stored: Any):
    around = Surroundings(unit=AROUND.unit, file=AROUND.file, today=date(2026, 11, 22))
    value, error = one(part, typed, around=around)
    assert value == stored
    assert bool(error) == (stored is None)


def test_the_number_nought_is_an_answer():
    asked = component("number", "a", validate={"required": True})
    assert one(asked, "0") == (0, "")
    again = form(rows(component("number", "x"), component("checkbox", "c"), path="rows"))
    said = {"rows-rows": ["3"], "rows-0-x": ["0"], "rows-2-x": ["5"]}
    assert clean(again, said).data == {"rows": [{"x": 0, "c": False}, {"x": 5, "c": False}]}
    assert clean_json(again, {"rows": [{"x": 0, "c": False}]}).data == {"rows": [{"x": 0, "c": False}]}
    fixed = form(component("number", "a", defaultValue=0, readonly=True))
    assert clean(fixed, {}).data == {"a": 0}


@pytest.mark.parametrize("typed", ["85,4", "1234,56", "99999999,99", "0,1", "-12,345"])
def test_a_number_is_shown_again_as_it_was_typed(typed: str):
    asked = form(component("number", "a"))
    cleaned = clean(asked, {"a": [typed]})
    assert typed_of(asked, cleaned.data).typed == {"a": [typed]}
    assert clean_json(asked, cleaned.data).data == cleaned.data


def test_a_broken_number_in_json_does_not_become_a_whole_one():
    for asked in (component("number", "a", decimalDigits=0), meant("money")):
        name = asked["key"]
        cleaned = clean_json(form(asked), {name: 1.125})
        assert cleaned.data == {}
        assert list(cleaned.errors) == [name]


def test_lists_take_only_what_is_offered_and_files_only_so_many():
    assert one(component("checklist"), "person", "person", "company") == (["person", "company"], "")
    assert one(component("checklist"), "person", "other")[0] is None
    assert "at most 1" in english(lambda: one(component("filepicker"), "f1", "f2")[1])


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("", True),
        (".PDF", True),
        ("image/*,application/pdf", True),
        (".png, image/*", False),
        ("application/xml", False),
    ],
)
def test_a_file_field_takes_the_kinds_that_it_asks_for(accept: str, taken: bool):
    stored, error = one(component("filepicker", "a", accept=accept), "f1")
    assert (stored, bool(error)) == ((["f1"], False) if taken else (None, True))


def test_a_moment_needs_both_halves_and_is_stored_in_utc():
    part = form(component("datetime", subtype="datetime"))
    assert clean(part, {"a": ["1/1/2026"], "a-time": ["06:30"]}).data == {"a": "2025-12-31T23:30:00+00:00"}
    for raw in ({"a": ["1/1/2026"]}, {"a": [""], "a-time": ["06:30"]}, {"a": ["1/1/1"], "a-time": ["1:00"]}):
        assert "a" in clean(part, raw).errors


def test_required_questions_are_asked_for_by_their_kind():
    made = form(
        component("textfield", "t", **REQUIRED),
        component("radio", "r", **REQUIRED),
        component("checkbox", "c", **REQUIRED),
        component("filepicker", "f", **REQUIRED),
    )
    assert english(lambda: clean(made, {"t": ["  "]}).errors) == {
        "t": "Enter “Câu hỏi t”.",
        "r": "Choose “Câu hỏi r”.",
        "c": "Tick “Câu hỏi c” to go on.",
        "f": "Attach a file for “Câu hỏi f”.",
    }


def test_messages_are_vietnamese_for_vietnamese():
    with translation.override("vi"):
        assert one(component("textfield", **REQUIRED))[1] == "Ông/Bà hãy nhập “Câu hỏi a”."


def test_a_date_may_not_precede_the_one_it_follows():
    made = form(
        component("datetime", "start", subtype="date"),
        component("datetime", "end", subtype="date", properties={"motcua:after": "start"}),
    )
    assert clean(made, {"start": ["2/1/2026"], "end": ["1/1/2026"]}).errors.keys() == {"end"}
    assert clean(made, {"start": ["2/1/2026"], "end": ["2/1/2026"]}).valid


def test_hidden_is_neither_asked_for_nor_kept():
    made = form(
        component("radio", "kind"),
        group(
            component("textfield", "tax", **REQUIRED),
            component("textfield", "branch", conditional={"hide": '=tax = "x"'}),
            conditional={"hide": '=kind != "company"'},
        ),
        component("textfield", "last", conditional={"hide": '=branch != "yes"'}),
    )
    asked = {"kind": ["company"], "tax": ["1"], "branch": ["yes"], "last": ["z"]}
    assert clean(made, asked).data == {"kind": "company", "tax": "1", "branch": "yes", "last": "z"}
    hidden = clean(made, asked | {"kind": ["person"]})
    assert hidden.data == {"kind": "person"}
    assert hidden.errors == {}
    assert hidden.typed["tax"] == ["1"], "shown again when the answer changes back"
    assert clean(made, {"kind": ["company"]}).errors.keys() == {"tax"}


def test_rows_have_errors_of_their_own_and_blank_ones_are_passed_over():
    cleaned = clean(WHOLE, ANSWERS | {"vehicles-1-value": ["5"], "vehicles-2-value": ["x"]}, around=AROUND)
    assert cleaned.errors.keys() == {"vehicles-1-plate", "vehicles-2-value"}
    assert cleaned.typed["vehicles-rows"] == ["3"]
    assert cleaned.typed["vehicles-2-value"] == ["x"]


def test_rows_are_bounded():
    made = form(rows(component("textfield"), properties={"motcua:min-rows": 1, "motcua:max-rows": 3}))
    assert "vehicles" in clean(made, {"vehicles-rows": ["99999"]}).errors
    assert "vehicles" in clean_json(made, {"vehicles": []}).errors
    assert "vehicles" in clean_json(made, {"vehicles": [{}] * 4}).errors
    assert clean_json(made, {"vehicles": [{"a": "x"}]}).valid


def test_nested_rows_cannot_multiply_without_end():
    inner = rows(component("textfield"), path="inner", defaultRepetitions=200, properties={"motcua:max-rows": 200})
    made = form(rows(inner, defaultRepetitions=200, properties={"motcua:max-rows": 200}))
    start = process_time()
    clean(made, {})
    assert process_time() - start < 3


def test_buttons_add_remove_and_detach():
    added = edited(WHOLE, ANSWERS, "add:vehicles")
    assert added["vehicles-rows"] == ["4"]
    removed = edited(WHOLE, added, "remove:vehicles-0")
    assert removed["vehicles-rows"] == ["3"]
    assert removed["vehicles-1-plate"] == ["99A-000.02"]
    assert "vehicles-0-plate" not in removed
    assert edited(WHOLE, ANSWERS, "detach:papers:f1")["papers"] == ["f2"]
    for command in (
        "",
        "add:nothing",
        "remove:vehicles-99999",
        "remove:vehicles",
        "explode:vehicles",
        "add:vehicles-0-x",
    ):
        assert edited(WHOLE, ANSWERS, command) == ANSWERS


def test_rows_inside_rows_are_found_by_the_buttons():
    made = form(rows(rows(component("textfield"), path="wheels"), path="cars"))
    assert edited(made, {"cars-rows": ["1"], "cars-0-wheels-rows": ["1"]}, "add:cars-0-wheels")[
        "cars-0-wheels-rows"
    ] == ["2"]


def test_one_page_is_judged_alone_and_the_rest_is_kept():
    first, middle, last = pages(WHOLE)
    raw = {name: texts for name, texts in ANSWERS.items() if name.startswith("applicant.")}
    page = clean(WHOLE, raw, only=first.components, around=AROUND)
    assert page.errors == {}
    assert page.data["applicant"] == DATA["applicant"]
    kept = clean(WHOLE, {"applicant.name": [""]}, only=first.components, held=DATA, around=AROUND)
    assert kept.errors.keys() == {"applicant.name", "applicant.identity", "applicant.kind"}
    assert kept.data["vehicles"] == DATA["vehicles"]
    assert (middle.number, last.title) == (2, "Tài sản")


def test_fixed_fields_cannot_be_overwritten():
    assert clean(WHOLE, ANSWERS | {"fixed": ["khác"], "total": ["1"]}, around=AROUND).data["fixed"] == "Cố định"


def test_first_opening_shows_defaults_and_reports_nothing():
    made = form(component("textfield", defaultValue="mẫu", **REQUIRED), component("checkbox", "b", defaultValue=True))
    opened = typed_of(made, {})
    assert (opened.typed, opened.errors) == ({"a": ["mẫu"], "b": ["true"]}, {})
    assert clean(made, {}).errors.keys() == {"a"}


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ([], "."),
        ({"unknown": 1}, "unknown"),
        ({"applicant": {"nick": 1}}, "applicant.nick"),
        ({"applicant": 5}, "applicant"),
        ({"vehicles": [{"colour": 1}]}, "vehicles-0-colour"),
        ({"vehicles": {"0": 1}}, "vehicles"),
        ({"vehicles": [5]}, "vehicles"),
        ({"copies": "3"}, "copies"),
        ({"copies": True}, "copies"),
        ({"agree": "true"}, "agree"),
        ({"price": 1.5}, "price"),
        ({"price": 10**400}, "price"),
        ({"area": float("nan")}, "area"),
        ({"wishes": ["person", 1]}, "wishes"),
        ({"applicant": {"born": "01/02/1999"}}, "applicant.born"),
        ({"meeting": "2026-11-22T08:00:00"}, "meeting"),
    ],
)
def test_json_is_held_to_its_types(data: Any, named: str):
    assert named in clean_json(WHOLE, data, around=AROUND).errors


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "plate", "value", "name"]), inner, max_size=3)
    ),
    max_leaves=8,
)
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["1.000.000", "22/11/2026", "8:30", "company", "person", "true", "0900000001", "-1", "f1"]
)
NAMES = sorted(ANSWERS)


@settings(max_examples=75, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(DATA)), JSON, max_size=8) | JSON)
def test_any_json_is_cleaned_or_refused_without_raising(data: Any):
    cleaned = clean_json(WHOLE, data, around=AROUND)
    assert clean_json(WHOLE, cleaned.data, around=AROUND).data == cleaned.data


@settings(max_examples=75, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXTS, max_size=3), max_size=len(NAMES)))
def test_whatever_is_typed_is_kept_and_cleaning_is_idempotent(raw: dict[str, list[str]]):
    cleaned = clean(WHOLE, raw, around=AROUND)
    for name, texts in raw.items():
        if name in cleaned.typed and not name.endswith(("-rows", "-time")) and name != "meeting":
            assert cleaned.typed[name] == texts
    again = clean(WHOLE, typed_of(WHOLE, cleaned.data, around=AROUND).typed, around=AROUND)
    assert again.data == cleaned.data


@given(st.lists(st.booleans(), min_size=4, max_size=4))
def test_what_is_hidden_is_never_required(ticks: list[bool]):
    made = form(
        *[component("checkbox", f"c{at}") for at in range(4)],
        *[component("textfield", f"t{at}", conditional={"hide": f"=c{at}"}, **REQUIRED) for at in range(4)],
    )
    errors = clean(made, {f"c{at}": ["true"] for at in range(4) if ticks[at]}).errors
    assert errors.keys() == {f"t{at}" for at in range(4) if not ticks[at]}


def test_the_largest_form_is_cleaned_in_bounded_time():
    fields = [component("textfield", f"f{at}", conditional={"hide": '=kind = "company"'}) for at in range(1_900)]
    made = form(component("radio", "kind"), *fields)
    raw = {f"f{at}": ["x" * 100] for at in range(1_900)} | {"kind": ["person"]}
    start = process_time()
    assert len(clean(made, raw).data) == 1_901
    assert process_time() - start < 2


def english(work: Any) -> Any:
    with translation.override("en"):
        return work()

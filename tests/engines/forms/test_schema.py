"""Reading schemas: what is accepted, and every way in which one is refused."""

import json
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.forms.facts import facts
from motcua.engines.forms.model import Form, Kind, Meaning
from motcua.engines.forms.problems import SchemaError
from motcua.engines.forms.schema import parse
from motcua.engines.rules.expressions import check
from motcua.engines.rules.facts import Kind as Fact
from tests.engines.forms.factories import component, form, group, meant, rows, schema, whole_form


def problems(*components: Any) -> list[str]:
    with pytest.raises(SchemaError) as raised:
        parse(schema(*components))
    return [str(problem) for problem in raised.value.problems]


def test_a_whole_form_is_read_with_paths_and_meanings():
    fields = {field.path: field for field in whole_form().fields}
    assert fields["applicant.name"].meaning is Meaning.PERSON_NAME
    assert fields["applicant.kind"].labels["company"] == "Doanh nghiệp"
    assert fields["meeting"].kind is Kind.DATETIME
    assert fields["meeting"].label == "Câu hỏi meeting"
    assert fields["papers"].limits.most_files == 10
    assert fields["plate"].limits.required
    assert fields["total"].expression is not None


def test_facts_are_typed_for_rules():
    declared = facts(whole_form())
    assert {name: declared[name].kind for name in ("copies", "area", "price", "agree", "total", "vehicles")} == {
        "copies": Fact.INTEGER,
        "area": Fact.NUMBER,
        "price": Fact.MONEY,
        "agree": Fact.BOOLEAN,
        "total": Fact.NUMBER,
        "vehicles": Fact.LIST,
    }
    assert declared["applicant.tax"].nullable, "hidden unless the applicant is a company"
    assert not declared["applicant.identity"].nullable
    assert declared["applicant.kind"].values == ("person", "company")
    assert check("copies > 2 and sum(map(vehicles ?? [], #.value ?? 0)) > 5", declared) == []
    assert check("price > 2", declared)


def test_json_and_mappings_are_read_alike():
    raw = schema(component("textfield"))
    assert parse(json.dumps(raw)) == parse(json.dumps(raw).encode()) == parse(raw)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (component("html"), "“html” is not supported. Raw HTML"),
        (component("iframe"), "“iframe” is not supported"),
        (component("image"), "“image” is not supported"),
        (component("table"), "“table” is not supported. Use a repeating group"),
        (component("documentPreview"), "“documentPreview” is not supported"),
        (component("mystery"), "“mystery” is not supported"),
        ({"type": ["x"], "id": "x"}, "is not supported"),
        ({"type": "textfield", "id": "x", "key": "x"}, "needs a label"),
        ({"type": "textfield", "key": "x", "label": "X"}, "needs an id"),
        ("text", "A component is a JSON object"),
        (component("textfield", "số"), "cannot be a key"),
        (component("textfield", "a-b"), "cannot be a key"),
        (component("textfield", label="=name"), "may not be calculated"),
        (component("textfield", label="Xin chào {{name}}"), "may not be calculated"),
        (component("textfield", label="x" * 1001), "at most 1000"),
        (component("textfield", properties={"motcua:tpye": "phone"}), "The property “motcua:tpye” is not known"),
        (component("textfield", properties={"motcua:type": "iban"}), "“iban” cannot be used here"),
        (component("textfield", readonly=True, validate={"required": True}), "Nobody can answer it"),
        (component("textfield", defaultValue="a", properties={"motcua:type": "phone"}), "default value does not fit"),
        (component("number", defaultValue=0, validate={"min": 1}), "default value does not fit"),
        (
            component("datetime", properties={"motcua:min": "2026-02-01", "motcua:max": "2026-01-01"}),
            "larger than the most",
        ),
        (component("textarea", properties={"motcua:type": "phone"}), "“phone” cannot be used here"),
        (component("textfield", validate={"pattern": "(a+)+$"}), "repeats a repetition"),
        (component("textfield", validate={"pattern": "((ab)*c)*"}), "repeats a repetition"),
        (component("textfield", validate={"pattern": "(?:x{2,}){3,}"}), "repeats a repetition"),
        (component("textfield", validate={"pattern": r"(a)\1"}), "not a regular expression"),
        (component("textfield", validate={"pattern": "(?=a)b"}), "not a regular expression"),
        (component("textfield", validate={"pattern": r"\w{900}"}), "counts add up to more than 200"),
        (component("textfield", validate={"pattern": "[a"}), "not a regular expression"),
        (component("textfield", validate={"pattern": "a" * 301}), "longer than 300"),
        (component("textfield", validate={"minLength": 9, "maxLength": 3}), "larger than the most"),
        (component("textfield", validate={"minLength": "x"}), "must be a number"),
        (component("textfield", validate={"required": "=a"}), "must be true or false"),
        (component("textfield", validate=[1]), "must be a JSON object"),
        (component("number", decimalDigits=1.5), "whole number from 0 to 6"),
        (component("number", validate={"min": 1e300}), "must be a number"),
        (component("number", defaultValue="x" * 30_000), "default value does not fit"),
        (component("filepicker", accept=".pdf, .exe"), "No file of the kind “.exe” is taken here"),
        (component("filepicker", accept="pdf"), "No file of the kind “pdf” is taken here"),
        (component("radio", values=[]), "between 1 and 1000 options"),
        (component("radio", values=None, valuesKey="list"), "Options from data"),
        (component("radio", values=[{"value": "a", "label": "A"}] * 2), "the same value"),
        (component("radio", values=[{"value": 1, "label": "A"}]), "both texts"),
        (component("select", defaultValue="other"), "default value does not fit"),
        (component("datetime", subtype="week"), "is not supported"),
        (component("datetime", subtype="date", properties={"motcua:min": "soon"}), "must be a date such as"),
        (component("datetime", subtype="date", properties={"motcua:after": "b"}), "there is no date “b”"),
        (component("textfield", readonly="=x"), "must be true or false"),
        (rows(component("textfield"), properties={"motcua:max-rows": 1000}), "from 1 to 200"),
        (component("expression", expression="=now()"), "function “now” is not used"),
        (component("expression", expression="=missing * 2"), "there is no field “missing”"),
        (component("expression", expression="1 + 1"), "begins with “=”"),
        (component("textfield", conditional={"hide": "=a = b"}), "there is no field “b”"),
        (component("textfield", conditional={"hide": '=a = "x"'}), "depends on itself"),
        (component("textfield", conditional={"hide": "=for x in y return z"}), "cannot be used"),
        (component("textfield", conditional={"hide": "=" + "(" * 50 + "a" + ")" * 50}), "deeper than 20"),
    ],
)
def test_what_is_refused_is_named_with_its_component(broken: Any, message: str):
    found = problems(broken)
    assert any(message in problem for problem in found), found


def test_what_has_no_key_by_nature_is_not_asked_for_one():
    (found,) = problems({"type": "iframe", "id": "frame", "label": "Bản đồ", "url": "https://maps.invalid"})
    assert "“iframe” is not supported" in found


def test_all_mistakes_are_told_at_once_with_id_and_place():
    found = problems(component("html", "x"), component("radio", "y", values=[]), component("textfield", "z", label=""))
    assert [text.split(":")[0] for text in found] == [
        "id_x ($.components[0])",
        "id_y ($.components[1])",
        "id_z ($.components[2])",
    ]


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ([component("textfield"), component("number", id="id2")], "is also that of id_a"),
        ([component("textfield"), component("number", "b", id="id_a")], "id of its own"),
        ([component("textfield"), group(component("textfield", "b"), path="a")], "lies inside “a”"),
        ([group(component("textfield", "b"), path="a"), component("number", "a.b", id="q")], "is also that of"),
    ],
)
def test_keys_and_ids_are_unique(components: list[dict[str, Any]], message: str):
    assert any(message in problem for problem in problems(*components))


def test_a_condition_may_not_wait_for_what_is_no_option():
    never = component("textfield", conditional={"hide": '=kind = "other"'})
    assert any("“kind” is never" in problem for problem in problems(component("radio", "kind"), never))


def test_a_stored_form_is_read_although_what_it_says_is_refused_now():
    old = component("textfield", defaultValue="a", properties={"motcua:type": "phone", "motcua:tpye": "x"})
    never = component("textfield", "never", conditional={"hide": '=kind = "other"'})
    nothing = component("checkbox", "nothing", defaultValue=0)  # was taken for no default
    assert any("does not fit" in problem for problem in problems(nothing))
    assert parse(schema(old, component("radio", "kind"), never, nothing), stored=True).fields


def test_a_stored_form_that_asks_for_kinds_of_files_that_there_are_not_takes_all():
    asked = schema(component("filepicker", "a", accept="pdf"), component("filepicker", "b", accept=".pdf"))
    assert [field.accept for field in parse(asked, stored=True).fields] == ["", ".pdf"]


def test_a_stored_form_is_read_although_a_bound_would_be_tried_now():
    number = component("number", "n", validate={"min": 37, "required": True})
    asked = schema(number, component("textfield", "t", conditional={"hide": "=10 / (n - 7 - 30) > 2"}))
    assert any("cannot be used" in text for text in problems(*asked["components"]))
    assert parse(asked, stored=True).fields


def test_the_same_key_may_stand_in_two_repeating_groups():
    made = form(rows(component("textfield")), rows(component("textfield", id="other"), path="people"))
    assert len(made.fields) == 2


def test_cycles_and_long_chains_of_conditions_are_refused():
    first = component("checkbox", "a", conditional={"hide": "=b"})
    assert any(
        "depends on itself" in text for text in problems(first, component("checkbox", "b", conditional={"hide": "=a"}))
    )
    inner = component("number", "n", conditional={"hide": "=count(vehicles) > 2"})
    assert any("depends on itself" in text for text in problems(rows(inner)))
    chain = [component("checkbox", f"c{at}", conditional={"hide": f"=c{at - 1}"} if at else {}) for at in range(30)]
    assert any("too long a chain" in text for text in problems(*chain))


@pytest.mark.parametrize(
    ("feel", "zen"),
    [
        ('=kind = "company"', '(kind == "company")'),
        ('=kind != "company" and copies > 2', '((kind != "company") and (copies != null and copies > 2))'),
        ("=not(agree)", "not ((agree == true))"),
        ("=agree = true or copies in [1..3]", "((agree == true) or (copies != null and copies in [1..3]))"),
        ('=kind in ("person", "company")', '(kind != null and kind in ["person", "company"])'),
        ('=born < date("2008-01-01")', '(born != null and d(born) < d("2008-01-01"))'),
        ("=born = null", "(born == null)"),
        ('=list contains(tags, "person")', '(tags != null and contains(tags, "person"))'),
        ("=count(vehicles) >= 2", "(vehicles != null and len(vehicles) >= 2)"),
        ('=starts with(note, "A")', '(note != null and startsWith(note, "A"))'),
        ("=if agree then copies = 1 else copies = 2", "((agree == true) ? (copies == 1) : (copies == 2))"),
        ("=copies + 1 = 3", "(copies != null and (copies + 1) == 3)"),
    ],
)
def test_feel_of_the_designer_becomes_zen(feel: str, zen: str):
    made = form(
        component("radio", "kind"),
        component("number", "copies"),
        component("checkbox", "agree"),
        component("datetime", "born", subtype="date"),
        component("taglist", "tags"),
        component("textfield", "note"),
        rows(component("textfield", "plate")),
        component("textfield", "last", conditional={"hide": feel}),
    )
    hide = made.fields[-1].hide
    assert hide is not None
    assert hide.zen == zen


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"[]",
        b'{"components": 1}',
        b"\xff",
        b'{"components": [',
        b"[" * 50_000,
        b" " * 1_000_001,
        b'{"a":1,"a":2}',
    ],
)
def test_what_is_not_a_form_is_refused(source: bytes):
    with pytest.raises(SchemaError):
        parse(source)


def test_too_many_and_too_deep_components_are_refused_quickly():
    start = process_time()
    assert any(
        "more than 2000" in text for text in problems(*[component("textfield", f"f{at}") for at in range(5_000)])
    )
    deep = component("textfield")
    for at in range(40):
        deep = group(deep, id=f"g{at}")
    assert any("deeper than 12" in text for text in problems(deep))
    assert process_time() - start < 5


def test_a_form_of_the_largest_size_with_a_condition_on_each_field_is_read_in_bounded_time():
    first = component("radio", "kind")
    fields = [component("textfield", f"f{at}", conditional={"hide": '=kind = "company"'}) for at in range(1_990)]
    start = process_time()
    assert len(parse(schema(first, *fields)).fields) == 1_991
    assert process_time() - start < 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SETTINGS = st.sampled_from(
    ["type", "id", "key", "label", "path", "values", "validate", "properties", "conditional", "components", "subtype",
     "defaultValue", "expression", "text", "decimalDigits", "disabled", "description", "defaultRepetitions"]
)  # fmt: skip
TYPES = st.sampled_from(["textfield", "number", "group", "dynamiclist", "datetime", "radio", "expression", "text"])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.dictionaries(SETTINGS, JSON, max_size=8).flatmap(lambda d: TYPES.map(lambda t: {**d, "type": t})) | JSON,
        max_size=5,
    )
)
def test_any_json_is_read_or_refused_and_nothing_else(components: list[Any]):
    with suppress(SchemaError):
        assert isinstance(parse({"components": components}), Form)


def test_meanings_come_from_the_designers_own_validation_too():
    assert form(component("textfield", validate={"validationType": "email"})).fields[0].meaning is Meaning.EMAIL
    assert form(meant("money")).fields[0].meaning is Meaning.MONEY

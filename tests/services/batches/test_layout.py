"""What a spreadsheet asks, and that its cells say what the form holds. Pure."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from motcua.engines.forms.model import Form, Repeat, walk
from motcua.engines.forms.schema import parse
from motcua.engines.forms.surroundings import NOWHERE
from motcua.services.batches import workbook
from motcua.services.batches.checking import answers, check
from motcua.services.batches.layout import Layout, cell, typed, written
from motcua.services.procedures.packages import PackageError
from motcua.services.procedures.packages.batches import batch_problems
from motcua.services.procedures.packages.checks import check as check_files
from motcua.services.procedures.packages.files import read_folder
from motcua.services.procedures.packages.manifest import BatchSpec
from tests.services.dossiers.factories import PACKAGES

OPTIONS = [{"value": "a", "label": "Có, một phần"}, {"value": "b", "label": "Cô"}, {"value": "c", "label": "Khác"}]


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "type": "textfield", "key": key, "label": more.pop("label", key), **more}


FORM = parse(
    {
        "id": "thu",
        "type": "default",
        "schemaVersion": 16,
        "components": [
            {"id": "who", "type": "group", "label": "Người nộp", "components": [text("name", label="Họ tên")]},
            {
                "id": "what",
                "type": "group",
                "label": "Nội dung",
                "components": [
                    text("other", label="Họ tên"),
                    {"id": "one", "type": "radio", "key": "one", "label": "Một", "values": OPTIONS},
                    {"id": "many", "type": "checklist", "key": "many", "label": "Nhiều", "values": OPTIONS[1:]},
                    {"id": "yes", "type": "checkbox", "key": "yes", "label": "Đồng ý"},
                    {"id": "at", "type": "datetime", "subtype": "datetime", "key": "at", "dateLabel": "Lúc",
                     "timeLabel": "Giờ"},
                    {"id": "number", "type": "number", "key": "number", "label": "Số"},
                ],
            },
        ],
    }
)  # fmt: skip
LAYOUT = Layout.of(FORM, BatchSpec(once=("who",)))


def test_headings_are_unlike_each_other_and_know_their_place() -> None:
    assert [each.heading for each in LAYOUT.once] == ["Họ tên (Người nộp)"]
    assert [each.heading for each in LAYOUT.each][:2] == ["Họ tên (Nội dung)", "Một"]
    assert cell(LAYOUT.each, "one", 7) == "B7"


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
LINE = st.fixed_dictionaries(
    {},
    optional={
        "other": TEXTS.map(lambda said: [said]),
        "one": st.sampled_from("abc").map(lambda value: [value]),
        "many": st.sampled_from([["b"], ["c"], ["b", "c"]]),
        "yes": st.just(["true"]),
        "at": st.just(["01/07/2026", "14:30"]),
        "number": st.integers(0, 10**9).map(lambda number: [str(number)]),
    },
)


@settings(max_examples=20)
@given(st.lists(LINE, min_size=1, max_size=4))
def test_what_is_written_is_read_again(lines: list[dict[str, list[str]]]) -> None:
    fields = {each.field.path: each.field for each in LAYOUT.each}
    rows = [
        (number, {path: written(fields[path], texts) for path, texts in line.items()}, {})
        for number, line in enumerate(lines, 2)
    ]
    made = workbook.write(LAYOUT, title="Thử", most=5, filled=workbook.Filled({"name": "Lê"}, {}, rows))
    sent = workbook.read(BytesIO(made), LAYOUT, most=5)
    assert sent.once == {"name": "Lê"}
    assert (sent.missing, sent.unknown) == ((), ())
    kept = {row.number: row.cells for row in sent.rows}
    for number, line in enumerate(lines, 2):
        assert {path: typed(fields[path], text) for path, text in kept.get(number, {}).items()} == line


def test_nothing_that_is_written_becomes_a_formula() -> None:
    made = workbook.write(
        LAYOUT,
        title="Thử",
        most=5,
        filled=workbook.Filled({}, {}, [(2, {"other": "=1+1"}, {"other": "=HYPERLINK()"})]),
    )
    book = load_workbook(BytesIO(made))
    assert book[workbook.LIST]["A2"].data_type == "s"


def test_labels_are_understood_without_accents_unless_two_could_be_meant() -> None:
    one = next(each.field for each in LAYOUT.each if each.field.path == "one")
    assert typed(one, "khac") == ["c"]
    assert typed(one, "có,  một phần".upper()) == ["a"]
    assert typed(one, "co") == ["b"]
    assert typed(one, "gì đó") == ["gì đó"]


def test_errors_of_formulas_are_wrong_cells() -> None:
    sent = workbook.Sent({"name": "Lê"}, (workbook.Row(2, {"other": "#REF!"}),))
    found = check(FORM, LAYOUT, sent, lambda _form, _texts: NOWHERE)
    assert list(found.lines) == [2]
    assert not found.right


def test_rows_of_a_group_carry_their_place() -> None:
    form = parse((PACKAGES / "taxi-badges" / "form.json").read_bytes())
    layout = Layout.of(form, BatchSpec(group="rows_vehicles", most=100))
    assert {each.field.path for each in layout.each} >= {"plate", "seats"}
    assert "vehicle_count" not in {each.field.path for each in layout.once}  # worked out, not asked
    texts = answers(layout, {}, [{"plate": "99A-000.01"}, {"plate": "99A-000.02"}])
    assert texts["vehicles-rows"] == ["2"]
    assert texts["vehicles-1-plate"] == ["99A-000.02"]


def _with_rows(form: Form) -> Repeat:
    return next(part for part in walk(form.components) if isinstance(part, Repeat))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (BatchSpec(group="nothing"), "The form has no repeating group 'nothing'."),
        (BatchSpec(group="rows_vehicles", most=101), "The group 'rows_vehicles' takes 100 rows at most."),
        (BatchSpec(once=("nothing",)), "The form has no component 'nothing'."),
        (BatchSpec(), "The repeating group 'rows_vehicles' needs rows, which a spreadsheet cannot give."),
        (
            BatchSpec(once=("group_applicant", "group_request", "group_vehicles")),
            "Nothing is left to ask on a line.",
        ),
    ],
)
def test_a_package_that_cannot_be_filed_so_is_refused(spec: BatchSpec, said: str) -> None:
    form = parse((PACKAGES / "taxi-badges" / "form.json").read_bytes())
    assert _with_rows(form).id == "rows_vehicles"
    assert said in [message for message, _hint in batch_problems(form, spec)]


def test_the_manifest_says_what_it_lacks() -> None:
    files = dict(read_folder(PACKAGES / "taxi-badges"))
    manifest = files["procedure.yaml"].decode()
    for wrong, said in (
        ("  as: rows\n  once: [x]\n", "batch.once has no meaning"),
        ("  as: rows\n", "batch lacks 'group'"),
        ("  as: heaps\n", "batch.as cannot be 'heaps'"),
    ):
        changed = manifest.replace("  as: rows\n  group: rows_vehicles\n", wrong)
        with pytest.raises(PackageError, match=said):
            check_files(files | {"procedure.yaml": changed.encode()})

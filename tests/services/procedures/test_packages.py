"""Checking packages: the example is in order, every mistake is told with its place and a hint, attacks are refused."""

import io
import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from motcua.people.officers.models import Role
from motcua.services.procedures.cli import check_package
from motcua.services.procedures.packages import PackageError, Problem, check, load, read_zip
from motcua.services.procedures.packages.fields import Fields
from motcua.services.procedures.packages.files import MAX_FILE, MAX_FILES, read_folder
from motcua.services.procedures.packages.manifest import ROLES
from motcua.services.procedures.packages.reading import read_manifest
from motcua.services.procedures.packages.yamltree import read_yaml
from tests.engines.rendering.test_drafts import word
from tests.services.procedures.factories import EXAMPLE, example_files

YAML = "procedure.yaml"
SAME = "same_in_all_channels"
BPMN = "process.bpmn"


def problems(files: Mapping[str, bytes]) -> list[Problem]:
    with pytest.raises(PackageError) as caught:
        check(files)
    return caught.value.problems


def zipped(files: Mapping[str, bytes], **options: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_the_example_is_in_order():
    package = load(EXAMPLE)

    assert package.manifest.code == "2.000908"
    assert [case.id for case in package.manifest.cases] == ["holder", "relative"]
    assert package.manifest.policy.cut_off == "15:00"
    counter = package.manifest.cases[0].terms[1]
    assert (counter.channel, counter.limit.value, counter.limit.unit) == ("counter", 2, "hours")
    assert next(node.id for node in package.graph.steps()) == "look-up"


def test_the_example_as_zip_with_a_folder_around_it_is_the_same_package():
    inside = {f"certified-copy/{name}": content for name, content in example_files().items()}

    assert check(read_zip(zipped(inside))).digest == load(EXAMPLE).digest


def test_roles_are_those_of_officers():
    assert frozenset(Role.values) == ROLES


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message"),
    [
        (YAML, 'code: "2.000908"\n', "", "", "lacks 'code'"),
        (YAML, "format: 1", "format: 2", "format", "format 1"),
        (YAML, 'code: "2.000908"', 'code: "mã số"', "code", "cannot be a procedure's code"),
        (YAML, "levels: [province, commune]", "levels: [provinces]", "levels[0]", "cannot be 'provinces'"),
        (YAML, "life_events: [study,", "life_events: [party,", "life_events[0]", "cannot be 'party'"),
        (
            YAML,
            "\nagencies:",
            "\nsame_in_all_channels: [Nghị định 23/2015/NĐ-CP]\nagencies:",
            SAME,
            "differ from channel",
        ),
        (YAML, "\nagencies:", "\nsame_in_all_channels: [Luật Mẫu]\nagencies:", SAME, "not in `legal_basis`"),
        (YAML, "\nagencies:", "\nplace: record.town\nagencies:", "place", "no field 'record.town'"),
        (YAML, "\nagencies:", "\nplace: record.name\nagencies:", "place", "names no administrative unit"),
        (YAML, "  receiving: receiving", "  receiving: somewhere", "agencies.receiving", "selects no office"),
        (YAML, "  - id: relative", "  - id: holder", "cases", "used twice"),
        (YAML, "      - id: relation", "      - id: identity", "cases[1].papers", "used twice"),
        (YAML, "        required: false", "        needed: false", "papers[0]", "no key 'needed'"),
        (YAML, "unit: hours\n", "unit: hour\n", "limit.unit", "cannot be 'hour'"),
        (YAML, "value: 2\n", "value: -2\n", "limit.value", "positive number"),
        (YAML, "amount: 8000", "amount: 8.000", "fees[0].amount", "whole number"),
        (YAML, "kind: fee", "kind: tax", "fees[0].kind", "cannot be 'tax'"),
        (YAML, 'cut_off: "15:00"', "cut_off: 3pm", "policy.cut_off", "time of day"),
        (YAML, "restart: true", "restart: sometimes", "policy.supplement.restart", "true or false"),
        (YAML, "fees.copy: money", "fees.copy: gold", "gives.fees.copy", "cannot be 'gold'"),
        (YAML, "fees.copy: money", "fees.total: money", "", "does not give the fee 'copy'"),
        (YAML, "fee_decision: fee", "fee_decision: fees", "fee_decision", "no decision 'fees'"),
        (YAML, "fees.copy: money", "copies: money", "", "'copies' is given by the form"),
        (YAML, "sign: [leader, seal]", "sign: [mayor]", "sign[0]", "cannot be 'mayor'"),
        (YAML, "series: certified-copy", "series: form", "results[0].series", "numbers something else"),
        (YAML, "form: form.json", "form: forms.json", "form", "is not in the package"),
        (YAML, "  - id: notice", "  - id: letter", "", "No step makes the result 'letter'"),
        (YAML, "extract: extract.json", "extracts: extract.json", "extract", "no step form 'extract'"),
        (BPMN, 'motcua:role="clerk"', 'motcua:role="wizard"', "seal", "the role 'wizard'"),
        (BPMN, 'motcua:role="clerk" ', "", "seal", "has no role"),
        (BPMN, 'motcua:sign="leader" ', "", "copy", "No step puts 'leader' on the result 'copy'"),
        (BPMN, 'motcua:form="extract" motcua:result="copy"', 'motcua:form="extract"', "copy", "No step prepares"),
        (BPMN, 'motcua:office="resolving"', 'motcua:office="nearest"', "look-up", "selects no office"),
        (BPMN, 'motcua:office="resolving"', 'motcua:office="item"', "look-up", "stands in none"),
        (BPMN, 'outcome == "missing"', "weather == 1", "to-answer", "weather"),
        (BPMN, 'outcome == "missing"', "copies", "to-answer", "boolean"),
        (BPMN, 'outcome == "missing"', 'record.kind == "civil"', "to-answer", "is never"),
        ("fee.jdm.json", "civil_status", "civil", "fee row 2 kind", "is never"),
        (BPMN, "<bpmn:userTask", "<bpmn:scriptTask", "", "cript"),
        ("form.json", '"type": "textarea"', '"type": "html"', "purpose", "html"),
        ("fee.jdm.json", '"8000"', '"sheets * 8000"', "fee row 2 amount", "sheets"),
        ("fee.jdm.json", '"decisionTableNode"', '"functionNode"', "fee", "functionNode"),
        ("results/copy.typ", "#data.form.record.name", "#data.form.record.title", "", "title"),
        ("results/copy.typ", "@motcua/library:1.0.0", "@preview/cetz:0.3.0", "", "import only files"),
        ("results/copy.sample.json", "{", "[", "", "not JSON"),
        ("fee.jdm.json", '"hitPolicy":', '"hitPolicy"', "", "Not JSON"),
        ("form.json", '"type": "textarea"', '"type" "textarea"', "", "Not JSON"),
        ("results/copy.sample.json", '"holder": ', '"owner": ', "form.record.owner", "No form asks for"),
        ("results/copy.sample.json", '"content": ', '"contents": ', "written.extract.contents", "No form asks for"),
        ("form.json", '"key": "record.holder"', '"key": "record.owner"', "form.record.holder", "No form asks for"),
    ],
)
def test_a_mistake_is_told_with_its_place(file: str, old: str, new: str, where: str, message: str):
    found = problems(example_files({file: (old, new)}))

    assert any(where in problem.element and message in problem.message for problem in found), list(map(str, found))
    assert all(problem.file for problem in found)
    assert all(problem.line for problem in found if problem.file in (YAML, BPMN) or "JSON" in problem.message)
    assert all(problem.hint for problem in found)


def test_a_template_may_not_count_on_what_need_not_be_answered():
    careful = 'data.form.record.at("year", default: none)'
    files = example_files({"results/copy.typ": (careful, "data.form.record.year")})
    (found,) = problems(files)
    assert found.file == "results/copy.typ"
    assert found.line == files["results/copy.typ"].decode().splitlines().index("#let year = data.form.record.year") + 1
    assert 'does not contain key "year"' in found.message
    assert "need not be given" in found.hint


def test_an_empty_template_would_be_a_blank_page():
    files = example_files() | {"results/copy.typ": b" \n"}
    assert any("blank page" in found.message and found.file == "results/copy.typ" for found in problems(files))


def test_a_form_that_cannot_be_read_makes_no_other_mistakes():
    template = "    template: results/copy.typ\n"
    files = dict(example_files({YAML: (template, f"{template}    draft: results/copy.draft.docx\n")}))
    files |= {"form.json": b"{", "results/copy.draft.docx": word("{{ form.record.name }}")}
    assert {found.file for found in problems(files)} == {"form.json"}


def test_a_mistake_in_a_template_is_told_with_its_line_and_without_the_folder_it_was_set_in():
    (found,) = problems(example_files({"results/copy.typ": ("#data.form.record.name", "#data.form.record.title")}))
    lines = example_files()["results/copy.typ"].decode().splitlines()
    assert found.line is not None
    assert "#data.form.record.name" in lines[found.line - 1]
    assert f"─ copy.typ:{found.line}:" in found.message


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (None, "is not in the package"),
        (word("Kính gửi {{ applicant.name }}: {{ written.extract.content }}"), ""),
        (word("{{ applicant.nickname }}"), "cannot be made"),
        (word("{{ written.extract.content.strip() }}"), "cannot be made"),  # not while nothing is written yet
        (b"%PDF-1.7", "no Word document"),
    ],
)
def test_the_draft_of_a_result_is_filled_before_it_is_published(draft: bytes | None, message: str):
    template = "    template: results/copy.typ\n"
    files = dict(example_files({YAML: (template, f"{template}    draft: results/copy.draft.docx\n")}))
    if draft is not None:
        files["results/copy.draft.docx"] = draft
    if not message:
        assert check(files).manifest.results[0].draft == "results/copy.draft.docx"
        return
    assert [message in problem.message for problem in problems(files)] == [True]


def test_all_mistakes_are_told_at_once():
    files = example_files(
        {YAML: ("restart: true", "restart: maybe"), BPMN: ('motcua:role="clerk"', 'motcua:role="wizard"')},
        **{"stray.bin": b"?"},
    )
    found = problems(files)

    assert {problem.file for problem in found} == {YAML, BPMN, "stray.bin"}


def test_close_words_are_suggested():
    (found,) = problems(example_files({YAML: ("supplement:", "suplement:")}))

    assert found.hint == "Did you mean 'supplement'?"
    assert found.line == 74


def test_a_missing_manifest_and_missing_files_are_told():
    assert "procedure.yaml" in str(problems({"form.json": b"{}"})[0])
    found = problems(example_files(**{"process.bpmn": None}))
    assert "is not in the package" in found[0].message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x [1]\nb: *x", 1, "Anchors"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tag"),
        ("a: [1\nb: 2", 2, "not YAML"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("", None, "empty"),
        ("? [a, b]\n: c", 1, "key"),
        ("a: " + "[" * 5000, 1, "nested too deeply"),
        ("a: \x07", None, "not YAML"),
    ],
)
def test_hostile_yaml_is_refused(text: str, line: int | None, message: str):
    with pytest.raises(PackageError) as caught:
        read_yaml(YAML, text.encode())

    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.line == line


def test_yaml_scalars_stay_texts():
    root = read_yaml(YAML, b"code: 1.000178\nagree: no\nnone: ~\nquoted: '~'\n")

    assert root.entries is not None
    assert root.entries["code"].text == "1.000178"
    assert root.entries["agree"].text == "no"
    assert (root.entries["none"].null, root.entries["quoted"].null) == (True, False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=15,
    )
)
def test_any_document_gives_problems_and_no_crash(document: object):
    try:
        _manifest, fields = read_manifest(
            json.dumps({"code": document, "cases": [document], "policy": document}).encode()
        )
    except PackageError:
        return
    assert isinstance(fields, Fields)
    assert fields.problems


@pytest.mark.parametrize("name", ["../evil.yaml", "/etc/passwd", "a/../../b", "C:evil", "a\\b", "./x"])
def test_names_that_leave_the_package_are_refused(name: str):
    with pytest.raises(PackageError, match="plain relative name"):
        read_zip(zipped({name: b"x"}))


def test_links_in_archives_and_folders_are_refused(tmp_path: Path):
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(PackageError, match="link"):
        read_zip(target.getvalue())
    (tmp_path / "form.json").symlink_to("/etc/passwd")
    with pytest.raises(PackageError, match="link"):
        read_folder(tmp_path)


def test_bombs_are_refused():
    deflated = {"compression": zipfile.ZIP_DEFLATED}
    with pytest.raises(PackageError, match="larger than 2 MB"):
        read_zip(zipped({"bomb": bytes(MAX_FILE + 1)}, **deflated))
    with pytest.raises(PackageError, match="larger than 10 MB"):
        read_zip(zipped({f"part{number}": bytes(MAX_FILE) for number in range(6)}, **deflated))
    with pytest.raises(PackageError, match="one file too many"):
        read_zip(zipped({f"part{number}": b"" for number in range(MAX_FILES + 1)}))
    with pytest.raises(PackageError, match="more than"):
        read_zip(zipped({f"part{number}": b"" for number in range(MAX_FILES * 2 + 1)}))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip"])
def test_what_is_no_archive_is_refused(content: bytes):
    with pytest.raises(PackageError, match="cannot be read as a zip"):
        read_zip(content)


def test_truncated_archives_are_refused():
    whole = zipped(example_files())
    for length in range(0, len(whole), 997):
        with pytest.raises(PackageError):
            read_zip(whole[:length])


def test_damaged_and_unusual_archives_are_refused():
    damaged = bytearray(zipped({"a.md": b"text " * 1000}, compression=zipfile.ZIP_DEFLATED))
    damaged[40:60] = b"\xff" * 20
    for content in (bytes(damaged), zipped({"a.md": b"x"}, compression=zipfile.ZIP_LZMA)):
        with pytest.raises(PackageError):
            read_zip(content)


def test_texts_that_cannot_be_stored_are_refused():
    found = problems(example_files({"form.json": ("Ví dụ: Giấy khai sinh.", "\\u0000")}))

    assert found[0].file == "form.json"


def test_the_command_prints_every_mistake(tmp_path: Path):
    for name, content in example_files({YAML: ("restart: true", "restart: maybe")}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    result = CliRunner().invoke(check_package, [str(tmp_path), str(EXAMPLE)])

    assert result.exit_code == 1
    assert "procedure.yaml:76 [policy.supplement.restart]" in result.output
    assert f"{EXAMPLE}: in order" in result.output
    told = json.loads(CliRunner().invoke(check_package, ["--json", str(tmp_path)]).output)
    assert (told["ok"], told["problems"][0]["file"]) == (False, YAML)


def test_checking_needs_neither_settings_nor_database():
    code = f"from motcua.services.procedures.cli import check_package; check_package(['{EXAMPLE}'])"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_manual_shows_the_example_as_it_is():
    manual = (EXAMPLE.parents[1] / "docs" / "integrator" / "packages.md").read_text()

    assert (EXAMPLE / YAML).read_text() in manual


def test_conditions_may_ask_how_earlier_steps_ended():
    rewritten = {BPMN: ('>outcome == "missing"<', '>look_up_outcome == "missing"<')}

    assert check(example_files(rewritten)).graph.nodes["look-up"]
    rewritten = {BPMN: ('>outcome == "missing"<', '>extract_outcome == "missing"<')}
    assert "extract_outcome" in problems(example_files(rewritten))[0].message


def test_two_steps_may_not_leave_their_outcome_in_one_fact():
    rewritten = {BPMN: ('id="extract" name="Soạn bản sao"', 'id="look_up" name="Soạn bản sao" motcua:outcomes="a=A"')}
    files = example_files(rewritten)
    files[BPMN] = files[BPMN].replace(b'Ref="extract"', b'Ref="look_up"')

    assert [found.message for found in problems(files)] == [
        "The fact 'look_up_outcome' is given by the step 'look-up' and by the step 'look_up'."
    ]


def test_the_end_of_a_multi_instance_may_count_its_instances():
    many = (
        '<bpmn:multiInstanceLoopCharacteristics motcua:collection="[&quot;a&quot;, &quot;b&quot;]">'
        "<bpmn:completionCondition>nrOfCompletedInstances &gt;= 1 or nrOfActiveInstances &lt; nrOfInstances - 1"
        "</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    )
    step = 'motcua:outcomes="found=Có trong sổ gốc, missing=Không có trong sổ gốc"'

    assert check(example_files({BPMN: (f"{step} />", f"{step}>{many}")})).graph.nodes["look-up"].many is not None
    assert problems(
        example_files({BPMN: (f"{step} />", f"{step}>{many}".replace("nrOfActiveInstances", "nrOfDreams"))})
    )

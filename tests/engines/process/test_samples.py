"""Files as other tools export them compile, or are told why not; through the command as a person would."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from motcua.engines.process.cli import commands, compile_process
from tests.engines.process.factories import bpmn, chain, ends, many, step

SAMPLES = Path(__file__).parent / "samples"


def run(*arguments: Any) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(compile_process, [str(argument) for argument in arguments])
    return result.exit_code, [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.parametrize(
    ("name", "facts", "steps", "trace"),
    [
        (
            "camunda7",
            {"complete": True, "amount": 1000},
            {"Task_Check": "reception"},
            ["Task_Check", "Task_Notify", "End_1"],
        ),
        (
            "camunda8",
            {"kind": "new", "fee": 1, "agencies": ["tax", "land", "police"]},
            {"Ask": "experts"},
            ["Rule_Fee", "Ask", "Ask", "Ask", "Job", "End_2"],
        ),
        (
            "signavio",
            {},
            {
                "sid-receive": "Bộ phận Một cửa",
                "sid-appraise": "Phòng chuyên môn",
                "sid-inspect": "Phòng chuyên môn",
            },
            ["sid-receive", "sid-appraise", "sid-inspect", "sid-end"],
        ),
        (
            "eclipse",
            {"amount": 5},
            {"UserTask_1": "land_office", "UserTask_2": ""},
            ["UserTask_1", "Catch_1", "UserTask_2", "EndEvent_1"],
        ),
        ("trisotech", {}, {"_hand": "", "_search": ""}, ["_search", "_hand", "_e"]),
    ],
)
def test_files_of_other_tools(
    name: str, facts: dict[str, Any], steps: dict[str, str], trace: list[str], tmp_path: Path
):
    facts_file = tmp_path / "facts.json"
    facts_file.write_text(json.dumps(facts))
    path = SAMPLES / f"{name}.bpmn"
    code, (report,) = run(path, "--trace", facts_file)
    assert (code, report["ok"], report["file"]) == (0, True, str(path))
    assert {step["id"]: step["role"] for step in report["steps"]} == steps
    assert [line["id"] for line in report["trace"]] == trace


def test_a_sketch_is_told_everything_that_is_missing():
    code, (report,) = run(SAMPLES / "bpmnio-unfinished.bpmn")
    assert (code, report["ok"]) == (1, False)
    assert {(problem["element"], problem["line"]) for problem in report["problems"]} == {
        ("Activity_script", 6),
        ("Gateway_q", 7),
        ("Activity_java", 8),
        ("Activity_dangling", 9),
        ("Flow_c", 13),
        ("Flow_d", 14),
    }
    assert {"element", "name", "line", "message", "hint"} == report["problems"][0].keys()


def test_one_refused_file_does_not_hide_the_others():
    code, reports = run(SAMPLES / "camunda7.bpmn", SAMPLES / "bpmnio-unfinished.bpmn", SAMPLES / "signavio.bpmn")
    assert code == 1
    assert [report["ok"] for report in reports] == [True, False, True]


def test_a_trace_that_stops_names_the_place(tmp_path: Path):
    facts_file = tmp_path / "facts.json"
    facts_file.write_text("{}")
    code, (report,) = run(SAMPLES / "eclipse.bpmn", "--trace", facts_file)
    assert (code, report["problems"][0]["element"]) == (1, "SF_4")


@pytest.mark.parametrize("text", ["{", "[]"])
def test_facts_must_be_a_json_object(text: str, tmp_path: Path):
    facts_file = tmp_path / "facts.json"
    facts_file.write_text(text)
    result = CliRunner().invoke(compile_process, [str(SAMPLES / "eclipse.bpmn"), "--trace", str(facts_file)])
    assert result.exit_code == 2


def test_the_program_finds_the_command():
    assert [command.name for command in commands] == ["compile-process"]


def test_a_trace_that_stops_tells_how_far_it_came(tmp_path: Path):
    facts_file = tmp_path / "facts.json"
    facts_file.write_text("{}")
    _, (report,) = run(SAMPLES / "eclipse.bpmn", "--trace", facts_file)
    assert (report["ok"], report["process"], [line["id"] for line in report["trace"]]) == (
        False,
        "com.example.tax",
        ["UserTask_1", "Catch_1"],
    )
    (problem,) = report["problems"]
    assert {"element", "name", "line", "message", "hint"} == problem.keys()
    assert 'id="SF_4"' in (SAMPLES / "eclipse.bpmn").read_text().splitlines()[problem["line"] - 1]


def test_facts_nested_without_end_are_refused(tmp_path: Path):
    facts_file = tmp_path / "facts.json"
    facts_file.write_text("[" * 100_000)
    result = CliRunner().invoke(compile_process, [str(SAMPLES / "eclipse.bpmn"), "--trace", str(facts_file)])
    assert result.exit_code == 2


def test_each_file_has_one_line_whatever_stands_in_it(tmp_path: Path):
    """A missing file, one with a name of stray bytes, and an id and an item that no line or encoding holds."""
    odd = tmp_path / "odd\udcff.bpmn"
    odd.write_bytes(
        bpmn(ends(), step("a&#x2028;b", many(collection="xs")), chain("s", "a&#x2028;b", "e")).replace(b"&amp;", b"&")
    )
    facts_file = tmp_path / "facts.json"
    facts_file.write_text('{"xs": ["\\ud800"]}')
    result = CliRunner().invoke(
        compile_process, [str(path) for path in (tmp_path / "gone.bpmn", tmp_path, odd, "--trace", facts_file)]
    )
    gone, directory, odd_report = map(json.loads, result.stdout_bytes.decode().splitlines())
    assert result.exit_code == 1
    assert [report["problems"][0]["message"].partition(":")[0] for report in (gone, directory)] == [
        "the file cannot be read"
    ] * 2
    assert (odd_report["file"], odd_report["ok"]) == (str(odd), True)
    assert odd_report["trace"][0] == {"id": "a\u2028b", "name": "", "kind": "step", "item": "\ud800"}


def test_a_long_process_is_traced_to_its_end(tmp_path: Path):
    steps = [f"a{number}" for number in range(1_100)]
    path, facts_file = tmp_path / "long.bpmn", tmp_path / "facts.json"
    path.write_bytes(bpmn(ends(), *map(step, steps), chain("s", *steps, "e")))
    facts_file.write_text("{}")
    _, (report,) = run(path, "--trace", facts_file)
    assert [line["id"] for line in report["trace"]] == [*steps, "e"]

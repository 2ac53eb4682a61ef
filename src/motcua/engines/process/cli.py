"""Command line for those who draw processes: needs no settings and no database."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.graph import Graph
from motcua.engines.process.problems import InvalidProcess, Problem, ProcessError
from motcua.engines.process.trace import Rehearsal
from motcua.engines.process.xml import MAX_BYTES
from motcua.engines.rules.expressions import holds

# Readers that split at every kind of line end must find one line for each file.
_LINE_ENDS = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}


@click.command("compile-process")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--trace", "facts_file", type=click.File("rb"), help="JSON facts: add the steps that would open.")
def compile_process(files: tuple[Path, ...], facts_file: Any) -> None:
    """Check BPMN files and print one line of JSON for each; exit status 1 if one is refused.

    A file may call processes that stand in the others. Where the facts do not suffice for the trace, the line tells
    how far it came, and where and why it stopped.
    """
    facts = None if facts_file is None else _facts(facts_file.read())
    sources = {path: _read(path) for path in files}
    reports = [_report(path, sources, facts) for path in files]
    for report in reports:
        line = json.dumps(report, ensure_ascii=False).translate(_LINE_ENDS)
        # JSON is UTF-8 whatever the terminal is; half characters of file names and facts become JSON's own escapes.
        click.echo(line.encode("utf-8", "backslashreplace"))
    if not all(report["ok"] for report in reports):
        raise SystemExit(1)


def _facts(text: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="--trace") from None
    if not isinstance(facts, dict):
        raise click.BadParameter("the facts must be a JSON object", param_hint="--trace")
    return facts


def _read(path: Path) -> bytes | Problem:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one more than is allowed says enough
    except OSError as error:
        return Problem("", "", 0, f"the file cannot be read: {error.strerror}", "Give the path of a BPMN file.")


def _report(path: Path, sources: dict[Path, bytes | Problem], facts: dict[str, Any] | None) -> dict[str, Any]:
    source = sources[path]
    if isinstance(source, Problem):
        return _refused(path, source)
    others = (other for name, other in sources.items() if name != path and isinstance(other, bytes))
    try:
        graph = compile_bpmn(source, *others)
    except InvalidProcess as invalid:
        return _refused(path, *invalid.problems)
    report = {
        "file": str(path),
        "ok": True,
        "process": graph.process,
        "nodes": len(graph.nodes),
        "steps": [{"id": step.id, "name": step.name, "role": step.role or step.group} for step in graph.steps()],
    }
    return report if facts is None else report | _trace(graph, facts)


def _trace(graph: Graph, facts: dict[str, Any]) -> dict[str, Any]:
    rehearsal = Rehearsal(graph, facts, holds)
    try:
        rehearsal.run()
    except ProcessError as error:
        place = graph.nodes.get(error.node) or graph.flows.get(error.node)
        name, line = (place.name, place.line) if place else (graph.name, 0)
        hint = "Give the facts and outcomes that the conditions name."
        problem = Problem(error.node, name, line, str(error), hint)
        return {"ok": False, "trace": rehearsal.lines, "problems": [asdict(problem)]}
    return {"trace": rehearsal.lines}


def _refused(path: Path, *problems: Problem) -> dict[str, Any]:
    return {"file": str(path), "ok": False, "problems": [asdict(problem) for problem in problems]}


commands = [compile_process]

"""Command line for those who draw processes: needs no settings and no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.problems import InvalidProcess, ProcessError
from motcua.engines.process.trace import trace
from motcua.engines.rules.expressions import holds


@click.command("compile-process")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trace", "facts_file", type=click.File("rb"), help="JSON facts: add the steps that would open.")
def compile_process(files: tuple[Path, ...], facts_file: Any) -> None:
    """Check BPMN files and print one line of JSON for each; exit status 1 if one is refused.

    A file may call processes that stand in the others.
    """
    facts = None if facts_file is None else _facts(facts_file.read())
    sources = {path: path.read_bytes() for path in files}
    reports = [_report(path, sources, facts) for path in files]
    for report in reports:
        click.echo(json.dumps(report, ensure_ascii=False))
    if not all(report["ok"] for report in reports):
        raise SystemExit(1)


def _facts(text: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="--trace") from None
    if not isinstance(facts, dict):
        raise click.BadParameter("the facts must be a JSON object", param_hint="--trace")
    return facts


def _report(path: Path, sources: dict[Path, bytes], facts: dict[str, Any] | None) -> dict[str, Any]:
    try:
        others = (source for other, source in sources.items() if other != path)
        graph = compile_bpmn(sources[path], *others)
        report = {
            "file": str(path),
            "ok": True,
            "process": graph.process,
            "nodes": len(graph.nodes),
            "steps": [{"id": step.id, "name": step.name, "role": step.role or step.group} for step in graph.steps()],
        }
        return report if facts is None else {**report, "trace": trace(graph, facts, evaluate=holds)}
    except InvalidProcess as invalid:
        problems = [
            {
                "element": problem.element,
                "name": problem.name,
                "line": problem.line,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in invalid.problems
        ]
    except ProcessError as error:
        hint = "Give the facts and outcomes that the conditions name."
        problems = [{"element": error.node, "name": "", "line": 0, "message": str(error), "hint": hint}]
    return {"file": str(path), "ok": False, "problems": problems}


commands = [compile_process]

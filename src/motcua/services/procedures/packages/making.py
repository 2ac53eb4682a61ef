"""How the steps of a process make a result: one prepares it, and each mark on it has a step that puts it there."""

from collections.abc import Iterator

from motcua.engines.process.graph import Graph
from motcua.services.procedures.packages.manifest import ResultSpec


def making_problems(result: ResultSpec, graph: Graph) -> Iterator[tuple[str, str]]:
    """What is missing, as message and hint: a dossier would stand still before a document that nobody prepares or
    signs."""
    marks = [node.sign for node in graph.nodes.values() if node.result == result.id]
    if not marks:
        yield f"No step makes the result {result.id!r}.", "Let a step name it in motcua:result."
        return
    if all(marks):
        yield f"No step prepares the result {result.id!r}.", "Let one name it in motcua:result without motcua:sign."
    for mark in result.sign:
        if mark not in marks:
            hint = f"Let a step have motcua:sign={mark!r} and motcua:result={result.id!r}."
            yield f"No step puts {mark!r} on the result {result.id!r}.", hint

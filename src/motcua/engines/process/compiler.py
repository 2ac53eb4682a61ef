"""From BPMN files to one checked graph."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace

from motcua.engines.process.checks import check_graph
from motcua.engines.process.graph import Flow, Graph, Kind, Node
from motcua.engines.process.model import Model, Process
from motcua.engines.process.problems import InvalidProcess
from motcua.engines.process.reading import read
from motcua.engines.process.soundness import check_soundness


def compile_bpmn(source: bytes, *others: bytes) -> Graph:
    """Compile a BPMN 2.0 file into a graph; processes that it calls may stand in the ``others``.

    The main process is the one that no other calls. Conditions are checked for their syntax; what they may name is
    for the caller to check, who knows the facts. Raises InvalidProcess with every problem found.
    """
    model = read(source, others)
    main = _main_process(model)
    used = _called(model, main)
    for process in model.processes.values():
        model.problems.extend(process.problems if process.id in used else ())
    graph = _link(model, main, used)
    check_graph(graph, model)
    if not model.problems:
        check_soundness(graph, model)
    if model.problems:
        raise InvalidProcess(sorted(model.problems, key=lambda problem: problem.line))
    return graph


def _main_process(model: Model) -> Process:
    if not model.processes:
        raise InvalidProcess(model.problems)
    called = {name for process in model.processes.values() for name in process.calls}
    drawn = set(model.process_of.values())
    roots = [process for process in model.processes.values() if process.id not in called and process.id in drawn]
    executable = [process for process in roots if process.executable]
    candidates = executable or roots or list(model.processes.values())
    if len(candidates) > 1 and roots:
        names = ", ".join(process.id for process in candidates)
        hint = "Mark exactly one process as executable, or let one call the others."
        model.refuse_part(candidates[1], f"it is not clear which process is the main one: {names}", hint)
        model.problems.extend(problem for other in candidates[1:] for problem in other.problems)
    return candidates[0]


def _called(model: Model, main: Process) -> set[str]:
    """The ids of the main process and of all that it calls; refuses calls to nowhere and calls in a circle."""
    used, queue = {main.id}, deque([main])
    while queue:
        for name in sorted(queue.popleft().calls & model.processes.keys() - used):
            used.add(name)
            queue.append(model.processes[name])
    for node in model.nodes.values():
        if node.calls and node.calls not in model.processes and model.process_of[node.id] in used:
            hint = "Add the file that has it, or set motcua:procedure where another procedure is meant."
            model.refuse_part(node, f"the called process “{node.calls}” is not in these files", hint)
    _refuse_recursion(model, used)
    return used


def _refuse_recursion(model: Model, used: set[str]) -> None:
    callers = dict.fromkeys(used, 0)
    for name in used:
        for called in model.processes[name].calls & used:
            callers[called] += 1
    free = deque(name for name, count in callers.items() if count == 0)
    while free:
        name = free.popleft()
        del callers[name]
        for called in model.processes[name].calls & used:
            callers[called] -= 1
            if callers[called] == 0:
                free.append(called)
    if callers:
        names = ", ".join(sorted(callers))
        first = model.processes[min(callers)]
        model.refuse_part(first, f"processes call each other in a circle: {names}", "Draw the repetition as a loop.")


def _link(model: Model, main: Process, used: set[str]) -> Graph:
    """Join nodes and flows; a flow that cannot be joined is refused and left out."""
    nodes = {node.id: node for node in model.nodes.values() if model.process_of[node.id] in used}
    known = {*used, *(node.id for node in nodes.values() if node.kind is Kind.SUBPROCESS)}
    incoming: dict[str, list[str]] = defaultdict(list)
    outgoing: dict[str, list[str]] = defaultdict(list)
    flows = []
    for flow in model.flows.values():
        if model.flow_scopes[flow.id] in known and _joins(model, flow, nodes):
            flows.append(flow)
            outgoing[flow.source].append(flow.id)
            incoming[flow.target].append(flow.id)
    linked = (
        replace(node, incoming=tuple(incoming[node.id]), outgoing=tuple(outgoing[node.id])) for node in nodes.values()
    )
    return Graph.build(main.id, main.name, linked, flows)


def _joins(model: Model, flow: Flow, nodes: dict[str, Node]) -> bool:
    ends = [(part, nodes.get(getattr(flow, part))) for part in ("source", "target")]
    for part, node in ends:
        if node is None:
            name = getattr(flow, part)
            message = f"the {part} “{name}” of the sequence flow does not exist" if name else f"the flow has no {part}"
            model.refuse_part(flow, message, "Connect the flow to a node or delete it.")
    scopes = {node.scope for _, node in ends if node is not None}
    if len(scopes) > 1:
        model.refuse_part(flow, "the flow crosses the border of a sub-process or pool", "Use a message event.")
    return len(scopes) == 1 and all(node is not None for _, node in ends)

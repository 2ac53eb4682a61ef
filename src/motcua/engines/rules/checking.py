"""Checking a decision before it is published: every cell alone, every row with boundary values, then the whole."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from motcua.engines.rules.decisions import Decision, matches, outcome
from motcua.engines.rules.expressions import check_form, is_of_kind
from motcua.engines.rules.facts import FactType, Kind, cases, nested
from motcua.engines.rules.model import Expressions, Model, Node, Reader, Switch, Table
from motcua.engines.rules.problems import Problem, RuleError
from motcua.engines.rules.scanning import Scan, never_held, scan, used

BUDGET: Final = 40_000
"""Evaluations of cells that a check may take, shared out over rows and cases."""
MOST_PROBLEMS: Final = 100
MOST_SEEN: Final = 20
Names = dict[str, FactType | None]
_LISTED: Final = re.compile(r"""\s*(?:"[^"]*"|'[^']*')(?:\s*,\s*(?:"[^"]*"|'[^']*'))*\s*""")


def check_decision(
    jdm: bytes, facts: Mapping[str, FactType], *, gives: Mapping[str, FactType] | None = None
) -> list[Problem]:
    """Everything wrong with a decision table file; empty when it may be published (at most 100 are told).

    ``gives`` are the facts that it must give: each at least once, and never as anything but what is declared. A fact
    that a case leaves out is not given then.
    """
    reader = Reader(jdm)
    if reader.model is None:
        return reader.problems[:MOST_PROBLEMS]
    problems = [
        problem
        for node, names in _reachable(reader.model, facts)
        for cell in _cells(node, names)
        for problem in cell.problems()
    ]
    return (problems or list(_tried(reader.model, facts, gives or {})))[:MOST_PROBLEMS]


class _Cell:
    """One expression of a decision, where it stands and what it may name."""

    def __init__(
        self,
        code: str,
        names: Names,
        node: str,
        row: int | None,
        column: str,
        *,
        unary: bool = False,
        about: str = "",
    ) -> None:
        self.code, self.names, self.unary, self.about = code, names, unary, about
        self.place = {"node": node, "row": row, "column": column}

    def problems(self) -> Iterator[Problem]:
        problems = check_form(self.code, self.names, unary=self.unary)
        if self.about and _LISTED.fullmatch(self.code):  # what the column speaks of is one of these
            problems += never_held(f"{self.about} in [{self.code}]", self.names)
        for problem in problems:
            yield problem.at(**self.place)  # type: ignore[arg-type]

    def scan(self) -> Scan:
        return scan(self.code, unary=self.unary)


def _reachable(model: Model, facts: Mapping[str, FactType]) -> Iterator[tuple[Node, Names]]:
    """Each node with the names it may speak of."""
    known: dict[str, Names] = {model.entry: dict(facts)}
    for node in model.nodes:
        names = known.setdefault(node.id, {})
        yield node, names
        given = _given(node, names)
        for edge in model.edges:
            if edge.source == node.id:
                known.setdefault(edge.target, {}).update(given)


def _given(node: Node, names: Names) -> Names:
    if not isinstance(node, (Table, Expressions)):
        return names
    keys = [column.field for column in node.outputs] if isinstance(node, Table) else [key for key, _code in node.pairs]
    if node.output_path:
        collects = isinstance(node, Table) and node.collect
        keys = [node.output_path] if collects else [f"{node.output_path}.{key}" for key in keys]
    made: Names = dict.fromkeys(keys)
    return {**names, **made} if node.pass_through else made


def _cells(node: Node, names: Names) -> Iterator[_Cell]:
    if isinstance(node, Switch):
        for at, (branch, condition) in enumerate(node.branches, 1):
            if condition:
                yield _Cell(condition, names, node.id, at, branch)
    elif isinstance(node, Expressions):
        earlier: Names = {}
        for at, (key, code) in enumerate(node.pairs, 1):
            yield _Cell(code, {**names, **earlier}, node.id, at, key)
            earlier[f"$.{key}"] = None
    elif isinstance(node, Table):
        yield from (_Cell(column.field, names, node.id, None, column.id) for column in node.inputs if column.field)
        for at, row in enumerate(node.rows, 1):
            yield from _row_cells(node, at, row, names)


def _row_cells(table: Table, at: int, row: Mapping[str, str], names: Names) -> Iterator[_Cell]:
    for column in table.inputs:
        if row.get(column.id):
            unary = bool(column.field)
            yield _Cell(row[column.id], names, table.id, at, column.id, unary=unary, about=column.field)
    for column in table.outputs:
        if row.get(column.id):
            yield _Cell(row[column.id], names, table.id, at, column.id)


def _tried(model: Model, facts: Mapping[str, FactType], gives: Mapping[str, FactType]) -> Iterator[Problem]:
    """Run the whole with boundary values, then each row alone with the values that its own cells speak of."""
    seen: dict[str, list[dict[str, Any]]] = {}
    found = dict.fromkeys(_whole(model, facts, gives, seen))
    last = {edge.source for edge in model.edges if edge.target == model.exit}
    fed = {edge.target for edge in model.edges if edge.source == model.entry}
    for node, names in _reachable(model, facts):
        if isinstance(node, Table):
            own = facts if node.id in fed and all(names.values()) else {}
            given = gives if node.id in last and not node.collect else {}
            found |= dict.fromkeys(_rows(node, own, given, seen.get(node.id, [])))
    places: dict[tuple[Any, ...], Problem] = {}
    for problem in found:
        places.setdefault((problem.node, problem.row, problem.column), problem)
    return iter(places.values())


def _whole(
    model: Model,
    facts: Mapping[str, FactType],
    gives: Mapping[str, FactType],
    seen: dict[str, list[dict[str, Any]]],
) -> Iterator[Problem]:
    scans = [cell.scan() for node, names in _reachable(model, facts) for cell in _cells(node, names)]
    spoken = _together(scans)

    def watch(node: Node, context: dict[str, Any]) -> None:
        contexts = seen.setdefault(node.id, [])
        if len(contexts) < MOST_SEEN:
            contexts.append(context)

    decision = Decision(model)
    limit = max(50, min(2_000, BUDGET // max(1, len(scans))))
    never = set(gives)
    for case in cases(used(spoken, facts), spoken.literals, limit=limit):
        try:
            given = dict(_given_in(decision.walk(case, watch=watch), gives))
        except RuleError as error:
            yield error.problem
            never.clear()  # what comes behind it is not known
        else:
            never -= given.keys()
            yield from _misfits(given, gives, model.exit)
    for name in sorted(never):
        text = f"“{name}” is declared to be given, and never is."
        yield Problem(text, "Compare the names of the outputs.", node=model.exit)


def _given_in(made: dict[str, Any], gives: Mapping[str, FactType]) -> Iterator[tuple[str, Any]]:
    """The declared facts that stand in what a decision made, by their dotted names."""
    for name in gives:
        *parents, last = name.split(".")
        place: Any = made
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if isinstance(place, dict) and last in place:
            yield name, place[last]


def _misfits(given: Mapping[str, Any], gives: Mapping[str, FactType], node: str) -> Iterator[Problem]:
    for name, value in given.items():
        fact = gives[name]
        if not (fact.nullable if value is None else is_of_kind(value, fact.kind)):
            kind = "whole đồng, 0 or more" if fact.kind is Kind.MONEY else fact.kind.value
            shown = "null" if value is None else repr(value)
            hint = "Leave the cell blank where nothing is given; round numbers, and guard them against less than 0."
            yield Problem(f"“{name}” must be {kind}, but is {shown}.", hint, node=node)


def _rows(
    table: Table, facts: Mapping[str, FactType], gives: Mapping[str, FactType], seen: Iterable[dict[str, Any]]
) -> Iterator[Problem]:
    limit = max(10, min(400, BUDGET // max(1, len(table.rows) * (len(table.inputs) + 1))))
    fields = [scan(column.field) for column in table.inputs if column.field]
    for at, row in enumerate(table.rows, 1):
        spoken = _together([*fields, *(cell.scan() for cell in _row_cells(table, at, row, {}))])
        contexts = cases(used(spoken, facts), spoken.literals, limit=limit) if facts else iter(())
        try:
            for context in [*contexts, *seen]:
                if matches(table, at, row, context):
                    made = outcome(table, at, row, context)
                    placed = nested({table.output_path: made}) if table.output_path else made
                    for problem in _misfits(dict(_given_in(placed, gives)), gives, table.id):
                        yield replace(problem, row=at)
        except RuleError as error:
            yield error.problem


def _together(scans: Iterable[Scan]) -> Scan:
    """One scan for many; literals in order, each once, so that boundary values stay few."""
    names: dict[str, int] = {}
    literals: dict[str | float, None] = {}
    for each in scans:
        names |= each.names
        literals |= dict.fromkeys(each.literals)
    return Scan(names=names, literals=list(literals)[:200])

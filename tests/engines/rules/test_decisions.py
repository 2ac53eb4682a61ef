"""Decisions: the strict walk agrees with the engine's, and refuses where the engine would stay silent."""

import json
from time import process_time
from typing import Any

import pytest
import zen
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.rules.checking import check_decision
from motcua.engines.rules.decisions import Decision
from motcua.engines.rules.facts import FactType, Kind
from motcua.engines.rules.problems import RuleError
from tests.engines.rules.factories import FACTS, expressions, jdm, table

FEES = jdm(table([{"c": "[1..5]", "f": "8000"}, {"c": "> 5", "f": "copies * 7000"}, {"f": "0"}]))


def by_the_engine(source: bytes, facts: dict[str, Any]) -> Any:
    return zen.ZenEngine().create_decision(source.decode()).evaluate(facts)["result"]


def test_a_fee_table_decides():
    decision = Decision.compile(FEES)
    assert [decision.decide({"copies": copies})["fee"] for copies in (1, 5, 6, 0)] == [8000, 8000, 42000, 0]
    assert check_decision(FEES, FACTS) == []


def test_what_the_engine_passes_over_in_silence_is_an_error_with_its_place():
    source = jdm(table([{"c": "> 5", "f": "1000"}, {"f": "0"}], inputs={"c": "amount"}))
    assert by_the_engine(source, {"amount": None}) == {"fee": 0}
    with pytest.raises(RuleError) as raised:
        Decision.compile(source).decide({"amount": None})
    problem = raised.value.problem
    assert (problem.node, problem.row, problem.column) == ("fee-table", 1, "c")
    assert [(found.row, found.column) for found in check_decision(source, FACTS)] == [(1, "c")]


def test_a_table_without_otherwise_is_refused_and_raises():
    source = jdm(table([{"c": "> 5", "f": "1000"}]))
    assert check_decision(source, FACTS)[0].message == "No row of the table matches."
    with pytest.raises(RuleError, match="No row"):
        Decision.compile(source).decide({"copies": 1})


MONEY = {"fee": FactType(Kind.MONEY)}


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('"8000"', "but is '8000'"),
        ("-1", "but is -1"),
        ("8000.5", "but is 8000.5"),
        ("null", "but is null"),
        ("copies > 3", "but is True"),
        ("8000 / (copies - 1)", "“fee” must be whole đồng"),
        ("copies * 8000", ""),  # copies are 1 or more
        ("", ""),  # the fee of the procedure stands
    ],
)
def test_a_decision_gives_what_it_is_declared_to_give(cell: str, told: str):
    source = jdm(table([{"c": "> 99", "f": cell}, {"f": "0"}]))
    facts = FACTS | {"copies": FactType(Kind.INTEGER, least=1, most=200)}
    problems = check_decision(source, facts, gives=MONEY)
    assert [told in problem.message for problem in problems] == [True] * (2 if told else 0)
    if told:
        assert (problems[-1].node, problems[-1].row) == ("fee-table", 1)
    assert check_decision(source, facts | {"fee": FactType(Kind.TEXT)}) == []


def test_what_is_declared_and_never_given_is_told():
    problems = check_decision(FEES, FACTS, gives={"fees.copy": FactType(Kind.MONEY)})
    assert [problem.message for problem in problems] == ["“fees.copy” is declared to be given, and never is."]


def test_mistakes_of_many_cells_are_all_told_with_row_and_column():
    rows = [{"c": "> copy", "f": "1"}, {"c": "> 5", "f": "copies +"}, {"c": "map([1..9], #)", "f": "x"}, {"f": "0"}]
    found = [(problem.node, problem.row, problem.column) for problem in check_decision(jdm(table(rows)), FACTS)]
    assert found == [("fee-table", row, column) for row, column in [(1, "c"), (2, "f"), (3, "c"), (3, "f")]]


def test_a_cell_that_no_value_fits_is_told():
    rows = [{"c": '"online", "counter"', "f": "1"}, {"c": '"onlin"', "f": "1"}, {"c": '!= "x"', "f": "1"}, {"f": "0"}]
    found = check_decision(jdm(table(rows, inputs={"c": "channel"})), FACTS)
    assert [(problem.row, problem.message) for problem in found] == [(2, '“channel” is never "onlin".')]


def test_a_fault_behind_a_rare_row_is_found():
    rows = [{"c": "7", "f": "amount * 2"}, {"f": "0"}]
    assert [(found.row, found.column) for found in check_decision(jdm(table(rows)), FACTS)] == [(1, "f")]


def test_expressions_reach_earlier_ones_and_nodes_reach_earlier_nodes():
    sums = expressions({"total": "copies * 2", "twice": "$.total * 2"}, passThrough=True)
    last = table([{"c": "> 4", "f": "total"}, {"f": "twice"}], inputs={"c": "total"}, id="last")
    source = jdm(sums, last)
    assert check_decision(source, FACTS) == []
    assert Decision.compile(source).decide({"copies": 3}) == {"fee": 6} == by_the_engine(source, {"copies": 3})
    without = jdm(expressions({"total": "copies * 2"}), table([{"f": "copies"}], id="last"))
    assert "“copies” is not a declared fact" in check_decision(without, FACTS)[0].message


def test_a_fault_in_a_table_fed_by_another_node_is_found_from_what_arrives_there():
    sums = expressions({"total": "copies > 3 ? null : copies"})
    last = table([{"c": "> 1", "f": "1"}, {"f": "0"}], inputs={"c": "total"}, id="last")
    assert [(found.node, found.row) for found in check_decision(jdm(sums, last), FACTS)] == [("last", 1)]


def test_a_switch_takes_one_branch():
    switch = {
        "id": "s",
        "type": "switchNode",
        "name": "s",
        "content": {
            "hitPolicy": "first",
            "statements": [{"id": "a", "condition": "urgent"}, {"id": "b", "condition": ""}],
        },
    }
    fast, slow = expressions({"days": "1"}, id="fast"), expressions({"days": "5"}, id="slow")
    edges: list[tuple[str, ...]] = [
        ("in", "s"),
        ("s", "fast", "a"),
        ("s", "slow", "b"),
        ("fast", "out"),
        ("slow", "out"),
    ]
    source = jdm(switch, fast, slow, edges=edges)
    assert check_decision(source, FACTS) == []
    for urgent, days in ((True, 1), (False, 5)):
        assert Decision.compile(source).decide({"urgent": urgent}) == {"days": days}
        assert by_the_engine(source, {"urgent": urgent}) == {"days": days}


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"id": "n", "type": "functionNode", "content": {"source": "while(1);"}}, "“functionNode” is not supported"),
        ({"id": "n", "type": "customNode", "content": {"kind": "http"}}, "“customNode” is not supported"),
        ({"id": "n", "type": "httpNode", "content": {}}, "“httpNode” is not supported"),
        ({"id": "n", "type": "decisionNode", "content": {"key": "../x"}}, "“decisionNode” is not supported"),
        ({"id": "n", "type": "weird"}, "“weird” is not supported"),
        (table([{"f": "1"}], hitPolicy="collect"), "needs an outputPath"),
        (table([{"f": "1"}], hitPolicy="any"), "hit policy"),
        (table([{"f": "1"}], outputs={"f": "fee[]"}), "cannot be the name of a result"),
        (table([{"f": "1"}], executionMode="loop"), "loops"),
        (table([{"f": "1"}], inputField="vehicles"), "inputField"),
        (table([{"f": 1}]), "A cell is a text"),  # type: ignore[dict-item]
        (table([{"f": "1", "c": "> 2"}], inputs={}), "no such column"),
        (expressions({"a b": "1"}), "cannot be the name of a result"),
        (expressions({"a": ""}), "Not a ZEN expression"),
    ],
)
def test_nodes_that_are_not_accepted_are_refused_by_name(node: dict[str, Any], message: str):
    problems = check_decision(jdm(node), FACTS)
    assert any(message in problem.message and problem.node == node["id"] for problem in problems)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "Not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"nodes": [1' + b"0" * 5000 + b"]}", "Not JSON"),
        (b"[]", "JSON object"),
        (b"{}", "between 1 and 100 nodes"),
        (b" " * 1_000_001, "larger than"),
        (jdm(edges=[("in", "out"), ("out", "in")]), "cycle"),
        (jdm(edges=[("in", "nowhere")]), "leads nowhere"),
        (jdm({"id": "in", "type": "outputNode"}), "same id"),
        (jdm({"id": "o2", "type": "outputNode"}), "exactly one outputNode"),
        (jdm(edges=[]), "No branch"),
    ],
)
def test_broken_documents_are_refused(source: bytes, message: str):
    problems = check_decision(source, FACTS)
    assert any(message in problem.message for problem in problems)


def test_large_tables_are_checked_in_bounded_time_and_larger_ones_refused():
    rows = [{"c": f"{at}", "f": f"{at} * 1000"} for at in range(3_000)]
    start = process_time()
    assert check_decision(jdm(table([*rows, {"f": "0"}])), FACTS) == []
    assert process_time() - start < 10
    assert "cells" in check_decision(jdm(table(rows * 4)), FACTS)[0].message


def test_many_expressions_are_checked_in_bounded_time_and_more_refused():
    pairs = {f"a{at}": f"$.a{at - 1} + copies" if at else "1" for at in range(300)}
    start = process_time()
    assert check_decision(jdm(expressions(pairs)), FACTS) == []
    assert process_time() - start < 10
    assert "more than 300 expressions" in check_decision(jdm(expressions(pairs | {"b": "1"})), FACTS)[0].message


CELLS = st.sampled_from(["", "> 5", "[1..3]", "(2..8]", "< 0", "1, 2, 9", "!= 4", "$ > 2 and $ < 7", "null"])
VALUES = st.sampled_from(["", "1000", "copies * 2", "other + 1", '"x"'])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS, "f": VALUES, "g": VALUES}), min_size=1, max_size=6),
    st.integers(-2, 12),
    st.integers(-2, 12),
    st.booleans(),
    st.sampled_from(["first", "collect"]),
)
def test_the_strict_walk_agrees_with_the_engine_where_nothing_raises(
    rows: list[dict[str, str]], copies: int, other: int, passes: bool, policy: str
):
    node = table(
        [*rows, {"f": "0"}],
        inputs={"a": "copies", "b": "other"},
        outputs={"f": "fee.base", "g": "extra"},
        hitPolicy=policy,
        passThrough=passes,
        outputPath="result.found" if policy == "collect" else "",
    )
    source, facts = jdm(node), {"copies": copies, "other": other}
    assert Decision.compile(source).decide(facts) == by_the_engine(source, facts)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["nodes", "edges", "id", "type", "content", "rules", "inputs", "field", "sourceId"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_answered_with_problems(document: object):
    assert check_decision(json.dumps(document).encode(), FACTS)

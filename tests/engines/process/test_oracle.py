"""Second opinions on stepping: SpiffWorkflow, and the plain meaning of nested blocks.

After every completion the same steps must be open.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from motcua.engines.process.tokens import finished
from tests.engines.process.blocks import (
    BLOCKS,
    Block,
    Live,
    drawn,
    without_joins_in_loops,
    without_many_subprocesses,
)
from tests.engines.process.factories import Run, bpmn

MAX_COMPLETIONS = 40


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """SpiffWorkflow tells of every step, and pytest keeps it all."""
    log = logging.getLogger("spiff")
    before = log.level
    log.setLevel(logging.WARNING)
    yield
    log.setLevel(before)


class SharedFacts(PythonScriptEngine):
    """Evaluates conditions against the facts of the dossier instead of each task's own copy of the data."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, Any] = {}

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return eval(expression, {}, self.facts)


class Oracle:
    def __init__(self, source: bytes, facts: dict[str, int]) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(BytesIO(source)))
        self.engine = SharedFacts()
        self.engine.facts = facts
        specs = parser.get_subprocess_specs("p")
        self.workflow = BpmnWorkflow(parser.get_spec("p"), specs, script_engine=self.engine)
        self.run()

    def run(self) -> None:
        self.workflow.do_engine_steps()

    def ready(self) -> list[Any]:
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    @property
    def count(self) -> Counter[str]:
        return Counter(task.task_spec.bpmn_id for task in self.ready())

    def complete_all(self, name: str) -> None:
        """Whichever is completed first of several instances, another may be left open: with all, none is chosen."""
        for task in [task for task in self.ready() if task.task_spec.bpmn_id == name]:
            if task.state == TaskState.READY:
                task.run()
                self.run()


@settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS.map(without_joins_in_loops), data=st.data())
def test_opens_the_steps_that_spiffworkflow_opens(block: Block, data: st.DataObject):
    drawing, _ = drawn(block)
    source = bpmn(*drawing.processes)
    answers = st.fixed_dictionaries({name: st.integers(0, 1) for name in drawing.facts})
    facts = data.draw(answers, label="facts at the start")
    ours, oracle = Run(source, facts), Oracle(source, facts)
    assert ours.count == oracle.count
    for _ in range(MAX_COMPLETIONS):
        if finished(ours.tokens):
            break
        chosen = data.draw(st.sampled_from(ours.open), label="completed")
        oracle.engine.facts = data.draw(answers, label="facts")
        oracle.complete_all(chosen)
        ours.complete_all(chosen, **oracle.engine.facts)
        assert ours.count == oracle.count, f"after {chosen}"
    assert oracle.workflow.is_completed() == finished(ours.tokens)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS.map(without_many_subprocesses), data=st.data())
def test_opens_the_steps_that_the_blocks_mean(block: Block, data: st.DataObject):
    drawing, piece = drawn(block)
    answers = st.fixed_dictionaries({name: st.integers(0, 1) for name in drawing.facts})
    facts = data.draw(answers, label="facts at the start")
    ours, meant = Run(bpmn(*drawing.processes), facts), Live(piece, facts)
    assert ours.count == meant.count
    for _ in range(MAX_COMPLETIONS):
        if meant.over:
            break
        chosen = data.draw(st.sampled_from(ours.open), label="completed")
        facts = data.draw(answers, label="facts")
        meant.complete(chosen, facts)
        ours.complete(chosen, **facts)
        assert ours.count == meant.count, f"after {chosen}"
    assert finished(ours.tokens) == meant.over

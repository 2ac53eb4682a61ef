"""Small packages written where they are read: a process of a few lines, one form, no results."""

import json
from functools import cache
from itertools import pairwise
from typing import Any

from motcua.services.procedures.packages import CheckedPackage, check

_DEFINITIONS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"
  id="file" targetNamespace="urn:motcua:procedures">
  <bpmn:process id="process" name="Quy trình mẫu" isExecutable="true"><bpmn:startEvent id="accepted" />{body}
  </bpmn:process>
</bpmn:definitions>"""
_MANIFEST = """format: 1
code: "{code}"
name: Thủ tục mẫu
field: Lĩnh vực mẫu
levels: [commune]
subjects: [Công dân Việt Nam]
legal_basis: [Nghị định mẫu]
agencies: {{names: [Cơ quan mẫu], receiving: receiving, resolving: "{resolving}"}}
cases:
  - id: only
    papers: [{papers}]
    terms:
      online: {{limit: {{value: 10, unit: working_days}}, fees: [{fees}]}}
      counter: {{limit: {{value: 10, unit: working_days}}, fees: [{fees}]}}
{policy}
form: form.json
process: process.bpmn
{decisions}"""
_FORM: dict[str, Any] = {
    "type": "default",
    "schemaVersion": 16,
    "id": "form",
    "components": [
        {"id": "amount", "type": "number", "key": "amount", "label": "Số lượng", "validate": {"required": True}}
    ],
}
_COMMUNE = {
    "id": "commune",
    "type": "textfield",
    "key": "matter.commune",
    "label": "Xã, phường",
    "properties": {"motcua:type": "administrative_unit"},
}
FEE = "{id: fee, name: Lệ phí, kind: charge, amount: 50000}"
PAPER = "{id: proof, name: Giấy tờ chứng minh}"


def task(node: str, inside: str = "", *, kind: str = "userTask", role: str = "specialist", **own: str) -> str:
    """A step, or another task; ``own`` are motcua's attributes."""
    given = {"role": role, **own} if kind == "userTask" else own
    written = " ".join(f"motcua:{key}='{value}'" for key, value in given.items())
    return f"<bpmn:{kind} id='{node}' name='{node}' {written}>{inside}</bpmn:{kind}>"


def flow(*nodes: str, when: str = "") -> str:
    """A chain of flows; ``when`` is the condition of the (single) flow."""
    condition = f"<bpmn:conditionExpression>{when}</bpmn:conditionExpression>" if when else ""
    return "".join(
        f"<bpmn:sequenceFlow id='{one}-{other}' sourceRef='{one}' targetRef='{other}'>{condition}</bpmn:sequenceFlow>"
        for one, other in pairwise(nodes)
    )


def gateway(node: str, default: str = "", kind: str = "exclusiveGateway") -> str:
    """A gateway; ``default`` is the node that its default flow leads to."""
    chosen = f"default='{node}-{default}'" if default else ""
    return f"<bpmn:{kind} id='{node}' {chosen} />"


def timer(event: str, after: str, *, on: str, interrupting: bool) -> str:
    """A timer at the boundary of a node."""
    return (
        f"<bpmn:boundaryEvent id='{event}' attachedToRef='{on}' cancelActivity='{str(interrupting).lower()}'>"
        f"<bpmn:timerEventDefinition><bpmn:timeDuration>{after}</bpmn:timeDuration></bpmn:timerEventDefinition>"
        "</bpmn:boundaryEvent>"
    )


def end(*nodes: str) -> str:
    """An end event behind each node."""
    return "".join(f"<bpmn:endEvent id='after-{node}' />{flow(node, f'after-{node}')}" for node in nodes)


def package(
    *body: str,
    code: str = "9.000001",
    fees: str = "",
    papers: str = "",
    policy: str = "",
    decision: dict[str, Any] | None = None,
    gives: str = "",
    placed: bool = False,
    resolving: str = "receiving",
    step_form: list[dict[str, Any]] | None = None,
) -> CheckedPackage:
    """A checked package around a process; ``placed``: its form may say in which commune the matter lies.

    ``step_form`` are the components of a form that a step names as ``step``.
    """
    told = f"decisions: [{{id: route, file: route.json, gives: {{{gives}}}}}]" if decision else ""
    form = _FORM
    if placed:
        form, policy = _FORM | {"components": [*_FORM["components"], _COMMUNE]}, f"{policy}\nplace: matter.commune"
    if step_form:
        told += "\nstep_forms: {step: step.json}"
    manifest = _MANIFEST.format(
        code=code, fees=fees, papers=papers, policy=policy, decisions=told, resolving=resolving
    )
    files = {
        "procedure.yaml": manifest.encode(),
        "process.bpmn": _DEFINITIONS.format(body="".join(body)).encode(),
        "form.json": json.dumps(form).encode(),
    }
    if step_form:
        files["step.json"] = json.dumps(_FORM | {"id": "step", "components": step_form}).encode()
    if decision:
        files["route.json"] = json.dumps(decision).encode()
    return _checked(tuple(files.items()))


@cache
def _checked(files: tuple[tuple[str, bytes], ...]) -> CheckedPackage:
    return check(dict(files))


PLAIN = (
    flow("accepted", "check"),
    task("check", outcomes="ok=Được, no=Không", limit="P2D"),
    flow("check", "approve"),
    task("approve", role="leader", limit="PT8H"),
    end("approve"),
)


# Nothing can be divided by what is left of 7, and that is seen only when a dossier comes by.
GAPPED = (
    flow("accepted", "check", "which"),
    task("check", outcomes="ok=Được"),
    gateway("which", default="two"),
    flow("which", "one", when="10 / (amount - 3 - 4) &gt; 1"),
    flow("which", "two"),
    task("one"),
    task("two"),
    end("one", "two"),
)

"""Decisions and facts for tests."""

import json
from itertools import pairwise
from typing import Any

from motcua.engines.rules.facts import FactType, Kind

FACTS = {
    "copies": FactType(Kind.INTEGER),
    "amount": FactType(Kind.MONEY, nullable=True),
    "channel": FactType(Kind.TEXT, values=("online", "counter")),
    "note": FactType(Kind.TEXT, nullable=True),
    "urgent": FactType(Kind.BOOLEAN),
    "born": FactType(Kind.DATE, nullable=True),
    "signed": FactType(Kind.DATE),
    "applicant.name": FactType(Kind.TEXT),
    "vehicles": FactType(Kind.LIST, fields={"value": FactType(Kind.MONEY), "plate": FactType(Kind.TEXT)}),
}


def jdm(*nodes: dict[str, Any], edges: list[tuple[str, ...]] | None = None) -> bytes:
    """A decision; the nodes stand in a row between input and output unless ``edges`` says otherwise."""
    names = ["in", *(node["id"] for node in nodes), "out"]
    pairs = edges if edges is not None else list(pairwise(names))
    gates = [{"id": "in", "type": "inputNode", "name": "in"}, {"id": "out", "type": "outputNode", "name": "out"}]
    joined = [
        {"id": f"e{at}", "type": "edge", "sourceId": pair[0], "targetId": pair[1]}
        | ({"sourceHandle": pair[2]} if len(pair) > 2 else {})
        for at, pair in enumerate(pairs)
    ]
    return json.dumps({"nodes": [gates[0], *nodes, gates[1]], "edges": joined}).encode()


def table(
    rows: list[dict[str, str]],
    *,
    inputs: dict[str, str] | None = None,
    outputs: dict[str, str] | None = None,
    id: str = "fee-table",  # noqa: A002 - the name the format uses
    **content: Any,
) -> dict[str, Any]:
    """A table node; ``inputs`` and ``outputs`` map column ids to fields."""
    columns = inputs if inputs is not None else {"c": "copies"}
    given = outputs if outputs is not None else {"f": "fee"}
    return {
        "id": id,
        "type": "decisionTableNode",
        "name": id,
        "content": {
            "hitPolicy": "first",
            "inputs": [{"id": key, "name": key, "field": field} for key, field in columns.items()],
            "outputs": [{"id": key, "name": key, "field": field} for key, field in given.items()],
            "rules": [{"_id": f"r{at}", **row} for at, row in enumerate(rows)],
            **content,
        },
    }


def expressions(pairs: dict[str, str], *, id: str = "sums", **content: Any) -> dict[str, Any]:  # noqa: A002
    """An expression node."""
    listed = [{"id": str(at), "key": key, "value": value} for at, (key, value) in enumerate(pairs.items())]
    return {"id": id, "type": "expressionNode", "name": id, "content": {"expressions": listed, **content}}

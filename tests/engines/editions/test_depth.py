"""How deeply the YAML texts of rules may nest."""

from typing import Any

import pytest
from pydantic import BaseModel

from motcua.engines.editions.kinds import DEEPEST, Kind
from motcua.kernel.errors import Refused


class Anything(BaseModel):
    """Rules that may hold whatever YAML says; themselves one level of the text."""

    held: Any


KIND = Kind(code="anything", label="", text="", model=Anything, shipped=None)  # type: ignore[arg-type]


def nested(levels: int) -> str:
    return "held: " + "[" * (levels - 1) + "]" * (levels - 1)


def test_what_is_just_not_too_deep_is_read_and_can_be_written() -> None:
    rules = KIND.read(nested(DEEPEST))
    assert KIND.read(KIND.write(rules.model_dump())) == rules


def test_one_level_more_is_refused() -> None:
    with pytest.raises(Refused, match="quá sâu"):
        KIND.read(nested(DEEPEST + 1))

"""Where a rule of an edition comes from."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Source(BaseModel):
    """Where a rule comes from, and how it was read.

    Its text, a summary, the corresponding rule of the former law, from memory alone, or it is the house's own choice.
    All but the first are to be compared with the text before a province goes live.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Annotated[str, Field(min_length=2, max_length=60)]
    law: Annotated[str, Field(min_length=2, max_length=300)]
    read: Literal["text", "summary", "former", "memory", "house"]

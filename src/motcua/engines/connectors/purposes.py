"""For what data of people are asked of other systems, or sent there: data by date, since law sets it."""

from pathlib import Path
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from motcua.engines.connectors.spec import Name, Strict, Title
from motcua.engines.editions.kinds import Kind, declare


class Purpose(Strict):
    """A purpose (mục đích xử lý dữ liệu). ``basis``: what allows it, the law or the person's consent.

    ``law``: the documents and articles on which it rests; ``told``: what the person is told of it.
    """

    code: Name
    title: Title
    told: Annotated[str, Field(min_length=1, max_length=1000)]
    basis: Literal["law", "consent"]
    law: Annotated[tuple[Title, ...], Field(min_length=1, max_length=10)]


class Purposes(Strict):
    """All purposes in force."""

    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _once(self) -> "Purposes":
        codes = [each.code for each in self.purposes]
        if len(set(codes)) < len(codes) or "none" in codes:
            raise ValueError("two purposes have one code, or one is called none")
        return self

    def get(self, code: str) -> Purpose | None:
        """The purpose of a code, if it is in force."""
        return next((each for each in self.purposes if each.code == code), None)


PURPOSES = declare(
    Kind(
        code="data-sharing",
        label=_("Data sharing"),
        text=_("For what data of people are asked of other systems or sent there, and what allows it."),
        model=Purposes,
        shipped=Path(__file__).parent / "data" / "purposes.yaml",
    )
)

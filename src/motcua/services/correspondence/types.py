"""The types of official documents as a kind of rules: names, abbreviations, and the series of their numbers."""

from pathlib import Path
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.engines.editions.kinds import Kind, declare

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")]


class DocumentType(BaseModel):
    """A type (loại văn bản). A letter has no abbreviation: its notation names agency and drafting unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    name: Annotated[str, Field(min_length=2, max_length=100)]
    abbreviation: Annotated[str, Field(max_length=10)] = ""
    series: Code


class DocumentTypes(BaseModel):
    """All types, in the order in which they are offered (Decree 30/2020/NĐ-CP, article 7 and appendix III)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: Annotated[tuple[DocumentType, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _once_each(self) -> "DocumentTypes":
        codes = [each.code for each in self.types]
        if len(set(codes)) != len(codes):
            raise ValueError("a code stands twice")
        return self

    def find(self, code: str) -> DocumentType | None:
        """The type of a code."""
        return next((each for each in self.types if each.code == code), None)


DOCUMENT_TYPES = declare(
    Kind(
        code="document_types",
        label=_("Types of official documents"),
        text=_("Names, abbreviations, and which types share one series of numbers."),
        model=DocumentTypes,
        shipped=Path(__file__).parent / "data" / "document_types.yaml",
    )
)

"""What is wrong with a form schema, and where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake: the component's id, the way to it in the JSON, what is wrong and what to do."""

    component: str
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.component or 'form'} ({self.path}): {self.message}"
        return f"{said} {self.hint}" if self.hint else said


class SchemaError(Exception):
    """The schema may not be published; ``problems`` holds every mistake."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

"""What is wrong with a package, so that its author can mend it: file, place, sentence, hint."""

from dataclasses import dataclass
from pathlib import PurePosixPath

_GUIDE = "What a package holds is described in docs/integrator/packages.md."
_GUIDES = {
    ".json": "Compare with docs/integrator/forms.md and docs/integrator/packages.md, and export the file again.",
    ".bpmn": "Compare with docs/developer/processes.md.",
    ".zip": "Pack the folder of the package again.",
}


@dataclass(frozen=True)
class Problem:
    """One mistake. ``line`` counts from 1; ``element`` is an id or path inside the file; there is always a hint."""

    file: str
    message: str
    line: int | None = None
    element: str = ""
    hint: str = ""

    def __post_init__(self) -> None:
        if not self.hint:
            object.__setattr__(self, "hint", _GUIDES.get(PurePosixPath(self.file).suffix, _GUIDE))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{place} [{self.element}]" if self.element else place
        return f"{where}: {self.message}" + (f" {self.hint}" if self.hint else "")


class PackageError(Exception):
    """The package has mistakes: ``problems`` holds all that were found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:5])))
        self.problems = problems

"""The journeys, read from the table in ``docs/developer/journeys.md``."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from motcua.engines.forms.model import Form
from motcua.engines.forms.schema import parse
from motcua.engines.forms.validation import typed_of
from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.graph import Graph
from motcua.people.citizens.models import Party
from motcua.services.procedures.packages.manifest import Manifest
from motcua.services.procedures.packages.reading import MANIFEST, read_manifest
from motcua.site.demo import files
from motcua.site.demo.stories import form_data, written

TABLE = Path(__file__).parents[2] / "docs" / "developer" / "journeys.md"
HEADING = "| procedure |"


@dataclass(frozen=True)
class Package:
    """What a package says, as far as a traveller must know it. That it is right is tested elsewhere."""

    manifest: Manifest
    form: Form
    step_forms: dict[str, Form]
    graph: Graph


@cache
def package(name: str) -> Package:
    """A package of ``procedures/``."""
    folder = files.PACKAGES / name
    manifest, _places = read_manifest((folder / MANIFEST).read_bytes())
    return Package(
        manifest,
        parse((folder / manifest.form).read_bytes()),
        {step: parse((folder / path).read_bytes()) for step, path in manifest.step_forms.items()},
        compile_bpmn((folder / manifest.process).read_bytes()),
    )


@cache
def package_names() -> dict[str, str]:
    """The folders of all packages by the national codes of their procedures."""
    folders = sorted(path.parent.name for path in files.PACKAGES.glob("*/procedure.yaml"))
    return {package(name).manifest.code: name for name in folders}


@dataclass(frozen=True)
class Journey:
    """One line: which procedure, by which way, for whom."""

    procedure: str
    case: str
    channel: str
    path: str
    applicant: str
    office: str

    def __str__(self) -> str:
        return f"{self.procedure}-{self.case}-{self.channel}-{self.path}"

    @property
    def package(self) -> Package:
        """What was published for the procedure."""
        return package(self.procedure)

    @property
    def code(self) -> str:
        """The national code of the procedure."""
        return self.package.manifest.code

    @cached_property
    def person(self) -> dict[str, str]:
        """The applicant's line in ``demo/people.csv``."""
        return next(row for row in files.rows("people.csv") if row["number"] == self.applicant)

    @property
    def account(self) -> str:
        """Who is signed in for an online application: the applicant, or whoever represents the business."""
        return self.person["represented_by"] or self.applicant

    @cached_property
    def party(self) -> Party:
        """The applicant, not stored."""
        names = ("name", "address", "phone")
        key = "identity_number" if self.person["kind"] == "citizen" else "tax_code"
        return Party(kind=self.person["kind"], **{name: self.person[name] for name in names}, **{key: self.applicant})

    @property
    def by_phone(self) -> bool:
        """Citizens who apply online for themselves do so on a phone; who represents a business sits at a desk."""
        return self.channel == "online" and self.account == self.applicant

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers to the procedure's form, as an API sends them."""
        return form_data(self.procedure, self.package.form, self.party)

    @cached_property
    def typed(self) -> dict[str, list[str]]:
        """The same as a person types them, by the names of the inputs."""
        return typed_of(self.package.form, self.answers).typed

    def result_data(self, procedure: str, template: str) -> dict[str, Any]:
        """What the specialist writes into a result, of this procedure or of one that it opens."""
        return written(procedure, template, self.party)

    @property
    def required_papers(self) -> list[tuple[str, str]]:
        """Codes and names of the papers that this case needs."""
        case = next(case for case in self.package.manifest.cases if case.id == self.case)
        return [(paper.id, paper.name) for paper in case.papers if paper.required]


def journeys() -> list[Journey]:
    """All lines of the table."""
    lines = iter(TABLE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(HEADING):
            next(lines)
            break
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(Journey(*(cell.strip() for cell in line.strip("|").split("|"))))
    return rows

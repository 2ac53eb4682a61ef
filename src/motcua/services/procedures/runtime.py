"""A published package made ready to run. Versions never change, so that a process may keep what it has read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.engines.forms.model import Form
from motcua.engines.forms.schema import parse
from motcua.engines.process.graph import Graph
from motcua.engines.rendering.templates import Template, unpack_template
from motcua.engines.rules.decisions import Decision
from motcua.kernel.errors import NotFound
from motcua.services.procedures.choices import FeeStatus
from motcua.services.procedures.models import (
    Case,
    CasePaper,
    CaseTerms,
    FeeItem,
    PackageFile,
    Procedure,
    ProcedureVersion,
)
from motcua.services.procedures.packages.facts import absent, facts_of
from motcua.services.procedures.packages.files import MANIFEST
from motcua.services.procedures.packages.manifest import Manifest, Policy, ResultSpec
from motcua.services.procedures.packages.package import template_files
from motcua.services.procedures.packages.reading import read_manifest

MOST_PACKAGES = 200


@dataclass(frozen=True)
class Package:
    """Everything that a dossier of one version runs on."""

    version_id: UUID
    manifest: Manifest
    form: Form
    graph: Graph
    files: Mapping[str, bytes]
    cases: tuple[Case, ...]
    case_papers: tuple[CasePaper, ...]
    case_terms: tuple[CaseTerms, ...]
    fee_items: tuple[FeeItem, ...]

    @property
    def policy(self) -> Policy:
        """The procedure's own rules of time."""
        return self.manifest.policy

    @property
    def resolving(self) -> str:
        """The selector of the competent agency."""
        return self.manifest.agencies.resolving

    @cached_property
    def decisions(self) -> Mapping[str, Decision]:
        """The decisions that the process may ask for, by name."""
        return {spec.id: Decision.compile(self.files[spec.file]) for spec in self.manifest.decisions}

    @cached_property
    def fee_decision(self) -> Decision | None:
        """The decision that works out fees from the form; none where the listed amounts hold."""
        return self.decisions[self.manifest.fee_decision] if self.manifest.fee_decision else None

    @cached_property
    def step_forms(self) -> Mapping[str, Form]:
        """The forms that officers fill in at steps, by name."""
        return {name: parse(self.files[path], stored=True) for name, path in self.manifest.step_forms.items()}

    @cached_property
    def results(self) -> Mapping[str, ResultSpec]:
        """The results by their ids."""
        return {result.id: result for result in self.manifest.results}

    @cached_property
    def absent_facts(self) -> Mapping[str, Any]:
        """Every fact as null: what conditions read before anything is known."""
        return absent(facts_of(self.manifest, self.form, self.step_forms, self.graph))

    @property
    def first_case(self) -> Case:
        """The case that an interlinked dossier is opened under."""
        return self.cases[0]

    def case(self, case_id: UUID) -> Case:
        """A case by its key. Raises ``NotFound``."""
        for case in self.cases:
            if case.pk == case_id:
                return case
        raise NotFound(_("This procedure has no such case."))

    def papers(self, case_id: UUID) -> list[CasePaper]:
        """The papers of a case."""
        return [paper for paper in self.case_papers if paper.case_id == case_id]

    def terms(self, case_id: UUID, channel: str) -> CaseTerms | None:
        """Limit and fee of a case and channel."""
        fitting = [terms for terms in self.case_terms if terms.channel == channel and terms.case_id in (case_id, None)]
        return min(fitting, key=lambda terms: terms.case_id is None, default=None)

    def fees(self, case_id: UUID, channel: str) -> Sequence[FeeItem]:
        """The fee lines of a case and channel, without what a decision computes."""
        terms = self.terms(case_id, channel)
        if terms is None or terms.fee_status != FeeStatus.PARSED:
            return []
        return [fee for fee in self.fee_items if fee.terms_id == terms.pk]

    def template(self, result: ResultSpec) -> Template:
        """The typst template of a result, laid out in a folder of its own."""
        files, main = template_files(self.files, result)
        return unpack_template(files, main, into=settings.HOME / "templates")


def package_of(version_id: UUID) -> Package:
    """The package of a published version. Raises ``NotFound`` for one of the catalogue, which cannot be filed."""
    return _load(version_id)


@lru_cache(maxsize=MOST_PACKAGES)
def _load(version_id: UUID) -> Package:
    version = ProcedureVersion.objects.filter(pk=version_id, process__isnull=False).first()
    if version is None or version.process is None:
        raise NotFound(_("This procedure cannot be filed here yet."))
    stored = PackageFile.objects.filter(version=version).values_list("path", "content")
    files = {path: bytes(content) for path, content in stored}
    manifest, _fields = read_manifest(files[MANIFEST])
    terms = tuple(CaseTerms.objects.filter(version=version).order_by("position"))
    return Package(
        version_id=version_id,
        manifest=manifest,
        form=parse(files[manifest.form], stored=True),
        graph=Graph.from_json(version.process),
        files=files,
        cases=tuple(Case.objects.filter(version=version).order_by("position")),
        case_papers=tuple(CasePaper.objects.filter(case__version=version).order_by("case", "position")),
        case_terms=terms,
        fee_items=tuple(FeeItem.objects.filter(terms__version=version).order_by("terms", "position")),
    )


def version_to_file(code: str) -> ProcedureVersion:
    """The version of a procedure under which a new dossier is filed today. Raises ``NotFound``."""
    procedures = Procedure.objects.filter(code=code, current_version__process__isnull=False)
    procedure = procedures.select_related("current_version").first()
    if procedure is None or procedure.current_version is None:
        raise NotFound(_("The procedure %(code)s cannot be filed here yet.") % {"code": code})
    procedure.current_version.procedure = procedure
    return procedure.current_version

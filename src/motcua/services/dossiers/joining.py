"""A draft and those who apply together: what they confirm, how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import mandate_of
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.models import CoApplicant, Dossier
from motcua.services.dossiers.routing import local_day
from motcua.services.dossiers.rules import joint
from motcua.services.procedures.packages.manifest import CoApplicants


@dataclass(frozen=True)
class Together:
    """An application with its co-applicants; one statement for them and one for the files."""

    application: Application

    @property
    def spec(self) -> CoApplicants | None:
        """What the package says; none where everybody applies alone."""
        return self.application.package.manifest.co_applicants

    @cached_property
    def people(self) -> Sequence[CoApplicant]:
        """Those who have been invited, in order."""
        return list(self.application.draft.co_applicants.all()) if self.spec else []

    @cached_property
    def digest(self) -> str:
        """Of what they see and confirm: answers, files, where it goes, how the result comes, who applies."""
        application, draft = self.application, self.application.draft
        files = {str(each.file_id): each.file.blob_id for each in application.files}
        return joint.content_digest(
            {
                "procedure": str(draft.procedure_version_id),
                "case": application.case.code,
                "applicant": str(draft.applicant_id),
                "office": str(draft.options.get("office", "")),
                "answers": application.answers.data,
                "files": files,
                "papers": [
                    [slot.paper.code, each.file.name, each.file.blob_id]
                    for slot in application.papers
                    for each in slot.files
                ],
                "result": [application.return_method, application.return_address],
                "people": sorted([each.name, each.identity_number] for each in self.people),
            }
        )

    @property
    def lacking(self) -> int:
        """How many confirmations are still missing."""
        if self.spec is None:
            return 0
        return joint.lacking(
            [answer_of(each) for each in self.people], self.digest, least=self.spec.least, everyone=self.spec.all
        )

    def holds(self, person: CoApplicant) -> bool:
        """Whether somebody has confirmed the content as it is now."""
        return answer_of(person).holds(self.digest)


def answer_of(person: CoApplicant) -> joint.Answer:
    """What somebody has said, for the rules."""
    confirmed = person.state == CoApplicant.State.CONFIRMED
    return joint.Answer(confirmed, person.digest, paper=person.way == CoApplicant.Way.PAPER)


def filed_by_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """Who filed it for the applicant (nộp thay), and under what that day; two statements, none where nobody did."""
    if dossier.representative_id is None:
        return []
    filed = Party.objects.select_related("merged_into").get(pk=dossier.representative_id)
    agent, applicant = filed.merged_into or filed, dossier.applicant.merged_into_id or dossier.applicant_id
    mandate = mandate_of(agent.pk, applicant, local_day(dossier.submitted_at))
    facts = [str(mandate.get_kind_display()), mandate.document] if mandate else []
    under = ", ".join(each for each in facts if each)
    return [{"label": _("Filed for the applicant by"), "value": f"{agent.name} ({under})" if under else agent.name}]


def together_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """Who applies together with the applicant, as a fact of the dossier; one statement, none where nobody does."""
    if not dossier.is_joint:
        return []
    names = CoApplicant.objects.filter(dossier=dossier).order_by("invited_at", "id").values_list("name", flat=True)
    return [{"label": _("Applies together with"), "value": ", ".join(names)}]

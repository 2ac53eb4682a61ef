"""An application that who applies signs: whether, in whose name, how far it is, and the page that is signed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from motcua.engines.forms.summary import summary
from motcua.engines.rendering.errors import RenderingError, UnsupportedCharacter
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render_with_anchors
from motcua.engines.signing.access import signing_parties
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.models import DocumentLevel, SigningCertificate
from motcua.engines.signing.queries import certificates_of_party
from motcua.kernel.errors import NotAllowed, Refused
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party, Representation
from motcua.people.citizens.queries import mandate_of
from motcua.people.organisations.models import Office
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.issuing import TEMPLATES
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import ApplicationSigning, CoApplicant
from motcua.services.dossiers.printing import RETURNED, party_data
from motcua.services.dossiers.routing import local_day

FIELD = "NguoiKy"
# Stands among the papers of the dossier for ever, so it is Vietnamese whatever language the screen has.
PAPER_NAME = "Đơn đề nghị đã ký số"
PAPER_OF_OTHERS = f"{PAPER_NAME} ("  # the name of who signed it, too, follows


@dataclass(frozen=True)
class Signature:
    """The signature on an application, for whoever writes it, or, ``together``, for one who applies, too.

    Statements: one, two for who files for another.
    """

    application: Application
    account: Account
    at: datetime
    together: bool = False

    @cached_property
    def asked(self) -> str:
        """Empty, ``offered`` or ``required``, as the package says.

        Employees of public service points bring what was signed on paper: they are asked for nothing.
        """
        asked = self.application.package.manifest.applicant_signature
        return "" if asked and not self.together and self._is_service_point else asked

    @property
    def _is_service_point(self) -> bool:
        own, applicant = self.account.party, self.application.draft.applicant
        if applicant is None or applicant == own:
            return False
        mandate = mandate_of(own.pk, applicant.pk, local_day(self.at))
        return mandate is not None and mandate.kind == Representation.Kind.SERVICE

    @cached_property
    def signer(self) -> Party:
        """In whose name it is signed: the company that applies, else the person who files it.

        Raises ``NotAllowed`` for who does not speak for the company.
        """
        own, applicant = self.account.party, self.application.draft.applicant
        if self.together or applicant is None or applicant.kind == Party.Kind.CITIZEN or applicant == own:
            return own
        if applicant in signing_parties(self.account, local_day(self.at)):
            return applicant
        raise NotAllowed(_("Only who speaks for the company by law or by authorisation signs in its name."))

    @property
    def certificates(self) -> list[SigningCertificate]:
        """With what it can be signed; the longest valid first."""
        return certificates_of_party(self.signer, level=DocumentLevel.APPLICANT, at=self.at)

    @cached_property
    def latest(self) -> ApplicationSigning | None:
        """The last attempt, however it ended."""
        return self._signings.order_by("-asked_at", "-id").first()

    @cached_property
    def digest(self) -> str:
        """Of what is signed."""
        return Together(self.application).digest

    @cached_property
    def done(self) -> ApplicationSigning | None:
        """The signature that is there, if the application still says what was signed."""
        rows = self._signings.filter(state=ApplicationSigning.State.DONE, digest=self.digest)
        return rows.exclude(file=None).order_by("-asked_at", "-id").first()

    @property
    def _signings(self) -> QuerySet[ApplicationSigning]:
        rows = ApplicationSigning.objects.filter(application=self.application.draft.pk, asked_by=self.account)
        return rows.select_related("transaction__certificate", "file__blob")

    def require(self) -> None:
        """Raises ``Refused`` while a signature is required and not there, or asked for and not answered."""
        if self.asked and self.latest is not None and self.latest.state == ApplicationSigning.State.WAITING:
            text = _("Your signature has been asked for and has not come yet. Confirm it, or cancel the request.")
            raise Refused(text, field="signature", code="being_signed")
        if self.asked == "required" and self.done is None:
            text = _("This application must be signed with a digital signature before it is sent.")
            if self.together:
                text = _("Sign the application with your digital signature first, then confirm it.")
            raise Refused(text, field="signature", code="not_signed")


def signed_together(together: Together, people: Sequence[CoApplicant]) -> list[ApplicationSigning]:
    """What those who apply, too, have signed of the content as it is now, in their order; one statement if any do."""
    if not people:
        return []
    rows = ApplicationSigning.objects.filter(
        application=together.application.draft.pk,
        state=ApplicationSigning.State.DONE,
        digest=together.digest,
        signer__in=[person.party_id for person in people],
    )
    found = rows.exclude(file=None).select_related("file", "signer").order_by("asked_at", "id")
    by_party = {row.signer_id: row for row in found}
    return [by_party[person.party_id] for person in people if person.party_id in by_party]


def page_to_sign(application: Application, signer: Party, *, digest: str, at: datetime) -> bytes:
    """The application as a PDF with the empty place for the signature. Raises ``Refused`` for what cannot be set."""
    with translation.override("vi"):
        data = _data(application, signer, digest)
    try:
        page = render_with_anchors(Template(TEMPLATES, "application.typ"), data, dated=at)
    except UnsupportedCharacter as error:
        text = _("The application cannot be printed: no font has %(text)s. Please write it in another way.")
        raise Refused(text % {"text": error.characters}, code="rendering") from error
    except RenderingError as error:
        raise Refused(
            _("The application cannot be made into a PDF. Please tell the office."), code="rendering"
        ) from error
    return prepare_fields(page.pdf, page.anchors)


def _data(application: Application, signer: Party, digest: str) -> dict[str, Any]:
    """What the template documents."""
    draft, answers = application.draft, application.answers
    chosen = str(draft.options.get("office", ""))
    office = Office.objects.filter(pk=chosen).first() if chosen else None
    applicant = draft.applicant or signer
    sections = summary(application.form, answers.data, around=application.around(answers.typed))
    return {
        "agency": office.name if office else "",
        "procedure": draft.procedure_version.name,
        "code": draft.procedure_version.procedure.code,
        "case": application.case.name,
        "applicant": party_data(applicant),
        "filed_by": None if draft.account.party == applicant else party_data(draft.account.party),
        "sections": [asdict(section) for section in sections],
        "files": [{"name": each.file.name, "digest": each.file.blob_id} for each in application.files],
        "result": RETURNED[application.return_method],
        "address": application.return_address,
        "signer": signer.name,
        "is_company": signer.kind == Party.Kind.BUSINESS,
        "digest": digest,
    }

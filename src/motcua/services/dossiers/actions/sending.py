"""A draft becomes a dossier, once however often its button is pressed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.levels.queries import wanted_level
from motcua.engines.signing.models import DocumentLevel
from motcua.kernel.blobs.actions import release
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of
from motcua.services.dossiers import stores
from motcua.services.dossiers.access import sent_by
from motcua.services.dossiers.actions.joining import require_confirmed, take_over
from motcua.services.dossiers.actions.submitting import NewPaper, Submission, submit
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.applications import Application, application_of, receiving_offices
from motcua.services.dossiers.applying import PAPER_NAME, PAPER_OF_OTHERS, Signature, signed_together
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import ApplicationSigning, Channel, Dossier, Draft, Paper
from motcua.services.dossiers.routing import local_day


@transaction.atomic
def send_draft(draft: UUID, *, by: Account, declared: bool, at: datetime | None = None) -> Dossier:
    """Send an application: the dossier takes over the draft's key and files, and the draft is gone.

    Sent a second time, it gives the dossier of the first. Raises ``Invalid`` naming what is missing, ``Refused``
    without the declaration that all is true, ``NotFound`` for another's draft, or one taken down at the counter.
    """
    waiting = Draft.objects.select_for_update(of=("self",)).filter(pk=draft, account=by, channel=Channel.ONLINE)
    locked = waiting.select_related("procedure_version__procedure", "case", "applicant").first()
    if locked is None:
        return _sent_before(draft, by)
    now = at or timezone.now()
    if locked.procedure_version_id != locked.procedure_version.procedure.current_version_id:
        raise Conflict(_("The procedure has changed since. Please check your application again."), code="changed")
    application = application_of(locked)
    application.require_complete()
    if not declared:
        raise Refused(_("Tick that what you state is true."), field="declared", code="not_declared")
    together = Together(application)
    require_confirmed(together)
    signature = Signature(application, by, now)
    signature.require()
    confirmed = [person for person in together.people if together.holds(person)]
    theirs = signed_together(together, confirmed)
    papers = [*_signed(signature), *_signed_together(theirs), *_papers(application)]
    dossier = submit(_submission(application, signature, papers, len(confirmed), now), by=citizen(by.pk), at=now)
    take_over(confirmed, dossier, by=by.pk, at=now)
    own_signing = signature.done if signature.asked else None
    _raise_levels([each for each in (own_signing, *theirs) if each is not None], dossier, now)
    locked.delete()
    if unused := {attached.file_id for attached in application.files} - set(application.taken_over()):
        release(unused)
    return dossier


def _submission(
    application: Application, signature: Signature, papers: Sequence[NewPaper], joint: int, now: datetime
) -> Submission:
    """What the draft holds, as what is submitted; ``joint``: how many apply too."""
    draft, (own, applicant) = application.draft, _parties(application, signature.account, now)
    return Submission(
        key=draft.pk,
        joint=joint,
        signed=not signature.asked or signature.done is not None,
        version=draft.procedure_version,
        case=application.case,
        channel=draft.channel,
        applicant=applicant,
        representative=None if applicant == own else own,
        form_data=application.answers.data,
        papers=papers,
        receiving_office=_office(application, now),
        proposed=application.proposed_fates,
        return_method=application.return_method,
        return_address=application.return_address,
    )


def _sent_before(draft: UUID, by: Account) -> Dossier:
    sent = sent_by(by.pk, draft).first()
    if sent is None:
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))
    return sent


def _parties(application: Application, by: Account, now: datetime) -> tuple[Party, Party]:
    """The sender's own party and the applicant, whom they may still act for, by the record that is kept of them."""
    chosen = application.draft.applicant
    wanted = (chosen.merged_into_id or chosen.pk) if chosen else None
    if by.is_citizen and by.party.pk == wanted:
        return by.party, by.party
    parties = parties_of(by, local_day(now))
    for party in parties:
        if party.pk == wanted:
            return parties[0], party
    raise Refused(_("Choose for whom you apply."), field="applicant", code="applicant")


def _office(application: Application, now: datetime) -> UUID:
    """The receiving office, if it still receives."""
    chosen = str(application.draft.options.get("office", ""))
    offices = receiving_offices(application.package, local_day(now))
    found = offices.filter(pk=chosen).first() if chosen else None
    if found is None:
        raise Refused(_("Choose the office to which you apply."), field="office", code="office")
    return found.pk


def _signed(signature: Signature) -> list[NewPaper]:
    """The application that was signed, as a paper beside the others; none where it was not."""
    done = signature.done if signature.asked else None
    return [NewPaper(name=PAPER_NAME, form=Paper.Form.ORIGINAL, file=done.file_id)] if done else []


def _signed_together(signings: Iterable[ApplicationSigning]) -> list[NewPaper]:
    """What the others have signed, each a paper of its own."""
    return [
        NewPaper(name=f"{PAPER_OF_OTHERS}{each.signer.name})"[:1000], form=Paper.Form.ORIGINAL, file=each.file_id)
        for each in signings
    ]


def _raise_levels(signings: Sequence[ApplicationSigning], dossier: Dossier, now: datetime) -> None:
    """Have the signatures of who applies made to last, as the policy says."""
    files = [each.file for each in signings if each.file is not None]
    wanted = wanted_level(now, of=(DocumentLevel.APPLICANT,)) if files else None
    for file in files:
        await_level(file=file, subject=dossier.stream, at=now, wanted=wanted)


def _papers(application: Application) -> list[NewPaper]:
    declared = stores.declared({attached.source for slot in application.papers for attached in slot.files})
    return [
        NewPaper(
            name=slot.paper.name[:1000],
            case_paper=slot.paper.pk,
            file=attached.file_id,
            reused=bool(attached.source) and attached.source not in declared,
            source=attached.source,
        )
        for slot in application.papers
        for attached in slot.files
    ]

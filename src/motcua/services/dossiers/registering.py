"""Results that are documents of the agency (``register: outgoing``): correspondence numbers, registers, issues them.

They are initialled, signed and sealed in the dossier, once. What correspondence knows of them is an opaque origin.
"""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.people.accounts.models import Account
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions import outgoing
from motcua.services.correspondence.models import OutgoingDocument
from motcua.services.correspondence.origins import Place
from motcua.services.correspondence.types import DOCUMENT_TYPES
from motcua.services.dossiers.access import Viewer, dossiers_for
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.marks import mark_of
from motcua.services.dossiers.models import ResultDocument, ResultSigning
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import package_of

REGISTER, KIND = "outgoing", "result"


def origin_of(result: UUID) -> str:
    """What correspondence knows a result by."""
    return f"{KIND}:{result}"


def hold_number(result: ResultDocument, spec: ResultSpec, *, by: Actor, at: datetime) -> outgoing.Held:
    """The number that a result gets in the register, kept for it until it is sealed."""
    return outgoing.hold_number(_made(result, spec, local_day(at)), by=by, at=at)


def _made(result: ResultDocument, spec: ResultSpec, day: date) -> outgoing.Made:
    return outgoing.Made(
        origin=origin_of(result.pk),
        office=result.office_id,
        type=spec.type,
        mark=mark_of(spec, result.office, day),
        subject=_subject(result, spec, day),
    )


def _subject(result: ResultDocument, spec: ResultSpec, day: date) -> str:
    """What the register says it is about, without the name of the type that stands before it there."""
    kind = in_force(DOCUMENT_TYPES, day).rules.find(spec.type)
    bare = result.name.removeprefix(kind.name).strip() if kind else result.name
    return f"{bare[:1].upper()}{bare[1:]}, hồ sơ {result.dossier.number}"


def enter(result: ResultDocument, *, by: Actor, at: datetime) -> OutgoingDocument | None:
    """Enter a result that has just been sealed into the register; None for one that a series numbers.

    The applicant fetches it as every result. Whoever it is told to, too, the clerk adds in correspondence.
    """
    dossier = result.dossier
    spec = package_of(dossier.procedure_version_id).results[result.template]
    if not spec.register:
        return None
    assert result.signed_by_id is not None
    assert result.signed_at is not None
    signing = result.signings.filter(act=ResultSigning.Act.SIGN, state=ResultSigning.State.DONE).latest("asked_at")
    signed = outgoing.Signed(
        signer=result.signed_by_id,
        at=result.signed_at,
        competence=signing.authority.partition(" ")[0],
        position=signing.title,
        name=Account.objects.values_list("display_name", flat=True).get(pk=result.signed_by_id),
        drafter=result.prepared_by_id,
        unit=result.office_id,
    )
    made = _made(result, spec, local_day(at))
    to = [(dossier.applicant_name, dossier.number)]
    return outgoing.enter(made, signed, file=result.file, recipients=to, by=by, at=at)


def place_of(request: HttpRequest, origin: str) -> Place | None:
    """The dossier in which a registered document was made, for officers who may see it."""
    assert isinstance(request.user, Account)
    found = dossiers_for(Viewer.of(request.user)).filter(results__pk=origin.removeprefix(f"{KIND}:")).first()
    if found is None:
        return None
    url = reverse("dossiers:desk-dossier", args=[found.number])
    return Place(_("Dossier %(number)s") % {"number": found.number}, url)


def follow_raised(result: ResultDocument) -> None:
    """Have the register keep the version that proves its signatures for longer, too."""
    if result.document_id is not None:
        outgoing.raise_entered(result.document_id, new_file=result.file)


def let_numbers_go(dossier: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """A dossier has ended without sealing what a number is held for: the number is skipped, with the reason."""
    unsealed = ResultDocument.objects.filter(dossier=dossier, document=None).exclude(number="")
    for key in unsealed.order_by("id").values_list("pk", flat=True):
        outgoing.let_number_go(origin_of(key), reason=reason, by=by, at=at)


def note_fetched(dossier: UUID, *, by: Actor, at: datetime) -> None:
    """The applicant has got the results of a dossier."""
    for document in _documents(dossier=dossier):
        outgoing.note_fetched(document, by=by, at=at)


def recall_revoked(result: UUID | str | None, *, reason: str, by: Actor, at: datetime) -> None:
    """A result was revoked by the office that issued it: its document is recalled; again does nothing."""
    for document in _documents(pk=result) if result else ():
        outgoing.recall(document, reason=reason, by=by, at=at)


def _documents(**of: object) -> list[UUID]:
    """The documents of results that are issued still."""
    rows = ResultDocument.objects.filter(document__state=OutgoingDocument.State.ISSUED, **of)
    return [key for key in rows.order_by("id").values_list("document_id", flat=True) if key]

"""What citizens filed for others stays in their list, and how it ended, whoever acts for the applicant by now.

No right to anything else comes from having filed a dossier: ``access`` knows nothing of it.
"""

from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, TextField
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound
from motcua.kernel.events.models import Event
from motcua.people.citizens.models import Representation
from motcua.services.dossiers.access import Viewer, visible_to
from motcua.services.dossiers.looks import record_look
from motcua.services.dossiers.models import Channel, Dossier, DossierQuerySet

FILED = "filed"  # purpose of access records
_SUBMITTED, _FILED_AS, _SERVICE = "dossier.submitted", "filed_as", Representation.Kind.SERVICE.value


def filed_by(viewer: Viewer) -> Q:
    """The condition of dossiers that the viewer filed, whoever conducts the applicant's affairs today.

    Their account sent it online, or it names them, or one whose affairs they conduct, as the representative. What
    employees of service points file is their work: they see it while their mandate lasts (``access.visible_to``).
    """
    if viewer.account is None or not viewer.parties:
        return Q(pk__in=[])
    sent = Q(channel=Channel.ONLINE, submitted_by=viewer.account)
    return (sent | Q(representative__in=sorted(viewer.parties))) & ~Q(_as_service_point())


def _as_service_point() -> Exists:
    """Whether a dossier was filed as the work of a public service point, as its first event says for good."""
    stream = Func(OuterRef("pk"), template="('dossier:' || %(expressions)s::text)", output_field=TextField())
    told = Event.objects.alias(filed_as=KT(f"references__{_FILED_AS}")).filter(stream=stream, kind=_SUBMITTED)
    return Exists(told.filter(filed_as=_SERVICE))


def listed_for_public(viewer: Viewer) -> DossierQuerySet:
    """The dossiers of whose affairs a citizen conducts, and those that they filed: for their list alone."""
    everything = viewer.sees_all
    found: DossierQuerySet = Dossier.objects.filter(Q() if everything else visible_to(viewer) | filed_by(viewer))
    return found


def asked_for_public(viewer: Viewer) -> tuple[Any, ...]:
    """The parameters of :func:`listed_for_public`."""
    if viewer.sees_all or viewer.account is None or not viewer.parties:
        return viewer.asking
    filed = (Channel.ONLINE.value, viewer.account.pk, *sorted(viewer.parties))
    return (*viewer.asking, *filed, 1, _SUBMITTED, _FILED_AS, _SERVICE)


def filed_for(viewer: Viewer, number: str) -> Dossier:
    """A dossier that the viewer filed, to see how it ended.

    The look leaves an access record (:data:`FILED`) for the others whose data it holds. At most three statements.
    Raises ``NotFound``.
    """
    found = Dossier.objects.for_list().filter(filed_by(viewer), Q(code=number) | Q(submission_number=number))
    dossier = found.select_related("applicant").first()
    if dossier is None:
        raise NotFound(_("There is no such dossier, or it is not yours to see."))
    assert viewer.account is not None  # nobody else has filed anything
    record_look(dossier, who=viewer.account.pk, purpose=FILED, own=viewer.parties)
    return dossier

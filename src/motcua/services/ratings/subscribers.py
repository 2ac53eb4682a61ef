"""What ratings do when a dossier has ended (ask whoever it was for) or was decided (measure how it went)."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.dossiers.applicants import applicant_accounts
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.models.dossier import CLOSED, without_package
from motcua.services.ratings import actions
from motcua.services.ratings.evaluation import measures
from motcua.services.ratings.models import Invitation
from motcua.services.ratings.secrets import rating_path

SURVEYS = Group(code="surveys", label=_("Questions about our service"), audience="citizens")
ENDS = ("dossier.returned", "dossier.refused", "dossier.stopped", "dossier.withdrawn", "dossier.lapsed")
_INVITED = declare(
    code="rating.invited",
    group=SURVEYS,
    subject=_("How did we do? Dossier {code}"),
    body=_("The result of “{subject}” has been returned to you. Please tell us in a minute how you were served."),
)
_INVITED_OTHERWISE = declare(
    code="rating.invited_otherwise",
    group=SURVEYS,
    subject=_("How did we do? Dossier {code}, which has ended"),
    body=_("The handling of “{subject}” has ended without a result. Please tell us in a minute how you were served."),
)


@subscriber("ratings.invitations", kinds=ENDS)
def invite(batch: list[Event]) -> None:
    """Invite for each end whose time for answering still runs, and tell those who have an account.

    An interlinked dossier that was stopped with the one that opened it has an end that its applicant hears of there.
    """
    own = (event for event in batch if "parent" not in event.references)
    keys = {UUID(event.stream.removeprefix("dossier:")) for event in own}
    joined = ("procedure_version", "applicant__merged_into", "representative__merged_into")
    dossiers = Dossier.objects.filter(pk__in=keys, state__in=CLOSED).select_related(*joined)
    now = timezone.now()
    for dossier in dossiers.defer(*without_package("procedure_version")).order_by("closed_at", "id"):
        invitation = actions.invite(dossier, at=now)
        if invitation is not None:
            notify(
                _INVITED if invitation.ending == Invitation.Ending.RETURNED else _INVITED_OTHERWISE,
                recipients=applicant_accounts(dossier, now),
                facts={"code": dossier.number, "subject": dossier.subject},
                key=f"rating:{invitation.pk}",
                url=rating_path(invitation.pk),
            )


@subscriber("ratings.measures", kinds=("dossier.decided",))
def measure(batch: list[Event]) -> None:
    """Measure each dossier that has been decided, for the evaluation."""
    keys = {UUID(event.stream.removeprefix("dossier:")) for event in batch}
    for dossier in Dossier.objects.filter(pk__in=keys, decided_at__isnull=False).order_by("pk"):
        measures.of_dossier(dossier)

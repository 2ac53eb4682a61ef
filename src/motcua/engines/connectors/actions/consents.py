"""People allow data to be shared for a purpose, and take it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.connectors.models import Call, Consent
from motcua.engines.connectors.purposes import PURPOSES
from motcua.engines.editions.actions import settle
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.actions import record
from motcua.people.citizens.models import Party


def standing_consent(party: UUID, purpose: str) -> Consent | None:
    """The consent of a person for a purpose that stands now; one statement."""
    return Consent.objects.filter(party=party, purpose=purpose, withdrawn_at=None).first()


def hold_still(party: UUID) -> None:
    """Until the transaction ends nobody else gives or withdraws consent of this person; lock it before calls."""
    Party.objects.select_for_update(of=("self",), no_key=True).filter(pk=party).first()


@transaction.atomic
def give(party: Party, purpose: str, *, by: UUID, at: datetime) -> Consent:
    """Allow data to be shared; what waited for it goes on. Given again it stays as it is.

    Raises :class:`Refused` for a purpose that is not in force, or that needs no consent.
    """
    rules = settle(PURPOSES, timezone.localdate(at), at=at)
    found = rules.rules.get(purpose)
    if found is None or found.basis != "consent":
        raise Refused(_("For this purpose no consent is asked."), code="purpose")
    hold_still(party.pk)
    standing = standing_consent(party.pk, purpose)
    if standing is not None:
        return standing
    consent = Consent.objects.create(party=party, purpose=purpose, edition=rules.number, given_at=at, given_by_id=by)
    held = Call.objects.filter(whose=party, purpose=purpose, state=Call.State.HELD)
    held.update(state=Call.State.WAITING, next_at=at)
    _tell(party, "given", purpose, by, at, edition=rules.number)
    return consent


@transaction.atomic
def withdraw(party: Party, purpose: str, *, by: UUID, at: datetime) -> None:
    """Take a consent back: from now on nothing is asked for this purpose. Raises :class:`Conflict` when there is none.

    What was shared before stays told in "who opened my data".
    """
    hold_still(party.pk)
    rows = Consent.objects.select_for_update(of=("self",)).filter(party=party, purpose=purpose, withdrawn_at=None)
    consent = rows.first()
    if consent is None:
        raise Conflict(_("This has been dealt with already."))
    consent.withdrawn_at, consent.withdrawn_by_id = at, by
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    waiting = Call.objects.filter(whose=party, purpose=purpose, state=Call.State.WAITING)
    waiting.update(state=Call.State.HELD)
    _tell(party, "withdrawn", purpose, by, at)


def _tell(party: Party, what: str, purpose: str, by: UUID, at: datetime, **more: int) -> None:
    references = {"purpose": purpose, "party": party.pk, **more}
    record(stream=f"consent:{party.pk}", kind=f"consent.{what}", actor=by, agency=None, references=references, at=at)

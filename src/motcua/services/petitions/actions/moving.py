"""What every action on a petition does: lock it, look whether it may and is late, say something, tell it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import numbered
from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.actions import record
from motcua.kernel.text import typed
from motcua.kernel.time.queries import calendar_for
from motcua.kernel.time.rules import Calendar
from motcua.services.petitions import rules
from motcua.services.petitions.models import Entry, Petition, Petitioner
from motcua.services.petitions.policy import PETITIONS
from motcua.services.ratings.evaluation import measures
from motcua.services.ratings.evaluation.measures import Fact

LONGEST = 5000
written = partial(typed.written, longest=LONGEST)


@dataclass
class Moving:
    """A locked petition on its way, under the rules under which it came in."""

    petition: Petition
    at: datetime
    actor: UUID | None

    @classmethod
    def begin(cls, key: UUID, act: str, *, by: UUID | None, at: datetime | None) -> "Moving":
        """Lock. Raises ``NotFound``, and ``Conflict`` where the petition's state does not allow the act (any more)."""
        found = Petition.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if found is None:
            raise NotFound(_("There is no such petition."))
        if not rules.allows(found.state, act):
            raise Conflict(_("The petition has moved meanwhile. Please look at it again."), code="state")
        moving = cls(found, at or timezone.now(), by)
        if act in rules.LIMITED and found.due_at is not None and moving.at > found.due_at:
            measure(found, "late", due=found.due_at)
        return moving

    @property
    def rules(self) -> rules.PetitionRules:
        """The rules under which it came in; one statement."""
        return numbered(PETITIONS, self.petition.rules).rules

    @property
    def calendar(self) -> Calendar:
        """That of the office."""
        return calendar_for(self.petition.office_id)

    def say(self, kind: Entry.Kind, text: str) -> Entry:
        """Keep what was said."""
        return Entry.objects.create(petition=self.petition, kind=kind, text=text, at=self.at, officer_id=self.actor)

    def tell(self, kind: str, references: dict[str, Any] | None = None, *, text: str = "") -> None:
        """Save the petition and tell the fact; ``text`` is what the sender wrote, erasable with them."""
        self.petition.save()
        record(
            stream=self.petition.stream,
            kind=kind,
            actor=self.actor,
            agency=self.petition.office_id,
            references={"state": self.petition.state, **(references or {})},
            personal={"text": text} if text else None,
            person=person_of(self.petition) if text else None,
            at=self.at,
        )


def measure(petition: Petition, category: str, *, due: datetime) -> None:
    """Have the evaluation count how an office kept a limit, in the month in which it ended.

    A petition counts once for each office: what was late once is not made good by what follows in time. Nothing is
    counted while it has no office.
    """
    if petition.office_id is None:
        return
    fact = Fact("petitions", category, petition.office_id)
    if category != "on_time" or not measures.is_counted(petition.stream, fact.office, "late"):
        measures.restate(petition.stream, [fact], at=due)


def person_of(petition: Petition) -> UUID:
    """Whose words these are: the party, or the record of somebody who is none."""
    key, party = Petitioner.objects.filter(petition=petition).values_list("pk", "party").get()
    return party or key

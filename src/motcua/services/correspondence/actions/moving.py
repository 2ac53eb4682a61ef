"""What every change of a document that came in has in common: the lock, the rule, the event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.composed import Composed
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.writing import insert, update
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.models import Assignment, IncomingDocument
from motcua.services.correspondence.rules import incoming as rules

GONE = (IncomingDocument.State.SENT_BACK, IncomingDocument.State.RECALLED)
_locked, _assignments = Composed[IncomingDocument](), Composed[Assignment]()


@dataclass
class Moving:
    """A locked document on its way."""

    document: IncomingDocument
    at: datetime
    by: Actor

    @classmethod
    def begin(cls, key: UUID, act: str, *, by: Actor, at: datetime | None) -> "Moving":
        """Lock it. Raises ``NotFound``, and ``Conflict`` where its state does not allow the act (any more)."""
        rows = _locked(lambda: IncomingDocument.objects.select_for_update(of=("self",)).filter(pk=key), [key])
        if not rows:
            raise NotFound(_("There is no such document."))
        (found,) = rows
        if not rules.allows(found.state, act):
            raise Conflict(_("The document has moved meanwhile. Please look at it again."), code="state")
        return cls(found, at or timezone.now(), by)

    def open_assignment(self, key: UUID) -> Assignment:
        """An assignment that is still to be done, under the document's lock. Raises ``Conflict``."""
        found = Assignment.objects.filter(document=self.document, pk=key, state=Assignment.State.OPEN).first()
        if found is None:
            raise Conflict(_("This task is done already, or was withdrawn."), code="task")
        return found

    def assign(self, *given: Mapping[str, Any], beside: Collection[Assignment]) -> list[Assignment]:
        """Give units and officers something to do ``beside`` what is still to be done; one statement.

        Raises ``Conflict`` where one of them has the document already.
        """
        # What the house by itself passes on stays the task of who gave it.
        assert self.by.account is not None or all("assigned_by_id" in values for values in given)
        have = {(each.office_id, each.officer_id) for each in beside}
        made = []
        for values in given:
            who = (values["office_id"], values.get("officer_id"))
            if who in have:
                raise Conflict(_("One of the chosen has this document already."), field="to", code="assigned")
            have.add(who)
            usual = {"assigned_by_id": self.by.account, "sort_due": values.get("due_on") or rules.NEVER}
            made.append(Assignment(document=self.document, assigned_at=self.at, **(usual | {**values})))
        insert(made)
        return made

    def end(self, assignment: Assignment, state: Assignment.State, report: str = "") -> None:
        """Note how a task ended."""
        update([self.ended(assignment, state, report)])

    def ended(self, assignment: Assignment, state: Assignment.State, report: str = "") -> Assignment:
        """The task with how it ended, for the caller to write."""
        assignment.state, assignment.report = state, report
        assignment.ended_at, assignment.ended_by_id = self.at, self.by.account
        return assignment

    def open_parts(self) -> list[str]:
        """The parts of all that is still to be done."""
        return [each.part for each in self.to_do()]

    def to_do(self) -> list[Assignment]:
        """All that is still to be done."""
        key, states = self.document.pk, [Assignment.State.OPEN, Assignment.State.GIVEN]
        return _assignments(
            lambda: Assignment.objects.filter(document=key, state__in=states).order_by("id"), [key, *states]
        )

    def close(self, state: IncomingDocument.State, outcome: str) -> None:
        """Nothing more is to be done."""
        self.document.state, self.document.outcome, self.document.closed_at = state, outcome, self.at

    def tell(self, kind: str, references: dict[str, Any] | None = None) -> None:
        """Save the document and tell the fact."""
        update([self.document])
        record_many([self.fact(kind, references)])

    def fact(self, kind: str, references: dict[str, Any] | None = None, *, begins: bool = False) -> NewEvent:
        """What is told of the document as it stands now; ``begins`` as for :class:`NewEvent`."""
        return NewEvent(
            stream=self.document.stream,
            kind=f"correspondence.{kind}",
            actor=self.by.account,
            agency=self.by.office or self.document.office_id,
            references={"state": self.document.state, **self.by.references(), **(references or {})},
            at=self.at,
            begins=begins,
        )


def locked(keys: Collection[UUID]) -> list[IncomingDocument]:
    """Documents, locked in the order of their keys, as every action locks several; one statement."""
    return list(IncomingDocument.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


def not_past(due: date | None, at: datetime, field: str = "due_on") -> date | None:
    """A due day that is not over. Raises ``Refused``."""
    if due is not None and due < local_day(at):
        raise Refused(_("This day is over already."), field=field, code="past")
    return due


def past(due: date | None, at: datetime, field: str = "due_on") -> dict[str, str]:
    """What is wrong with a due day that is over, by field; nothing with any other."""
    try:
        not_past(due, at, field)
    except Refused as refused:
        return {field: refused.message}
    return {}

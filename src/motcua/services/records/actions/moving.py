"""What every change of a work file has in common: the lock, the rule, the event."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.actions import record
from motcua.kernel.text import typed
from motcua.people.officers.actors import Actor
from motcua.services.records import rules
from motcua.services.records.models import Hold, WorkFile

written = partial(typed.written, longest=500)


@dataclass
class Moving:
    """A locked work file."""

    file: WorkFile
    at: datetime
    by: Actor

    @classmethod
    def begin(cls, key: UUID, act: str, *, by: Actor, at: datetime | None = None) -> "Moving":
        """Lock it. Raises ``NotFound``, and ``Conflict`` where its state or a hold does not allow the act."""
        found = WorkFile.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if found is None:
            raise NotFound(_("There is no such file."))
        held = Hold.objects.filter(file=found, lifted_at=None).exists()
        if not rules.allows(found.state, act, held=held):
            if rules.allows(found.state, act, held=False):
                raise Conflict(_("A legal hold stands on this file. Nothing of it may be changed."), code="held")
            raise Conflict(_("The file has changed meanwhile. Please look at it again."), code="state")
        return cls(found, at or timezone.now(), by)

    def tell(self, kind: str, references: dict[str, Any] | None = None) -> None:
        """Save the file and tell the fact."""
        self.file.save()
        tell(self.file.stream, kind, self.by, self.at, self.file.office_id, references)


def tell(
    stream: str, kind: str, by: Actor, at: datetime, office: UUID | None, references: dict[str, Any] | None = None
) -> None:
    """Tell a fact of this room."""
    told = {**by.references(), **(references or {})}
    record(stream=stream, kind=f"records.{kind}", actor=by.account, agency=by.office or office, references=told, at=at)


def person(by: Actor) -> UUID:
    """The account of who acts, where the house itself never does."""
    assert by.account is not None
    return by.account

"""What every change of a document that goes out has in common: the lock, the rule, the event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editing.queries import standing
from motcua.kernel.composed import Composed
from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.writing import update
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.models import OutgoingDocument, OutgoingSigning
from motcua.services.correspondence.rules import outgoing as rules

DRAFT = "draft"  # the kind of files that are edited in the browser
_locked = Composed[OutgoingDocument]()


@dataclass
class Sending:
    """A locked document on its way out."""

    document: OutgoingDocument
    at: datetime
    by: Actor

    @classmethod
    def begin(cls, key: UUID, act: str, *, by: Actor, at: datetime | None) -> "Sending":
        """Lock it. Raises ``NotFound``, and ``Conflict`` where its state does not allow the act (any more)."""
        rows = _locked(lambda: OutgoingDocument.objects.select_for_update(of=("self",)).filter(pk=key), [key])
        if not rows:
            raise NotFound(_("There is no such document."))
        (found,) = rows
        if not rules.allows(found.state, act):
            raise Conflict(_("The document has moved meanwhile. Please look at it again."), code="state")
        return cls(found, at or timezone.now(), by)

    def require_unsigned(self) -> None:
        """Raises ``Conflict`` while a signature is being asked for."""
        waiting = OutgoingSigning.objects.filter(document=self.document, state=OutgoingSigning.State.WAITING)
        if waiting.exists():
            raise Conflict(_("This document is being signed already."), code="being_signed")

    def require_not_edited(self) -> None:
        """Raises ``Conflict`` while the draft is edited in the browser, or what was saved waits to be taken."""
        now = standing(DRAFT, self.document.pk, at=self.at)
        if now.since is not None:
            text = _("The draft is being edited in the browser by %(names)s. Close the editor there, or end it here.")
            raise Conflict(text % {"names": ", ".join(now.names)}, code="edited")
        if now.waits:
            text = _("What was written in the browser is just becoming a version. Please try again in a moment.")
            raise Conflict(text, code="edited")

    def tell(self, kind: str, references: dict[str, Any] | None = None) -> None:
        """Save the document and tell the fact."""
        update([self.document])
        record_many([self.fact(kind, references)])

    def fact(self, kind: str, references: dict[str, Any] | None = None) -> NewEvent:
        """What is told of the document as it stands now."""
        return NewEvent(
            stream=self.document.stream,
            kind=f"correspondence.{kind}",
            actor=self.by.account,
            agency=self.by.office or self.document.office_id,
            references={"state": self.document.state, **self.by.references(), **(references or {})},
            at=self.at,
        )

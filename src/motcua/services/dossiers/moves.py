"""One dossier being moved, from its lock to the one statement that writes everything.

Every action that changes where a dossier stands goes through here: lock and read (2 statements), decide in Python,
write (1 statement).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict
from motcua.kernel.events import rules as sealing
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.time.queries import calendar_for
from motcua.kernel.time.rules import Calendar, Limit, Pause, due
from motcua.services.dossiers import standing as reading
from motcua.services.dossiers import writing
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.rules.clock import Clock, moved_by, pauses_since
from motcua.services.dossiers.standing import Item, Row, Standing
from motcua.services.dossiers.writing import Changes


class Move:
    """Collects what changes; nothing is written before :meth:`write`."""

    def __init__(self, standing: Standing, *, by: Actor, at: datetime) -> None:
        self.standing = standing
        self.by = by
        self.at = at
        self.changes = Changes()
        self.unawaited: list[UUID] = []  # cancelled tokens that waited for an interlinked dossier
        self._events: list[NewEvent] = []
        self._calendars: dict[UUID, Calendar] = {}

    @classmethod
    def begin(
        cls, dossier_id: UUID, *, by: Actor, at: datetime | None = None, seen_version: int | None = None
    ) -> "Move":
        """Lock the dossier inside the caller's transaction. Raises ``NotFound`` and ``Conflict``."""
        standing = reading.lock(dossier_id, seen_version=seen_version)
        return cls(standing, by=by, at=at or timezone.now())

    @property
    def row(self) -> Row:
        """The dossier as it will be after the move so far."""
        return self.standing.dossier

    @cached_property
    def day(self) -> Any:
        """The day of the move in Vietnam."""
        return self.at.astimezone(VIETNAM).date()

    def require(self, act: str) -> None:
        """Raises ``Conflict`` when the state of the dossier does not allow the act."""
        if not states.allows(self.row.state, act):
            raise Conflict(_("This is not possible any more: the dossier has moved on."), code="state")

    def calendar(self, office: UUID) -> Calendar:
        """The working time of an office."""
        if office not in self._calendars:
            self._calendars[office] = calendar_for(office, version=self.standing.calendar_version)
        return self._calendars[office]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What the block changes holds as a whole: if it raises, the move is as it was before."""
        before = deepcopy((self.standing, self.changes, self.unawaited, self._events))
        try:
            yield
        except BaseException:
            self.standing, self.changes, self.unawaited, self._events = before
            raise

    # -- what changes ---------------------------------------------------------------------------------------------

    def set(self, **columns: Any) -> None:
        """Change columns of the dossier."""
        for name, value in columns.items():
            if hasattr(self.row, name):
                setattr(self.row, name, value)
        self.changes.dossier |= columns

    def tell(self, kind: str, /, *, personal: Mapping[str, Any] | None = None, **references: Any) -> None:
        """Tell what happened; ``personal`` is what the applicant may have erased one day."""
        known = {
            **self.by.references(),
            **{key: value for key, value in references.items() if value not in (None, "")},
        }
        self._events.append(
            NewEvent(
                stream=self.row.stream,
                kind=kind,
                at=self.at,
                actor=self.by.account,
                agency=self.by.office,
                references=known,
                personal=personal,
                person=self.row.applicant_id if personal is not None else None,
            )
        )

    def count(self, measure: str, amount: int = 1) -> None:
        """Append to a figure of the resolving office."""
        row = self.row
        self.changes.deltas.append((row.resolving_office_id, self.standing.procedure_id, self.day, measure, amount))

    def open(self, item: Item, *, previous: UUID | None = None) -> None:
        """Add a work item."""
        self.standing.items[item.id] = item
        self.changes.opened.append(
            {
                "id": item.id,
                "dossier_id": self.row.id,
                "node": item.node,
                "name": item.name,
                "kind": item.kind,
                "state": item.state,
                "token": item.token,
                "role": item.role,
                "office_id": item.office_id,
                "assignee_id": item.assignee_id,
                "opened_at": item.opened_at,
                "due_at": item.due_at,
                "paused": item.paused,
                "limit_value": item.limit.value if item.limit else None,
                "limit_unit": item.limit.unit if item.limit else "",
                "previous_id": previous,
            }
        )

    def close(self, item_id: UUID, *, done: bool, outcome: str | None = None) -> None:
        """Finish or cancel a work item."""
        closed = self.standing.items.pop(item_id)
        opened_now = next((row for row in self.changes.opened if row["id"] == item_id), None)
        if opened_now is not None:  # opened and passed within this very move: it never was anybody's work
            self.changes.opened.remove(opened_now)
            self.changes.timers = [row for row in self.changes.timers if row["work_item_id"] != item_id]
            return
        self.changes.changed = [row for row in self.changes.changed if row["id"] != item_id]
        if closed.kind == "spawn" and not done:
            self.unawaited.append(item_id)
        state, by = ("done", self.by.account) if done else ("cancelled", None)
        self.changes.closed.append({"id": item_id, "state": state, "at": self.at, "by": by, "outcome": outcome or ""})

    def change(self, item: Item) -> None:
        """Change office, assignee, due time, pause or first sight of a standing work item."""
        columns = ("id", "due_at", "assignee_id", "office_id", "seen_at", "is_passed_on", "paused")
        self.changes.changed = [row for row in self.changes.changed if row["id"] != item.id]
        opened_now = next((row for row in self.changes.opened if row["id"] == item.id), None)
        row = {name: getattr(item, name) for name in columns}
        if opened_now is not None:
            opened_now.update({name: row[name] for name in columns if name in opened_now})
        else:
            self.changes.changed.append(row)

    def time_out(self, item_id: UUID, *, event: str, limit: Limit) -> None:
        """Start a timer that belongs to a work item, counted in the resolving office's working time."""
        ends = due(self.at, limit, self.calendar(self.row.resolving_office_id))
        self.changes.timers.append({"id": new_id(), "work_item_id": item_id, "event": event, "due_at": ends})

    # -- the clock ------------------------------------------------------------------------------------------------

    def pause(self, kind: str) -> None:
        """Stop the clock, unless it stands still already."""
        if self.standing.running_pause is None:
            id_ = new_id()
            self.standing.pauses.append((id_, kind, Pause(self.at, None)))
            self.changes.pauses_begun.append(
                {"id": id_, "dossier_id": self.row.id, "kind": kind, "started_at": self.at}
            )
            self._mark_steps(paused=True)

    def resume(self, *, restart: datetime | None = None) -> None:
        """Let the clock run again; with ``restart`` the limit begins anew then (NĐ 61/2018, article 19 clause 4)."""
        running = self.standing.running_pause
        if running is None:
            return
        id_, kind, pause = running
        ended = replace(pause, end=self.at)
        self.standing.pauses[self.standing.pauses.index(running)] = (id_, kind, ended)
        self.changes.pauses_ended.append(id_)
        self._mark_steps(paused=False)
        if restart is not None and self.row.counted_from is not None:
            self.set(counted_from=restart)
        if self.row.limit is None and self.row.due_at is not None:
            self.set(due_at=moved_by(self.row.due_at, ended, self.calendar(self.row.resolving_office_id)))
        self.reclock()

    def _mark_steps(self, *, paused: bool) -> None:
        """On the steps themselves, so that lists and counts of what is late need not look for pauses."""
        for item in self.standing.items.values():
            if item.kind == "step" and item.state == "open":
                item.paused = paused
                self.change(item)

    def reclock(self) -> None:
        """Compute anew when the dossier and its open steps are due."""
        row, pauses = self.row, [pause for _id, _kind, pause in self.standing.pauses if pause.end is not None]
        if row.limit is not None and row.counted_from is not None:
            calendar = self.calendar(row.resolving_office_id)
            clock = Clock(
                row.counted_from, row.limit, pauses_since(row.counted_from, pauses), self.standing.extensions
            )
            self.set(due_at=clock.due_at(calendar), calendar_version=calendar.version)
        for item in self.standing.items.values():
            if item.limit is not None and item.office_id is not None:
                counted = pauses_since(item.opened_at, pauses)
                item.due_at = due(item.opened_at, item.limit, self.calendar(item.office_id), counted)
                self.change(item)

    # -- the end --------------------------------------------------------------------------------------------------

    def settle_state(self) -> None:
        """Read the running state off the open steps, as ``rules.states`` says."""
        row = self.row
        if row.state not in states.RUNNING:
            return
        steps = [item.office_id for item in self.standing.items.values() if item.kind == "step" and item.office_id]
        paying = any(kind == "payment" and pause.end is None for _id, kind, pause in self.standing.pauses)
        home = frozenset({row.receiving_office_id, row.resolving_office_id})
        state = states.running_state(steps, home=home, waits_for_payment=paying)
        if state != row.state:
            self.set(state=state)

    def cancel_work(self) -> None:
        """Cancel whatever stands open: the dossier ends early."""
        for item_id in list(self.standing.items):
            self.close(item_id, done=False)

    def write(self) -> None:
        """Write all rows and events; one statement. Raises ``Conflict`` when somebody was faster."""
        sealed, head = [], self.standing.head
        for new in self._events:
            sealed.append(sealing.seal(head, new))
            head = sealed[-1].head
        before = self.standing.head
        version = self.row.version
        writing.write(self.row.id, version, self.changes, before=before, events=sealed, at=self.at)
        self.row.version = version + 1
        self.standing.head = head
        self.changes = Changes()
        self._events = []

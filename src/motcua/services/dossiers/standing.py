"""How a dossier stands when it is about to move: read under its lock, in two statements.

The first statement takes the row lock. Only the second reads what hangs on the dossier: under READ COMMITTED a
statement that had to wait for the lock would still see the other tables as they were before.
"""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.process.tokens import State as TokenState
from motcua.engines.process.tokens import Token
from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.rules import Head
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.time.rules import Limit, Pause, Unit


@dataclass(slots=True)
class Row:
    """The columns of the dossier that moves read."""

    id: UUID
    code: str | None
    submission_number: str
    portal_code: str
    state: str
    version: int
    procedure_version_id: UUID
    case_id: UUID
    channel: str
    applicant_id: UUID
    representative_id: UUID | None
    submitted_by_id: UUID | None
    form_data: dict[str, Any]
    facts: dict[str, Any]
    offices: dict[str, str]
    receiving_office_id: UUID
    resolving_office_id: UUID
    submitted_at: datetime
    accepted_at: datetime | None
    counted_from: datetime | None
    limit_value: Decimal | None
    limit_unit: str
    due_at: datetime | None
    decided_at: datetime | None
    supplements_asked: int
    extensions_made: int
    parent_id: UUID | None
    parent_token: UUID | None

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"dossier:{self.id}"

    @property
    def limit(self) -> Limit | None:
        """Its time limit; None when the procedure sets none."""
        return Limit(self.limit_value, Unit(self.limit_unit)) if self.limit_value is not None else None


@dataclass(slots=True)
class Item:
    """A standing work item."""

    id: UUID
    node: str
    name: str
    kind: str
    state: str
    token: dict[str, Any]
    role: str
    office_id: UUID | None
    assignee_id: UUID | None
    opened_at: datetime
    seen_at: datetime | None
    due_at: datetime | None
    paused: bool
    limit: Limit | None
    is_passed_on: bool = False  # to another office, in this move

    def pass_to(self, office: UUID) -> None:
        """Give it to another office, where nobody has taken or opened it yet."""
        self.office_id, self.assignee_id, self.seen_at, self.is_passed_on = office, None, None, True

    def as_token(self) -> Token:
        """As the process engine sees it."""
        return Token(
            id=str(self.id),
            node=self.node,
            state=TokenState(self.token.get("state", TokenState.OPEN)),
            parent=self.token.get("parent"),
            flow=self.token.get("flow", ""),
            item=self.token.get("item"),
            instances=self.token.get("instances"),
        )


@dataclass(slots=True)
class Standing:
    """The dossier, the head of its stream, standing work items, pauses, extensions, and the version of calendars."""

    dossier: Row
    procedure_id: UUID
    head: Head
    items: dict[UUID, Item]
    pauses: list[tuple[UUID, str, Pause]]
    extensions: tuple[Limit, ...]
    calendar_version: int

    def instance_of(self, item: Item) -> Any:
        """What the innermost multi-instance around a work item is for here, or its own; None outside of one."""
        place: Item | None = item
        while place is not None and "item" not in place.token:
            parent = place.token.get("parent")
            place = self.items.get(UUID(parent)) if parent else None
        return place.token["item"] if place else None

    @property
    def running_pause(self) -> tuple[UUID, str, Pause] | None:
        """The pause in which the clock stands still now."""
        return next((pause for pause in self.pauses if pause[2].end is None), None)


_COLUMNS = [field.name for field in fields(Row)]
_LOCK = f"""
    SELECT {", ".join(f"d.{name}" for name in _COLUMNS)}, v.procedure_id
    FROM dossiers_dossier d JOIN procedures_procedureversion v ON v.id = d.procedure_version_id
    WHERE d.id = %s FOR NO KEY UPDATE OF d
"""  # noqa: S608 - column names of our own class
_ATTACHED = """
    SELECT
      (SELECT json_build_array(version, encode(digest, 'hex')) FROM events_streamhead WHERE stream = %(stream)s),
      (SELECT json_agg(w) FROM (
         SELECT id, node, name, kind, state, token, role, office_id, assignee_id, opened_at, seen_at, due_at,
                paused, limit_value, limit_unit
         FROM dossiers_workitem WHERE dossier_id = %(id)s AND state IN ('open', 'waiting') ORDER BY opened_at, id) w),
      (SELECT json_agg(json_build_array(id, kind, started_at, ended_at) ORDER BY started_at)
         FROM dossiers_pause WHERE dossier_id = %(id)s),
      (SELECT json_agg(json_build_array(value, unit) ORDER BY number)
         FROM dossiers_extension WHERE dossier_id = %(id)s),
      (SELECT coalesce(max(number), 0) FROM worktime_calendarversion)
"""


def lock(dossier_id: UUID, *, seen_version: int | None = None) -> Standing:
    """Lock a dossier until the transaction ends and read how it stands; two statements.

    Raises ``NotFound``, or ``Conflict`` when it has moved since the person saw ``seen_version``.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_LOCK, [dossier_id])
        found = cursor.fetchone()
        if found is None:
            raise NotFound(_("There is no such dossier."))
        row = Row(*map(_python, _COLUMNS, found[:-1]))
        if seen_version is not None and seen_version != row.version:
            raise Conflict(_("Somebody has worked on this dossier meanwhile. Look at it again, then decide."))
        cursor.execute(_ATTACHED, {"id": row.id, "stream": row.stream})
        head, items, pauses, extensions, calendar_version = cursor.fetchone()
    version, digest = _json(head) or (0, "")
    return Standing(
        dossier=row,
        procedure_id=found[-1],
        head=Head(row.stream, version, bytes.fromhex(digest)) if version else Head(row.stream),
        items={item.id: item for item in map(_item, _json(items) or ())},
        pauses=[
            (UUID(id_), kind, Pause(_moment(start), _moment(end))) for id_, kind, start, end in _json(pauses) or ()
        ],
        extensions=tuple(Limit(Decimal(str(value)), Unit(unit)) for value, unit in _json(extensions) or ()),
        calendar_version=calendar_version,
    )


def _python(name: str, value: Any) -> Any:
    return json.loads(value) if name in {"form_data", "facts", "offices"} and isinstance(value, str) else value


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _item(raw: dict[str, Any]) -> Item:
    value = raw["limit_value"]
    return Item(
        id=UUID(raw["id"]),
        node=raw["node"],
        name=raw["name"],
        kind=raw["kind"],
        state=raw["state"],
        token=raw["token"],
        role=raw["role"],
        office_id=_uuid(raw["office_id"]),
        assignee_id=_uuid(raw["assignee_id"]),
        opened_at=_moment(raw["opened_at"]),
        seen_at=_moment(raw["seen_at"]),
        due_at=_moment(raw["due_at"]),
        paused=raw["paused"],
        limit=Limit(Decimal(str(value)), Unit(raw["limit_unit"])) if value is not None else None,
    )

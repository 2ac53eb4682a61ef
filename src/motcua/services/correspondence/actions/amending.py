"""The clerk puts right what was typed wrongly into the register, and adds what was scanned later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import TOLD, written
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.actions.arriving import MOST_FILES, Arrival, check, described, keep_files, rows_of
from motcua.services.correspondence.actions.moving import Moving
from motcua.services.correspondence.models import IncomingDocument, IncomingFile


@transaction.atomic
def amend(key: UUID, changes: Arrival, *, reason: str, by: Actor, at: datetime | None = None) -> IncomingDocument:
    """Correct the facts of a registered document; its number, its files and what was done stay.

    Raises as :func:`arrive`, ``Refused`` where nothing is changed or no reason is given. A deadline that was there may
    be over.
    """
    moving = Moving.begin(key, "amend", by=by, at=at)
    document = moving.document
    why = written(reason, _("Say why the data are corrected."), "text", TOLD)
    due = None if changes.due_on == document.due_on else changes.due_on
    check(replace(changes, due_on=due), moving.at)
    wanted = described(replace(changes, language=document.language))
    changed = {name: [_told(getattr(document, name)), _told(new)] for name, new in wanted.items()}
    changed = {name: both for name, both in changed.items() if both[0] != both[1]}
    if not changed:
        raise Refused(_("Nothing is different from what is registered."), code="same")
    _set(document, {name: wanted[name] for name in changed})
    moving.tell("amended", {"changed": changed, "reason": why})
    return document


def _set(document: IncomingDocument, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(document, name, value)


def _told(value: Any) -> Any:
    """A value as events tell it."""
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def add_files(key: UUID, *, files: Sequence[UUID], by: Actor, at: datetime | None = None) -> list[IncomingFile]:
    """Add files to a registered document, such as its scan; the first of one that had none is the document itself."""
    moving = Moving.begin(key, "add_files", by=by, at=at)
    there = IncomingFile.objects.filter(document=key).count()
    if not files:
        raise Refused(_("Choose a file."), field="files", code="required")
    if there + len(files) > MOST_FILES:
        raise Refused(_("At most %(n)d files.") % {"n": MOST_FILES}, field="files", code="too_many")
    keep_files(files)
    made = IncomingFile.objects.bulk_create(rows_of(moving.document, files, after=there))
    names = IncomingFile.objects.filter(pk__in=[row.pk for row in made]).order_by("position", "id")
    moving.tell("files_added", {"files": list(names.values_list("file__name", flat=True))})
    return made

"""What can happen to editions: one is settled because something rests on it, a new one is published."""

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel

from motcua.engines.editions.kinds import EVER, Kind
from motcua.engines.editions.models import Edition
from motcua.engines.editions.queries import InForce, in_force
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written

LONGEST_BASIS = 300
Spec = TypeVar("Spec", bound=BaseModel)


@transaction.atomic
def settle(kind: Kind[Spec], day: date, *, at: datetime) -> InForce[Spec]:
    """What holds on a day, stored for good because something is decided under it now."""
    found = in_force(kind, day)
    if found.number == 1 and found.valid_from == EVER:
        _store_first(kind, at)
    return found


def _store_first(kind: Kind[Spec], at: datetime) -> None:
    spec = kind.first.model_dump(mode="json")
    first = Edition(kind=kind.code, number=1, valid_from=EVER, spec=spec, published_at=at)
    Edition.objects.bulk_create([first], ignore_conflicts=True)


@transaction.atomic
def publish(kind: Kind[Spec], *, content: str, valid_from: date, basis: str, by: UUID, at: datetime) -> Edition:
    """Publish a further edition. Raises :class:`Refused` for rules that cannot be read, or a day that is gone.

    An edition may begin today at the earliest: what was decided before was decided under the former one.
    """
    rules = kind.read(content)
    if valid_from < timezone.localdate(at):
        raise Refused(_("An edition begins today at the earliest."), field="valid_from", code="past")
    document = written(basis, _("Name the document that sets these rules."), "basis", LONGEST_BASIS)
    _store_first(kind, at)
    standing = Edition.objects.select_for_update(of=("self",)).filter(kind=kind.code).order_by("number")
    last = list(standing)[-1]
    if Edition.objects.filter(kind=kind.code, valid_from=valid_from).exists():
        raise Conflict(_("Another edition begins on this day already."), field="valid_from")
    edition = Edition.objects.create(
        kind=kind.code,
        number=last.number + 1,
        valid_from=valid_from,
        basis=document,
        spec=rules.model_dump(mode="json"),
        published_at=at,
        published_by_id=by,
    )
    record(
        stream=f"rules:{kind.code}",
        kind="rules.published",
        actor=by,
        agency=None,
        references={"number": edition.number, "valid_from": valid_from.isoformat(), "basis": edition.basis},
        at=at,
    )
    return edition

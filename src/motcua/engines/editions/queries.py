"""Reading editions: what is in force on a day, and what was at a number."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pydantic import BaseModel

from motcua.engines.editions.kinds import EVER, Kind
from motcua.engines.editions.models import Edition
from motcua.kernel.composed import Composed
from motcua.kernel.errors import NotFound

Spec = TypeVar("Spec", bound=BaseModel)
_in_force = Composed[Edition]()


@dataclass(frozen=True)
class InForce(Generic[Spec]):
    """The rules of an edition. The one that ships is number 1, stored or not."""

    number: int
    valid_from: date
    rules: Spec


def in_force(kind: Kind[Spec], day: date) -> InForce[Spec]:
    """What holds on a day; one statement."""
    found = _in_force(
        lambda: Edition.objects.filter(kind=kind.code, valid_from__lte=day).order_by("-valid_from")[:1],
        [kind.code, day],
    )
    return _read(kind, found[0]) if found else InForce(1, EVER, kind.first)


def numbered(kind: Kind[Spec], number: int) -> InForce[Spec]:
    """The edition of a number; one statement. Raises ``NotFound``."""
    found = Edition.objects.filter(kind=kind.code, number=number).first()
    if found is None and number != 1:
        raise NotFound(_("There is no such edition."))
    return _read(kind, found) if found else InForce(1, EVER, kind.first)


def editions_of(kind: Kind[Spec]) -> QuerySet[Edition]:
    """All that were published, the latest first."""
    return Edition.objects.filter(kind=kind.code).select_related("published_by").order_by("-valid_from")


def _read(kind: Kind[Spec], edition: Edition) -> InForce[Spec]:
    return InForce(edition.number, edition.valid_from, kind.model.model_validate(edition.spec))

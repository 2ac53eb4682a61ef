"""Pure decisions about offices: what a reorganisation lacks, and who takes over by the stated rule."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

_CODE = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)*")
_OLD_LENGTH = 4  # 000.00.16.H40: four groups, the province last


@dataclass(frozen=True)
class OfficeFacts:
    """What the rules know of an office. ``province`` is the unit of its province."""

    id: UUID
    kind: str
    level: str
    unit: UUID | None
    province: UUID | None


@dataclass(frozen=True)
class Closing:
    """An office that ends, and who takes over its tasks; None: nobody has been chosen yet."""

    office: UUID
    successor: UUID | None


@dataclass(frozen=True)
class Gaps:
    """What stands in the way of a reorganisation; empty: it may be confirmed."""

    heirless: frozenset[UUID] = field(default_factory=frozenset)  # no successor chosen
    closing_successors: frozenset[UUID] = field(default_factory=frozenset)  # the successor ends as well
    absent_successors: frozenset[UUID] = field(default_factory=frozenset)  # the successor does not exist on the day
    left_below: frozenset[UUID] = field(default_factory=frozenset)  # stays open under an office that ends

    def __bool__(self) -> bool:
        return bool(self.heirless or self.closing_successors or self.absent_successors or self.left_below)


def gaps(closings: Collection[Closing], parents: Mapping[UUID, UUID | None]) -> Gaps:
    """What a reorganisation lacks; ``parents`` names every office that exists on its day, and the one above it."""
    ending = {closing.office for closing in closings}
    return Gaps(
        heirless=frozenset(closing.office for closing in closings if closing.successor is None),
        closing_successors=frozenset(closing.office for closing in closings if closing.successor in ending),
        absent_successors=frozenset(
            closing.office
            for closing in closings
            if closing.successor is not None and closing.successor not in parents
        ),
        left_below=frozenset(
            office for office, parent in parents.items() if parent in ending and office not in ending
        ),
    )


def proposals(
    ending: Iterable[OfficeFacts], remaining: Iterable[OfficeFacts], heirs: Mapping[UUID, UUID]
) -> list[Closing]:
    """Who takes over, by the stated rule; ``heirs`` maps a unit that ends to the unit that takes its place.

    * An office of a commune or a province: the office of the same kind in the heir of its unit, else the heir's
      committee. Where the unit was split and nobody has chosen an heir, nobody is proposed.
    * An office of a district (abolished on 2025-07-01): the province's office of the same kind, else the province's
      committee; where the whole district became one unit (the islands), that unit's. A single task about a place goes
      by :func:`heir_of_task`, mostly to the commune.
    """
    by_place: dict[tuple[UUID | None, str], UUID] = {}
    for office in remaining:
        place = heirs.get(office.unit, office.unit) if office.unit else None
        by_place.setdefault((place, office.kind), office.id)
    return [Closing(office.id, _successor(office, by_place, heirs)) for office in ending]


def _successor(
    office: OfficeFacts, by_place: Mapping[tuple[UUID | None, str], UUID], heirs: Mapping[UUID, UUID]
) -> UUID | None:
    places = [(office.unit, office.level)]
    if office.level == "district":
        places = [(office.unit, "commune"), (office.province, "province")]
    for place, level in places:
        heir = heirs.get(place, place) if place else None
        found = by_place.get((heir, office.kind)) or by_place.get((heir, f"{level}_committee"))
        if heir and found:
            return found
    return None


def heir_of_task(kind: str, *, commune: Mapping[str, UUID], general: tuple[str, UUID] | None) -> UUID | None:
    """Who takes a single task of a closed district office over, by the stated rule; ``kind`` is the closed office's.

    ``commune`` maps the kinds of the offices of the commune that the task is about, ``general`` is kind and key of who
    takes over what is about no place (:func:`proposals`). It goes to the commune's office of the same kind; where the
    province keeps offices of this kind (land registration, say), to that one; else to the commune's committee, as most
    tasks of districts did on 2025-07-01; and where the commune has none here, to ``general``.
    """
    if kind in commune:
        return commune[kind]
    if general and general[0] == kind:
        return general[1]
    return commune.get("commune_committee") or (general[1] if general else None)


def scheme_of(code: str) -> str | None:
    """``old`` for ``000.00.16.H40``, ``new`` for ``H40.16`` (QĐ 20/2020/QĐ-TTg); None for what is no code at all."""
    if len(code) > 35 or not _CODE.fullmatch(code):
        return None
    groups = code.split(".")
    return "old" if len(groups) == _OLD_LENGTH and groups[0].isdigit() else "new"


def tax_code(text: str) -> str | None:
    """A tax code (mã số thuế) as stored: 10 digits, a branch's 13; None when its check digit is wrong."""
    try:
        return str(mst.validate(text))
    except ValidationError:
        return None

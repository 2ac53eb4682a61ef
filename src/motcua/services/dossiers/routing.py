"""Which office does a step (phân luồng): selectors of the process, resolved once when the dossier is accepted.

``receiving`` and ``resolving`` (also the empty one) are the dossier's own; ``kind:tax`` is the nearest office of that
kind, looked for in the unit of the receiving office and then upwards; ``province/kind:department-of-finance`` names
the level; ``code:H40.16.02`` an identification code; ``item`` the item of a multi-instance, itself a selector.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.process.graph import Graph, Kind
from motcua.engines.process.tokens import fact
from motcua.kernel.errors import Refused
from motcua.kernel.text.dates import VIETNAM
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import current_code, nearest_office, office_by_code
from motcua.services.dossiers.standing import Row
from motcua.services.procedures.runtime import Package

RECEIVING, RESOLVING, ITEM = "receiving", "resolving", "item"


def selectors_of(graph: Graph, facts: Mapping[str, Any]) -> set[str]:
    """Every selector that steps of the process may ask for, those of lists in the facts included."""
    asked: set[str] = set()
    for node in graph.nodes.values():
        if node.kind is not Kind.STEP:
            continue
        if node.office == ITEM:
            lists = [many.items or fact(facts, many.fact) or () for many in graph.instances_around(node)]
            asked |= {str(item) for items in lists for item in items}
        else:
            asked.add(node.office)
    return asked - {"", RECEIVING, RESOLVING, ITEM}


def optional_in(graph: Graph) -> set[str]:
    """The selectors that a condition asks for: the process knows what to do where there is no such office."""
    conditions = [flow.condition for flow in graph.flows.values() if flow.condition]
    return {selector for selector in selectors_of(graph, {}) if any(f'"{selector}"' in text for text in conditions)}


def resolve(selectors: Iterable[str], *, from_office: UUID, on: date) -> tuple[dict[str, str], list[str]]:
    """Office ids by selector, and the selectors for which there is no office (for the coordination queue)."""
    found: dict[str, str] = {}
    missing: list[str] = []
    for selector in sorted(selectors):
        office = _one(selector, from_office, on)
        if office is None:
            missing.append(selector)
        else:
            found[selector] = str(office)
    return found, missing


@dataclass(frozen=True, slots=True)
class Routes:
    """Where the steps of a dossier go: office ids by selector, and the selectors for which there is no office."""

    offices: dict[str, str]
    missing: list[str]
    resolving: UUID


def routes(dossier: Row, package: Package, *, on: date) -> Routes:
    """The offices of all steps; and of the dossier, where its desk stands in for a competent agency not found before.

    What is optional in the process is not missing; the competent agency always is.
    """
    asked = selectors_of(package.graph, {**package.absent_facts, **dossier.form_data})
    competent = package.resolving
    stands_in = dossier.resolving_office_id == dossier.receiving_office_id and competent not in ("", RECEIVING)
    found, missing = resolve(
        asked | ({competent} if stands_in else set()), from_office=dossier.receiving_office_id, on=on
    )
    resolving = UUID(found[competent]) if stands_in and competent in found else dossier.resolving_office_id
    optional = optional_in(package.graph) - {competent} if missing else set()
    return Routes(found, [selector for selector in missing if selector not in optional], resolving)


def _one(selector: str, from_office: UUID, on: date) -> UUID | None:
    if selector.startswith("code:"):
        office = office_by_code(selector.removeprefix("code:"), on)
        return office.pk if office else None
    level, _, kind = selector.rpartition("/")
    if not kind.startswith("kind:"):
        return None
    return nearest_office(
        kind.removeprefix("kind:"), from_office=from_office, level=level.removeprefix("level:"), on=on
    )


def office_of(dossier: Row, selector: str) -> UUID:
    """The office of a step. What could not be resolved stays with the receiving office, which coordinates."""
    if selector in ("", RESOLVING):
        return dossier.resolving_office_id
    if selector in dossier.offices:
        return UUID(dossier.offices[selector])
    return dossier.receiving_office_id


def local_day(at: datetime) -> date:
    """The day in Vietnam."""
    return at.astimezone(VIETNAM).date()


def code_of(office: UUID, at: datetime) -> str:
    """The identification code under which an office gives out numbers on a day.

    Raises ``Refused`` when it has none: a dossier code could not be written.
    """
    code = current_code(Office(pk=office), local_day(at))
    if not code:
        raise Refused(_("This office has no identification code yet; ask the administrator."), code="no_office_code")
    return code

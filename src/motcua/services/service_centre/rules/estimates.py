"""How long one will wait: the calling rule played forward over the counters that are manned. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import ceil
from statistics import mean, median
from typing import TypeVar

PLAN_WEIGHS = 10  # the planned length counts as so many that were measured
STEP = 5  # minutes
ServiceT = TypeVar("ServiceT", bound=Hashable)


@dataclass(frozen=True)
class Place:
    """A manned counter: what it serves, and in how many minutes it will be free."""

    services: frozenset[Hashable]
    free_in: float = 0.0


def minutes_each(planned: int, measured: Sequence[float]) -> float:
    """How long one of a service takes: the plan, corrected by what was measured lately."""
    return (planned * PLAN_WEIGHS + sum(measured)) / (PLAN_WEIGHS + len(measured))


def wait(
    ahead: Sequence[ServiceT], own: ServiceT, places: Sequence[Place], minutes: Mapping[ServiceT, float]
) -> float | None:
    """Minutes of work until a ticket for ``own`` is called behind those ``ahead`` (their services, in turn).

    None while no manned counter serves it. Each counter, when it is free, takes the first whom it serves.
    """
    if not any(own in place.services for place in places):
        return None
    free = [(place.free_in, index) for index, place in enumerate(places)]
    heapify(free)
    queue = list(ahead)
    while True:
        at, index = heappop(free)
        serves = places[index].services
        taken = next((position for position, service in enumerate(queue) if service in serves), None)
        if taken is not None:
            heappush(free, (at + minutes[queue.pop(taken)], index))
        elif own in serves:
            return at
        # A counter that serves nobody who is ahead, nor the own ticket, plays no more part.


def told(minutes: float | None) -> int | None:
    """The minutes as people are told them: rounded up to five, so that they rather come sooner than said."""
    return None if minutes is None else max(STEP, ceil(minutes / STEP) * STEP)


@dataclass(frozen=True)
class Honesty:
    """What was said against what happened, in minutes: ``bias`` above 0 means that people waited longer than told."""

    tickets: int
    told: float
    waited: float
    bias: float
    typical_error: float
    within: float  # the share (0 to 1) whose wait was at most ten minutes off


TOLERANCE = 10


def honesty(pairs: Sequence[tuple[float, float]]) -> Honesty | None:
    """Compare pairs of told and waited minutes; None without any."""
    if not pairs:
        return None
    errors = [waited - said for said, waited in pairs]
    return Honesty(
        tickets=len(pairs),
        told=mean(said for said, _waited in pairs),
        waited=mean(waited for _said, waited in pairs),
        bias=mean(errors),
        typical_error=median(map(abs, errors)),
        within=sum(abs(error) <= TOLERANCE for error in errors) / len(errors),
    )

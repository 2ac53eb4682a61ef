"""A dossier comes in through its action: number, dossier, papers, fees, event."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from tests.services.dossiers.factories import COPY_FORM

from benchmarks.house import House, use
from benchmarks.meters import Spent, Statements, compared, middle, p95, spending
from benchmarks.results import Result, at_most
from benchmarks.transition import YOUNG
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions.submitting import NewPaper, Submission
from motcua.services.dossiers.actors import Actor, citizen
from motcua.services.dossiers.models import Dossier
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.runtime import package_of

WARMING, ROUNDS, EACH, STATEMENTS, SAME, SLOWER = 12, 10, 50, 12, 1.10, 1.3
AWAKE = 400  # submissions until what they touch is read, and written whole once since the copy was made


@dataclass
class Side:
    """A house of one size, and what each round cost there."""

    database: str
    statements: int = 0
    spent: list[Spent] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)  # what 95 of 100 submissions of a round stayed under, by the clock


def measure(house: House) -> Iterator[Result]:
    """Rounds in both houses in turn, so that a machine or a disk that is busy for a while is busy for both."""
    with ExitStack() as stack:
        sides = [Side(stack.enter_context(house.copy(size))) for size in (YOUNG, house.largest)]
        for side in sides:
            use(side.database)
            given, by = given_at_the_counter()
            for _time in range(AWAKE):
                actions.submit(given, by=by)
        for _number in range(ROUNDS):
            for side in sides:
                use(side.database)
                _round(side)
    young, full = sides
    # BEGIN and COMMIT are statements too.
    most = max(side.statements for side in sides) + 2
    yield at_most("SQL statements of a submission, with BEGIN and COMMIT", most, STATEMENTS, "")
    note = f" ({middle(young.spent).app:.2f} ms, {middle(full.spent).app:.2f} ms at {house.largest:,})"
    what = "application CPU, full house ÷ young house, fastest rounds"
    yield at_most(what, compared(full.spent, young.spent), SAME, "", note=note)
    slower = median(own / theirs for own, theirs in zip(full.slow, young.slow, strict=True))
    note = f" ({median(full.slow):.1f} ms at {house.largest:,}, {median(young.slow):.1f} ms at {YOUNG:,})"
    yield at_most("p95, full house ÷ young house, round by round", slower, SLOWER, "", note=note)


def _round(side: Side) -> None:
    given, by = given_at_the_counter()
    for _time in range(WARMING):
        actions.submit(given, by=by)
    with Statements() as seen:
        actions.submit(given, by=by)
    side.statements = max(side.statements, seen.count)
    took = []
    with spending() as spent:
        for _time in range(EACH):
            began = time.perf_counter()
            actions.submit(given, by=by)
            took.append((time.perf_counter() - began) * 1000)
    side.spent.append(spent.per(EACH))
    side.slow.append(p95(took))


def given_at_the_counter() -> tuple[Submission, Actor]:
    """What the page hands to the action."""
    version = ProcedureVersion.objects.select_related("procedure").get(process__isnull=False)
    party = Party.objects.get(account__isnull=False)
    large = Dossier.objects.filter(applicant=party).order_by("id")[:1].get().receiving_office_id
    given = Submission(
        version=version,
        case=package_of(version.pk).first_case,
        channel="counter",
        applicant=party,
        form_data=COPY_FORM,
        receiving_office=large,
        papers=[NewPaper(name="Giấy tờ tuỳ thân", form="shown"), NewPaper(name="Văn bản uỷ quyền")],
    )
    return given, citizen(party.account_id)

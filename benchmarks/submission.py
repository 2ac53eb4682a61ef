"""A dossier comes in through its action: number, dossier, papers, fees, event."""

import time
from collections.abc import Iterator

from tests.services.dossiers.factories import COPY_FORM

from benchmarks.house import House
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

ROUNDS, EACH, STATEMENTS, SAME, SLOWER = 10, 50, 12, 1.10, 1.3


def measure(house: House) -> Iterator[Result]:
    """At both sizes."""
    costs: list[list[Spent]] = []
    slowest: list[float] = []  # as if a million additions had taken a millisecond
    for size in (YOUNG, house.largest):
        with house.copy(size):
            given, by = given_at_the_counter()
            actions.submit(given, by=by)
            with Statements() as seen:
                actions.submit(given, by=by)
            rounds, took = [], []
            for _round in range(ROUNDS):
                with spending() as spent:
                    for _time in range(EACH):
                        began = time.perf_counter()
                        actions.submit(given, by=by)
                        took.append((time.perf_counter() - began) * 1000)
                rounds.append(spent.per(EACH))
            costs.append(rounds)
            slowest.append(p95(took) / middle(rounds).pace)
    # BEGIN and COMMIT are statements too.
    yield at_most("SQL statements of a submission, with BEGIN and COMMIT", seen.count + 2, STATEMENTS, "")
    young, full = costs
    note = f" ({middle(young).app:.2f} ms, {middle(full).app:.2f} ms at {house.largest:,})"
    what = "application CPU, full house ÷ young house, fastest rounds"
    yield at_most(what, compared(full, young), SAME, "", note=note)
    note = f" ({slowest[1] * middle(full).pace:.1f} ms at {house.largest:,})"
    yield at_most("p95, full house ÷ young house, as if equally fast", slowest[1] / slowest[0], SLOWER, "", note=note)


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

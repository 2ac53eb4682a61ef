"""When an office ends, its people go on in the successor and keep what they worked on."""

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Delegation, Position
from motcua.people.officers.queries import desk_of
from motcua.people.officers.subscribers import continue_positions
from motcua.people.organisations.actions import reorganise
from motcua.people.organisations.models import Office
from motcua.people.organisations.rules import Closing
from tests.factories import LONG_AGO, add_position, make_account, make_office, make_officer

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 6, 30, 5, tzinfo=UTC)
SINCE = date(2026, 7, 1)
AFTER = datetime(2026, 7, 1, 5, tzinfo=UTC)


def close(ending: Office, successor: Office, *, on: date = SINCE, by: Account | None = None) -> list[Event]:
    closings = [Closing(ending.pk, successor.pk)]
    assert not reorganise(on=on, closings=closings, by=by.pk if by else None, confirmed=True)
    told = list(Event.objects.filter(kind="office.succeeded", stream=f"office:{ending.pk}").order_by("position"))
    continue_positions(told)
    return told


def positions_in(office: Office) -> list[tuple[str, list[str], date, date | None]]:
    rows = Position.objects.filter(office=office).order_by("title")
    return [(row.title, row.roles, row.valid_from, row.valid_to) for row in rows]


def test_nobody_loses_their_desk() -> None:
    ending, successor, decider = make_office(), make_office(), make_account(is_administrator=True)
    account = make_officer(roles=["reception", "specialist"], office=ending)
    told = close(ending, successor, by=decider)
    assert positions_in(ending) == [("Chuyên viên", ["reception", "specialist"], LONG_AGO, SINCE)]
    assert positions_in(successor) == [("Chuyên viên", ["reception", "specialist"], SINCE, None)]
    assert [held.office_id for held in desk_of(account, BEFORE).positions] == [ending.pk]
    assert [held.office_id for held in desk_of(account, AFTER).positions] == [successor.pk]
    event = Event.objects.get(kind="officer.position_continued")
    assert (event.stream, event.actor, event.agency) == (f"account:{account.pk}", decider.pk, successor.pk)
    continue_positions(told)
    assert len(positions_in(successor)) == 1
    assert Event.objects.filter(kind="officer.position_continued").count() == 1


def test_same_title_on_both_sides_becomes_one_position_and_a_term_is_kept() -> None:
    ending, successor = make_office(), make_office()
    account = make_officer(roles=["clerk"], office=ending, title="Văn thư")
    add_position(account.officer, office=successor, roles=["return"], title="Văn thư")
    acting = add_position(account.officer, office=ending, roles=["leader"], title="Phụ trách")
    Position.objects.filter(pk=acting.pk).update(valid_to=date(2026, 9, 1))
    close(ending, successor)
    assert positions_in(successor) == [
        ("Phụ trách", ["leader"], SINCE, date(2026, 9, 1)),
        ("Văn thư", ["clerk", "return"], LONG_AGO, None),
    ]


def test_delegations_go_on_between_the_new_positions() -> None:
    ending, successor = make_office(), make_office()
    leader, deputy = make_officer(roles=["leader"], office=ending), make_officer(roles=["clerk"], office=ending)
    Delegation.objects.create(
        from_position=leader.officer.positions.get(),
        to_position=deputy.officer.positions.get(),
        roles=["leader"],
        document="12/UQ-UBND",
        valid_from=date(2026, 6, 1),
        valid_to=date(2026, 8, 1),
    )
    close(ending, successor)
    assert desk_of(deputy, AFTER).roles_in(successor.pk) == {"clerk", "leader"}
    spans = Delegation.objects.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(spans) == [(date(2026, 6, 1), SINCE), (SINCE, date(2026, 8, 1))]


def test_what_the_closed_office_left_is_on_the_desks_of_its_successors(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second, third = make_office(), make_office(), make_office()
    top = make_office()
    Office.objects.filter(pk=third.pk).update(parent=top)
    specialist = make_officer(roles=["specialist"], office=third)
    head, stranger = make_officer(roles=["head"], office=top), make_officer(roles=["reception"])
    close(first, second, on=date(2026, 1, 1))
    close(second, third)
    with django_assert_max_num_queries(2):
        desk = desk_of(specialist, AFTER)
    assert [held.office_id for held in desk.positions] == [third.pk]
    assert desk.office_ids == desk.offices_with("specialist") == {first.pk, second.pk, third.pk}
    assert desk.roles_in(first.pk) == {"specialist"}
    assert not desk.has_role("reception", first.pk)
    assert desk_of(specialist, BEFORE).office_ids == {third.pk}
    assert desk_of(head, AFTER).headed_office_ids == {top.pk, third.pk, second.pk, first.pk}
    assert desk_of(head, AFTER).office_ids == {top.pk}
    assert len(desk_of(stranger, AFTER).office_ids) == 1


def test_offices_under_a_closed_one_go_where_their_own_successor_stands() -> None:
    district, commune, department = make_office(), make_office(), make_office()
    below = make_office(parent=district)
    closings = [Closing(district.pk, department.pk), Closing(below.pk, commune.pk)]
    assert not reorganise(on=SINCE, closings=closings, by=None, confirmed=True)
    desk = desk_of(make_officer(roles=["head"], office=department), AFTER)
    assert desk.headed_office_ids == {department.pk, district.pk}

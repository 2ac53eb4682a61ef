"""Who sees an appointment and may do what with it."""

from typing import Any

import pytest

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Delegation, Position, Substitution
from motcua.services.diary import access, actions, queries, rules
from motcua.services.diary.access import ACTS, Sight, appointment_for
from motcua.services.diary.actions import Invited
from motcua.services.diary.models import Appointment
from motcua.services.diary.queries import Whose
from tests.factories import make_account, make_office, make_officer
from tests.services.correspondence.factories import Agency, desk, make_agency
from tests.services.diary.factories import entered, make_room, person, plan, proposed, tuesday
from tests.services.tasks.factories import in_days

pytestmark = pytest.mark.django_db
KEEPS = {"publish", "decline", "change"}


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def abilities(account: Account, appointment: Appointment) -> set[str]:
    accessed = appointment_for(desk(account), appointment.pk)
    assert set(accessed.abilities) == set(ACTS)
    return {act for act, may in accessed.abilities.items() if may}


def sees(account: Account, appointment: Appointment) -> bool:
    try:
        appointment_for(desk(account), appointment.pk)
    except NotFound:
        return False
    return True


def test_who_may_do_what_in_every_state(agency: Agency) -> None:
    found = proposed(agency)
    assert abilities(agency.clerk, found) == abilities(agency.leader, found) == KEEPS
    assert abilities(agency.first, found) == {"withdraw", "change"}
    assert not sees(agency.second, found)
    assert not sees(agency.head, found)  # who is to take part sees it once it is published
    actions.publish(found.pk, by=agency.actor(agency.clerk))
    assert abilities(agency.clerk, found) == abilities(agency.leader, found) == {"change", "cancel"}
    for account in (agency.first, agency.second, agency.head):
        assert abilities(account, found) == set()
    actions.cancel(found.pk, reason="Hoãn", by=agency.actor(agency.clerk))
    for account in (agency.clerk, agency.first, agency.head):
        assert abilities(account, found) == set()
    over = appointment_for(desk(agency.clerk), entered(agency).pk, at=tuesday(9, 30))
    assert not any(over.abilities.values())


def test_strangers_see_only_what_is_shown_to_the_province_or_has_them_in_it(agency: Agency) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    inside = entered(agency)
    with_them = entered(agency, starts_at=tuesday(10), ends_at=tuesday(11), invited=(person(other, other.second),))
    with_unit = entered(
        agency, starts_at=tuesday(13), ends_at=tuesday(14), invited=(Invited(office=other.office.pk),)
    )  # fmt: skip
    shown = entered(agency, starts_at=tuesday(15), ends_at=tuesday(16), visibility="province")
    hidden = proposed(agency, visibility="province")
    expected = {
        other.second: {with_them, shown}, other.clerk: {with_unit, shown}, other.first: {shown},
        make_officer(roles=()): set(), make_account(is_administrator=True): set(),
    }  # fmt: skip
    for account, visible in expected.items():
        everything = (inside, with_them, with_unit, shown, hidden)
        assert {each for each in everything if sees(account, each)} == visible, account
        assert not any(abilities(account, each) for each in visible)


def test_a_unit_reads_the_week_above_it_at_its_own_level_only(agency: Agency) -> None:
    province = make_office("Ủy ban nhân dân tỉnh Mẫu", kind="province_committee", level="province", receives=False)
    type(province).objects.filter(pk=agency.office.pk).update(parent=province)
    department = make_office("Sở Mẫu", parent=province)
    specialist = make_officer(office=department)
    chair = make_officer(roles=["leader", "head"], office=province)
    assert Sight.of(desk(specialist)).circle == {department.pk, province.pk}
    assert Sight.of(desk(agency.clerk)).circle == {agency.office.pk}
    assert Sight.of(desk(agency.first)).circle == {agency.unit.pk, agency.office.pk}
    assert not sees(chair, entered(agency))  # the week of a commune is the commune's own


def test_substitutes_and_delegates_do_the_work_of_who_is_away(agency: Agency) -> None:
    found = proposed(agency)
    span: dict[str, Any] = {"valid_from": in_days(0), "valid_to": in_days(5)}
    Substitution.objects.create(absent=agency.first.officer, substitute=agency.second.officer, **span)
    assert abilities(agency.second, found) == {"withdraw", "change"}
    Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.clerk.pk),
        to_position=Position.objects.get(officer=agency.head.pk),
        roles=["clerk"], document="12/GUQ-UBND", **span,
    )  # fmt: skip
    assert abilities(agency.head, found) == KEEPS


def test_rooms_are_looked_after_by_who_keeps_the_week(agency: Agency) -> None:
    room = make_room(agency)
    assert access.room_for(Sight.of(desk(agency.leader)), room.pk) == room
    with pytest.raises(NotFound):
        access.room_for(Sight.of(desk(agency.head)), room.pk)
    with pytest.raises(NotAllowed):
        access.offices_of_rooms(Sight.of(desk(agency.first)), tuesday())


def week(account: Account, kind: str, key: Any = None) -> list[Appointment]:
    monday = rules.monday_of(tuesday().date())
    return queries.week(Sight.of(desk(account)), Whose(kind, key), monday)


def test_weeks_of_oneself_an_office_a_leader_a_room_and_the_province(agency: Agency) -> None:
    room = make_room(agency)
    first = entered(agency, room=room.pk)
    second = entered(
        agency, starts_at=tuesday(14), ends_at=tuesday(15), visibility="province",
        chair=person(agency, agency.head), invited=(Invited(office=agency.unit.pk),),
    )  # fmt: skip
    entered(agency, starts_at=tuesday(8, days=7), ends_at=tuesday(9, days=7))
    waiting = proposed(agency)
    assert week(agency.second, "mine") == [second]
    assert week(agency.leader, "mine") == [first, waiting]
    assert week(agency.second, "office", agency.office.pk) == [first, second]
    assert week(agency.clerk, "office", agency.office.pk) == [first, waiting, second]
    assert week(agency.second, "leader", agency.leader.pk) == [first]
    assert week(agency.second, "province") == [second]
    assert [each.opens for each in week(agency.second, "room", room.pk)] == [True]  # type: ignore[attr-defined]
    stranger = make_officer()
    assert week(stranger, "mine") == week(stranger, "office", agency.unit.pk) == []
    assert [each.opens for each in week(stranger, "room", room.pk)] == [False]  # type: ignore[attr-defined]


def test_a_long_journey_stands_in_each_week_that_it_touches(agency: Agency) -> None:
    span = {"starts_at": tuesday(8, days=-7), "ends_at": tuesday(17, days=1)}
    found = actions.enter(plan(agency, **span), office=agency.office.pk, by=agency.actor(agency.clerk))
    assert week(agency.leader, "mine") == found

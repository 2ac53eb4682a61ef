"""The desk: own, substituted and delegated positions, and the offices under a head."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Delegation, Position, Substitution
from motcua.people.officers.queries import desk_of
from tests.factories import add_position, make_account, make_office, make_officer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


def position_of(account: Account) -> Position:
    return account.officer.positions.get()


def test_holds_several_positions(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    first, second = make_office(), make_office()
    account = make_officer(roles=["reception", "return"], office=first)
    add_position(account.officer, office=second, roles=["head"])
    with django_assert_max_num_queries(2):
        desk = desk_of(account, NOON)
    assert desk.office_ids == {first.pk, second.pk}
    assert desk.roles_in(first.pk) == {"reception", "return"}
    assert desk.roles_in(make_office().pk) == frozenset()
    assert desk.headed_office_ids == {second.pk}


def test_head_sees_every_office_below() -> None:
    top = make_office()
    middle = make_office(parent=top)
    bottom = make_office(parent=middle)
    beside = make_office()
    desk = desk_of(make_officer(roles=["head"], office=top), NOON)
    assert desk.headed_office_ids == {top.pk, middle.pk, bottom.pk}
    assert not desk.administers(bottom.pk)
    assert desk_of(make_officer(roles=["admin"], office=middle), NOON).administers(bottom.pk)
    assert beside.pk not in desk.headed_office_ids


def test_position_counts_from_its_first_to_its_last_day_in_vietnam() -> None:
    account = make_officer()
    Position.objects.update(valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 3))
    assert not desk_of(account, datetime(2026, 3, 1, 16, 59, tzinfo=UTC)).positions
    assert desk_of(account, datetime(2026, 3, 1, 17, 0, tzinfo=UTC)).positions
    assert not desk_of(account, datetime(2026, 3, 2, 17, 0, tzinfo=UTC)).positions


def test_substitute_acts_for_the_absent_officer_while_it_lasts() -> None:
    absent, substitute = make_officer(roles=["leader"]), make_officer(roles=["specialist"])
    Substitution.objects.create(
        absent=absent.officer,
        substitute=substitute.officer,
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 3, 10),
    )
    desk = desk_of(substitute, NOON)
    assert desk.acts_for == {absent.pk}
    assert desk.roles_in(position_of(absent).office_id) == {"leader"}
    assert not desk_of(substitute, datetime(2026, 3, 10, 5, tzinfo=UTC)).acts_for


def test_delegation_lends_its_roles_only() -> None:
    leader, deputy = make_officer(roles=["head", "leader"]), make_officer(roles=["specialist"])
    Delegation.objects.create(
        from_position=position_of(leader),
        to_position=position_of(deputy),
        roles=["leader"],
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 4, 1),
        document="12/UQ-UBND",
    )
    desk = desk_of(deputy, NOON)
    assert desk.roles_in(position_of(leader).office_id) == {"leader"}
    assert desk.headed_office_ids == frozenset()
    assert desk.acts_for == frozenset()


def test_a_limited_delegation_gives_nothing_but_about_what_it_reaches() -> None:
    leader, deputy = make_officer(roles=["head", "leader", "clerk"]), make_officer(roles=["specialist"])
    here, below = position_of(leader).office_id, make_office(parent=position_of(leader).office)
    lent = {
        "from_position": position_of(leader),
        "to_position": position_of(deputy),
        "valid_from": date(2026, 3, 1),
        "valid_to": date(2026, 4, 1),
        "document": "12/UQ-UBND",
    }
    Delegation.objects.create(**lent, roles=["leader"], scope=["field:Hộ tịch", "procedure:1"])
    Delegation.objects.create(**lent, roles=["head"], scope=["field:Đất đai"])
    desk = desk_of(deputy, NOON)
    assert (Desk().is_empty, replace(desk, positions=()).is_empty, desk.is_empty) == (True, False, False)
    assert (desk.offices_with("leader", "clerk"), desk.headed_office_ids) == (frozenset(), frozenset())
    assert (desk.has_somewhere("leader"), desk.has_somewhere("clerk"), desk.heads_something) == (True, False, True)
    for matters, roles in (
        ({"field:Hộ tịch"}, {"leader"}),
        ({"field:Đất đai", "procedure:1"}, {"leader", "head"}),
        ({"field:Đất đai"}, {"head"}),
        ({"field:Khác", "procedure:2"}, set()),
    ):
        about = desk.about(matters)
        assert about.roles_in(here) == roles
        assert about.headed_office_ids == ({here, below.pk} if "head" in roles else set())
        assert about.roles_in(position_of(deputy).office_id) == {"specialist"}
    assert {scope: part.roles_in(here) for scope, part in desk.parts.items()} == {
        frozenset({"field:Hộ tịch", "procedure:1"}): {"leader"},
        frozenset({"field:Đất đai"}): {"head"},
    }
    assert desk_of(deputy, datetime(2026, 4, 1, 5, tzinfo=UTC)).limited == ()


def test_delegation_ends_with_the_position_it_came_from() -> None:
    leader, deputy = make_officer(roles=["leader"]), make_officer(roles=["specialist"])
    Delegation.objects.create(
        from_position=position_of(leader),
        to_position=position_of(deputy),
        roles=["leader"],
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 4, 1),
        document="12/UQ-UBND",
    )
    Position.objects.filter(officer=leader.officer).update(valid_to=date(2026, 3, 2))
    assert desk_of(deputy, NOON).office_ids == {position_of(deputy).office_id}


def test_suspended_account_has_an_empty_desk() -> None:
    account = make_officer(is_active=False)
    assert not desk_of(account, NOON).positions


def test_administrator_without_position_has_a_desk() -> None:
    desk = desk_of(make_account(is_administrator=True), NOON)
    assert desk.is_administrator
    assert not desk.office_ids

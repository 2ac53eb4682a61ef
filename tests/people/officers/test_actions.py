"""Positions, delegations, substitutes, leaving, relatives."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account, Session
from motcua.people.officers import actions, queries
from motcua.people.officers.models import Delegation, Officer, Position, Substitution
from tests.factories import make_account, make_office, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Account:
    return make_account(is_administrator=True)


def position_of(account: Account) -> Position:
    return account.officer.positions.get()


def today() -> date:
    return timezone.localdate()


def test_new_officer_starts_without_password(administrator: Account) -> None:
    officer = actions.add_officer(username="Mau.NV", name="Nguyễn Văn Mẫu", by=administrator)
    assert officer.account.username == "mau.nv"
    assert not officer.account.has_usable_password()
    assert officer.sort_key == "mau van nguyen"
    with pytest.raises(Conflict):
        actions.add_officer(username="mau.nv", name="Người Khác", by=administrator)


def test_position_needs_an_existing_office_and_known_roles(administrator: Account) -> None:
    account, office = make_officer(roles=()), make_office(valid_from=date(2025, 7, 1))
    give = {"officer": account.officer, "office": office, "title": "Chuyên viên", "by": administrator}
    for wrong in ({"roles": [], "valid_from": today()}, {"roles": ["king"], "valid_from": today()}):
        with pytest.raises(Refused):
            actions.give_position(**give, **wrong)
    with pytest.raises(Refused, match=r".") as refused:
        actions.give_position(**give, roles=["clerk"], valid_from=date(2025, 6, 30))
    assert refused.value.field == "valid_from"
    position = actions.give_position(**give, roles=["clerk", "clerk"], valid_from=today(), last_day=today())
    assert position.roles == ["clerk"]
    assert queries.desk_of(account, timezone.now()).office_ids == {office.pk}


def test_ended_position_takes_its_delegations_along(administrator: Account) -> None:
    leader, deputy = make_officer(roles=["leader"]), make_officer()
    delegation = actions.delegate(
        from_position=position_of(leader),
        to_position=position_of(deputy),
        roles=["leader"],
        valid_from=today(),
        last_day=today() + timedelta(days=30),
        document="12/UQ-UBND",
        by=leader,
    )
    actions.end_position(position=position_of(leader), last_day=today(), by=administrator)
    delegation.refresh_from_db()
    assert delegation.valid_to == today() + timedelta(days=1)


def test_only_own_roles_can_be_delegated() -> None:
    leader, deputy = make_officer(roles=["leader"]), make_officer()
    with pytest.raises(Refused, match=r".") as refused:
        actions.delegate(
            from_position=position_of(leader),
            to_position=position_of(deputy),
            roles=["head"],
            valid_from=today(),
            last_day=today(),
            document="12/UQ-UBND",
            by=leader,
        )
    assert refused.value.field == "roles"


def test_revoked_delegation_ends_at_once() -> None:
    leader, deputy = make_officer(roles=["leader"]), make_officer()
    for first_day in (today(), today() - timedelta(days=5)):
        delegation = actions.delegate(
            from_position=position_of(leader),
            to_position=position_of(deputy),
            roles=["leader"],
            valid_from=first_day,
            last_day=today() + timedelta(days=9),
            document="12/UQ-UBND",
            by=leader,
        )
        actions.revoke_delegation(delegation=delegation, by=leader)
        assert not Delegation.objects.on(today()).exists()


def test_substitute_works_in_the_same_office() -> None:
    office = make_office()
    absent, colleague, stranger = make_officer(office=office), make_officer(office=office), make_officer()
    days = {"valid_from": today(), "last_day": today(), "by": absent}
    with pytest.raises(Refused):
        actions.substitute(absent=absent.officer, substitute=stranger.officer, **days)
    row = actions.substitute(absent=absent.officer, substitute=colleague.officer, **days)
    assert queries.desk_of(colleague, timezone.now()).acts_for == {absent.pk}
    actions.end_substitution(substitution=row, by=absent)
    assert not Substitution.objects.exists()


def test_leaving_hands_over_and_closes_everything(administrator: Account) -> None:
    office = make_office()
    leaving, heir, stranger = make_officer(office=office), make_officer(office=office), make_officer()
    Session.objects.create(
        digest="0", account=leaving, data="", created_at=timezone.now(), seen_at=timezone.now(), idle_minutes=60,
        expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.leave(officer=leaving.officer, hand_over_to=stranger.officer, by=administrator, reason="chuyển")
    actions.leave(officer=leaving.officer, hand_over_to=heir.officer, by=administrator, reason="chuyển")
    officer = Officer.objects.select_related("account").get(pk=leaving.pk)
    assert officer.left_on == today()
    assert not officer.account.is_active
    assert not Session.objects.filter(account=leaving).exists()
    assert position_of(leaving).valid_to == today() + timedelta(days=1)
    event = Event.objects.get(kind="officer.left")
    assert event.stream == f"account:{leaving.pk}"
    assert event.references == {
        "officer": str(leaving.pk), "hand_over_to": str(heir.pk), "offices": [str(office.pk)],
    }  # fmt: skip
    with pytest.raises(Conflict):
        actions.leave(officer=officer, hand_over_to=heir.officer, by=administrator, reason="chuyển")


def test_leaving_takes_promised_positions_along(administrator: Account) -> None:
    leaving, heir = make_officer(office=(office := make_office())), make_officer(office=office)
    next_month = today() + timedelta(days=30)
    promised = actions.give_position(
        officer=leaving.officer, office=make_office(), title="Trưởng phòng", roles=["head"], valid_from=next_month,
        by=administrator,
    )  # fmt: skip
    actions.leave(officer=leaving.officer, hand_over_to=heir.officer, by=administrator, reason="chuyển")
    promised.refresh_from_db()
    assert promised.valid_to == next_month
    assert not Position.objects.on(next_month).filter(officer=leaving.officer).exists()


def test_a_position_that_is_over_stays_over(administrator: Account) -> None:
    position = position_of(make_officer())
    actions.end_position(position=position, last_day=today() - timedelta(days=1), by=administrator)
    with pytest.raises(Conflict):
        actions.end_position(position=position, last_day=today() + timedelta(days=365), by=administrator)
    position.refresh_from_db()
    assert position.valid_to == today()


def test_own_and_relatives_dossiers_are_barred(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    account = make_officer(identity_number="001099000001")
    relative = actions.declare_relative(officer=account.officer, identity_number="001099000002", relation="Vợ")
    assert relative.identity_hash not in ("", "001099000002")
    assert queries.is_own_or_relative(account.pk, "001099000001")
    assert queries.is_own_or_relative(account.pk, "001099000002")
    assert not queries.is_own_or_relative(account.pk, "001099000003")
    assert queries.barred_officers("001099000002") == {account.pk}
    asked = ["001099000001", "", "001099000002", None, "001099000003"]
    with django_assert_num_queries(1):
        assert queries.own_or_relatives(account.pk, asked) == {"001099000001", "001099000002"}
    with django_assert_num_queries(0):
        assert not queries.is_own_or_relative(account.pk, "", None)
    for number in ("001099000002", "12"):
        with pytest.raises(Refused):
            actions.declare_relative(officer=account.officer, identity_number=number, relation="Vợ")
    with pytest.raises(NotFound):
        actions.withdraw_relative(officer=make_officer().officer, relative_id=relative.pk)
    actions.withdraw_relative(officer=account.officer, relative_id=relative.pk)
    assert not queries.barred_officers("001099000002")

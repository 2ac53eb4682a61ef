"""Registering, correcting, representing and merging people."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.models import Account
from motcua.people.citizens import actions, queries
from motcua.people.citizens.models import Party, Representation
from tests.factories import PASSWORD, make_business, make_citizen, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Account:
    return make_officer(roles=["reception"])


def test_counter_registers_who_has_neither_number_nor_telephone_nor_email(officer: Account) -> None:
    party = actions.register_party(kind="citizen", name="  Nguyễn  Thị   Mẫu ", by=officer)
    assert party.name == "Nguyễn Thị Mẫu"
    assert party.identity_number is None
    assert (party.phone, party.email) == ("", "")
    actions.register_party(kind="citizen", name="Nguyễn Thị Mẫu", by=officer)
    assert [found.name for found in queries.parties_matching("nguyen thi m")] == ["Nguyễn Thị Mẫu"] * 2
    event = Event.objects.get(stream=f"party:{party.pk}")
    assert (event.kind, event.actor) == ("party.registered", officer.pk)


def test_a_merged_record_gets_no_account(officer: Account) -> None:
    kept, old = make_citizen(with_account=False), make_business()
    Party.objects.filter(pk=old.pk).update(merged_into=kept)
    with pytest.raises(Conflict):
        actions.open_account(party=old, by=officer)
    assert not Account.objects.filter(username=old.tax_code).exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"identity_number": "12345"}, "identity_number"),
        ({"tax_code": "0999900018"}, "tax_code"),
        ({"name": ""}, "name"),
        ({"kind": "robot"}, "kind"),
        ({"kind": "business", "birth_date": date(2000, 1, 1)}, None),
        ({"kind": "business", "identity_number": "001099000001"}, None),
        ({"email": "không phải thư"}, "email"),
    ],
)
def test_wrong_details_are_refused(officer: Account, fields: dict[str, object], field: str | None) -> None:
    with pytest.raises(Refused) as refused:
        actions.register_party(**({"kind": "citizen", "name": "Mẫu", "by": officer} | fields))
    assert refused.value.field == field


def test_a_number_is_registered_once(officer: Account) -> None:
    make_citizen(identity_number="001099000001")
    make_business(tax_code="0999900017")
    for fields in (
        {"kind": "citizen", "identity_number": "001 099 000 001"},
        {"kind": "business", "tax_code": "0999900017"},
    ):
        with pytest.raises(Conflict):
            actions.register_party(name="Mẫu", by=officer, **fields)


def test_account_opened_at_the_counter_starts_with_a_code(officer: Account) -> None:
    party = make_citizen(with_account=False)
    account, code = actions.open_account(party=party, by=officer)
    assert account.username == party.identity_number
    assert accounts.start_with_code(username=account.username, code=code, password=PASSWORD, address="127.0.0.1")
    with pytest.raises(Conflict):
        actions.open_account(party=party, by=officer)
    with pytest.raises(Refused):
        actions.open_account(party=actions.register_party(kind="citizen", name="Mẫu", by=officer), by=officer)


def test_sign_up_is_for_where_policy_allows_it_and_for_unknown_numbers() -> None:
    form = {"identity_number": "001099000001", "name": "Nguyễn Văn Mẫu", "password": PASSWORD}
    with pytest.raises(NotAllowed):
        actions.sign_up(**form)
    accounts.set_policy(kind="citizen", by=None, sign_up=True)
    make_citizen(identity_number="001099000002", with_account=False)
    with pytest.raises(Conflict):
        actions.sign_up(**(form | {"identity_number": "001099000002"}))
    with pytest.raises(Refused):
        actions.sign_up(**(form | {"password": "ngắn"}))
    account = actions.sign_up(**form)
    assert account.party.identity_number == "001099000001"


def test_correction_names_the_changed_fields(officer: Account) -> None:
    party = make_citizen(with_account=False)
    changed = actions.change_party(party=party, name="Lê Văn Đúng", phone="0900000001", email="", by=officer)
    assert changed.name_fold == "le van dung"
    assert Event.objects.get(kind="party.changed").references == {"fields": ["name", "phone"]}
    actions.change_party(party=party, phone="0900000001", by=officer)
    assert Event.objects.filter(kind="party.changed").count() == 1


def test_an_employee_of_a_service_point_needs_a_dated_mandate(officer: Account) -> None:
    today, person, agent = timezone.localdate(), make_citizen(), make_citizen()
    given = {"party": person, "representative": agent, "kind": "service", "valid_from": today, "by": officer}
    end = today + timedelta(days=30)
    for missing, field in (
        ({"valid_to": end}, "document"),
        ({"document": "12/UQ"}, "valid_to"),
    ):
        with pytest.raises(Refused) as refused:
            actions.add_representation(**given, **missing)
        assert refused.value.field == field
    actions.add_representation(**given, document="12/UQ", valid_to=end)
    mandate = queries.mandate_of(agent.pk, person.pk, today)
    assert mandate is not None
    assert mandate.document == "12/UQ"
    assert queries.mandate_of(agent.pk, person.pk, end) is None


def test_representative_acts_while_it_lasts(officer: Account) -> None:
    business, person = make_business(), make_citizen()
    today = timezone.localdate()
    row = actions.add_representation(
        party=business, representative=person, kind="legal", valid_from=today - timedelta(days=1), by=officer
    )
    assert queries.parties_of(person.account, today) == [person, business]
    assert queries.parties_of(person.account, today - timedelta(days=2)) == [person]
    actions.end_representation(representation=row, by=officer)
    assert queries.parties_of(person.account, today) == [person]
    with pytest.raises(Refused):
        actions.add_representation(party=person, representative=person, kind="legal", valid_from=today, by=officer)


def test_officers_account_has_no_parties(officer: Account) -> None:
    assert queries.parties_of(officer, timezone.localdate()) == []


def test_merged_record_hands_everything_over(officer: Account) -> None:
    kept = make_citizen(with_account=False, phone="")
    old = make_citizen(phone="0900000001", birth_date=date(1990, 1, 2))
    Party.objects.filter(pk=old.pk).update(identity_number=None)
    business = make_business()
    for representative in (kept, old):
        actions.add_representation(
            party=business, representative=representative, kind="legal", valid_from=date(2026, 1, 1), by=officer
        )
    actions.add_representation(
        party=old, representative=kept, kind="guardian", valid_from=date(2026, 1, 1), by=officer
    )
    account = old.account
    merged = actions.merge(duplicate=old, into=kept, by=officer)
    assert merged.account == account
    assert (merged.phone, merged.birth_date) == ("0900000001", date(1990, 1, 2))
    row = Representation.objects.get()
    assert (row.party, row.representative) == (business, kept)
    old.refresh_from_db()
    assert old.merged_into == kept
    assert set(queries.party_ids_of(Account.objects.get(pk=account.pk))) == {kept.pk, old.pk, business.pk}
    assert old not in queries.parties_matching(old.name)
    event = Event.objects.get(kind="party.merged")
    assert event.references == {"duplicate": str(old.pk), "into": str(kept.pk)}
    with pytest.raises(NotFound):
        actions.merge(duplicate=old, into=kept, by=officer)


def test_records_of_two_people_are_not_merged(officer: Account) -> None:
    first, second = make_citizen(with_account=False), make_citizen(with_account=False)
    nameless = [actions.register_party(kind="citizen", name="Mẫu", by=officer) for _number in range(2)]
    for old, kept in ((first, second), (first, make_business())):
        with pytest.raises(Refused):
            actions.merge(duplicate=old, into=kept, by=officer)
    assert actions.merge(duplicate=nameless[0], into=nameless[1], by=officer) == nameless[1]


def test_two_accounts_are_not_merged(officer: Account) -> None:
    first, second = make_citizen(), make_citizen()
    Party.objects.filter(pk=first.pk).update(identity_number=None)
    with pytest.raises(Refused):
        actions.merge(duplicate=first, into=second, by=officer)

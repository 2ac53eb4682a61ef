"""Two records of one child: who is shown them, which of them stays, and who may merge them until when."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.errors import Conflict, NotAllowed
from motcua.kernel.events.models import AccessRecord
from motcua.kernel.text import fold
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens import actions as citizens
from motcua.people.citizens import queries as parties
from motcua.people.citizens.models import Party
from motcua.people.officers.models import DeclaredRelative
from motcua.services.dossiers import actions as dossiers
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.timeline import timeline
from motcua.services.families import actions, queries
from motcua.services.families.access import matches_for
from tests.factories import make_citizen, sign_in
from tests.services.dossiers.factories import Town, make_town, submit
from tests.services.families.test_parents import NAME, NUMBER, born, decide, file_for, state, stating, told_of


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def parent(town: Town, client: Client) -> Client:
    return sign_in(client, town.applicant.account)


def test_two_parents_of_one_child_without_a_number_are_brought_together_by_the_officer(
    town: Town, parent: Client
) -> None:
    other = make_citizen(name="Nguyễn Thị Giả Định")
    wrong = parent.post(reverse("families:new"), stating(other_parent=town.applicant.identity_number))
    assert 'href="#other_parent"' in wrong.content.decode()
    alike = {"kind": "citizen", "name": NAME, "name_fold": fold(NAME), "birth_date": born(7)}
    Party.objects.bulk_create(Party(**alike, created_at=timezone.now()) for _n in range(queries.MOST_ALIKE))
    mothers = state(parent, town, identity_number="", number="1/2019", other_parent=other.identity_number)
    fathers = state(sign_in(Client(), other.account), town, identity_number="", relation="father", number="2/2019")
    namesake = make_citizen(name=NAME, birth_date=born(7))
    elsewhere = {"number": "2/2019", "issuer": "Ủy ban nhân dân xã Giả Định"}
    stranger = state(sign_in(Client(), make_citizen().account), town, identity_number="", **elsewhere)
    first, second = file_for(town, mothers), submit(town, applicant=fathers.child, representative=other)
    # While the other statement waits there is nothing to merge with: it says so and offers no choice.
    desk = sign_in(Client(), town.reception)
    page = desk.get(reverse("families:decide", args=[first.submission_number])).content.decode()
    assert other.name in page
    assert 'name="same"' not in page
    assert decide(town, first, same=str(fathers.child_id)).status_code == 409
    assert decide(town, first).status_code == 302
    page = desk.get(reverse("families:decide", args=[first.submission_number])).content.decode()
    assert other.name in page
    assert 'value="merge"' not in page
    page = desk.get(reverse("families:decide", args=[second.submission_number])).content.decode()
    assert f'value="{mothers.child_id}"' in page
    assert not any(str(key) in page for key in (namesake.pk, stranger.child_id))
    # The other parent is told by the end of the number, and reads that they were looked at.
    assert town.applicant.identity_number not in page
    assert f"…{town.applicant.identity_number[-4:]}" in page
    looked = AccessRecord.objects.filter(who=town.reception.pk, subject=second.stream).values_list("whose", flat=True)
    assert {mothers.child_id, town.applicant.pk} <= set(looked)
    # Nothing merges by itself: confirmed without a choice the two stay two, and may be merged later.
    assert decide(town, second).status_code == 302
    assert not Party.objects.filter(name=NAME).exclude(merged_into=None).exists()
    shown = desk.get(reverse("dossiers:desk-dossier", args=[second.submission_number])).content.decode()
    assert reverse("families:decide", args=[second.submission_number]) in shown
    assert decide(town, second, do="merge").status_code == 422
    assert decide(town, second, do="merge", same=str(namesake.pk)).status_code == 422
    assert decide(town, second, do="merge", same=str(mothers.child_id)).status_code == 302
    fathers.child.refresh_from_db()
    assert fathers.child.merged_into_id == mothers.child_id
    for account in (town.applicant.account, other.account):
        assert mothers.child_id in parties.party_ids_of(account)
    assert "dossier.child_merged" in {entry.kind for entry in timeline(second, for_officers=True)}
    assert "dossier.child_merged" not in {entry.kind for entry in timeline(second, for_officers=False)}
    assert "dossier.child_merged" in {entry.kind for entry in timeline(first, for_officers=True)}
    for dossier in (first, second):
        assert dossiers.accept(dossier.pk, by=town.actor(town.reception)).accepted_at
    assert decide(town, second, do="merge", same=str(mothers.child_id)).status_code == 403
    with pytest.raises(Conflict) as late:
        actions.merge_child(fathers.pk, same=mothers.child_id, dossier=second, by=town.actor(town.reception))
    assert late.value.code == "state"


def test_a_relatives_child_is_neither_shown_nor_merged(
    town: Town, parent: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other, third = make_citizen(name="Nguyễn Thị Giả Định"), make_citizen(name="Nguyễn Văn Giả Định")
    mothers = state(parent, town, identity_number="", other_parent=third.identity_number)
    again = {"number": "19/2019", "relation": "father", "identity_number": ""}
    fathers = state(sign_in(Client(), other.account), town, **again)
    first, second = file_for(town, mothers), submit(town, applicant=fathers.child, representative=other)
    assert [decide(town, each).status_code for each in (first, second)] == [302, 302]
    choice = {"same": mothers.child_id, "dossier": second}
    rests_on, viewer = queries.statement_of(second), Viewer.of(town.reception)
    assert rests_on is not None
    # The records, their parents, what was stated; whether the officer is a citizen here, and who of all is theirs.
    with django_assert_num_queries(5):
        assert [each.party.pk for each in matches_for(viewer, rests_on)] == [mothers.child_id]
    # Neither the parent who stated the child nor the one who is named may be the officer's relative.
    for relative in (town.applicant, third):
        number = identity_hash(relative.identity_number or "")
        declared = DeclaredRelative.objects.create(
            officer=town.reception.officer, identity_hash=number, relation="Anh"
        )
        desk = sign_in(Client(), town.reception)
        page = desk.get(reverse("families:decide", args=[second.submission_number])).content.decode()
        assert str(mothers.child_id) not in page
        shown = desk.get(reverse("dossiers:desk-dossier", args=[second.submission_number])).content.decode()
        assert reverse("families:decide", args=[second.submission_number]) not in shown
        with pytest.raises(Conflict) as refused:
            actions.merge_child(fathers.pk, **choice, by=town.actor(town.reception))
        assert refused.value.code == "no_match"
        declared.delete()
    with pytest.raises(NotAllowed):
        actions.merge_child(fathers.pk, **choice, by=town.actor(town.specialist))
    actions.merge_child(fathers.pk, **choice, by=town.actor(town.reception))


def test_nobody_decides_about_a_relatives_child(town: Town, parent: Client) -> None:
    other = make_citizen(name="Nguyễn Thị Giả Định")
    dossier = file_for(town, state(parent, town, identity_number="", other_parent=other.identity_number))
    for relative in (town.applicant, other):
        number = identity_hash(relative.identity_number or "")
        declared = DeclaredRelative.objects.create(
            officer=town.reception.officer, identity_hash=number, relation="Chị"
        )
        assert decide(town, dossier).status_code == 403
        declared.delete()
    assert decide(town, dossier).status_code == 302


@pytest.mark.parametrize("number", [NUMBER, ""])
def test_the_record_with_a_number_stays_else_the_older(town: Town, parent: Client, number: str) -> None:
    def without_number() -> Party:
        made = citizens.register_party(kind="citizen", name=NAME, by=None, birth_date=born(7))
        right = {"party": made, "representative": other, "kind": "parent", "valid_from": timezone.localdate()}
        citizens.add_representation(**right, by=town.reception)
        return made

    other = make_citizen(name="Nguyễn Thị Giả Định")
    older = without_number() if number else None
    registered = make_citizen(name=NAME, identity_number=NUMBER, birth_date=born(7)) if number else None
    statement = state(parent, town, identity_number=number, other_parent=other.identity_number)
    match, stays = older or without_number(), registered or statement.child
    assert decide(town, file_for(town, statement), same=str(match.pk)).status_code == 302
    match.refresh_from_db()
    stays.refresh_from_db()
    assert (match.merged_into, stays.merged_into, stays.identity_number) == (stays, None, number or None)
    for account in (other.account, town.applicant.account):
        assert stays.pk in parties.party_ids_of(account)


@pytest.mark.parametrize("number", [NUMBER, ""])
def test_confirming_and_merging_are_one_act(town: Town, parent: Client, number: str) -> None:
    other = make_citizen(name="Nguyễn Thị Giả Định")
    registered = make_citizen(name=NAME, identity_number=NUMBER, with_account=False, birth_date=born(7))
    right = {"party": registered, "representative": other, "kind": "parent", "valid_from": timezone.localdate()}
    citizens.add_representation(**right, by=town.reception)
    statement = state(parent, town, identity_number=number, other_parent=other.identity_number)
    dossier = file_for(town, statement)
    assert decide(town, dossier, do="confirm", same=str(registered.pk)).status_code == 302
    assert registered.pk in parties.party_ids_of(town.applicant.account)
    assert told_of(registered.pk)[-1] == "party.merged"
    assert dossiers.accept(dossier.pk, by=town.actor(town.reception)).accepted_at

"""A parent files for a child who is not of age: stated, sent, checked by the officer, accepted or refused."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.messaging.models import Notice
from motcua.engines.signing.models import FileCheck
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.text import fold
from motcua.people.citizens import actions as citizens
from motcua.people.citizens import queries as parties
from motcua.people.citizens.models import Party, Representation
from motcua.services.dossiers import actions as dossiers
from motcua.services.dossiers.joining import filed_by_rows
from motcua.services.dossiers.models import Dossier, Draft
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.pages.desk.dossier_rows import applicant_rows
from motcua.services.dossiers.timeline import timeline
from motcua.services.families import actions
from motcua.services.families.models import Statement
from motcua.services.families.rules import Ground, Kin, Known, grounds, may_be_one, of_age_on
from motcua.services.families.subscribers import tell_parents
from motcua.services.vault.models import KeptPaper
from tests.factories import make_citizen, sign_in
from tests.jobs import queued
from tests.services.dossiers.factories import Town, make_town, submit
from tests.services.dossiers.joint import TYPED
from tests.services.vault.factories import PDF, kept_paper

NAME, NUMBER = "Lê Giả Định Con", "001219000009"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def parent(town: Town, client: Client) -> Client:
    return sign_in(client, town.applicant.account)


def born(years: int, *, days: int = 0) -> date:
    """The birthday of somebody who is that old, so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return day.replace(year=day.year - years, day=min(day.day, 28))


def stating(**typed: Any) -> dict[str, Any]:
    certificate = {"number": "19/2019", "issuer": "Ủy ban nhân dân xã Mẫu Sơn"}
    child = {"relation": "mother", "name": NAME, "birth_date": born(7).isoformat(), "identity_number": NUMBER}
    return child | certificate | typed


def state(parent: Client, town: Town, **typed: Any) -> Statement:
    answer = parent.post(f"{reverse('families:new')}?code={town.version.procedure.code}", stating(**typed))
    assert answer.status_code == 302, answer.content.decode()
    assert answer.url == reverse("dossiers:apply", args=[town.version.procedure.code])
    return Statement.objects.latest("stated_at")


def file_for(town: Town, statement: Statement) -> Dossier:
    return submit(town, applicant=statement.child, representative=town.applicant)


def told_of(child: UUID) -> list[str]:
    """What the story of a record tells."""
    return list(Event.objects.filter(stream=f"party:{child}").order_by("version").values_list("kind", flat=True))


def decide(town: Town, dossier: Dossier, **typed: str) -> Any:
    desk = sign_in(Client(), town.reception)
    return desk.post(reverse("families:decide", args=[dossier.submission_number]), typed)


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)), st.integers(1, 30))
def test_of_age_is_the_first_day_after_so_many_whole_years(birth: date, years: int) -> None:
    day = of_age_on(birth, years)
    assert day.year - birth.year == years
    assert (day.month, day.day) == (
        (3, 1) if (birth.month, birth.day) == (2, 29) and day.month == 3 else (birth.month, birth.day)
    )
    assert may_be_one(Known("Lê  Mẫu", birth), Known("LÊ MẪU", birth))
    assert not may_be_one(Known("Lê Mẫu", birth), Known("Lê Mẫu", None))
    assert not may_be_one(Known("Lê Mẫu", birth), Known("Lê Mẫu", birth + timedelta(days=1)))


keys, words = st.frozensets(st.uuids(), max_size=2), st.frozensets(st.sampled_from("abc"), max_size=2)
papers = st.frozensets(st.tuples(st.sampled_from("12"), st.sampled_from("ab")), max_size=2)
kins = st.builds(Kin, parents=keys, numbers=words, named=words, papers=papers)


@given(kins, kins)
def test_two_records_are_suggested_only_for_what_they_share(one: Kin, other: Kin) -> None:
    found = grounds(one, other)
    assert found == grounds(other, one)
    assert (Ground.PARENT in found) == bool(one.parents & other.parents)
    assert (Ground.COUPLE in found) == bool(one.named & other.numbers or other.named & one.numbers)
    assert (Ground.PAPER in found) == bool(one.papers & other.papers)
    assert grounds(Kin(named=one.numbers), Kin(named=one.numbers)) == []


def test_a_parent_applies_for_a_child_and_the_officer_confirms(town: Town, parent: Client) -> None:
    registered = make_citizen(name=NAME, identity_number=NUMBER, with_account=False, birth_date=born(7))
    theirs = submit(town, applicant=registered)
    start = parent.get(reverse("dossiers:apply", args=[town.version.procedure.code])).content.decode()
    assert reverse("families:new") in start
    certificate = SimpleUploadedFile("khai-sinh.pdf", PDF, content_type="application/pdf")
    statement = state(parent, town, file=certificate)
    # Until somebody has checked it, the parent sees nothing of the child whose number was typed.
    assert registered.pk not in parties.party_ids_of(town.applicant.account)
    parent.post(
        reverse("dossiers:apply", args=[town.version.procedure.code]),
        {"case": "holder", "applicant": str(statement.child_id)},
    )
    draft = Draft.objects.get()
    assert (draft.applicant, draft.typed["applicant.name"]) == (statement.child, [NAME])
    dossier = file_for(town, statement)
    with pytest.raises(Refused) as refused:
        dossiers.accept(dossier.pk, by=town.actor(town.reception))
    assert refused.value.code == "unconfirmed_parent"
    desk = sign_in(Client(), town.reception)
    assert {"file": str(statement.file_id)} in [args for _name, args in queued()]
    FileCheck.objects.create(digest=statement.file.blob_id, verdicts=[], checked_at=timezone.now())
    page = desk.get(reverse("dossiers:desk-dossier", args=[dossier.submission_number])).content.decode()
    assert reverse("families:decide", args=[dossier.submission_number]) in page
    assert "19/2019" in page
    assert "Chưa ký số" in page
    assert "Chưa quét vi-rút" in page
    assert desk.get(reverse("families:desk-file", args=[dossier.submission_number])).getvalue() == PDF
    assert decide(town, dossier).status_code == 302
    statement.refresh_from_db()
    assert (statement.state, statement.decided_by, statement.office) == ("confirmed", town.reception, town.office)
    lasts = Representation.objects.get()
    assert (lasts.party, lasts.state, lasts.valid_to) == (registered, "confirmed", of_age_on(statement.birth_date, 18))
    assert registered.pk in parties.party_ids_of(town.applicant.account)
    accepted = dossiers.accept(dossier.pk, by=town.actor(town.reception))
    # What was filed stays on the stated record, and is shown with what is registered.
    assert accepted.applicant_id == statement.child_id
    assert NUMBER in [row["value"] for row in applicant_rows(accepted)]
    assert "Cha, mẹ" in filed_by_rows(accepted)[0]["value"]
    told = {entry.kind: entry for entry in timeline(accepted, for_officers=False)}
    assert "dossier.parent_confirmed" in told
    assert told["dossier.submitted"].detail
    assert decide(town, theirs).status_code == 404
    draft.typed, draft.options = (
        TYPED,
        {"return_method": "online", "return_address": "", "office": str(town.office.pk)},
    )
    draft.save()
    sent = dossiers.send_draft(draft.pk, by=draft.account, declared=True)
    assert (sent.applicant, sent.representative) == (registered, town.applicant)


def test_what_is_refused_says_why_and_nothing_more_is_filed_on_it(town: Town, parent: Client) -> None:
    statement = state(parent, town, identity_number="")
    dossier = file_for(town, statement)
    without = decide(town, dossier, do="refuse")
    assert without.status_code == 422
    assert 'href="#reason"' in without.content.decode()
    decide(town, dossier, do="refuse", reason="Số giấy khai sinh không có trong sổ.")
    assert decide(town, dossier, do="confirm").status_code == 403
    with pytest.raises(Refused):
        dossiers.accept(dossier.pk, by=town.actor(town.reception))
    told = {entry.kind: entry for entry in timeline(dossier, for_officers=False)}
    assert told["dossier.parent_refused"].detail == "Số giấy khai sinh không có trong sổ."
    tell_parents(list(Event.objects.filter(kind="dossier.parent_refused")))
    assert Notice.objects.get(recipient=town.applicant.account).kind == "families.refused"
    today = timezone.localdate()
    assert statement.child not in parties.parties_of(town.applicant.account, today)
    mine = parent.get(reverse("dossiers:my-dossier", args=[dossier.submission_number])).content.decode()
    assert "Số giấy khai sinh không có trong sổ." in mine
    assert "Số giấy khai sinh không có trong sổ." in parent.get(reverse("families:mine")).content.decode()
    with pytest.raises(Refused):
        citizens.end_representation(representation=Representation.objects.get(), by=town.reception)
    registered = citizens.register_party(kind="citizen", name=NAME, by=None)
    citizens.merge(duplicate=statement.child, into=registered, by=town.reception)
    assert registered.pk not in parties.party_ids_of(town.applicant.account)
    with pytest.raises(Refused) as refused:
        dossiers.accept(dossier.pk, by=town.actor(town.reception))
    assert refused.value.code == "unconfirmed_parent"
    dossiers.refuse(dossier.pk, reason="Chưa đủ căn cứ.", by=town.actor(town.reception))
    tell(list(Event.objects.filter(kind="dossier.refused")))
    told_end = Notice.objects.get(kind="dossier.refused")
    assert told_end.recipient == town.applicant.account
    # The notice leads to the end of what they filed, though the child's record is another's now.
    end = parent.get(told_end.url).content.decode()
    assert all(text in end for text in ("Số giấy khai sinh không có trong sổ.", "Chưa đủ căn cứ."))
    theirs = submit(town, applicant=registered, by=town.actor(town.reception))
    assert parent.get(reverse("dossiers:my-dossier", args=[theirs.submission_number])).status_code == 404


def test_who_stated_a_child_sees_nothing_of_what_others_file_for_it(town: Town, parent: Client) -> None:
    statement = state(parent, town, identity_number="")
    child, desk = statement.child, sign_in(Client(), town.reception)
    start = {"person": str(child.pk), "code": town.version.procedure.code, "case": "holder"}
    dossier, account = file_for(town, statement), town.applicant.account
    assert account
    for _state in ("stated", "refused"):
        assert child.pk in parties.party_ids_of(account)
        assert parties.parties_matching(NAME) == [child]  # at the citizens' desk, to be merged
        assert str(child.pk) not in desk.get(reverse("dossiers:desk-counter"), {"q": NAME}).content.decode()
        assert desk.get(reverse("dossiers:desk-counter"), {"person": str(child.pk)}).status_code == 403
        assert desk.post(reverse("dossiers:desk-counter-start"), start).status_code == 403
        decide(town, dossier, do="refuse", reason="Số giấy khai sinh không có trong sổ.")
    other = {"party": child, "representative": make_citizen(), "kind": "parent", "valid_from": timezone.localdate()}
    citizens.add_representation(**other, by=town.reception)
    assert str(child.pk) in desk.get(reverse("dossiers:desk-counter"), {"q": NAME}).content.decode()
    assert desk.post(reverse("dossiers:desk-counter-start"), start).status_code == 302
    assert child.pk not in parties.party_ids_of(account)


def test_who_was_refused_may_be_confirmed_at_the_counter(town: Town, parent: Client) -> None:
    statement = state(parent, town, identity_number="")
    dossier = file_for(town, statement)
    decide(town, dossier, do="refuse", reason="Số giấy khai sinh không có trong sổ.")
    shown = {"party": statement.child, "representative": town.applicant, "kind": "parent"}
    citizens.add_representation(**shown, valid_from=timezone.localdate(), by=town.reception)
    registered = citizens.register_party(kind="citizen", name=NAME, by=None)
    citizens.merge(duplicate=statement.child, into=registered, by=town.reception)
    assert registered.pk in parties.party_ids_of(town.applicant.account)
    assert dossiers.accept(dossier.pk, by=town.actor(town.reception)).accepted_at


def test_a_parent_who_is_merged_meanwhile_is_still_unconfirmed(town: Town, parent: Client) -> None:
    statement = state(parent, town)
    dossier, kept = file_for(town, statement), citizens.register_party(kind="citizen", name="Lê Văn Mẫu", by=None)
    citizens.merge(duplicate=town.applicant, into=kept, by=town.reception)
    with pytest.raises(Refused) as refused:
        dossiers.accept(dossier.pk, by=town.actor(town.reception))
    assert refused.value.code == "unconfirmed_parent"


def test_wrong_statements_come_back_as_typed(town: Town, parent: Client) -> None:
    number = town.applicant.identity_number
    typed = stating(name="", relation="aunt", birth_date=born(18).isoformat(), identity_number=number, number="")
    answer = parent.post(reverse("families:new"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in ("name", "relation", "birth_date", "identity_number", "number"):
        assert f'href="#{field}"' in page, field
    assert "Ủy ban nhân dân xã Mẫu Sơn" in page
    assert not Party.objects.filter(account=None, birth_date__isnull=False).exists()
    state(parent, town, birth_date=born(18, days=40).isoformat())
    again = parent.post(reverse("families:new"), stating(birth_date=born(18, days=40).isoformat()))
    assert again.status_code == 409
    today = timezone.localdate()
    Representation.objects.update(valid_from=today - timedelta(days=1), valid_to=today)
    state(parent, town, birth_date=born(18, days=40).isoformat())


def test_a_child_of_age_is_nobodys_to_file_for(town: Town, parent: Client) -> None:
    statement = state(parent, town, birth_date=born(17).isoformat())
    account, last = town.applicant.account, of_age_on(statement.birth_date, 18)
    assert statement.child in parties.parties_of(account, last - timedelta(days=1))
    assert statement.child not in parties.parties_of(account, last)
    # The date of birth was wrong: the child is older, and the right ends with the age that is known now.
    citizens.change_party(party=statement.child, birth_date=born(19), by=town.reception)
    assert statement.child not in parties.parties_of(account, timezone.localdate() + timedelta(days=1))
    grown = {"party": make_citizen(birth_date=born(18)), "representative": town.applicant, "kind": "parent"}
    for child in ({}, {"party": make_citizen()}):
        with pytest.raises(Refused) as refused:
            citizens.add_representation(**grown | child, valid_from=timezone.localdate(), by=town.reception)
        assert refused.value.field == "kind"


def test_a_day_that_an_officer_set_stays_when_the_date_of_birth_is_corrected(town: Town) -> None:
    today, child = timezone.localdate(), make_citizen(birth_date=born(7))
    soon = today + timedelta(days=30)
    given = {"party": child, "kind": "parent", "valid_from": today, "by": town.reception}
    short = citizens.add_representation(**given, representative=town.applicant, valid_to=soon)
    whole = citizens.add_representation(**given, representative=make_citizen())
    citizens.change_party(party=child, birth_date=born(6), by=town.reception)
    short.refresh_from_db()
    whole.refresh_from_db()
    assert (short.valid_to, whole.valid_to) == (soon, of_age_on(born(6), 18))
    older = citizens.register_party(kind="citizen", name=child.name, birth_date=born(9), by=None)
    citizens.merge(duplicate=child, into=older, by=town.reception)
    short.refresh_from_db()
    whole.refresh_from_db()
    assert (short.party, short.valid_to, whole.valid_to) == (older, soon, of_age_on(born(9), 18))


def test_a_record_without_a_date_of_birth_is_nobodys_child(town: Town, parent: Client) -> None:
    registered = make_citizen(name=NAME, identity_number=NUMBER)  # perhaps an adult's, with an account
    dossier = file_for(town, statement := state(parent, town))
    assert decide(town, dossier).status_code == 422
    assert registered.pk not in parties.party_ids_of(town.applicant.account)
    citizens.change_party(party=registered, birth_date=statement.birth_date, by=town.reception)
    assert decide(town, dossier).status_code == 302
    assert registered.pk in parties.party_ids_of(town.applicant.account)


def test_a_number_of_another_child_is_not_confirmed(town: Town, parent: Client) -> None:
    make_citizen(name="Trần Khác", identity_number=NUMBER, with_account=False)
    statement = state(parent, town)
    with pytest.raises(Refused):
        citizens.merge(duplicate=statement.child, into=make_citizen(name=NAME), by=town.reception)
    dossier = file_for(town, statement)
    assert decide(town, dossier).status_code == 422
    statement.refresh_from_db()
    assert statement.state == "stated"
    assert statement.child_id in parties.party_ids_of(town.applicant.account)
    with pytest.raises(Conflict):
        actions.take_back(statement.pk, by=town.applicant.account)


def test_a_paper_of_the_store_proves_it_and_what_is_wrong_is_taken_back(town: Town, parent: Client) -> None:
    name = "Trích lục khai sinh (bản sao)"
    kept = kept_paper(town)
    KeptPaper.objects.update(name=name, name_fold=fold(name))
    new = parent.get(reverse("families:new")).content.decode()
    assert name in new
    key = new.split('name="basis" type="radio" value="')[2].split('"')[0]
    statement = state(parent, town, basis=key, number="", issuer="")
    assert (statement.basis, statement.file.blob_id) == ("store", kept.file.blob_id)
    assert parent.get(reverse("families:file", args=[statement.pk])).getvalue() == PDF
    stranger = sign_in(Client(), make_citizen().account)
    assert stranger.get(reverse("families:delete", args=[statement.pk])).status_code == 404
    KeptPaper.objects.update(owner=statement.child)
    with pytest.raises(Conflict) as used:
        actions.take_back(statement.pk, by=town.applicant.account)
    assert used.value.code == "used"
    KeptPaper.objects.update(owner=town.applicant)
    child = statement.child_id
    parent.post(reverse("families:delete", args=[statement.pk]))
    assert told_of(child) == ["party.registered", "party.represented", "party.forgotten"]
    assert not Statement.objects.exists()
    assert not Representation.objects.exists()


def test_the_list_asks_as_often_however_long_it_is(town: Town, parent: Client, django_assert_num_queries: Any) -> None:
    state(parent, town)
    state(parent, town, name="Lê Giả Định Út", birth_date=born(3).isoformat())
    with django_assert_num_queries(3):
        assert parent.get(reverse("families:mine")).status_code == 200

"""Dossiers of several applicants: at the counter, who sees them, who may act, how many must apply."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party
from motcua.people.officers.models import DeclaredRelative
from motcua.services.dossiers import actions, applicants, searching
from motcua.services.dossiers.access import Viewer, dossier_for, require_unbarred_from
from motcua.services.dossiers.actions.joining import take_over
from motcua.services.dossiers.models import CoApplicant, Dossier, Draft
from motcua.services.dossiers.subscribers import index
from tests.factories import make_citizen, sign_in
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.dossiers.joint import TYPED, account_of, confirm, invite, jointly, send
from tests.services.dossiers.test_portal_apply import fill_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town(jointly())


@pytest.fixture
def spouse() -> Party:
    return make_citizen(name="Phạm Thị Mẫu", identity_number="001199000002")


def test_at_the_counter_presence_is_taken_down(town: Town) -> None:
    browser = sign_in(Client(), town.reception)
    draft = actions.start_draft(
        account=town.reception, version=town.version, channel="counter", applicant=town.applicant.pk,
        case=None, typed=TYPED,
    )  # fmt: skip
    here = reverse("dossiers:desk-receive", args=[draft.pk])
    form = {name: texts[0] for name, texts in TYPED.items()} | {"return_method": "desk"}
    assert "Người cùng đề nghị" in browser.get(here).content.decode()
    taken = {"do": "add-person", "co-name": "Phạm Thị Mẫu", "co-number": "001199000002"}
    assert browser.post(here, form | taken).status_code == 302
    assert "001199000002" in browser.get(here).content.decode()
    assert browser.post(here, form | {"do": "receive"}).status_code == 302
    dossier = Dossier.objects.get()
    person = CoApplicant.objects.get(dossier=dossier)
    assert (person.way, person.state) == ("paper", "confirmed")
    assert person.party is not None
    assert person.party.identity_number == "001199000002"
    assert "Cùng đề nghị" in browser.get(reverse("dossiers:desk-dossier", args=[dossier.number])).content.decode()


def together(town: Town, spouse: Party) -> Dossier:
    """A dossier for which a couple applies."""
    dossier = submit(town)
    person = CoApplicant(
        party=spouse, name=spouse.name, identity_number=spouse.identity_number or "", state="confirmed", way="online",
        invited_at=timezone.now(), answered_at=timezone.now(), draft=actions.start_draft(
            account=account_of(town.applicant), version=town.version)
    )  # fmt: skip
    person.save()
    take_over([person], dossier, by=town.applicant.account_id, at=timezone.now())
    return dossier


def test_who_applies_too_sees_everything_but_the_first_acts(town: Town, spouse: Party) -> None:
    dossier = accept(town, together(town, spouse))
    mine = dossier_for(Viewer.of(account_of(spouse)), dossier.number)
    assert mine.is_applicant
    assert not mine.abilities["withdraw"]
    assert dossier_for(Viewer.of(account_of(town.applicant)), dossier.number).abilities["withdraw"]
    assert not Event.objects.filter(kind="access").exists()
    with pytest.raises(NotFound):
        dossier_for(Viewer.of(account_of(make_citizen())), dossier.number)
    assert applicants.applicant_accounts(dossier, timezone.now()) == {town.applicant.account_id, spouse.account_id}
    index(list(Event.objects.filter(stream=dossier.stream)))
    assert [line.id for line in searching.search(Viewer.of(account_of(spouse)), "cấp bản sao")] == [dossier.pk]


def test_an_officer_never_handles_what_a_relative_applies_for_too(town: Town, spouse: Party) -> None:
    dossier = accept(town, together(town, spouse))
    assert dossier_for(Viewer.of(town.specialist), dossier.number).abilities["complete"]
    DeclaredRelative.objects.create(
        officer=town.specialist.officer, identity_hash=identity_hash(spouse.identity_number or ""), relation="Chị"
    )
    accessed = dossier_for(Viewer.of(town.specialist), dossier.number)
    assert not accessed.abilities["complete"]
    with pytest.raises(NotAllowed):
        require_unbarred_from(accessed.viewer, accessed.dossier)


def test_where_two_must_apply_nothing_comes_in_from_one(client: Client, spouse: Party) -> None:
    town = make_town(jointly(least=1))
    with pytest.raises(Refused, match="ít nhất 1 người"):
        submit(town)
    first = sign_in(client, account_of(town.applicant))
    first.post(reverse("dossiers:apply", args=["2.000908"]), {"case": "holder"})
    draft = Draft.objects.get()
    fill_in(first, draft)
    assert send(first, draft).status_code == 422
    person = invite(first, draft)
    confirm(sign_in(Client(), account_of(spouse)), person)
    assert send(first, draft).status_code == 302


def test_where_some_are_enough_the_others_fall_away(client: Client, spouse: Party) -> None:
    town = make_town(jointly(least=1, everyone=False))
    first = sign_in(client, account_of(town.applicant))
    first.post(reverse("dossiers:apply", args=["2.000908"]), {"case": "holder"})
    draft = Draft.objects.get()
    fill_in(first, draft)
    person = invite(first, draft)
    invite(first, draft, "Người Ba", "")
    confirm(sign_in(Client(), account_of(spouse)), person)
    assert send(first, draft).status_code == 302
    assert [each.name for each in CoApplicant.objects.all()] == ["Phạm Thị Mẫu"]

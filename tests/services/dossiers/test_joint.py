"""Applying together: invited by number or link, the same content read and confirmed, and seen by all afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, Invalid
from motcua.kernel.events.models import Event
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions.joining import remind_waiting
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import CoApplicant, Dossier, Draft
from motcua.services.dossiers.pages.portal import inviting
from motcua.services.dossiers.rules.joint import Answer, content_digest, lacking
from motcua.services.dossiers.secrets import invitation_secret
from motcua.services.dossiers.timeline import timeline
from tests.factories import make_citizen, sign_in
from tests.replay import again
from tests.services.dossiers.factories import Town, make_town
from tests.services.dossiers.joint import account_of, confirm, invite, joint, jointly, people, send, shown_digest
from tests.services.dossiers.test_portal_apply import fill_in

pytestmark = pytest.mark.django_db

DIGESTS = st.sampled_from(["a" * 64, "b" * 64])


@pytest.fixture
def town() -> Town:
    return make_town(jointly())


@pytest.fixture
def first(town: Town, client: Client) -> Client:
    return sign_in(client, account_of(town.applicant))


@pytest.fixture
def draft(town: Town, first: Client) -> Draft:
    """Complete but for the confirmations."""
    return again(("joint draft", town.version.pk), lambda: _draft(first), unless=[Draft], upon=[town.office])


def _draft(first: Client) -> Draft:
    first.post(reverse("dossiers:apply", args=["2.000908"]), {"case": "holder"})
    draft = Draft.objects.get()
    fill_in(first, draft)
    return draft


@pytest.fixture
def spouse() -> Party:
    return make_citizen(name="Phạm Thị Mẫu", identity_number="001199000002")


@given(st.lists(st.builds(Answer, st.booleans(), DIGESTS, paper=st.booleans()), max_size=5), st.integers(0, 5))
def test_enough_is_as_many_as_hold_what_is_there_now(answers: list[Answer], least: int) -> None:
    held = sum(answer.confirmed and (answer.paper or answer.digest == "a" * 64) for answer in answers)
    assert (lacking(answers, "a" * 64, least=least, everyone=False) == 0) == (held >= least)
    assert (lacking(answers, "a" * 64, least=least, everyone=True) == 0) == (held >= least and held == len(answers))


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9)), st.text(max_size=5), st.text(max_size=9))
def test_a_digest_changes_with_the_content_and_only_with_it(said: dict[str, str], name: str, text: str) -> None:
    turned = dict(reversed(list(said.items())))
    assert content_digest(said) == content_digest(turned)
    assert (content_digest(said) == content_digest({**said, name: text})) == (said.get(name) == text)


def test_nothing_is_sent_before_all_have_confirmed_and_then_all_see_it(
    town: Town, first: Client, draft: Draft, spouse: Party
) -> None:
    person = invite(first, draft)
    told = Notice.objects.get(recipient=spouse.account)
    assert told.url == joint(person)
    refused = send(first, draft)
    assert refused.status_code == 422
    assert "Còn 1 người cùng đề nghị chưa xác nhận" in refused.content.decode()
    other = sign_in(Client(), account_of(spouse))
    page = other.get(joint(person)).content.decode()
    assert "Giấy khai sinh" in page
    assert confirm(other, person).status_code == 302
    assert "đều đã xác nhận" in Notice.objects.get(recipient=town.applicant.account).body
    assert send(first, draft).status_code == 302
    dossier = Dossier.objects.get()
    assert dossier.is_joint
    person.refresh_from_db()
    assert (person.dossier_id, person.draft_id, person.party) == (dossier.pk, None, spouse)
    assert other.get(joint(person)).url == reverse("dossiers:my-dossier", args=[dossier.number])
    mine = other.get(reverse("dossiers:my-dossier", args=[dossier.number])).content.decode()
    assert "Cùng đề nghị" in mine
    assert dossier.number in other.get(reverse("dossiers:my-dossiers")).content.decode()
    story = timeline(dossier, for_officers=False)
    assert [entry.title for entry in story] == ["Hồ sơ đã được nộp", "1 người cùng đề nghị"]
    assert story[1].detail.startswith("– Phạm Thị Mẫu, ")
    kinds = Event.objects.filter(stream=f"application:{draft.pk}").order_by("version")
    assert list(kinds.values_list("kind", flat=True)) == ["application.invited", "application.confirmed"]


def test_any_change_voids_a_confirmation(first: Client, draft: Draft, spouse: Party) -> None:
    person = invite(first, draft)
    other = sign_in(Client(), account_of(spouse))
    seen = shown_digest(other, person)
    confirm(other, person)
    for change in (
        lambda: first.post(reverse("dossiers:apply-page", args=[draft.pk, 3]), {"copies": "3", "exemption": "none"}),
        lambda: first.post(reverse("dossiers:apply-delivery", args=[draft.pk]), {"return_method": "desk"}),
        lambda: first.post(
            reverse("dossiers:apply-papers", args=[draft.pk]),
            {"paper-identity": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")},
        ),
        lambda: invite(first, draft, "Người Ba", ""),
    ):
        change()
        assert send(first, draft).status_code == 422
        assert "nhưng sau đó nội dung được sửa" in other.get(joint(person)).content.decode()
        assert confirm(other, person, seen).status_code == 409
        seen = shown_digest(other, person)
        assert confirm(other, person, seen).status_code == 302
    assert not Dossier.objects.exists()


def test_who_has_no_account_opens_a_link_signed_in_later(first: Client, draft: Draft) -> None:
    person = invite(first, draft, "Hà Văn Mẫu", "")
    link = reverse("dossiers:invited", args=[person.pk, invitation_secret(person.pk)])
    assert link in first.get(people(draft)).content.decode()
    assert Client().get(link).status_code == 302  # to the sign-in
    stranger = sign_in(Client(), account_of(make_citizen(name="Người Khác")))
    assert stranger.post(link).status_code == 422
    assert stranger.get(reverse("dossiers:invited", args=[person.pk, "AAAAAAAAAAAA"])).status_code == 404
    named = make_citizen(name="HÀ VĂN MẪU")
    browser = sign_in(Client(), account_of(named))
    assert browser.get(joint(person)).status_code == 404
    assert browser.get(link).status_code == 200
    assert browser.post(link).url == joint(person)
    assert confirm(browser, person).status_code == 302
    person.refresh_from_db()
    assert person.party == named
    assert stranger.post(link).status_code == 422
    assert stranger.get(joint(person)).status_code == 404


def test_who_declines_or_takes_it_back_hinders_the_sending(
    town: Town, first: Client, draft: Draft, spouse: Party
) -> None:
    person = invite(first, draft)
    other = sign_in(Client(), account_of(spouse))
    confirm(other, person)
    too_long = other.post(joint(person), {"do": "decline", "reason": "L" * 301})
    assert (too_long.status_code, "L" * 301 in too_long.content.decode()) == (422, True)
    assert other.post(joint(person), {"do": "decline", "reason": "Chưa thống nhất"}).status_code == 302
    assert send(first, draft).status_code == 422
    page = first.get(people(draft)).content.decode()
    assert "Chưa thống nhất" in page
    assert "Không đề nghị" in page
    assert Notice.objects.filter(recipient=town.applicant.account, kind="application.declined").exists()
    first.post(people(draft), {"do": f"remove:{person.pk}"})
    assert send(first, draft).status_code == 302  # alone, for the package allows it
    assert not Dossier.objects.get().is_joint
    kinds = Event.objects.filter(stream=f"application:{draft.pk}").order_by("version").values_list("kind", flat=True)
    assert list(kinds)[2:] == ["application.withdrawn", "application.removed"]


def test_nothing_unfinished_is_confirmed(first: Client, draft: Draft, spouse: Party) -> None:
    person = invite(first, draft)
    first.post(reverse("dossiers:apply-page", args=[draft.pk, 2]), {"record.name": ""})
    other = sign_in(Client(), account_of(spouse))
    assert 'name="seen"' not in other.get(joint(person)).content.decode()

    draft.refresh_from_db()
    with pytest.raises(Invalid):
        actions.confirm_application(person.pk, by=account_of(spouse), seen=Together(application_of(draft)).digest)


@pytest.mark.parametrize(
    ("name", "number", "status"),
    [("", "001199000002", 422), ("Phạm Thị Mẫu", "12", 422), ("Phạm Thị Mẫu", "own", 422), ("Ai Đó", "twice", 409)],
)
def test_invitations_that_cannot_be(
    town: Town, first: Client, draft: Draft, spouse: Party, name: str, number: str, status: int
) -> None:
    invite(first, draft)
    number = {"own": town.applicant.identity_number or "", "twice": "001199000002"}.get(number, number)
    answer = first.post(people(draft), {"do": "invite", "co-name": name, "co-number": number})
    assert answer.status_code == status
    assert f'value="{name}"' in answer.content.decode() or not name
    assert CoApplicant.objects.count() == 1


def test_no_more_are_invited_than_the_package_says(first: Client, draft: Draft) -> None:
    invite(first, draft, "Một", "")
    invite(first, draft, "Hai", "")
    with pytest.raises(Conflict):
        actions.invite(draft.pk, by=draft.account, name="Ba")
    assert "Mời thêm người" not in first.get(people(draft)).content.decode()


def test_reminders_by_hand_and_by_the_clock_have_an_end(first: Client, draft: Draft, spouse: Party) -> None:
    person, now = invite(first, draft), timezone.now()
    assert first.post(people(draft), {"do": f"remind:{person.pk}"}).status_code == 302
    assert first.post(people(draft), {"do": f"remind:{person.pk}"}).status_code == 409
    assert remind_waiting(at=now + timedelta(days=2)) == 0
    told = sum(remind_waiting(at=now + timedelta(days=4 * round_)) for round_ in range(1, 9))
    assert told == 2  # three reminders in all
    assert Notice.objects.filter(recipient=spouse.account, kind="application.invited").count() == 4


def test_the_drafts_page_lists_what_waits_for_ones_confirmation(
    first: Client, draft: Draft, spouse: Party, django_assert_num_queries: Any
) -> None:
    person = invite(first, draft)
    other = sign_in(Client(), account_of(spouse))
    page = other.get(reverse("dossiers:my-dossiers"), {"show": "drafts"}).content.decode()
    assert joint(person) in page
    with django_assert_num_queries(7):
        other.get(joint(person))
    with django_assert_num_queries(6):
        first.get(people(draft))


def test_a_file_of_the_application_is_for_those_invited(first: Client, draft: Draft, spouse: Party) -> None:
    content = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    first.post(
        reverse("dossiers:apply-papers", args=[draft.pk]),
        {"paper-identity": SimpleUploadedFile("giay.pdf", content)},
    )
    person, attached = invite(first, draft), draft.files.get()
    address = reverse("dossiers:my-joint-file", args=[person.pk, attached.pk])
    opened = sign_in(Client(), account_of(spouse)).get(address)
    assert b"".join(opened.streaming_content) == content
    assert sign_in(Client(), account_of(make_citizen())).get(address).status_code == 404


def opened(browser: Client, person: CoApplicant) -> int:
    """The answer to who opens the link of an invitation."""
    return browser.post(reverse("dossiers:invited", args=[person.pk, invitation_secret(person.pk)])).status_code


@pytest.mark.parametrize("number", ["", "001199000002"])
def test_who_opens_a_second_link_has_an_invitation_already(
    first: Client, draft: Draft, spouse: Party, number: str
) -> None:
    people = [invite(first, draft, spouse.name, each) for each in ("", number)]
    other = sign_in(Client(), account_of(spouse))
    assert sorted(opened(other, person) for person in people) == [302, 409]
    assert CoApplicant.objects.filter(party=spouse).count() == 1


def test_who_applies_stands_in_the_dossier_under_their_own_name(first: Client, draft: Draft, spouse: Party) -> None:
    person = invite(first, draft, "Phạm Thị Viết Sai")
    confirm(sign_in(Client(), account_of(spouse)), person)
    assert send(first, draft).status_code == 302
    assert CoApplicant.objects.get().name == spouse.name
    assert "Viết Sai" not in timeline(Dossier.objects.get(), for_officers=True)[-1].detail


def test_nobody_sends_invitations_without_end(first: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "INVITATIONS", 1)
    invite(first, draft)
    once_more = {"do": "invite", "co-name": "Ai Đó", "co-number": ""}
    assert first.post(people(draft), once_more).status_code == 429
    assert CoApplicant.objects.count() == 1


def test_what_is_taken_down_at_the_counter_is_not_sent_online(town: Town, first: Client, draft: Draft) -> None:
    """Else an officer could state as a citizen that somebody had stood at the counter."""
    Draft.objects.filter(pk=draft.pk).update(channel="counter")
    assert send(first, draft).status_code == 404
    Draft.objects.filter(pk=draft.pk).update(channel="online")
    assert send(first, draft).status_code == 302


def test_the_page_does_not_tell_whether_a_number_has_an_account(first: Client, draft: Draft, spouse: Party) -> None:
    def shown(person: CoApplicant) -> str:
        page = first.get(people(draft)).content.decode()
        block = page.split(f"remove:{person.pk}")[0].rpartition('class="mc-step"')[2]
        for own in (str(person.pk), invitation_secret(person.pk), person.name, person.identity_number):
            block = block.replace(own, "")
        return " ".join(block.split()).replace("person-1", "").replace("person-2", "")

    known, unknown = invite(first, draft), invite(first, draft, "Hà Văn Mẫu", "001199000099")
    assert known.party == spouse
    assert unknown.party is None
    assert shown(known) == shown(unknown)
    answers = [first.post(people(draft), {"do": f"remind:{person.pk}"}, follow=True) for person in (known, unknown)]
    assert ["nếu họ có tài khoản" in answer.content.decode() for answer in answers] == [True, True]

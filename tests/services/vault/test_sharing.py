"""Links to one paper: what they show, when they end, and that every opening is told."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.models import AccessRecord
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Representation
from motcua.services.vault import actions
from motcua.services.vault.models import KeptPaper, Opening, Share
from motcua.services.vault.secrets import share_path
from tests.factories import make_business, make_citizen, sign_in
from tests.services.dossiers.factories import Town, make_town
from tests.services.vault.factories import kept_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def kept(town: Town) -> KeptPaper:
    return kept_paper(town)


def owner(kept: KeptPaper) -> Account:
    assert kept.owner.account is not None
    return kept.owner.account


def shared(kept: KeptPaper, **given: Any) -> Share:
    return actions.share(kept, by=owner(kept), **({"days": 7} | given))


def test_a_link_shows_nothing_until_it_is_opened_then_the_paper_and_its_file(kept: KeptPaper, client: Client) -> None:
    address = share_path(shared(kept).pk)
    before = client.get(address)
    assert kept.name not in before.content.decode()
    assert not Opening.objects.exists()
    opened = client.post(address, follow=True)
    assert kept.name in opened.content.decode()
    assert "Chưa quét vi-rút" in opened.content.decode()
    assert opened["Referrer-Policy"] == "no-referrer"
    assert before["X-Robots-Tag"] == opened["X-Robots-Tag"] == "noindex"
    assert "no-store" in opened["Cache-Control"]
    share = Share.objects.get()
    again = reverse("vault:shared-download", args=[share.pk, address.split("/")[-2], Opening.objects.get().pk])
    assert b"".join(client.get(again).streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert share.openings_count == 1


def test_guessing_tells_nothing_and_is_slow(kept: KeptPaper, client: Client) -> None:
    share = shared(kept)
    wrong = reverse("vault:shared", args=[share.pk, "AAAAAAAAAAAA"])
    nobodys = reverse("vault:shared", args=[kept.pk, "AAAAAAAAAAAA"])
    actions.end_share(share.pk, by=owner(kept))
    bodies = {client.get(address).content for address in (wrong, nobodys, share_path(share.pk))}
    assert len({body.split(b"<main")[1].split(b"</main")[0] for body in bodies}) == 1
    assert {client.get(wrong).status_code for _time in range(70)} == {404, 429}


def test_who_opened_it_stands_in_the_owners_access_page(kept: KeptPaper, client: Client) -> None:
    client.post(share_path(shared(kept).pk))
    told = AccessRecord.objects.get(purpose="store_link")
    assert (told.whose, told.subject) == (kept.owner_id, kept.stream)
    shown = sign_in(Client(), owner(kept)).get(reverse("citizens:data-accesses")).content.decode()
    assert "Người có liên kết của Ông/Bà" in shown
    assert "Mở giấy tờ bằng liên kết Ông/Bà đã chia sẻ" in shown


def test_a_pin_is_asked_for_and_wrong_ones_end_the_link(kept: KeptPaper) -> None:
    share = shared(kept, pin="246810")
    assert "246810" not in share.pin_hash
    for wrong in range(9):
        with pytest.raises(Refused) as refused:
            actions.open_share(share.pk, pin=f"00000{wrong}")
        assert refused.value.field == "pin"
    assert actions.open_share(share.pk, pin="246810").share_id == share.pk
    with pytest.raises(Refused):
        actions.open_share(share.pk, pin="111111")
    with pytest.raises(NotFound):
        actions.open_share(share.pk, pin="246810")


def test_a_link_opens_no_more_often_than_allowed(kept: KeptPaper) -> None:
    share = shared(kept, most=2)
    for _time in range(2):
        actions.open_share(share.pk)
    with pytest.raises(NotFound):
        actions.open_share(share.pk)


@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_count_twice(kept: KeptPaper) -> None:
    share, refused = shared(kept, most=3), []

    def press() -> None:
        try:
            actions.open_share(share.pk)
        except NotFound as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _time in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Opening.objects.count(), len(refused)) == (3, 2)


def test_what_was_opened_stays_open_for_half_an_hour_unless_the_owner_ends_it(kept: KeptPaper, client: Client) -> None:
    share = shared(kept)
    address = client.post(share_path(share.pk))["Location"]
    assert client.get(address).status_code == 200
    Opening.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert client.get(address).status_code == 404
    address = client.post(share_path(share.pk))["Location"]
    sign_in(Client(), owner(kept)).post(reverse("vault:end-link", args=[kept.pk, share.pk]))
    assert client.get(address).status_code == 404
    assert client.get(share_path(share.pk)).status_code == 404


def test_the_owner_makes_a_link_on_the_page_and_sees_its_openings(kept: KeptPaper, client: Client) -> None:
    browser = sign_in(Client(), owner(kept))
    form = reverse("vault:share", args=[kept.pk])
    wrong = browser.post(form, {"days": "7", "pin": "12", "most": "3"})
    assert wrong.status_code == 422
    assert browser.post(form, {"days": "7", "most": "0"}).status_code == 422
    browser.post(form, {"days": "7", "pin": "135790", "most": "3", "recipient": "Ngân hàng Mẫu"})
    share = Share.objects.get()
    page = reverse("vault:link", args=[kept.pk, share.pk])
    assert share_path(share.pk) in browser.get(page).content.decode()
    client.post(share_path(share.pk), {"pin": "000000"})
    client.post(share_path(share.pk), {"pin": "135790"})
    shown = browser.get(page).content.decode()
    assert "1 trên 3 lượt" in shown
    assert "135790" not in shown
    assert "Ngân hàng Mẫu" in browser.get(reverse("vault:paper", args=[kept.pk])).content.decode()


def test_a_link_needs_a_known_span_and_a_paper_that_holds(kept: KeptPaper) -> None:
    with pytest.raises(Invalid):
        shared(kept, days=365)
    KeptPaper.objects.update(state="revoked", revoked_at=timezone.now(), revoked_reason="Cấp nhầm")
    with pytest.raises(Conflict):
        shared(kept)


def test_a_link_of_a_representative_ends_with_the_mandate(kept: KeptPaper, town: Town, client: Client) -> None:
    business, today = make_business(), timezone.localdate()
    acting = Representation.objects.create(
        party=business, representative=town.applicant, kind="legal", valid_from=today - timedelta(days=9)
    )
    KeptPaper.objects.filter(pk=kept.pk).update(owner=business)
    share = actions.share(KeptPaper.objects.get(pk=kept.pk), by=owner(kept), days=7)
    opened = client.post(share_path(share.pk), follow=True)
    assert kept.name in opened.content.decode()
    acting.valid_to = today
    acting.save()
    assert client.get(share_path(share.pk)).status_code == 404
    assert client.get(opened.request["PATH_INFO"]).status_code == 404  # also what is open already
    with pytest.raises(NotFound):
        actions.open_share(share.pk)
    heir = make_citizen()
    Representation.objects.create(party=business, representative=heir, kind="legal", valid_from=today)
    assert heir.account is not None
    paper = sign_in(client, heir.account).get(reverse("vault:paper", args=[kept.pk])).content.decode()
    assert "không còn được đại diện" in paper


def test_who_made_a_link_shows_it_as_a_code(kept: KeptPaper, client: Client) -> None:
    share = shared(kept)
    page = sign_in(client, owner(kept)).get(reverse("vault:link", args=[kept.pk, share.pk])).content.decode()
    assert "<svg" in page.split("Mã QR của liên kết")[1]
    actions.end_share(share.pk, by=owner(kept))
    assert "Mã QR của liên kết" not in client.get(reverse("vault:link", args=[kept.pk, share.pk])).content.decode()

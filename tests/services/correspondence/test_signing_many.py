"""A leader signs many documents that go out with one confirmation; what fails is told and can be tried again."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.actions import issue_demo_certificate, register_means, settle_signing
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningTransaction
from motcua.engines.signing.providers.interface import Decline, Declined, Fault, Holder
from motcua.engines.signing.queries import verdicts_on
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Delegation, Position
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.outgoing import concluding
from motcua.services.correspondence.delegating import MATTERS
from motcua.services.correspondence.models import OutgoingDocument, OutgoingSigning
from tests.engines.signing import simulator
from tests.engines.signing.simulator import Simulator
from tests.factories import make_officer, sign_in
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import handed_in, signed

pytestmark = pytest.mark.django_db
PDF = "application/pdf"


@pytest.fixture
def agency() -> Agency:
    return make_agency(signing=True)


@pytest.fixture(autouse=True)
def quiet_simulator() -> Iterator[None]:
    yield
    Simulator.answers.clear()


def many() -> str:
    return reverse("correspondence:sign-many")


def waiting(agency: Agency, count: int) -> list[OutgoingDocument]:
    """Documents that wait for the leader, all with the same text."""
    first = handed_in(agency)
    actions.pass_review(first.pk, by=agency.actor(agency.clerk))
    made = []
    for number in range(count - 1):
        other = OutgoingDocument.objects.get(pk=first.pk)
        other.pk, other.subject = new_id(), f"Văn bản thử số {number + 2}"
        other.begun_at += timedelta(seconds=number + 1)
        made.append(other)
    OutgoingDocument.objects.bulk_create(made)
    return list(OutgoingDocument.objects.order_by("begun_at", "id"))


def form_of(page: HttpResponse) -> dict[str, Any]:
    """What the page sends when nobody takes a tick away."""
    content = page.content.decode()
    files = dict(re.findall(r'name="(file-[^"]+)" value="([^"]+)"', content))
    return {"item": re.findall(r'name="item" value="([^"]+)" form="sign" checked', content), **files}


def states(documents: list[OutgoingDocument]) -> list[str]:
    found = dict(OutgoingDocument.objects.values_list("pk", "state"))
    return [found[document.pk] for document in documents]


def put(document: OutgoingDocument, content: bytes) -> None:
    file = store_bytes(content, name="van-ban.pdf", media_type=PDF, by=None)
    OutgoingDocument.objects.filter(pk=document.pk).update(file=file)


def with_a_phone(account: Account) -> None:
    """Let the account sign with a service that waits for its signer, and with nothing else."""
    SigningCertificate.objects.filter(holder_id=account.pk).delete()
    holder = Holder(HolderKind.OFFICER, account.pk)
    register_means(holder=holder, provider=simulator.CODE, answers={}, by=None, at=timezone.now())


@pytest.mark.long
def test_many_are_signed_with_one_confirmation_and_only_what_failed_once_more(agency: Agency) -> None:
    """Two hundred stand on one page, from which forty-four are sent; the engine's own test signs two hundred."""
    documents = waiting(agency, 200)
    damaged, changed, gone, lost = documents[:4]
    put(damaged, b"%PDF-1.7 and nothing more")
    put(lost, b"no document at all")
    leader = sign_in(Client(), agency.leader)
    listed = leader.get(reverse("correspondence:outgoing"), {"filter": "sign"}).content.decode()
    assert f"{many()}?first=1" in listed
    form = form_of(leader.get(many(), {"first": 1}))
    assert len(form["item"]) == 200
    form["item"] = [str(document.pk) for document in documents[:44]]
    put(changed, read_bytes(documents[5].file) + b"\n")
    OutgoingDocument.objects.filter(pk=gone.pk).update(state="draft")
    waits = leader.post(many(), form)["Location"]
    assert SigningTransaction.objects.get().documents.count() == 40
    told = leader.get(waits).content.decode()
    for document, why in ((damaged, "hỏng"), (changed, "đã được sửa"), (lost, "Không mở được")):
        assert re.search(f"{document.subject}: [^<]*{why}", told), why
    assert "1 văn bản đã chọn không còn chờ" in told
    check = reverse("correspondence:signing-check", args=[SigningTransaction.objects.get().pk])
    assert states(documents).count("signed") == actions.AT_ONCE
    assert leader.post(check).status_code == 302
    assert states(documents)[:44] == ["signing", "signing", "draft", "signing", *["signed"] * 40]
    assert set(states(documents)[44:]) == {"signing"}
    ended = leader.get(waits).content.decode()
    assert "Đã ký 40 văn bản" in ended
    again = re.findall(rf'href="({many()}[?]again=[^"]+)"', ended)[0]
    put(damaged, read_bytes(documents[5].file))
    once_more = leader.get(again)
    assert form_of(once_more)["item"] == [str(damaged.pk)]
    leader.post(many(), form_of(once_more))
    assert states(documents)[0] == "signed"
    signed = OutgoingDocument.objects.get(pk=documents[43].pk)
    assert (signed.signer_name, signed.file_id != documents[43].file_id) == (agency.leader.display_name, True)
    assert [each.state for each in verdicts_on(read_bytes(signed.file), at=timezone.now())] == ["valid"]
    assert Event.objects.filter(kind="correspondence.signed").count() == 41


def test_a_refusal_on_the_phone_signs_none_and_all_can_be_asked_again(agency: Agency) -> None:
    documents = waiting(agency, 3)
    with_a_phone(agency.leader)
    leader = sign_in(Client(), agency.leader)
    form = form_of(leader.get(many(), {"item": [str(each.pk) for each in documents]}))
    waits = leader.post(many(), form)["Location"]
    assert OutgoingSigning.objects.filter(state="waiting").count() == 3
    leader.post(many(), form)  # pressed twice: all three are with the signer already
    assert OutgoingSigning.objects.count() == 3
    asked = SigningTransaction.objects.get()
    Simulator.answers["request-1"] = Declined(Decline.REFUSED, "401", Fault.USER_CANCELLED)
    settle_signing(transaction_id=asked.pk, at=timezone.now())
    assert actions.conclude_signing(asked.pk) == 3
    assert actions.conclude_signing(asked.pk) == 0
    assert states(documents) == ["signing"] * 3
    page = leader.get(waits).content.decode()
    assert f"{many()}?again={asked.pk}" in page
    assert len(form_of(leader.get(many(), {"again": str(asked.pk)}))["item"]) == 3
    other = sign_in(Client(), agency.clerk)
    assert other.get(many(), {"again": str(asked.pk)}).status_code == 404


def test_a_phone_that_signs_one_at_a_time_is_asked_for_the_others_afterwards(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Simulator, "at_once", 1)
    documents = waiting(agency, 3)
    with_a_phone(agency.leader)
    leader = sign_in(Client(), agency.leader)
    waits = leader.post(many(), form_of(leader.get(many(), {"first": 1})))["Location"]
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    leader.post(reverse("correspondence:signing-check", args=[SigningTransaction.objects.get().pk]))
    assert states(documents) == ["signed", "signing", "signing"]
    assert f"{many()}?next=1" in leader.get(waits).content.decode()
    assert form_of(leader.get(many(), {"next": 1}))["item"] == [str(each.pk) for each in documents[1:]]


def test_what_came_back_before_the_signer_gave_up_is_signed_and_the_rest_can_be_asked_again(agency: Agency) -> None:
    documents = waiting(agency, 2)
    with_a_phone(agency.leader)
    leader = sign_in(Client(), agency.leader)
    waits = leader.post(many(), form_of(leader.get(many(), {"first": 1})))["Location"]
    asked = SigningTransaction.objects.get()
    came = read_bytes(documents[0].file) + b"\n"  # as of a program that signs whole files, one by one
    asked.documents.filter(position=0).update(prepared=None, signed=came)
    cancelled = leader.post(reverse("correspondence:signing-cancel", args=[asked.pk]), follow=True).content.decode()
    assert "vẫn giữ nguyên chữ ký" in cancelled
    assert states(documents) == ["signed", "signing"]
    assert f"{many()}?again={asked.pk}" in leader.get(waits).content.decode()
    assert form_of(leader.get(many(), {"again": str(asked.pk)}))["item"] == [str(documents[1].pk)]


def test_one_that_cannot_be_put_in_holds_up_no_other_and_is_put_in_later(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full for the first of two."""
    documents = waiting(agency, 2)
    leader = sign_in(Client(), agency.leader)
    form, kept = form_of(leader.get(many(), {"first": 1})), concluding.store_bytes

    def store(*given: Any, **how: Any) -> Any:
        monkeypatch.setattr(concluding, "store_bytes", kept)
        raise OSError("no space left on device")

    monkeypatch.setattr(concluding, "store_bytes", store)
    leader.post(many(), form)
    assert states(documents) == ["signing", "signed"]
    now = timezone.now()
    assert actions.conclude_left(at=now) == 0
    assert actions.conclude_left(at=now + timedelta(minutes=11)) == 1
    assert states(documents) == ["signed", "signed"]


def test_one_document_is_signed_as_it_was_shown_with_the_annexes_that_are_sealed(agency: Agency) -> None:
    document = signed(agency, annex=True)
    client, url = sign_in(Client(), agency.clerk), reverse("correspondence:sign", args=[document.pk, "seal"])
    annex = document.annexes.get()
    page = client.get(url).content.decode()
    assert reverse("correspondence:annex-file", args=[document.pk, annex.pk]) in page
    form = form_to_seal(client, url)
    assert len(form["seen"]) == 2
    shown = read_bytes(document.file)
    put(document, shown + b"\n")
    for seen in (form, {"seen": form["seen"][1:]}, {}):  # what an old tab sends, or one that shows no document
        refused = client.post(url, seen)
        assert (refused.status_code, "đã được sửa" in refused.content.decode()) == (409, True)
    put(document, b"no document at all")
    assert "không mở được" in client.get(url).content.decode()
    assert client.post(url, form_to_seal(client, url)).status_code == 422
    assert not OutgoingSigning.objects.filter(act="seal").exists()
    put(document, shown)
    assert client.post(url, form_to_seal(client, url)).status_code == 302
    assert states([document]) == ["sealed"]


def form_to_seal(client: Client, url: str) -> dict[str, list[str]]:
    return {"seen": re.findall(r'name="seen" value="([^"]+)"', client.get(url).content.decode())}


def test_only_the_chosen_leader_signs_or_who_has_their_delegation_today(agency: Agency) -> None:
    documents = waiting(agency, 2)
    deputy = make_officer(roles=["leader"], office=agency.office, name="Đỗ Văn Mẫu Phó", title="Phó Chủ tịch")
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=deputy.pk, common_name=deputy.display_name, at=timezone.now()
    )
    client, everything = sign_in(Client(), deputy), {"item": [str(each.pk) for each in documents]}
    assert client.get(many(), everything).status_code == 422
    assert client.post(many(), everything).status_code == 422
    today = timezone.localdate()
    delegation = Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.leader.pk),
        to_position=Position.objects.get(officer=deputy.pk),
        roles=["leader"],
        document="12/GUQ-UBND",
        authority="KT.",
        valid_from=today,
        valid_to=today + timedelta(days=5),
        scope=["field:Hộ tịch"],
    )
    assert client.post(many(), everything).status_code == 422  # what is limited names documents or gives none
    Delegation.objects.filter(pk=delegation.pk).update(scope=["field:Hộ tịch", *MATTERS])
    form = form_of(client.get(many(), {"item": [str(documents[0].pk)]}))
    client.post(many(), form)
    assert states(documents) == ["signed", "signing"]
    signed = OutgoingDocument.objects.get(pk=documents[0].pk)
    assert (signed.signer_competence, signed.signer_name) == ("KT.", "Đỗ Văn Mẫu Phó")
    Delegation.objects.filter(pk=delegation.pk).update(valid_from=today - timedelta(days=5), valid_to=today)
    assert client.post(many(), everything).status_code == 422
    assert states(documents) == ["signed", "signing"]


def test_statements_of_the_page(agency: Agency, django_assert_max_num_queries: Any) -> None:
    waiting(agency, 40)
    leader = sign_in(Client(), agency.leader)
    leader.get(many(), {"first": 1})
    with django_assert_max_num_queries(8):
        assert len(form_of(leader.get(many(), {"first": 1}))["item"]) == 40

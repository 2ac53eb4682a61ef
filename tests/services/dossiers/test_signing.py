"""Results that wait for a signer's phone: nothing is lost, nothing is signed twice, what failed can be tried again."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import rules
from motcua.engines.signing.actions import cancel_signing, issue_demo_certificate, register_means, settle_signing
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningDocument, SigningTransaction
from motcua.engines.signing.pages import signers
from motcua.engines.signing.providers.interface import Decline, Declined, Fault, Holder
from motcua.engines.signing.queries import verdicts_on
from motcua.kernel.blobs.actions import store_bytes, sweep
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers.actions import delegate, revoke_delegation, substitute
from motcua.people.officers.models import Delegation, Position
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import actions, subscribers
from motcua.services.dossiers.actions import Progress, Signing, Wish, concluding
from motcua.services.dossiers.actors import signer
from motcua.services.dossiers.models import Dossier, ResultDocument, ResultSigning
from tests.engines.signing import simulator
from tests.engines.signing.simulator import Simulator
from tests.factories import make_officer, sign_in
from tests.jobs import run_jobs
from tests.poppler import poppler
from tests.services.dossiers.factories import Town, make_town, open_step
from tests.services.dossiers.test_desk_lists import to_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    """The leader and the seal sign with a service that waits for its signer."""
    made = make_town()
    SigningCertificate.objects.all().delete()
    for kind, holder in ((HolderKind.OFFICER, made.leader.pk), (HolderKind.OFFICE, made.office.pk)):
        register_means(holder=Holder(kind, holder), provider=simulator.CODE, answers={}, by=None, at=timezone.now())
    return made


@pytest.fixture(autouse=True)
def quiet_simulator() -> Iterator[None]:
    yield
    Simulator.answers.clear()
    Simulator.cancelled.clear()


def ask(town: Town, dossier: Dossier) -> Signing:
    return actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))


def answer(signing: Signing, outcome: Any = None, *, at: datetime | None = None) -> None:
    """The signer confirms on the phone, or not."""
    assert signing.transaction is not None
    Simulator.answers["request-1"] = outcome or Simulator.answers["signed"]
    settle_signing(transaction_id=signing.transaction, at=at or timezone.now())


def conclude(signing: Signing, *, at: datetime | None = None) -> dict[UUID, Progress | Refused]:
    assert signing.transaction is not None
    return actions.conclude_signing(signing.transaction, at=at)


def result_of(dossier: Dossier) -> ResultDocument:
    return ResultDocument.objects.select_related("file").get(dossier=dossier)


def test_a_result_waits_for_the_phone_and_then_goes_on_by_itself(town: Town) -> None:
    dossier = to_sign(town)
    step = open_step(dossier)
    signing = ask(town, dossier)
    assert signing.progress == {step.pk: Progress.WAITING}
    assert (result_of(dossier).state, open_step(dossier)) == ("prepared", step)
    answer(signing)
    subscribers.conclude_signings(list(Event.objects.filter(kind="signing.signed")))
    run_jobs()
    assert (result_of(dossier).state, open_step(dossier).node) == ("signed", "seal")
    assert [each.state for each in verdicts_on(read_bytes(result_of(dossier).file), at=timezone.now())] == ["valid"]
    assert Event.objects.get(kind="dossier.result_signed").actor == town.leader.pk
    assert conclude(signing) == {}


def test_a_document_is_with_one_signer_at_a_time(town: Town) -> None:
    dossier = to_sign(town)
    ask(town, dossier)
    with pytest.raises(Conflict) as refusal:
        ask(town, dossier)
    assert refusal.value.code == "being_signed"
    assert ResultSigning.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Declined(Decline.REFUSED, "401", Fault.USER_CANCELLED), "refused"),
        (Declined(Decline.FAILED, "402", Fault.PIN_BLOCKED), "PIN"),
        (Declined(Decline.EXPIRED), "in time"),
    ],
)
def test_what_was_not_signed_says_why_and_can_be_asked_again(town: Town, outcome: Declined, words: str) -> None:
    dossier = to_sign(town)
    step, signing = open_step(dossier), ask(town, dossier)
    answer(signing, outcome)
    refused = conclude(signing)[step.pk]
    assert isinstance(refused, Refused)
    assert ResultSigning.objects.get().detail == refused.message
    assert (result_of(dossier).state, open_step(dossier)) == ("prepared", step)
    again = ask(town, dossier)
    answer(again)
    assert conclude(again) == {step.pk: Progress.DONE}


def test_a_cancelled_request_leaves_the_step_open(town: Town) -> None:
    dossier = to_sign(town)
    signing = ask(town, dossier)
    assert signing.transaction is not None
    cancel_signing(transaction_id=signing.transaction, by=town.leader.pk, at=timezone.now())
    conclude(signing)
    assert ResultSigning.objects.get().state == "void"
    ask(town, dossier)


def test_a_result_that_was_written_anew_meanwhile_does_not_take_the_signature(town: Town) -> None:
    dossier, specialist = to_sign(town), town.actor(town.specialist)
    signing = ask(town, dossier)
    step = open_step(dossier)
    actions.complete(dossier.pk, item=step.pk, outcome="corrected", by=town.actor(town.leader))
    answer(signing)
    refused = conclude(signing)[step.pk]
    assert isinstance(refused, Refused)
    assert not SigningDocument.objects.filter(signed__isnull=False).exists()
    assert Event.objects.filter(kind="signing.discarded").count() == 1
    written = {"extract": {"content": "Họ và tên: Lê Thị Mẫu."}}
    actions.prepare_result(dossier.pk, item=open_step(dossier).pk, template="copy", data=written, by=specialist)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome=None, by=specialist)
    assert result_of(dossier).state == "prepared"
    ask(town, dossier)


def test_a_number_once_given_stays_with_its_document(town: Town) -> None:
    dossier = to_sign(town)
    signing = ask(town, dossier)
    answer(signing)
    conclude(signing)
    seal, clerk = open_step(dossier), town.actor(town.clerk)
    first = actions.seal_result(dossier.pk, item=seal.pk, by=clerk)
    number = result_of(dossier).number
    answer(first, Declined(Decline.REFUSED))
    conclude(first)
    second = actions.seal_result(dossier.pk, item=seal.pk, by=clerk)
    answer(second)
    assert conclude(second) == {seal.pk: Progress.DONE}
    result = result_of(dossier)
    assert (result.state, result.number) == ("sealed", number)
    assert Event.objects.get(kind="dossier.result_sealed").references["number"] == number


def test_many_are_asked_with_one_confirmation_and_one_refusal_holds_up_no_other(town: Town) -> None:
    dossiers = [to_sign(town) for _number in range(3)]
    by = town.actor(town.leader)
    wishes = [Wish(dossier.pk, open_step(dossier).pk, by) for dossier in dossiers]
    actions.complete(dossiers[1].pk, item=wishes[1].item, outcome="corrected", by=by)
    signing = actions.sign_results(wishes, act=ResultSigning.Act.SIGN)
    assert set(signing.refused) == {wishes[1].item}
    assert SigningTransaction.objects.get().documents.count() == 2
    answer(signing)
    assert signing.transaction is not None
    assert actions.conclude_signing(signing.transaction, most=1) != {}
    assert ResultSigning.objects.filter(state="done").count() == 1
    conclude(signing)
    assert [result_of(dossier).state for dossier in dossiers] == ["signed", "prepared", "signed"]


def test_a_wish_that_never_reached_its_signer_is_forgotten(town: Town) -> None:
    dossier = to_sign(town)
    ask(town, dossier)
    ResultSigning.objects.update(transaction=None)
    now = timezone.now()
    assert actions.forget_unsent(at=now) == 0
    assert actions.forget_unsent(at=now + timedelta(minutes=11)) == 1
    ask(town, dossier)


def test_an_answer_that_nobody_put_in_is_put_in_later(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk was full for the first of two: it waits, the other goes on, and later the first does too."""
    dossiers = [to_sign(town) for _number in range(2)]
    by = town.actor(town.leader)
    wishes = [Wish(dossier.pk, open_step(dossier).pk, by) for dossier in dossiers]
    signing = actions.sign_results(wishes, act=ResultSigning.Act.SIGN)
    answer(signing)
    kept = concluding.store_bytes

    def store_bytes(*given: Any, **how: Any) -> Any:
        monkeypatch.setattr(concluding, "store_bytes", kept)
        raise OSError("no space left on device")

    monkeypatch.setattr(concluding, "store_bytes", store_bytes)
    assert sorted(conclude(signing).values()) == [Progress.DONE, Progress.WAITING]
    now = timezone.now()
    assert actions.conclude_left(at=now) == 0
    assert actions.conclude_left(at=now + timedelta(minutes=11)) == 1
    assert [result_of(dossier).state for dossier in dossiers] == ["signed", "signed"]


def test_versions_before_the_signature_are_swept_like_other_replaced_files(town: Town) -> None:
    dossier = to_sign(town)
    unsigned = result_of(dossier).file
    signing = ask(town, dossier)
    answer(signing)
    conclude(signing)
    sweep(now=timezone.now() + timedelta(days=30))
    assert not StoredFile.objects.filter(pk=unsigned.pk).exists()
    assert ResultSigning.objects.get().file is None
    assert read_bytes(result_of(dossier).file).startswith(b"%PDF")


def test_nobody_signs_with_the_certificate_of_somebody_else(town: Town) -> None:
    dossier = to_sign(town)
    seal = SigningCertificate.objects.get(holder_kind=HolderKind.OFFICE)
    with pytest.raises(NotAllowed):
        actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader), certificate=seal)
    assert not SigningTransaction.objects.exists()


def test_the_page_waits_cancels_and_offers_to_try_again(town: Town) -> None:
    dossier = to_sign(town)
    leader, step = sign_in(Client(), town.leader), open_step(dossier)
    url = reverse("dossiers:desk-sign", args=[dossier.code, step.pk])
    late = leader.post(url, {"seen": result_of(dossier).file_id, "version": "1"})
    dossier.refresh_from_db()
    for text in ("Việc gần nhất: ", f'name="version" value="{dossier.version}"'):
        assert (late.status_code, text in late.content.decode()) == (409, True)
    waits = leader.post(url, {"seen": result_of(dossier).file_id})["Location"]
    key = SigningTransaction.objects.get().pk
    assert waits == reverse("dossiers:desk-signing-progress", args=[key])
    assert leader.get(url)["Location"] == waits
    assert reverse("dossiers:desk-signing-cancel", args=[key]) in leader.get(waits).content.decode()
    SigningTransaction.objects.update(fault=Fault.UNANSWERED)
    assert "Dịch vụ ký số không trả lời nên chữ ký có thể không về được" in leader.get(waits).content.decode()
    leader.post(reverse("dossiers:desk-signing-cancel", args=[key]))
    again = f"{reverse('dossiers:desk-sign-many')}?again={key}"
    assert again in leader.get(waits).content.decode()
    assert leader.get(again).content.decode().count(str(step.pk)) == 1
    leader.post(url, {"seen": result_of(dossier).file_id})
    key = SigningTransaction.objects.exclude(pk=key).get().pk
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    check = reverse("dossiers:desk-signing-check", args=[key])
    rows = leader.post(check, headers={"HX-Request": "true"}).content.decode()
    assert "mc-tag--green" in rows
    assert "<html" not in rows
    assert sign_in(Client(), town.clerk).get(waits).status_code == 404


def test_one_chooses_with_what_one_signs_among_ones_own(town: Town, rf: Any) -> None:
    offered = signers.seals_of(town.office.pk)
    for typed, expected in (("", offered[0]), (str(offered[0].pk), offered[0])):
        assert signers.chosen(rf.post("/", {"certificate": typed}), offered) == expected
    foreign = SigningCertificate.objects.get(holder_id=town.leader.pk)
    with pytest.raises(Refused) as refusal:
        signers.chosen(rf.post("/", {"certificate": str(foreign.pk)}), offered)
    assert refusal.value.field == "certificate"


def test_a_certificate_in_anothers_name_is_not_registered(town: Town) -> None:
    holder = Holder(HolderKind.OFFICER, town.leader.pk)
    asked = {"holder": holder, "provider": simulator.CODE, "answers": {}, "by": town.leader.pk, "at": timezone.now()}
    with pytest.raises(Refused) as refusal:
        register_means(**asked, name="Nguyễn Văn Khác")
    assert refusal.value.code == "other_holder"
    assert rules.is_name_of("TRAN THI MAU (UBND xã)", "Trần Thị Mẫu")
    assert not rules.is_name_of("Trần Thị Mẫu", "")


# -- in whose stead ---------------------------------------------------------------------------------------------------


def deputy_of(town: Town, **change: Any) -> Account:
    """A specialist of the office to whom the leader has delegated the signature."""
    deputy = make_officer(roles=["specialist"], office=town.office, title="Phó Chủ tịch", name="Đỗ Văn Phó")
    own, theirs = (Position.objects.get(officer=account.pk) for account in (town.leader, deputy))
    today = timezone.localdate()
    dates = {"valid_from": today, "last_day": today + timedelta(days=9)} | change
    delegate(
        from_position=own,
        to_position=theirs,
        roles=["leader"],
        document="12/UQ-UBND",
        authority="KT.",
        by=town.leader,
        **dates,
    )
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=deputy.pk, common_name="Đỗ Văn Phó", at=timezone.now()
    )
    return deputy


def test_a_delegate_signs_in_the_heads_stead_and_the_document_says_so(town: Town) -> None:
    dossier, deputy = to_sign(town), deputy_of(town)
    step = open_step(dossier)
    sign_in(client := Client(), deputy)
    seen = {"seen": result_of(dossier).file_id}
    client.post(reverse("dossiers:desk-sign", args=[dossier.code, step.pk]), seen)
    result = result_of(dossier)
    assert (result.state, result.signed_by) == ("signed", deputy)
    (verdict,) = verdicts_on(read_bytes(result.file), at=timezone.now())
    assert "KT. Lãnh đạo" in verdict.reason
    shown = poppler("pdftotext", "-", "-", stdin=read_bytes(result.file))
    assert "KT. LÃNH ĐẠO" in shown
    assert "PHÓ CHỦ TỊCH" in shown
    assert "Đỗ Văn Phó" in shown
    assert Event.objects.get(kind="dossier.result_signed").references["authority"] == "KT. Lãnh đạo"


def test_without_a_delegation_that_is_valid_now_nobody_signs_for_the_head(town: Town) -> None:
    today = timezone.localdate()
    deputy = deputy_of(town, valid_from=today + timedelta(days=1))
    office = {"office": town.office.pk, "role": "leader"}
    with pytest.raises(NotAllowed):
        signer(desk_of(deputy, timezone.now()), **office)
    tomorrow = desk_of(deputy, timezone.now() + timedelta(days=1))
    assert signer(tomorrow, **office).authority == "KT. Lãnh đạo"
    substitute(
        absent=town.leader.officer,
        substitute=town.specialist.officer,
        valid_from=today,
        last_day=today,
        by=town.leader,
    )
    stands_in = desk_of(town.specialist, timezone.now())
    assert stands_in.has_role("leader", town.office.pk)
    with pytest.raises(NotAllowed):
        signer(stands_in, **office)
    assert signer(desk_of(town.leader, timezone.now()), **office).authority == ""


def asked_by_deputy(dossier: Dossier, deputy: Account, town: Town) -> Signing:
    """The deputy has been asked on the phone for the head's signature."""
    SigningCertificate.objects.filter(holder_id=deputy.pk).delete()
    holder = Holder(HolderKind.OFFICER, deputy.pk)
    register_means(holder=holder, provider=simulator.CODE, answers={}, by=None, at=timezone.now())
    by = signer(desk_of(deputy, timezone.now()), office=town.office.pk, role="leader")
    return actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=by)


def test_a_delegation_that_ends_while_the_phone_waits_voids_the_signature(town: Town) -> None:
    dossier, deputy = to_sign(town), deputy_of(town)
    step, before = open_step(dossier), result_of(dossier).file
    signing = asked_by_deputy(dossier, deputy, town)
    revoke_delegation(delegation=Delegation.objects.get(), by=town.leader)
    answer(signing)
    (refused,) = conclude(signing).values()
    assert isinstance(refused, NotAllowed)
    assert refused.code == "delegation_ended"
    row, result = ResultSigning.objects.get(), result_of(dossier)
    assert (row.state, "KT. Lãnh đạo" in row.detail) == ("void", True)
    assert (result.state, result.file, open_step(dossier)) == ("prepared", before, step)
    assert not SigningTransaction.objects.get().documents.filter(signed__isnull=False).exists()
    again = ask(town, dossier)  # the leader signs in person
    answer(again)
    assert set(conclude(again).values()) == {Progress.DONE}


@pytest.mark.parametrize("in_time", [True, False])
def test_what_was_signed_on_the_last_day_of_a_delegation_counts_though_it_is_put_in_later(
    town: Town, in_time: bool
) -> None:
    dossier, deputy = to_sign(town), deputy_of(town, last_day=timezone.localdate())
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    signing = asked_by_deputy(dossier, deputy, town)
    answer(signing, at=midnight - timedelta(seconds=1) if in_time else midnight)
    conclude(signing, at=midnight + timedelta(minutes=1))
    assert (ResultSigning.objects.get().state, result_of(dossier).state) == (
        ("done", "signed") if in_time else ("void", "prepared")
    )


def test_a_phone_that_signs_one_at_a_time_is_asked_for_the_others_afterwards(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Simulator, "at_once", 1)
    items = [open_step(to_sign(town)).pk for _number in range(3)]
    leader = sign_in(Client(), town.leader)
    waits = leader.post(reverse("dossiers:desk-sign-many"), {"item": items})["Location"]
    signed = ResultSigning.objects.get().item_id
    asked = SigningTransaction.objects.get()
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    leader.post(reverse("dossiers:desk-signing-check", args=[asked.pk]))
    others = f"{reverse('dossiers:desk-sign-many')}?next=1"
    assert others in leader.get(waits).content.decode()
    chosen = leader.get(others).content.decode()
    assert {item for item in items if str(item) in chosen} == set(items) - {signed}


def test_a_damaged_document_holds_up_no_other_of_its_batch(town: Town) -> None:
    dossiers = [to_sign(town) for _number in range(3)]
    leader, address = sign_in(Client(), town.leader), reverse("dossiers:desk-sign-many")
    file = store_bytes(b"%PDF-1.7 and nothing more", name="a.pdf", media_type="application/pdf", by=None)
    ResultDocument.objects.filter(dossier=dossiers[1]).update(file=file)
    asked = leader.get(address, {"first": 1}).content.decode()
    items = re.findall(r'name="item" value="([^"]+)" form="sign" checked', asked)
    assert set(items) == {str(open_step(dossier).pk) for dossier in dossiers}
    damaged = open_step(dossiers[1]).pk
    alone = leader.post(address, {"item": [damaged]})
    assert (alone.status_code, "hỏng" in alone.content.decode()) == (422, True)
    waits = leader.post(address, {"item": items}, follow=True)
    told = waits.content.decode()
    assert f"{dossiers[1].number}: " in told
    assert told.count("mc-tag--red") == 1
    begun = SigningTransaction.objects.get()
    answer(Signing(transaction=begun.pk))
    actions.conclude_signing(begun.pk)
    assert [result_of(dossier).state for dossier in dossiers] == ["signed", "prepared", "signed"]
    again = leader.get(address, {"again": str(begun.pk)}).content.decode()
    assert str(damaged) in again
    assert again.count('form="sign" checked') == 1

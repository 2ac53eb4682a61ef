"""Certified electronic copies of an issued result, made by the clerk under the agency's text seal."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from motcua.engines.signing import originals
from motcua.engines.signing.actions import register_means, settle_signing
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate, SigningTransaction
from motcua.engines.signing.providers.interface import Decline, Declined, Holder
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.text_seals import CopyKind
from motcua.kernel.blobs.actions import sweep
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions, subscribers
from motcua.services.dossiers.actions import Copying
from motcua.services.dossiers.models import Dossier, ResultCopy, ResultDocument
from motcua.services.dossiers.timeline import timeline
from tests.engines.signing import simulator
from tests.engines.signing.levels.upgrades import policy, upgraded
from tests.engines.signing.simulator import Simulator
from tests.factories import make_officer, sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, make_town, open_step
from tests.services.dossiers.test_desk_lists import decided, to_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture(autouse=True)
def quiet_simulator() -> Iterator[None]:
    yield
    Simulator.answers.clear()


def result_of(dossier: Dossier) -> ResultDocument:
    return ResultDocument.objects.select_related("file").get(dossier=dossier)


def seal_of(town: Town) -> SigningCertificate:
    return SigningCertificate.objects.get(holder_id=town.office.pk)


def copy(town: Town, dossier: Dossier, kind: CopyKind = CopyKind.SAO_Y, **more: Any) -> ResultCopy:
    wanted = Copying(result_of(dossier).pk, kind, **more)
    return actions.copy_result(dossier.pk, wanted, certificate=seal_of(town), by=town.actor(town.clerk))


def states(made: ResultCopy) -> list[tuple[str, str]]:
    assert made.file is not None
    found = verdicts_on(read_bytes(made.file), at=timezone.now())
    return [(each.field, each.state) for each in found]


def test_all_kinds_of_copies_leave_the_original_what_it_is(town: Town) -> None:
    dossier = decided(town)
    original = read_bytes(result_of(dossier).file)
    policy(DocumentLevel.COPY)
    whole = copy(town, dossier)
    assert whole.file is not None
    newer, told = upgraded(whole.file, subject=dossier.stream)
    subscribers.take_raised_results([told])
    whole.refresh_from_db()
    assert whole.file == newer
    assert states(whole) == [("KyChinh", "valid"), ("DauCQ", "valid"), ("SaoY", "valid")]
    further = copy(town, dossier, CopyKind.SAO_LUC, source=whole.pk)
    assert states(further) == [*states(whole), ("SaoLuc", "valid")]
    part = copy(town, dossier, CopyKind.TRICH_SAO, pages="1")
    assert states(part) == [("SaoY", "valid")]
    assert read_bytes(result_of(dossier).file) == original
    told = Event.objects.filter(kind="dossier.result_copied").order_by("version")
    assert [each.references["form"] for each in told] == ["sao_y", "sao_luc", "trich_sao"]
    found = [originals.by_digest(each.file.blob_id) for each in (whole, further, part)]
    assert [each.event for each in found if each] == [bytes(each.digest) for each in told]
    assert {each.actor for each in told} == {town.clerk.pk}
    titles = [entry.title for entry in timeline(dossier, for_officers=True)]
    assert "Đã chứng thực bản sao kết quả: Trích sao" in titles
    sweep(now=timezone.now() + timedelta(days=30))
    assert states(whole)


def test_a_sealed_result_stays_valid_whatever_is_appended_for_later_checks(town: Town) -> None:
    """Fields that the leader filled, or left open, are locked by the seal and older than it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(read_bytes(result_of(decided(town)).file)))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=[])
    output = io.BytesIO()
    writer.write(output)
    found = verdicts_on(output.getvalue(), at=timezone.now())
    assert [(each.field, each.state) for each in found] == [("KyChinh", "valid"), ("DauCQ", "valid")]
    for signature in PdfFileReader(output).embedded_regular_signatures:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
        assert status.bottom_line, "other programs must say so too"


def test_what_cannot_be_copied_says_why(town: Town) -> None:
    unsigned = to_sign(town)
    with pytest.raises(NotFound):
        copy(town, unsigned)
    dossier = decided(town)
    for kind, more, field in (
        (CopyKind.TRICH_SAO, {"pages": "9"}, "pages"),
        (CopyKind.TRICH_SAO, {}, "pages"),
        (CopyKind.SAO_LUC, {}, "source"),
    ):
        with pytest.raises(Refused) as refusal:
            copy(town, dossier, kind, **more)
        assert refusal.value.field == field
    leaders = SigningCertificate.objects.get(holder_id=town.leader.pk)
    wanted = Copying(result_of(dossier).pk, CopyKind.SAO_Y)
    with pytest.raises(NotAllowed):
        actions.copy_result(dossier.pk, wanted, certificate=leaders, by=town.actor(town.clerk))
    assert not ResultCopy.objects.exists()


@pytest.fixture
def issued(town: Town) -> Dossier:
    """An issued result of an agency whose seal is with a service that waits for its signer."""
    SigningCertificate.objects.filter(holder_id=town.office.pk).delete()
    holder = Holder(HolderKind.OFFICE, town.office.pk)
    register_means(holder=holder, provider=simulator.CODE, answers={}, by=None, at=timezone.now())
    dossier = to_sign(town)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    sealing = actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    assert sealing.transaction is not None
    settle_signed(sealing.transaction)
    actions.conclude_signing(sealing.transaction)
    return dossier


def settle_signed(transaction: UUID, outcome: Any = None) -> None:
    Simulator.answers["request-1"] = outcome or Simulator.answers["signed"]
    settle_signing(transaction_id=transaction, at=timezone.now())
    del Simulator.answers["request-1"]


def test_a_copy_waits_for_its_signer_and_is_kept_by_itself(town: Town, issued: Dossier) -> None:
    made = copy(town, issued)
    assert (made.state, made.file) == ("waiting", None)
    with pytest.raises(Conflict):
        copy(town, issued)
    settle_signed(made.transaction_id)
    subscribers.conclude_signings(list(Event.objects.filter(kind="signing.signed")))
    run_jobs()
    made.refresh_from_db()
    assert made.state == "done"
    assert states(made)[-1] == ("SaoY", "valid")
    actions.conclude_signing(made.transaction_id)
    assert Event.objects.filter(kind="dossier.result_copied").count() == 1


def test_a_copy_that_was_not_sealed_says_why_and_can_be_asked_again(town: Town, issued: Dossier) -> None:
    made = copy(town, issued)
    settle_signed(made.transaction_id, Declined(Decline.REFUSED))
    now = timezone.now()
    actions.conclude_left(at=now)
    made.refresh_from_db()
    assert made.state == "waiting"
    assert actions.conclude_left(at=now + timedelta(minutes=11)) == 1
    made.refresh_from_db()
    assert (made.state, made.file, bool(made.detail)) == ("void", None, True)
    assert copy(town, issued).state == "waiting"


def seen_in(page: Any) -> str:
    """The version of the dossier that the form of a page bears."""
    return re.findall(r'name="version" value="(\d+)"', page.content.decode())[0]


def test_the_clerk_makes_a_copy_on_the_page_and_downloads_it(town: Town) -> None:
    dossier = decided(town)
    clerk = sign_in(Client(), town.clerk)
    url = reverse("dossiers:desk-copies", args=[dossier.code, result_of(dossier).pk])
    assert url in clerk.get(reverse("dossiers:desk-dossier", args=[dossier.code])).content.decode()
    page = clerk.get(url).content.decode()
    assert "Sao lục" not in page, "there is no certified copy yet"
    seen = seen_in(clerk.get(url))
    assert "Chọn loại bản sao" in clerk.post(url, {}).content.decode()
    page = clerk.post(url, {"kind": "trich_sao", "pages": "7"}).content.decode()
    assert "1-2, 4" in page
    assert not ResultCopy.objects.exists()
    page = clerk.post(url, {"kind": "sao_y"}, follow=True).content.decode()
    made = ResultCopy.objects.get()
    run_jobs()
    told = re.findall(r'mc-secondary">([^<]*)', clerk.get(url).content.decode())
    assert sum(text.startswith(f"{town.office.name} đã ký") for text in told) == 2, "its seal and that of the copy"
    file = reverse("dossiers:desk-file", args=[dossier.code, made.file_id])
    assert file in page
    assert b"".join(clerk.get(file).streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    assert "Sao lục" in page
    further = {"kind": "sao_luc", "source": str(made.pk)}
    assert clerk.post(url, further | {"version": seen}).status_code == 409, (
        "a copy was made since that window was opened"
    )
    assert ResultCopy.objects.count() == 1
    assert clerk.post(url, further | {"version": seen_in(clerk.get(url))}).status_code == 302
    assert ResultCopy.objects.filter(kind="sao_luc", source=made).exists()
    for account in (town.reception, town.specialist, town.leader, make_officer(roles=["clerk"])):
        assert sign_in(Client(), account).get(url).status_code in (403, 404)


def test_the_page_that_waits_shows_the_copy(town: Town, issued: Dossier) -> None:
    clerk = sign_in(Client(), town.clerk)
    url = reverse("dossiers:desk-copies", args=[issued.code, result_of(issued).pk])
    waits = clerk.post(url, {"kind": "sao_y"})["Location"]
    assert result_of(issued).name in clerk.get(waits).content.decode()
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    asked = SigningTransaction.objects.get(result_copies__isnull=False)
    clerk.post(reverse("dossiers:desk-signing-check", args=[asked.pk]))
    assert ResultCopy.objects.get().state == "done"
    assert "Đã ký 1 văn bản" in clerk.get(waits).content.decode()

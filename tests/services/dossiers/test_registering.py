"""Results that are documents of the agency: numbered by correspondence, registered, issued, recalled with them."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.models import SigningCertificate
from motcua.engines.signing.verification import State as Verdict
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.services.correspondence import books
from motcua.services.correspondence.access import outgoing_for
from motcua.services.correspondence.actions import outgoing
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument, ReservedNumber
from motcua.services.dossiers import actions, subscribers
from motcua.services.dossiers.models import Dossier, ResultDocument
from motcua.services.procedures.packages import CheckedPackage, PackageError, check
from motcua.services.vault.actions import keep_results, revoke
from motcua.services.vault.models import KeptPaper
from tests.factories import make_office, sign_in
from tests.poppler import poppler
from tests.services.correspondence.factories import desk
from tests.services.dossiers.factories import PACKAGES, Town, accept, decide, finish, make_town, open_step, pay, submit

pytestmark = pytest.mark.django_db


def with_register(**said: str) -> dict[str, bytes]:
    """The files of the shipped package, its copy a document of the register."""
    folder = PACKAGES / "certified-copy"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    lines = {"register": "outgoing", "type": "quyet_dinh", "mark": "QĐ-UBND"} | said
    written = "\n    ".join(f"{key}: {value}" for key, value in lines.items() if value)
    manifest = files["procedure.yaml"].decode()
    numbered = 'series: certified-copy\n    pattern: "{n:02}/BS"'
    assert manifest.count(numbered) == 1
    files["procedure.yaml"] = manifest.replace(numbered, written).encode()
    return files


@cache
def registering() -> CheckedPackage:
    return check(with_register())


@pytest.fixture
def town() -> Town:
    return make_town(registering())


def to_seal(town: Town) -> Dossier:
    """A dossier whose result waits for the clerk."""
    dossier, specialist = accept(town, submit(town)), town.actor(town.specialist)
    finish(town, dossier, "found")
    step, written = open_step(dossier), {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    actions.prepare_result(dossier.pk, item=step.pk, template="copy", data=written, by=specialist)
    actions.complete(dossier.pk, item=step.pk, outcome=None, by=specialist)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    return dossier


def seal(town: Town, dossier: Dossier, *, at: datetime | None = None) -> ResultDocument:
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk), at=at)
    return ResultDocument.objects.select_related("document__file", "file").get(dossier=dossier)


def hear(kind: str) -> None:
    subscribers.keep_the_register(list(Event.objects.filter(kind=kind).order_by("position")))


def test_a_sealed_result_stands_in_the_register_under_the_agencys_number(town: Town, client: Client) -> None:
    reserved = outgoing.reserve_number(town.office.pk, kind="quyet_dinh", reason="Nhân sự", by=town.actor(town.clerk))
    dossier = to_seal(town)
    result = seal(town, dossier)
    document = result.document
    assert document is not None
    assert (reserved.number, result.number, document.notation) == (1, "02/QĐ-UBND", "02/QĐ-UBND")
    assert (document.state, document.signer, document.drafter) == ("issued", town.leader, town.specialist)
    assert document.document_date == timezone.localdate()
    # One file, once signed and once sealed, whose signatures hold.
    assert document.file is not None
    assert (document.file.blob_id, document.file_id) != (result.file.blob_id, result.file_id)
    content = read_bytes(document.file)
    assert content == read_bytes(result.file)
    assert [each.state for each in examine(content, anchors=[], at=timezone.now())] == [Verdict.UNTRUSTED] * 2
    assert "02/QĐ-UBND" in poppler("pdftotext", "-layout", "-", "-", stdin=content)
    assert ReservedNumber.objects.get() == reserved  # nothing is held any more

    today = timezone.localdate()
    asked = books.Asked(town.office.pk, today, today)
    (row,) = books.BOOKS["outgoing"].rows(list(books.BOOKS["outgoing"].found(asked)), {"quyet_dinh": "Quyết định"})
    assert (row[0], row[4]) == ("02/QĐ-UBND", dossier.applicant_name)
    assert row[2] == f"Quyết định: Bản sao từ sổ gốc, hồ sơ {dossier.code}"
    abilities = outgoing_for(desk(town.clerk), document.pk).abilities
    assert {act for act, may in abilities.items() if may} == {
        "issue_to",
        "correct_data",
        "note_sent",
        "copy",
        "follow",
    }

    other = make_office("Ủy ban nhân dân xã Khác", kind="commune_committee", level="commune")
    outgoing.issue_to(document.pk, way="inside", office=other.pk, reason="Để phối hợp", by=town.actor(town.clerk))
    assert IncomingDocument.objects.get(office=other).notation == "02/QĐ-UBND"
    page = reverse("correspondence:sending", args=[document.pk])
    shown = sign_in(client, town.clerk).get(page).content.decode()
    assert reverse("dossiers:desk-dossier", args=[dossier.code]) in shown
    work = client.get(reverse("dossiers:desk-dossier", args=[dossier.code])).content.decode()
    assert page in work


def test_the_register_notes_that_the_result_was_fetched_and_that_it_was_revoked(town: Town) -> None:
    dossier = to_seal(town)
    result = seal(town, dossier)
    document = result.document
    assert document is not None
    pay(town, dossier)
    actions.return_result(
        dossier.pk, method="desk", to_name="Lê Văn Mẫu", proof="signature", number="12", by=town.actor(town.reception)
    )
    for _again in range(2):
        hear("dossier.returned")
    recipient = document.recipients.get()
    assert (recipient.way, recipient.sent_at is not None) == ("desk", True)
    keep_results([dossier.pk], at=timezone.now())
    kept = KeptPaper.objects.get(result__dossier=dossier)
    revoke(kept, reason="Quyết định 9/QĐ-UBND: cấp nhầm", by=town.leader)
    for _again in range(2):
        hear("vault.revoked")
    document.refresh_from_db()
    assert (document.state, document.outcome) == ("recalled", "Quyết định 9/QĐ-UBND: cấp nhầm")
    assert Event.objects.filter(stream=document.stream, kind="correspondence.recalled").count() == 1


def test_a_number_stays_with_its_result_and_one_that_comes_to_nothing_is_skipped(town: Town) -> None:
    dossier = to_seal(town)
    SigningCertificate.objects.filter(holder_id=town.office.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(Refused):
        seal(town, dossier)
    assert not ReservedNumber.objects.exists()  # nothing was asked for: nothing was taken
    SigningCertificate.objects.filter(holder_id=town.office.pk).update(withdrawn_at=None)
    december = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    result, by = ResultDocument.objects.get(dossier=dossier), town.actor(town.clerk)
    made = outgoing.Made(
        origin=f"result:{result.pk}", office=town.office.pk, type="quyet_dinh", mark="QĐ-UBND", subject="Thử"
    )
    first = outgoing.hold_number(made, by=by, at=december - timedelta(days=1))
    again = outgoing.hold_number(made, by=by, at=december)
    assert (first.notation, again) == ("01/QĐ-UBND", first)
    held = ReservedNumber.objects.get()
    with pytest.raises(Refused):
        outgoing.skip_number(held.pk, reason="Thử", by=by)  # it is not free
    in_january = outgoing.hold_number(made, by=by, at=december + timedelta(minutes=2))
    assert (in_january.notation, in_january.day.year) == ("01/QĐ-UBND", 2027)
    assert ReservedNumber.objects.get(year=2026).skipped_at is not None
    ResultDocument.objects.filter(pk=result.pk).update(number=in_january.notation)
    actions.stop(dossier.pk, reason="Người nộp đề nghị dừng", by=town.actor(town.reception))
    hear("dossier.stopped")
    skipped = ReservedNumber.objects.get(year=2027)
    assert skipped.skipped_at is not None
    assert not OutgoingDocument.objects.exists()


def test_a_raised_file_is_kept_in_the_register_too(town: Town) -> None:
    from motcua.kernel.blobs.actions import store_bytes

    result = seal(town, to_seal(town))
    assert result.document is not None
    raised = store_bytes(b"%PDF-longer", name="a.pdf", media_type="application/pdf", by=None)
    for _again in range(2):
        actions.results.take_raised(old_file=result.file_id, new_file=raised.pk)
    document = OutgoingDocument.objects.select_related("file").get(pk=result.document.pk)
    assert document.file is not None
    assert (document.file.blob_id, document.file.kept) == (raised.blob_id, True)


def test_what_a_series_numbers_is_in_no_register() -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    assert decide(town, dossier).document is None
    assert not OutgoingDocument.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"type": ""}, "does not say the type"),
        ({"register": ""}, "no series"),
        ({"series": "certified-copy"}, "both a series and a register"),
        ({"pattern": '"{n:02}"'}, "a pattern beside a register"),
        ({"register": "", "series": "copy", "pattern": '"{office}/{n}"'}, "no pattern for a number"),
        ({"register": "incoming"}, "cannot be 'incoming'"),
        ({"type": "quyetdinh"}, "no type of documents 'quyetdinh'"),
        ({"mark": "TB-UBND"}, "does not fit the type"),
        ({"mark": "QĐ/UBND"}, "holds a /"),
    ],
)
def test_mistakes_are_explained(said: dict[str, str], told: str) -> None:
    with pytest.raises(PackageError) as error:
        check(with_register(**said))
    assert told in str(error.value)


def test_a_template_with_a_notation_of_its_own_does_not_fit_a_register() -> None:
    files: dict[str, Any] = with_register()
    typ = files["results/copy.typ"].decode()
    files["results/copy.typ"] = typ.replace('fillable("So", 8em)', "number-later[QĐ-UBND]").encode()
    with pytest.raises(PackageError) as error:
        check(files)
    assert "a notation of its own" in str(error.value)

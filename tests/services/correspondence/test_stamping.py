"""The arrival stamp on files that came: signed by the seal, the original kept, signatures before it as they were."""

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate
from motcua.engines.signing.queries import usable_certificates
from motcua.engines.signing.texts import told
from motcua.engines.signing.verification import State as Verdict
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.actions import keep, store_bytes, sweep
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions.erasing import take_back
from motcua.services.correspondence.actions.sealing import forget_unsent
from motcua.services.correspondence.actions.stamping import Stamping, conclude_stamps, stamp_arrival
from motcua.services.correspondence.models import ArrivalStamp, DocumentCopy, IncomingDocument, IncomingFile
from motcua.services.correspondence.subscribers import take_raised
from tests.engines.signing.levels.upgrades import policy, upgraded
from tests.factories import sign_in
from tests.poppler import poppler
from tests.services.correspondence.factories import Agency, make_agency, registered
from tests.services.correspondence.outgoing_factories import annex_pdf, issued
from tests.services.correspondence.test_copying import seen_in

pytestmark = pytest.mark.django_db


def seal_of(agency: Agency) -> SigningCertificate:
    return usable_certificates(HolderKind.OFFICE, agency.office.pk, level=DocumentLevel.SEAL, at=timezone.now())[0]


def arrived(here: Agency, there: Agency) -> IncomingFile:
    """A signed and sealed document of another agency, registered here; its file."""
    issued(here, to=there)
    document = IncomingDocument.objects.get(office=there.office)
    actions.register(document.pk, by=there.actor(there.clerk))
    return document.files.get()


def states(content: bytes) -> list[tuple[str, Verdict]]:
    return [(each.field, each.state) for each in examine(content, anchors=[], at=timezone.now())]


def test_a_sealed_document_is_stamped_and_its_signatures_stay(client: Client) -> None:
    here, there = make_agency(signing=True), make_agency("Ủy ban nhân dân xã Khác", signing=True)
    row = arrived(here, there)
    before = read_bytes(row.file)
    sign_in(client, there.clerk, confirmed=True)
    document = reverse("correspondence:document", args=[row.document_id])
    page = reverse("correspondence:stamp", args=[row.document_id, row.pk])
    assert page in client.get(document).content.decode()
    assert client.post(page, {"corner": "nowhere"}).status_code == 422
    too_long = client.post(page, {"corner": "below_number", "passed_to": "P" * 61})
    assert (too_long.status_code, "P" * 61 in too_long.content.decode()) == (422, True)
    typed = {"corner": "below_number", "passed_to": "Phòng Kinh tế"}
    old = typed | {"seen": seen_in(client.get(page))}
    actions.propose(row.document_id, leader=there.leader.pk, by=there.actor(there.clerk))
    late = client.post(page, old)  # somebody has worked on the document since that window was opened
    assert (late.status_code, ArrivalStamp.objects.exists()) == (409, False)
    assert "Phòng Kinh tế" in late.content.decode()
    assert client.post(page, typed | {"seen": seen_in(late)}).status_code == 302

    stamp = ArrivalStamp.objects.select_related("file__blob").get()
    assert stamp.file is not None
    content = read_bytes(stamp.file)
    assert content.startswith(before)  # a further revision; the file that came is within
    assert read_bytes(IncomingFile.objects.get().file) == before
    found = states(content)
    assert found[:-1] == states(before)
    assert found[-1] == ("DauDen", Verdict.UNTRUSTED)  # whole; no authority is trusted here
    text = " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=content).split())
    assert "ĐẾN" in text
    assert "Phòng Kinh tế" in text
    (*_others, last) = examine(content, anchors=[], at=timezone.now())
    assert "dấu đến" in told([last])[0].text.casefold()
    assert last.reason.startswith("Văn bản đến số 1/")
    shown = client.get(document).content.decode()
    assert page not in shown
    stamped = reverse("correspondence:stamped-file", args=[row.document_id, stamp.pk])
    assert stamped in shown
    assert reverse("correspondence:document-file", args=[row.document_id, row.pk]) in shown
    assert client.get(stamped).getvalue() == content
    assert Event.objects.get(kind="correspondence.stamped").references["number"] == 1
    sign_in(client, there.second)
    assert client.get(stamped).status_code == 404
    assert client.get(page).status_code == 404


def test_a_recall_takes_the_stamped_version_too() -> None:
    here, there = make_agency(signing=True), make_agency("Ủy ban nhân dân xã Khác", signing=True)
    row = arrived(here, there)
    policy(DocumentLevel.SEAL)
    stamp = stamp_arrival(Stamping(row.pk), certificate=seal_of(there), by=there.actor(there.clerk))
    assert stamp.file is not None
    assert stamp.transaction is not None
    first = stamp.file
    second, told_first = upgraded(first, subject=row.document.stream)
    take_raised([told_first])
    stamp.refresh_from_db()
    assert (stamp.file, StoredFile.objects.get(pk=first.pk).kept) == (second, False)
    third, _not_heard_yet = upgraded(second, subject=row.document.stream)
    DocumentCopy.objects.create(
        incoming=row.document, office=there.office, original=row.file, kind="sao_y", notation="01/SY-UBND",
        asked_by=there.clerk, asked_at=timezone.now(), state="void", ended_at=timezone.now(),
    )  # fmt: skip
    take_back([row.document_id], reason="Sai", at=timezone.now())
    stamped = [row.file_id, first.pk, second.pk, third.pk]
    assert not StoredFile.objects.filter(pk__in=stamped, kept=True).exists()
    told = Event.objects.get(kind="correspondence.recall_heard").references["destroyed"]
    assert [each["digest"] for each in told][-1] == second.blob_id
    assert sweep(now=timezone.now() + timedelta(days=9)) >= 2
    assert not StoredFile.objects.filter(pk__in=stamped).exists()
    stamp.transaction.documents.update(signed=b"sealed only after the recall")
    conclude_stamps(stamp.transaction, at=timezone.now())
    assert not stamp.transaction.documents.filter(signed__isnull=False).exists()


def test_what_may_not_be_stamped_is_refused() -> None:
    here, there = make_agency(signing=True), make_agency("Ủy ban nhân dân xã Khác", signing=True)
    row, by = arrived(here, there), there.actor(there.clerk)
    with pytest.raises(NotAllowed):
        stamp_arrival(Stamping(row.pk), certificate=seal_of(here), by=by)
    stamp = stamp_arrival(Stamping(row.pk), certificate=seal_of(there), by=by)
    with pytest.raises(Conflict):
        stamp_arrival(Stamping(row.pk), certificate=seal_of(there), by=by)
    ArrivalStamp.objects.filter(pk=stamp.pk).update(state="waiting", transaction=None, ended_at=None)
    assert forget_unsent(ArrivalStamp, at=timezone.now() + timedelta(minutes=11)) == 1
    with pytest.raises(Refused) as refused:
        stamp_arrival(Stamping(row.pk, passed_to="\U0001f600"), certificate=seal_of(there), by=by)
    assert refused.value.field == "passed_to"
    assert not ArrivalStamp.objects.exclude(state="void").exists()

    broken = registered(there).files.get()  # begins as a PDF and is none
    with pytest.raises(Refused) as refused:
        stamp_arrival(Stamping(broken.pk), certificate=seal_of(there), by=by)
    assert refused.value.code == "damaged"
    IncomingFile.objects.filter(pk=broken.pk).update(file=_stored(b"x", "a.txt", "text/plain"))
    with pytest.raises(NotFound):
        stamp_arrival(Stamping(broken.pk), certificate=seal_of(there), by=by)


def test_a_file_whose_author_allows_no_change_stays_as_it_came(client: Client) -> None:
    there = make_agency(signing=True)
    document = registered(there)
    row = document.files.get()
    IncomingFile.objects.filter(pk=row.pk).update(file=_stored(certified(), "chung-nhan.pdf", "application/pdf"))
    sign_in(client, there.clerk, confirmed=True)
    page = reverse("correspondence:stamp", args=[document.pk, row.pk])
    answer = client.post(page, {"corner": "top"})
    assert answer.status_code == 422
    assert "giữ nguyên" in answer.content.decode()
    assert not ArrivalStamp.objects.exists()


def _stored(content: bytes, name: str, media_type: str) -> Any:
    file = store_bytes(content, name=name, media_type=media_type, by=None)
    keep([file.pk])
    return file


def certified() -> bytes:
    """A PDF whose author has certified it and allows no change (DocMDP 1)."""
    with pikepdf.open(io.BytesIO(annex_pdf())) as pdf:
        limits = pikepdf.Dictionary(Type=pikepdf.Name("/TransformParams"), P=1, V=pikepdf.Name("/1.2"))
        reference = pikepdf.Dictionary(TransformMethod=pikepdf.Name("/DocMDP"), TransformParams=limits)
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name("/Sig"), Reference=pikepdf.Array([reference])))
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                FT=pikepdf.Name("/Sig"), T="ChungNhan", V=value, Type=pikepdf.Name("/Annot"),
                Subtype=pikepdf.Name("/Widget"), Rect=pikepdf.Array([0, 0, 0, 0]),
            )
        )  # fmt: skip
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)
        output = io.BytesIO()
        pdf.save(output)
    return output.getvalue()

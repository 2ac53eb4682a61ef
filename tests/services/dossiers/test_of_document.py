"""A document that came in opens a dossier: its files come along, both know of one another, the end is its answer."""

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.services.correspondence import actions as correspondence
from motcua.services.correspondence.actions.changing import change_earlier
from motcua.services.correspondence.actions.erasing import take_back
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.dossiers import actions, answering, changed_documents
from motcua.services.dossiers.models import Dossier, Draft, OpenedFrom
from tests.factories import make_officer, sign_in
from tests.services.correspondence.factories import arrival, desk
from tests.services.dossiers.factories import Town, accepted, decide, make_town, submit
from tests.services.dossiers.test_desk_counter import ANSWERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def both(town: Town) -> Account:
    """Keeps the register and receives dossiers."""
    return make_officer(roles=["clerk", "reception", "return"], office=town.office)


def came(town: Town, by: Account) -> IncomingDocument:
    """A registered document of the applicant with two files."""
    files = [
        store_bytes(text, name=name, media_type="application/pdf", by=None).pk
        for name, text in (("de-nghi.pdf", b"%PDF-1"), ("phu-luc.pdf", b"%PDF-2"))
    ]
    told = arrival(files=files, sender=town.applicant.name, notation="12/DN")
    return correspondence.register_at_once(told, office=town.office.pk, channel="scan", by=town.actor(by))


def begun(town: Town, document: IncomingDocument, client: Client) -> str:
    """From the document's page to the application of the person whom it is from; its address."""
    page = client.get(reverse("correspondence:document", args=[document.pk])).content.decode()
    counter = f"{reverse('dossiers:desk-counter')}?document={document.pk}"
    assert counter in page
    who = client.get(counter).content.decode()
    assert town.applicant.name in who  # found by the sender's name
    procedure = f"?person={town.applicant.pk}&amp;document={document.pk}"
    assert procedure in who
    found = client.get(reverse("dossiers:desk-counter") + procedure.replace("&amp;", "&") + "&procedure=bản sao")
    assert f'name="document" value="{document.pk}"' in found.content.decode()
    chosen = {"person": town.applicant.pk, "code": "2.000908", "channel": "post", "document": document.pk}
    answer = client.post(reverse("dossiers:desk-counter-start"), chosen | {"case": "relative"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_a_document_becomes_a_dossier_with_its_files_and_gets_its_answer(
    town: Town, both: Account, client: Client
) -> None:
    document = came(town, both)
    blobs = [row.file.blob_id for row in document.files.select_related("file")]
    sign_in(client, both)
    url = begun(town, document, client)
    draft = Draft.objects.get()
    first = [attached.file.blob_id for attached in draft.files.select_related("file")]
    assert first == blobs
    shown = client.get(url).content.decode()
    assert reverse("correspondence:document", args=[document.pk]) in shown
    # A file goes to another paper, too, once however often it is asked for.
    others = [row.pk for row in document.files.all()]
    for _again in range(2):
        client.post(url, {**ANSWERS, "do": f"document:relation:{others[1]}"})
    there = draft.files.filter(case_paper__code="relation", file__blob=blobs[1])
    assert there.count() == 1
    papers = {"paper-identity-form": "copy", "paper-relation-form": "copy"}
    answer = client.post(url, {**ANSWERS, **papers, "do": "receive"})
    assert answer.status_code == 302, answer.content.decode()
    dossier = Dossier.objects.get()
    link = OpenedFrom.objects.get()
    assert (link.dossier, link.document, link.opened_by) == (dossier, document, both)
    kept = {paper.file.blob_id for paper in dossier.papers.select_related("file") if paper.file}
    assert kept == set(blobs)  # the same contents, files of its own
    assert not {paper.file_id for paper in dossier.papers.all()} & {row.file_id for row in document.files.all()}
    heard = Event.objects.get(stream=document.stream, kind="correspondence.taken_up")
    assert heard.references["number"] == dossier.number

    # Each is shown on the page of the other, to whom may see it.
    work = reverse("dossiers:desk-dossier", args=[dossier.number])
    page = reverse("correspondence:document", args=[document.pk])
    assert work in client.get(page).content.decode()
    assert page in client.get(work).content.decode()
    sign_in(client, town.specialist)
    assert page not in client.get(work).content.decode()
    assert client.get(page).status_code == 404

    assert answering.proposed(document, desk(both)) == ""
    decide(town, dossier)
    said = answering.proposed(document, desk(both))
    assert f"Trả lời văn bản số 12/DN ngày 20/11/2026 của {town.applicant.name}:" in said
    assert f"Hồ sơ {dossier.code} đã giải quyết xong. Kết quả: Bản sao từ sổ gốc số 01/BS" in said
    stranger = make_officer(roles=["clerk"])
    assert answering.proposed(document, desk(stranger)) == ""


def test_a_dossier_whose_document_is_recalled_meanwhile_is_received(town: Town, both: Account, client: Client) -> None:
    document = came(town, both)
    sign_in(client, both)
    url = begun(town, document, client)
    take_back([document.pk], reason="Thu hồi", at=document.arrived_at)
    papers = {"paper-identity-form": "copy", "paper-relation-form": "copy"}
    assert client.post(url, {**ANSWERS, **papers, "do": "receive"}).status_code == 302
    assert Dossier.objects.exists()
    assert not OpenedFrom.objects.exists()


def test_who_works_on_a_dossier_hears_that_its_document_was_recalled(town: Town, both: Account) -> None:
    document, later = came(town, both), came(town, both)
    open_, closed = accepted(town), submit(town)
    actions.refuse(closed.pk, reason="Không thuộc thẩm quyền", by=town.actor(both))
    for dossier in (open_, closed):
        OpenedFrom.objects.create(dossier=dossier, document=document, opened_at=dossier.submitted_at, opened_by=both)
    change_earlier({document.pk: later}, how="replaces", reason="Sai tên", at=document.arrived_at)
    take_back([document.pk, later.pk], reason="Thu hồi", at=document.arrived_at)
    events = Event.objects.filter(stream=document.stream, kind__in=changed_documents.TOLD)
    changed_documents.tell(list(events.order_by("version")))
    told = Notice.objects.values_list("kind", "recipient", "url")
    url = reverse("dossiers:desk-dossier", args=[open_.number])
    assert set(told) == {
        (f"dossier.document_{what}", who.pk, url)
        for what in ("changed", "recalled")
        for who in (both, town.specialist)
    }


def test_a_refusal_is_proposed_as_the_answer_and_begins_its_draft(town: Town, both: Account, client: Client) -> None:
    document = came(town, both)
    dossier = actions.submit(
        actions.Submission(
            version=town.version, case=town.version.cases.order_by("position")[0], channel="post",
            applicant=town.applicant, form_data={"copies": 1}, receiving_office=town.office.pk,
        ),
        by=town.actor(both),
    )  # fmt: skip
    OpenedFrom.objects.create(dossier=dossier, document=document, opened_at=dossier.submitted_at, opened_by=both)
    actions.refuse(dossier.pk, reason="Không thuộc thẩm quyền", by=town.actor(both))
    sign_in(client, town.leader)
    draft = client.get(reverse("correspondence:draft"), {"answers": str(document.pk)}).content.decode()
    assert f"Không tiếp nhận hồ sơ {dossier.number}. Lý do: Không thuộc thẩm quyền" in draft


def test_who_receives_no_dossiers_or_sees_not_the_document_opens_none(
    town: Town, both: Account, client: Client
) -> None:
    document = came(town, both)
    page = reverse("correspondence:document", args=[document.pk])
    sign_in(client, town.leader)
    assert "desk/counter" not in client.get(page).content.decode().partition("<main")[2]
    sign_in(client, town.reception)
    assert client.get(reverse("dossiers:desk-counter"), {"document": str(document.pk)}).status_code == 404
    chosen = {"person": town.applicant.pk, "code": "2.000908", "document": document.pk}
    assert client.post(reverse("dossiers:desk-counter-start"), chosen).status_code == 404
    assert not Draft.objects.exists()
    take_back([document.pk], reason="Thu hồi", at=document.arrived_at)
    sign_in(client, both)
    assert client.get(reverse("dossiers:desk-counter"), {"document": str(document.pk)}).status_code == 403

"""Electronic copies of documents: sealed with a text and a number of their own, refused where none is allowed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.engines.registers.actions import define_series
from motcua.engines.registers.models import Counter
from motcua.engines.signing import originals
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate
from motcua.engines.signing.queries import usable_certificates
from motcua.engines.signing.text_seals import CopyKind
from motcua.engines.signing.verification import State as Verdict
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import AccessRecord, Event
from motcua.services.correspondence.actions.copying import Copying, copy_document
from motcua.services.correspondence.actions.sealing import forget_unsent
from motcua.services.correspondence.models import DocumentCopy, IncomingDocument
from motcua.services.correspondence.subscribers import take_raised
from tests.engines.signing.levels.upgrades import policy, upgraded
from tests.factories import sign_in
from tests.jobs import run_jobs
from tests.poppler import poppler
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import issued, signed

pytestmark = pytest.mark.django_db


@contextmanager
def plans(table: str) -> Iterator[list[str]]:
    """How the database answers the statements of the block that read tables of this name."""
    found: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and table in sql:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")  # tables are small here: every other way counts
                cursor.execute(f"EXPLAIN {sql}", params)
                found.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield found


def seal_of(agency: Agency) -> SigningCertificate:
    return usable_certificates(HolderKind.OFFICE, agency.office.pk, level=DocumentLevel.COPY, at=timezone.now())[0]


def seen_in(page: Any) -> str:
    """How far what a form shows had been told."""
    return re.findall(r'name="seen" value="(\d+)"', page.content.decode())[0]


def test_copies_are_numbered_and_leave_the_signatures_of_the_original(client: Client) -> None:
    here, there = make_agency(signing=True), make_agency("Ủy ban nhân dân xã Khác", signing=True)
    document, by = issued(here, to=there, annex=True), here.actor(here.clerk)
    policy(DocumentLevel.COPY)
    made = [
        copy_document(Copying(kind, pages, outgoing=document.pk), certificate=seal_of(here), by=by)
        for kind, pages in ((CopyKind.SAO_Y, ""), (CopyKind.TRICH_SAO, "1"), (CopyKind.SAO_Y, ""))
    ]
    assert [copy.notation for copy in made] == ["01/SY-UBND", "02/TrS-UBND", "03/SY-UBND"]  # one row
    assert made[0].file is not None
    content = read_bytes(made[0].file)
    text = poppler("pdftotext", "-layout", "-", "-", stdin=content)
    assert "SAO Y; số 01/SY-UBND" in " ".join(text.split())
    states = [each.state for each in examine(content, anchors=[], at=timezone.now())]
    assert states == [Verdict.UNTRUSTED] * 3  # whole; no authority is trusted here
    assert Event.objects.filter(stream=document.stream, kind="correspondence.copied").count() == 3
    newer, raised = upgraded(made[2].file, subject=document.stream)
    take_raised([raised])
    assert DocumentCopy.objects.get(pk=made[2].pk).file == newer

    annex = document.annexes.get()
    copied = Event.objects.filter(kind="correspondence.copied", references__notation="01/SY-UBND").get()
    sealing, agency = Event.objects.get(stream=document.stream, kind="correspondence.sealed"), here.office.name
    for file, told, event in (
        (document.file, ("Công văn", document.notation), sealing),
        (annex.file, ("Phụ lục kèm theo: Công văn", document.notation), sealing),
        (made[0].file, ("Sao y", "01/SY-UBND"), copied),
    ):
        found = originals.by_digest(file.blob_id)
        assert found is not None
        assert (str(found.title), found.number, found.agency, found.event) == (*told, agency, bytes(event.digest))
        assert (found.newest, found.file, found.revoked_at) == (True, None, None)
    draft = signed(here)
    assert originals.by_digest(draft.file.blob_id) is None

    arrived = IncomingDocument.objects.get(office=there.office)
    theirs = Copying(CopyKind.SAO_Y, incoming=arrived.files.order_by("position")[0].pk)
    with pytest.raises(NotFound):  # not registered yet
        copy_document(theirs, certificate=seal_of(there), by=by)
    with pytest.raises(NotAllowed):
        copy_document(Copying(CopyKind.SAO_Y, outgoing=document.pk), certificate=seal_of(there), by=by)
    with pytest.raises(Refused) as refused:
        copy_document(Copying(CopyKind.TRICH_SAO, "9", outgoing=document.pk), certificate=seal_of(here), by=by)
    assert refused.value.field == "pages"
    lost, now = made[0], timezone.now()
    DocumentCopy.objects.filter(pk=lost.pk).update(state="waiting", transaction=None, ended_at=None)
    with pytest.raises(Conflict):
        copy_document(Copying(CopyKind.SAO_Y, outgoing=document.pk), certificate=seal_of(here), by=by)
    assert forget_unsent(DocumentCopy, at=now + timedelta(minutes=11)) == 1
    with pytest.raises(NotFound):
        copy_document(Copying(CopyKind.SAO_Y, outgoing=draft.pk), certificate=seal_of(here), by=by)

    sign_in(client, here.clerk, confirmed=True)
    page = reverse("correspondence:outgoing-copies", args=[document.pk])
    assert client.post(page, {"kind": "sao_luc"}).status_code == 422
    old = seen_in(client.get(page))
    assert client.post(page, {"kind": "sao_y", "seen": old}).status_code == 302
    again = client.post(page, {"kind": "sao_y", "seen": old})  # from a window that does not show what was made since
    assert (again.status_code, DocumentCopy.objects.filter(notation="05/SY-UBND").exists()) == (409, False)
    assert seen_in(again) != old
    shown = client.get(page).content.decode()
    assert "04/SY-UBND" in shown
    assert "04/SY-UBND: " not in shown
    run_jobs()
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(page).content.decode()
    assert len(re.findall(rf"04/SY-UBND: [^<]*{here.office.name}", shown)) == 2  # the agency's seal and the copy's
    assert sum("signing_filecheck" in each["sql"] for each in asked) == 1
    assert sum("blobs_storedfile" in each["sql"] for each in asked) == 2  # of the document, of all its copies
    copy = DocumentCopy.objects.get(notation="04/SY-UBND")
    with plans("correspondence_") as found:
        answer = client.get(reverse("correspondence:copy-file", args=[copy.pk]))
        assert answer.getvalue().startswith(b"%PDF")
    assert len(found) == 2
    opened = AccessRecord.objects.get(who=here.clerk.pk, purpose="document_file")
    assert (opened.whose, opened.subject) == (document.pk, document.stream)
    # Else all documents that the officer may see would be read, to find one.
    assert not [plan for plan in found if re.search("Seq Scan on correspondence_(incoming|outgoing)document", plan)]
    register_accounts_for_every_number(client, document.notation)
    sign_in(client, here.second)
    assert client.get(reverse("correspondence:copy-file", args=[copy.pk])).status_code == 404
    assert client.get(reverse("correspondence:book", args=["copies"])).status_code == 403


def register_accounts_for_every_number(client: Client, notation: str) -> None:
    """On screen, on paper and as a spreadsheet, with the one that was not sealed and why."""
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(reverse("correspondence:book", args=["copies"])).content.decode()
    assert len(asked) == 6
    assert shown.count(reverse("correspondence:sending", args=[DocumentCopy.objects.first().outgoing_id])) == 4
    sheet = load_workbook(BytesIO(client.get(reverse("correspondence:book-sheet", args=["copies"])).getvalue())).active
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)][1:]
    assert [row[0] for row in rows] == ["01/SY-UBND", "02/TrS-UBND", "03/SY-UBND", "04/SY-UBND"]
    assert [row[2] for row in rows] == ["Sao y", "Trích sao", "Sao y", "Sao y"]
    assert all(row[3].startswith(f"{notation}, ") for row in rows)
    assert rows[0][7].startswith("Bỏ số, không ký được: ")
    assert [row[7] for row in rows[1:]] == ["Trang 1", "", ""]
    paper = poppler(
        "pdftotext",
        "-layout",
        "-",
        "-",
        stdin=client.get(reverse("correspondence:book-pdf", args=["copies"])).getvalue(),
    )
    assert "SỔ ĐĂNG KÝ BẢN SAO" in paper
    assert all(number in paper for number in ("01/SY-UBND", "02/TrS-UBND", "04/SY-UBND"))


def test_the_common_row_of_copies_goes_on_after_the_rows_of_each_kind() -> None:
    series = define_series(code="outgoing-documents", pattern="{n}", scope=("office", "series", "yyyy"))
    counted = {
        "a|copies-sao_y|2026": 7,
        "a|copies-trich_sao|2026": 9,
        "a|letters|2026": 20,
        "b|copies-sao_luc|2026": 1,
    }
    for scope, last in counted.items():
        Counter.objects.create(series=series, scope=scope, last=last)
    migration = import_module("motcua.services.correspondence.migrations.0015_answer_wanted")
    with connection.cursor() as cursor:
        cursor.execute(migration.ONE_ROW)
    common = Counter.objects.filter(scope__contains="|copies|").order_by("scope").values_list("scope", "last")
    assert list(common) == [("a|copies|2026", 9), ("b|copies|2026", 1)]

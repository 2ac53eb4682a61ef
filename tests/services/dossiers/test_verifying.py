"""The public page of verdicts: a dropped file, and the QR code of a printed result."""

from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.engines.signing.models import Level, SignedFile, SignedVersion
from motcua.engines.signing.pages import verifying
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.events import queries as events
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, ResultDocument
from motcua.services.dossiers.secrets import result_secret, result_url
from motcua.services.vault import actions as vault
from motcua.services.vault.models import KeptPaper
from tests.engines.signing import hostile
from tests.engines.signing.factories import sealed
from tests.poppler import poppler
from tests.replay import again
from tests.services.dossiers.factories import Town, make_town, open_step, pay
from tests.services.dossiers.test_actions import drafted, drafted_in

pytestmark = pytest.mark.django_db


def issued(*, returned: bool = True) -> tuple[Town, Dossier, ResultDocument]:
    """A result that was signed and sealed and, unless told otherwise, handed over."""
    town = make_town()
    key = ("issued", town.version.pk, returned)
    return town, *again(key, lambda: _issued(town, returned=returned), unless=[Dossier], upon=[town.office])


def _issued(town: Town, *, returned: bool) -> tuple[Dossier, ResultDocument]:
    dossier, result = drafted_in(town)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    dossier.refresh_from_db()
    if returned:
        pay(town, dossier)
        actions.return_result(
            dossier.pk,
            method="desk",
            proof="signature",
            number="12",
            to_name="Trần Thị Ví Dụ",
            by=town.actor(town.reception),
        )
    result.refresh_from_db()
    dossier.refresh_from_db()
    return dossier, result


def send(client: Client, content: bytes, name: str = "van-ban.pdf") -> str:
    response = client.post("/verify/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    return response.content.decode()


def address(dossier: Dossier, result: ResultDocument) -> str:
    assert dossier.code
    return urlsplit(result_url(dossier.pk, dossier.code, result.template)).path


def test_a_dropped_file_of_this_house_is_recognised(client: Client):
    _town, _dossier, result = issued()
    page = send(client, read_bytes(result.file))
    assert page.count("mc-flash--success") == 3
    assert result.number in page
    assert result.office.name in page
    assert "/transparency/proof?digest=" in page
    assert "Trần Thị Ví Dụ" not in page


def test_a_file_from_elsewhere_is_judged_and_not_registered(client: Client):
    page = send(client, sealed())
    assert page.count("mc-flash--warning") == 2
    assert "/transparency/proof?digest=" not in page


def test_a_forged_file_is_told_in_red(client: Client):
    _town, _dossier, result = issued()
    page = send(client, hostile.revised(read_bytes(result.file), hostile.draws_over))
    assert page.count("mc-flash--error") == 2
    assert "mc-flash--success" not in page


def test_a_name_that_wants_to_be_markup_stays_text(client: Client):
    page = send(client, b"<a/>", name="<script>alert(1)</script>.xml")
    assert "<script>alert" not in page


def test_an_earlier_version_leads_to_the_same_original(client: Client):
    _town, dossier, result = issued()
    old = read_bytes(result.file)
    SignedVersion.objects.create(
        file=SignedFile.objects.create(
            subject=dossier.stream, file=result.file, level=Level.LTA, wanted=Level.LTA, state="reached",
            registered_at=result.sealed_at, reached_at=result.sealed_at,
        ),
        digest=result.file.blob_id, size=len(old), level=Level.B, made_at=result.sealed_at,
    )  # fmt: skip
    newer = store_bytes(old + b"\n", name="moi.pdf", media_type="application/pdf", by=None)
    SignedFile.objects.update(file=newer)
    ResultDocument.objects.filter(pk=result.pk).update(file=newer)
    assert result.number in send(client, old)


def test_a_revoked_result_is_told_by_its_code_and_by_its_file(client: Client):
    town, dossier, result = issued()
    content = read_bytes(result.file)
    assert "đã bị thu hồi ngày" not in client.get(address(dossier, result)).content.decode() + send(client, content)
    vault.keep_results([dossier.pk], at=timezone.now())
    vault.revoke(KeptPaper.objects.get(result=result), reason="Quyết định số 9", by=town.leader)
    for page in (client.get(address(dossier, result)).content.decode(), send(client, content)):
        assert "đã bị thu hồi ngày" in page
        assert page.count("mc-flash--error") == 1


@pytest.mark.parametrize("sent", [{}, {"file": SimpleUploadedFile("a.pdf", b"")}])
def test_without_a_file_the_page_asks_for_one(client: Client, sent: dict[str, SimpleUploadedFile]):
    response = client.post("/verify/", sent)
    assert response.status_code == 422
    assert 'href="#file"' in response.content.decode()


def test_a_file_too_large_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verifying, "LARGEST", 10)
    response = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 and more")})
    assert response.status_code == 422


def test_nobody_checks_without_end(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verifying, "LIMIT", 1)
    send(client, b"<a/>")
    assert client.post("/verify/", {"file": SimpleUploadedFile("a.xml", b"<a/>")}).status_code == 429
    for _time in range(3):
        client.get("/verify/1/2")
    assert client.get("/verify/1/2").status_code == 429


def test_the_printed_code_leads_to_the_original(client: Client):
    _town, dossier, result = issued()
    response = client.get(address(dossier, result))
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("mc-flash--success") == 2
    assert result.number in page
    (sealing,) = [each for each in events.stream(dossier.stream) if each.kind == "dossier.result_sealed"]
    assert bytes(sealing.digest).hex() in page
    original = client.get(f"{address(dossier, result)}/file")
    assert b"".join(original.streaming_content) == read_bytes(result.file)
    for answered in (response, original):
        assert answered.headers["X-Robots-Tag"] == "noindex"
        assert "no-store" in answered.headers["Cache-Control"]


def test_a_long_story_hides_no_sealing(client: Client):
    """A list of a stream's events ends at a thousand; the sealing is found beyond it, and no event is read but it."""
    town, dossier, result = drafted()
    at = timezone.now()
    noted = NewEvent(stream=dossier.stream, kind="dossier.noted", actor=None, agency=None, references={}, at=at)
    record_many([noted] * events.STREAM_LIMIT)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    result.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        page = send(client, read_bytes(result.file))
    assert "/transparency/proof?digest=" in page
    assert [each["sql"].count("LIMIT 1") for each in asked if "result_sealed" in each["sql"]] == [1]


def test_the_code_is_printed_on_the_result():
    """Drawn as a picture: what it says is known from the data, that it is there from the page."""
    _town, _dossier, result = issued()
    assert "Quét mã để đối chiếu bản gốc" in poppler("pdftotext", "-", "-", stdin=read_bytes(result.file))


def test_before_it_is_handed_over_the_original_itself_is_not_shown(client: Client):
    _town, dossier, result = issued(returned=False)
    page = client.get(address(dossier, result)).content.decode()
    assert result.number in page
    assert "<iframe" not in page
    assert client.get(f"{address(dossier, result)}/file").status_code == 404


def test_a_wrong_code_tells_nothing(client: Client):
    _town, dossier, result = issued()
    wrong = result_secret(dossier.pk, "another")
    for path in (f"/verify/{dossier.code}/{wrong}", f"/verify/H00.00/{result_secret(dossier.pk, result.template)}"):
        response = client.get(path)
        assert response.status_code == 404
        assert result.number not in response.content.decode()
        assert client.get(f"{path}/file").status_code == 404


def test_a_result_that_is_not_sealed_yet_has_no_original(client: Client):
    _town, dossier, result = drafted()
    assert client.get(address(dossier, result)).status_code == 404


def test_statements_of_the_pages(client: Client, django_assert_num_queries):  # noqa: ANN001
    _town, dossier, result = issued()
    client.get(address(dossier, result))
    with django_assert_num_queries(10):
        client.get(address(dossier, result))
    content = read_bytes(result.file)
    with django_assert_num_queries(15):  # each room is asked whether it has issued the file: one for each kind
        send(client, content)

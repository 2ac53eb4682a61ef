"""A program files with a spreadsheet over the API: begun, read, corrected, sent, followed; once under one key."""

from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from motcua.kernel.events.models import AccessRecord
from motcua.people.citizens.access import COUNTER
from motcua.people.organisations.queries import current_code
from motcua.services.batches.models import Batch
from motcua.services.dossiers.models import Dossier, Paper
from tests.factories import make_citizen
from tests.jobs import run_jobs
from tests.services.batches.sheets import fill
from tests.services.batches.test_batches import COPY, copies
from tests.services.batches.test_counter import APPLICANT
from tests.services.dossiers.factories import Town, make_town
from tests.services.vault.factories import PDF
from tests.site.api_client import ApiClient, as_account, as_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def begin(asks: ApiClient, town: Town, **given: Any) -> Any:
    office = current_code(town.office, timezone.localdate())
    said = {"procedure": town.version.procedure.code, "case": "holder", "office": office, **given}
    return asks.post("/batches", said)


def hand_over(asks: ApiClient, key: str, lines: list[dict[str, Any]], once: dict[str, str] | None = None) -> Any:
    book = load_workbook(BytesIO(asks.get(f"/batches/{key}/template").content))
    file = asks.upload("danh-sach.xlsx", fill(book, lines, once).getvalue()).json()["id"]
    return asks.post(f"/batches/{key}/workbook", {"file": file})


def test_a_citizens_program_files_many(town: Town, django_assert_max_num_queries: Any) -> None:
    mine = as_account(town.applicant.account)
    made = begin(mine, town)
    key = made.json()["id"]
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/batches/{key}")
    wrong = hand_over(mine, key, [COPY, COPY | {"Số bản sao": "nhiều"}]).json()
    assert (wrong["lines"], wrong["wrong"], wrong["abilities"]["confirm"]) == (2, 1, False)
    (line,) = mine.get(f"/batches/{key}/lines", only="wrong").json()["items"]
    assert (line["row"], line["errors"][0]["cell"], line["state"]) == (3, "Danh sách!F3", "waiting")
    assert mine.post(f"/batches/{key}/confirm", {"declared": True}).status_code == 422
    assert hand_over(mine, key, copies("Một", "Hai")).json()["abilities"]["confirm"]
    undeclared = mine.post(f"/batches/{key}/confirm", {"declared": False})
    assert undeclared.json()["errors"][0]["field"] == "declared"
    file = mine.upload("giay.pdf", PDF).json()["id"]
    no_paper = mine.post(f"/batches/{key}/confirm", {"declared": True, "papers": [{"paper": "nothing", "file": file}]})
    assert (no_paper.status_code, no_paper.json()["errors"][0]["field"]) == (422, "papers.0.paper")
    whole = {"declared": True, "papers": [{"paper": "identity", "file": file}]}
    for _time in range(2):
        sent = mine.post(f"/batches/{key}/confirm", whole, Idempotency_Key="gửi-1".encode().hex())
        assert sent.json()["state"] == "sending"
    run_jobs()
    with django_assert_max_num_queries(9):
        assert mine.get(f"/batches/{key}").json()["filed"] == 2
    with django_assert_max_num_queries(9):
        rows = mine.get(f"/batches/{key}/lines", only="filed").json()["items"]
    assert Paper.objects.filter(case_paper__code="identity").values("dossier").distinct().count() == 2
    assert {row["dossier"] for row in rows} == set(Dossier.objects.values_list("submission_number", flat=True))
    assert mine.post(f"/batches/{key}/resume").status_code == 409
    for stranger in (as_account(make_citizen().account), as_account(town.reception)):
        for path in ("", "/lines", "/template"):
            assert stranger.get(f"/batches/{key}{path}").status_code == 404
        assert stranger.post(f"/batches/{key}/confirm", {"declared": True}).status_code == 404
        assert stranger.post(f"/batches/{key}/workbook", {"file": key}).status_code == 404
    assert as_account(town.applicant.account, "dossiers:read").post(f"/batches/{key}/resume").status_code == 403


def test_the_counter_files_for_who_is_registered(town: Town) -> None:
    counter, number = as_account(town.reception), town.applicant.identity_number
    made = begin(counter, town, channel="counter", applicant=number)
    key = made.json()["id"]
    look = AccessRecord.objects.get(who=town.reception.pk, whose=town.applicant.pk)
    assert (look.purpose, look.subject) == (COUNTER, f"party:{town.applicant.pk}")
    assert hand_over(counter, key, copies("Một"), APPLICANT).json()["abilities"]["confirm"]
    assert counter.post(f"/batches/{key}/confirm", {"declared": True}).status_code == 200
    run_jobs()
    dossier = Dossier.objects.get()
    assert (dossier.channel, dossier.applicant, dossier.accepted_at is None) == ("counter", town.applicant, False)
    assert begin(counter, town, channel="counter", applicant="001099999999").status_code == 404
    assert begin(counter, town).status_code == 403
    assert begin(as_account(town.specialist), town, channel="counter", applicant=number).status_code == 403
    assert begin(as_account(town.applicant.account), town, applicant="001099999999").status_code == 403
    assert begin(as_service(), town).status_code == 403
    assert Batch.objects.count() == 1

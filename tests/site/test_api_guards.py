"""What has gone wrong in systems like this one, tried here: each test is named after a class of advisories."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from motcua.kernel.blobs.actions import store, store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.people.accounts.actions import issue_token, revoke_token
from motcua.people.accounts.api import Bearer
from motcua.people.accounts.models import Account, ApiToken
from motcua.people.accounts.scopes import SCOPES
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party
from motcua.people.officers.models import DeclaredRelative
from motcua.services.dossiers.api.acts import ACTS
from motcua.services.dossiers.models import Dossier
from motcua.site.api import api
from tests.factories import make_account, make_citizen, make_office, make_officer, sign_in
from tests.services.dossiers.factories import COPY_FORM, Town, accept, accepted, make_town, open_step, submit
from tests.site.api_client import ApiClient, as_account, as_service

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def stranger(town: Town) -> ApiClient:
    """Another citizen."""
    return as_account(make_citizen(name="Người Khác").account)


@pytest.fixture
def elsewhere(town: Town) -> ApiClient:
    """An officer of another commune with every role."""
    roles = ("reception", "specialist", "leader", "clerk", "return")
    return as_account(make_officer(roles=roles, office=make_office(kind="commune_committee", level="commune")))


def filing(town: Town, **changed: Any) -> dict[str, Any]:
    given = {
        "procedure": "2.000908",
        "channel": "counter",
        "office": town.office.codes.get().code,
        "applicant": {"name": "Phạm Thị Mẫu", "identity_number": "001099000777"},
        "form": COPY_FORM,
    }
    return given | changed


# -- reading what is somebody else's (CVE-2026-28803, GHSA-cp63, GHSA-g936) ---------------------------------------


@pytest.mark.parametrize("path", ["", "/timeline", "/actions", "/result"])
def test_missing_permission_check(town: Town, stranger: ApiClient, elsewhere: ApiClient, path: str) -> None:
    waiting, running = submit(town), accept(town, submit(town))
    for number in (waiting.submission_number, running.code, running.submission_number):
        for client in (stranger, elsewhere):
            hidden = client.get(f"/dossiers/{number}{path}")
            missing = client.get(f"/dossiers/KHONG-CO{path}")
            assert hidden.status_code == 404
            assert _but_for_address(hidden) == _but_for_address(missing)


def _but_for_address(response: Any) -> dict[str, Any]:
    return {name: value for name, value in response.json().items() if name != "instance"}


def test_list_filter_not_limited_by_right(town: Town, stranger: ApiClient, elsewhere: ApiClient) -> None:
    """GHSA-vpvj: no combination of filters shows more than the right to see."""
    dossier = accepted(town)
    for query in ({}, {"state": dossier.state}, {"due_before": "2099-01-01T00:00:00Z"}, {"limit": "200"}):
        for client in (stranger, elsewhere):
            assert client.get("/dossiers", **query).json()["items"] == []
    extra = {"applicant": str(dossier.applicant_id), "resolving_office": str(town.office.pk), "id__gte": "0"}
    assert elsewhere.get("/dossiers", **extra).json()["items"] == []


def test_cursor_of_another_list(town: Town, elsewhere: ApiClient) -> None:
    """A cursor is signed for its list and opens nothing by itself."""
    for _each in range(2):
        accepted(town)
    theirs = as_account(town.reception).get("/dossiers", limit=1).json()["next"]
    assert elsewhere.get("/dossiers", cursor=theirs).json()["items"] == []
    assert as_account(town.reception).get("/inbox", cursor=theirs).status_code == 422
    assert elsewhere.get("/dossiers", cursor=theirs[:-2] + "xx").status_code == 422


@pytest.mark.parametrize("name", ["expand", "include", "fields", "embed", "format"])
def test_expand_bypasses_authorisation(town: Town, name: str) -> None:
    """GHSA-v9vp: nothing is joined on a client's word."""
    submit(town)
    owner = as_account(town.applicant.account)
    plain = owner.get("/dossiers").content
    assert owner.get("/dossiers", **{name: "applicant,submitted_by.tokens,parent"}).content == plain


def test_names_of_officers_and_inner_events_stay_inside(town: Town) -> None:
    dossier = accepted(town)
    as_account(town.specialist).post(f"/dossiers/{dossier.code}/actions/claim", {"step": str(open_step(dossier).pk)})
    for outside in (as_account(town.applicant.account), as_service()):
        told = outside.get(f"/dossiers/{dossier.code}/timeline").json()["items"]
        assert {entry["officer"] for entry in told} == {""}
        assert "dossier.step_claimed" not in {entry["kind"] for entry in told}
        assert outside.get(f"/dossiers/{dossier.code}").json()["steps"][0]["assignee"] is None
    inside = as_account(town.reception).get(f"/dossiers/{dossier.code}/timeline").json()["items"]
    assert "dossier.step_claimed" in {entry["kind"] for entry in inside}


# -- writing what is not one's to write ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "smuggled",
    [
        {"state": "decided"},
        {"code": "H99.1-000000-0001"},
        {"submitted_by": str(uuid4())},
        {"due_at": "2099-01-01T00:00:00Z"},
        {"applicant": {"name": "Phạm Thị Mẫu", "account": "admin"}},
        {"applicant": {"name": "Phạm Thị Mẫu", "merged_into": str(uuid4())}},
        {"papers": [{"name": "Giấy", "digitised": True}]},
        {"papers": [{"name": "Giấy", "from_national_store": True}]},
        {"form": {**COPY_FORM, "facts": {"fee": 0}}},
    ],
)
def test_mass_assignment(town: Town, smuggled: dict[str, Any]) -> None:
    response = as_account(town.reception).post("/dossiers", filing(town, **smuggled))
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_what_is_stored_of_a_person_is_not_overwritten_by_filing(town: Town) -> None:
    known = town.applicant
    given = {
        "name": known.name,
        "identity_number": known.identity_number,
        "phone": "0900000009",
        "email": "x@a.example",
    }
    for client, channel in ((as_account(town.reception), "counter"), (as_service(), "online")):
        assert client.post("/dossiers", filing(town, channel=channel, applicant=given)).status_code == 201
    known.refresh_from_db()
    assert (known.phone, known.email) == ("", "")


def test_another_name_for_a_known_number_does_not_tell_the_name(town: Town) -> None:
    given = {"name": "Kẻ Dò Mẫu", "identity_number": town.applicant.identity_number}
    response = as_account(town.reception).post("/dossiers", filing(town, applicant=given))
    assert response.status_code == 422
    assert town.applicant.name not in json.dumps(response.json(), ensure_ascii=False)


def test_attaching_somebody_elses_file_would_open_it(town: Town, stranger: ApiClient) -> None:
    theirs = store(SimpleUploadedFile("a.pdf", PDF), name="a.pdf", by=town.applicant.account_id).pk
    house = store_bytes(PDF, name="ket-qua.pdf", media_type="application/pdf", by=None).pk
    service = as_service("Dịch vụ khác").upload("b.pdf", PDF).json()["id"]
    for file in (theirs, house, service, uuid4()):
        own = {"channel": "online", "applicant": None, "papers": [{"name": "Giấy", "file": str(file)}]}
        response = stranger.post("/dossiers", filing(town, **own))
        assert response.status_code == 422
        assert [each["field"] for each in response.json()["errors"]] == ["papers.0.file"]
        assert as_service().post("/dossiers", filing(town, **own | {"applicant": {"name": "X"}})).status_code == 422
    assert not StoredFile.objects.filter(kept=True).exists()


def test_acting_on_a_step_of_another_dossier(town: Town) -> None:
    """The step in the body must belong to the dossier in the address."""
    first, second = accepted(town), accepted(town)
    specialist = as_account(town.specialist)
    body = {"step": str(open_step(second).pk), "outcome": "found"}
    response = specialist.post(f"/dossiers/{first.code}/actions/complete", body)
    assert (response.status_code, response.json()["code"]) == (403, "no_step")
    second.refresh_from_db()
    assert second.state == "in_process"


def test_papers_and_fees_of_another_dossier(town: Town) -> None:
    first, second = accepted(town), accepted(town)
    counter = as_account(town.reception)
    fee = second.fee_lines.get().pk
    assert (
        counter.post(f"/dossiers/{first.code}/actions/collect_fee", {"fee": str(fee), "method": "cash"}).status_code
        == 404
    )
    assert second.fee_lines.get().state == "due"


def test_an_officer_does_not_handle_a_relatives_dossier(town: Town) -> None:
    DeclaredRelative.objects.create(
        officer=town.specialist.officer,
        identity_hash=identity_hash(town.applicant.identity_number or ""),
        relation="vợ",
    )
    dossier = accept(town, submit(town))
    body = {"step": str(open_step(dossier).pk), "outcome": "found"}
    assert as_account(town.specialist).post(f"/dossiers/{dossier.code}/actions/complete", body).status_code == 403


# -- tokens (GHSA-3wcp), sessions, scopes -------------------------------------------------------------------------


def test_tokens_are_never_told_again(town: Town) -> None:
    client = as_account(town.reception)
    dossier = submit(town)
    for path in ("/dossiers", f"/dossiers/{dossier.number}", f"/dossiers/{dossier.number}/timeline", "/inbox"):
        assert client.token not in client.get(path).content.decode()
    stored = ApiToken.objects.get()
    assert client.token not in json.dumps([str(value) for value in vars(stored).values()])
    for guess in (str(stored.pk), stored.digest, client.token[:-1], f"{client.token}\0", ""):
        assert ApiClient(guess).get("/dossiers").status_code in {401, 400}


def test_a_method_that_is_not_offered_is_refused_like_everything_else(client: Client) -> None:
    answer = client.put("/api/v1/dossiers", headers={"Accept-Language": "vi"})
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    assert (answer.json()["code"], answer.json()["detail"]) == ("method", "Địa chỉ này không nhận PUT.")


def test_every_operation_asks_for_a_scope_that_can_be_issued() -> None:
    views = [view for _path, router in api._routers for view in router.path_operations.values()]
    guards = [guard for view in views for operation in view.operations for guard in operation.auth_callbacks]
    asked = {guard.scope for guard in guards if isinstance(guard, Bearer)}
    assert asked
    assert asked <= set(SCOPES)


def test_dead_tokens_open_nothing_at_once(town: Town) -> None:
    client, administrator = as_account(town.reception), make_account(is_administrator=True)
    assert client.get("/dossiers").status_code == 200
    revoke_token(token_id=ApiToken.objects.get().pk, by=administrator)
    response = client.get("/dossiers")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    active = as_account(town.specialist)
    Account.objects.filter(pk=town.specialist.pk).update(is_active=False)
    assert active.get("/dossiers").status_code == 401


def test_a_replay_needs_a_live_token(town: Town) -> None:
    client = as_account(town.reception)
    assert client.post("/dossiers", filing(town), Idempotency_Key="k").status_code == 201
    ApiToken.objects.update(revoked_at=timezone.now())
    assert client.post("/dossiers", filing(town), Idempotency_Key="k").status_code == 401


def test_a_key_of_somebody_else_replays_nothing(town: Town, elsewhere: ApiClient) -> None:
    mine = as_account(town.reception)
    assert mine.post("/dossiers", filing(town), Idempotency_Key="k").status_code == 201
    response = elsewhere.post("/dossiers", filing(town), Idempotency_Key="k")
    assert (response.status_code, response.json()["code"]) == (403, "may_not_file")


def test_a_session_opens_nothing_here(town: Town) -> None:
    """No cookie, no cross-site request: a page of another site cannot file in an officer's name."""
    browser = sign_in(Client(), town.reception)
    assert browser.get("/api/v1/dossiers").status_code == 401
    response = browser.post("/api/v1/dossiers", filing(town), content_type="application/json")
    assert response.status_code == 401
    assert not Dossier.objects.exists()


def test_a_scope_is_not_more_than_its_account_may(town: Town, stranger: ApiClient) -> None:
    dossier = submit(town)
    assert stranger.post(f"/dossiers/{dossier.number}/actions/accept").status_code == 404
    owner = as_account(town.applicant.account)
    assert owner.post(f"/dossiers/{dossier.number}/actions/accept").status_code == 403


def test_other_sites_may_not_read(town: Town) -> None:
    """No CORS header, whatever the origin."""
    client = as_account(town.reception)
    response = Client().get(
        "/api/v1/dossiers", headers={"Authorization": f"Bearer {client.token}", "Origin": "https://evil.example"}
    )
    assert not [name for name in response.headers if name.startswith("Access-Control-")]


def test_acts_have_titles_in_vietnamese() -> None:
    with translation.override("en"):
        english = {name: str(act.title) for name, act in ACTS.items()}
    with translation.override("vi"):
        assert [name for name, act in ACTS.items() if str(act.title) == english[name]] == []


def test_the_page_for_integrators_names_every_act_and_scope() -> None:
    told = (Path(__file__).parents[2] / "docs" / "integrator" / "api.md").read_text(encoding="utf-8")
    assert [name for name in (*ACTS, *SCOPES) if f"`{name}`" not in told] == []


def test_a_token_has_a_limit(town: Town, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    client = as_account(town.reception)
    answers = [client.get("/procedures") for _each in range(4)]  # two windows may meet in between
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1
    assert as_account(town.reception).get("/procedures").status_code == 200


# -- webhooks -----------------------------------------------------------------------------------------------------


def test_webhooks_are_for_services_and_administrators_and_ones_own(town: Town, settings: Any) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    given = {"url": "http://127.0.0.1:9/", "kinds": ["dossier.*"]}
    for nobody in (as_account(town.head), as_account(town.applicant.account)):
        assert nobody.post("/webhooks", given).status_code == 403
    mine, other = as_service("Một"), as_service("Hai")
    made = mine.post("/webhooks", given).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in mine.get("/webhooks").json()["items"][0]
    assert other.get("/webhooks").json()["items"] == []
    assert other.get(f"/webhooks/{made['id']}/deliveries").status_code == 404
    assert other.delete(f"/webhooks/{made['id']}").status_code == 404
    assert mine.delete(f"/webhooks/{made['id']}").status_code == 204
    assert mine.delete(f"/webhooks/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]:5432/", "file:///etc/passwd"]
)
def test_proxying_into_the_inner_network(url: str) -> None:
    """suitenumerique/docs #1768."""
    response = as_service().post("/webhooks", {"url": url, "kinds": ["dossier.*"]})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "url"


# -- input that breaks things -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"procedure": "\\u0000"}', b'{"procedure": "\\ud800"}', b'{"a": 1, "a": 2}',
        b'{"form": {"x": NaN}}', b"\xff\xfe", b"[" * 100_000, b'{"form": {"a\\u0000": 1}}',
    ],
)  # fmt: skip
def test_hostile_bodies(town: Town, body: bytes) -> None:
    client = as_account(town.reception)
    for path in ("/api/v1/dossiers", f"/api/v1/dossiers/{submit(town).number}/actions/refuse"):
        response = Client().post(
            path, body, content_type="application/json", headers={"Authorization": f"Bearer {client.token}"}
        )
        assert response.status_code in {400, 422}
        assert response["Content-Type"] == "application/problem+json"


def test_a_body_beyond_what_is_kept_in_memory(town: Town, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = as_account(town.reception)
    for headers in ({}, {"Idempotency_Key": "k"}):
        response = client.post("/dossiers", filing(town, form={"x": "y" * 2000}), **headers)
        assert response.status_code in {400, 413}
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/dossiers/%00", "/procedures/%00", "/dossiers?cursor=%00", "/procedures?q=%00", "/nothing"]
)
def test_hostile_addresses(town: Town, path: str) -> None:
    response = as_account(town.reception).get(path)
    assert response.status_code in {400, 404, 422}
    assert response["Content-Type"] == "application/problem+json"


def test_what_a_filed_form_says_is_never_markup(town: Town) -> None:
    """GHSA-7jgm: what comes in by the interface is shown on the desk as text."""
    name = "<img src=x onerror=alert(1)>"
    applicant = {"name": name, "identity_number": "001099000778"}
    response = as_account(town.reception).post("/dossiers", filing(town, applicant=applicant))
    assert response.status_code == 201
    page = sign_in(Client(), town.reception).get(f"/desk/dossiers/{response.json()['number']}/")
    assert page.status_code == 200
    assert name not in page.content.decode()
    assert Party.objects.filter(name=name).exists()


def test_an_error_says_nothing_of_the_inside(town: Town) -> None:
    for path in ("/dossiers/x", "/procedures/x", "/nothing"):
        text = as_account(town.reception).get(path).content.decode()
        assert not [word for word in ("Traceback", "psycopg", "/src/", "SELECT") if word in text]


def test_an_expired_token_is_dead() -> None:
    plain = issue_token(service="Thử", label="thử", scopes=["dossiers:read"])
    ApiToken.objects.update(expires_at=timezone.now())
    assert ApiClient(plain).get("/dossiers").status_code == 401


# -- what is not what it is said to be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json; charset=utf-8", 201),
        ("application/merge-patch+json", 201),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
def test_body_read_whatever_it_is_said_to_be(town: Town, media_type: str, status: int) -> None:
    token = {"Authorization": f"Bearer {as_account(town.reception).token}"}
    answer = Client().post("/api/v1/dossiers", json.dumps(filing(town)), content_type=media_type, headers=token)
    assert (answer.status_code, Dossier.objects.exists()) == (status, status == 201)


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}])
def test_body_without_end(town: Town, settings: Any, key: dict[str, str]) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = as_account(town.reception).post("/dossiers", filing(town, form={"x": "y" * 10_000}), **key)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("moment", ["20261128", "1700000000", "-5", "1e9", "0"])
def test_filter_read_as_seconds(town: Town, moment: str) -> None:
    answer = as_account(town.reception).get("/dossiers", due_before=moment)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["due_before"])

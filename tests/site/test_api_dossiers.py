"""Dossiers through the API, from filing to the result."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.rules import DEMONSTRATION_REASON
from motcua.kernel.events.models import AccessRecord
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, WorkItem
from tests.factories import make_account, make_office, make_officer
from tests.services.dossiers.factories import COPY_FORM, Town, accept, make_town, submit
from tests.services.dossiers.processes import FEE, end, flow, gateway, package, task
from tests.site.api_client import ApiClient, as_account, as_service

pytestmark = pytest.mark.django_db
PROCEDURE = "2.000908"
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def counter(town: Town) -> ApiClient:
    return as_account(town.reception)


def filing(town: Town, **changed: Any) -> dict[str, Any]:
    given = {
        "procedure": PROCEDURE,
        "channel": "counter",
        "office": town.office.codes.get().code,
        "applicant": {"name": "Phạm Thị Mẫu", "identity_number": "001099000777", "birth_date": "1999-01-31"},
        "form": COPY_FORM,
    }
    return given | changed


def act(client: ApiClient, code: str, action: str, **given: Any) -> HttpResponse:
    return client.post(f"/dossiers/{code}/actions/{action}", given)


def offered(client: ApiClient, code: str) -> dict[str, Any]:
    return {each["action"]: each for each in client.get(f"/dossiers/{code}/actions").json()["items"]}


def uploaded(client: ApiClient) -> str:
    return str(client.upload("phieu.pdf", PDF).json()["id"])


def errors(response: HttpResponse) -> dict[str, str]:
    assert response["Content-Type"] == "application/problem+json"
    return {each["field"]: each["detail"] for each in response.json().get("errors", [])}


def test_the_counter_files_and_accepts_at_once(town: Town, counter: ApiClient) -> None:
    response = counter.post("/dossiers", filing(town, accept=True))
    assert response.status_code == 201, response.content
    told = response.json()
    assert told["code"] is not None
    assert told["state"] == "in_process"
    assert response["Location"] == f"/api/v1/dossiers/{told['code']}"
    party = Party.objects.get(identity_number="001099000777")
    assert (party.name, str(party.birth_date)) == ("Phạm Thị Mẫu", "1999-01-31")
    detail = counter.get(f"/dossiers/{told['code']}").json()
    assert detail["applicant"]["identity_number"] == "001099000777"
    assert detail["form"]["copies"] == 2
    assert [fee["amount"] for fee in detail["fees"]] == [16000]


def test_a_citizen_files_for_themselves_and_waits_for_acceptance(town: Town) -> None:
    mine = as_account(town.applicant.account)
    response = mine.post("/dossiers", filing(town, channel="online", applicant=None))
    assert response.status_code == 201, response.content
    told = response.json()
    assert (told["code"], told["state"]) == (None, "submitted")
    assert mine.get(f"/dossiers/{told['number']}").json()["applicant"]["name"] == town.applicant.name
    assert not AccessRecord.objects.exists()


def test_a_service_files_for_a_known_person_and_may_not_accept(town: Town) -> None:
    national = as_service("Cổng dịch vụ công quốc gia")
    applicant = {"name": town.applicant.name, "identity_number": town.applicant.identity_number}
    response = national.post("/dossiers", filing(town, channel="online", applicant=applicant))
    assert response.status_code == 201, response.content
    dossier = Dossier.objects.get()
    assert (dossier.applicant, dossier.submitted_by) == (town.applicant, None)
    refused = national.post("/dossiers", filing(town, channel="online", applicant=applicant, accept=True))
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_accept")
    assert act(national, dossier.number, "accept").status_code == 403
    national.get(f"/dossiers/{dossier.number}")
    assert AccessRecord.objects.get().whose == town.applicant.pk


def test_from_filing_to_the_signed_result(town: Town, counter: ApiClient, settings: LazySettings) -> None:
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    people = {name: as_account(getattr(town, name)) for name in ("specialist", "leader", "clerk")}

    step = offered(people["specialist"], code)["complete"]
    assert step["input"]["properties"]["outcome"]["enum"] == ["found", "missing"]
    done = act(people["specialist"], code, "complete", step=step["step"], outcome="found", data={})
    assert done.status_code == 200, done.content
    prepare = offered(people["specialist"], code)["prepare_result"]
    assert prepare["input"]["properties"]["data"]["x-form"]["type"] == "default"
    written = {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    response = act(people["specialist"], code, "prepare_result", step=prepare["step"], data=written)
    assert response.status_code == 200, response.content
    assert act(people["specialist"], code, "complete", step=prepare["step"]).status_code == 200
    for who, action in (("leader", "sign"), ("clerk", "seal")):
        settings.DEMONSTRATION_KEYS = False
        refused = act(people[who], code, action, step=offered(people[who], code)[action]["step"])
        assert (refused.status_code, refused.json()["code"]) == (403, "no_certificate")
        settings.DEMONSTRATION_KEYS = True
        response = act(people[who], code, action, step=offered(people[who], code)[action]["step"])
        assert response.status_code == 200, response.content
    assert response.json()["state"] == "decided"

    refused = act(counter, code, "return", method="desk", to_name="Phạm Thị Mẫu", proof="signature", number="12")
    assert (refused.status_code, refused.json()["code"]) == (422, "fee_due")
    (fee,) = offered(counter, code)["collect_fee"]["input"]["properties"]["fee"]["enum"]
    assert act(counter, code, "collect_fee", fee=fee, method="cash").status_code == 200
    handed = {"method": "desk", "to_name": "Phạm Thị Mẫu"}
    unproven = act(counter, code, "return", **handed)
    assert (unproven.status_code, unproven.json()["errors"][0]["field"]) == (422, "proof")
    theirs = act(counter, code, "return", **handed, proof="signature", slip=uploaded(people["clerk"]))
    assert (theirs.status_code, list(errors(theirs))) == (422, ["slip"])
    guess = handed | {"proof": "code", "number": "AAAAAAAAAAAA"}
    for number, status in enumerate((422, 422, 422, 422, 422, 429)):  # what a key rolls back counts, too
        answer = counter.post(f"/dossiers/{code}/actions/return", guess, Idempotency_Key=f"lan-{number}")
        assert (answer.status_code, answer.json()["code"]) == (status, "wrong_code" if status == 422 else "too_many")
    response = act(counter, code, "return", **handed, proof="signature", slip=uploaded(counter))
    assert response.json()["state"] == "returned"
    result = counter.get(f"/dossiers/{code}/result")
    verdicts = verdicts_on(b"".join(result.streaming_content), at=timezone.now())  # type: ignore[attr-defined]
    assert [DEMONSTRATION_REASON in verdict.reason for verdict in verdicts] == [True, True]
    kinds = [entry["kind"] for entry in counter.get(f"/dossiers/{code}/timeline").json()["items"]]
    assert kinds[0] == "dossier.submitted"
    assert kinds[-1] == "dossier.returned"


def test_a_signing_step_is_not_completed_past_the_signature(town: Town, counter: ApiClient) -> None:
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    specialist, leader = as_account(town.specialist), as_account(town.leader)
    act(specialist, code, "complete", step=offered(specialist, code)["complete"]["step"], outcome="found")
    step = offered(specialist, code)["prepare_result"]["step"]
    act(specialist, code, "prepare_result", step=step, data={"extract": {"content": "Như sổ gốc."}})
    act(specialist, code, "complete", step=step)
    step = offered(leader, code)["sign"]["step"]
    for outcome in (None, "approve", "approved", "sign"):
        assert act(leader, code, "complete", step=step, outcome=outcome).status_code in {403, 422}
    unsigned = as_account(town.leader, "dossiers:read", "dossiers:write")
    assert act(unsigned, code, "sign", step=step).json()["code"] == "scope"


def test_a_further_supplement_is_approved_first(town: Town, counter: ApiClient) -> None:
    specialist, leader = as_account(town.specialist), as_account(town.leader)
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    act(specialist, code, "request_supplement", items=["Bản chụp căn cước"], reason="Còn thiếu")
    act(counter, code, "answer_supplement", answer="Mang đến bản chụp")
    offer = offered(specialist, code)
    assert "request_supplement" not in offer
    choices = offer["propose_supplement"]["input"]["properties"]["approver"]["enum"]
    assert sorted(choices) == sorted([town.leader.username, town.head.username])
    asked = {"items": ["Sổ hộ khẩu cũ"], "reason": "Cần đối chiếu", "grounds": "Sổ gốc bị nhoè"}
    stranger = act(specialist, code, "propose_supplement", **asked, approver=town.clerk.username)
    assert stranger.json()["code"] == "approver"
    response = act(specialist, code, "propose_supplement", **asked, approver=town.leader.username)
    assert response.json()["state"] == "in_process", response.content
    (waiting,) = leader.get("/approvals").json()["items"]
    assert (waiting["dossier"], waiting["grounds"]) == (code, "Sổ gốc bị nhoè")
    assert as_account(town.head).get("/approvals").json()["items"] == []
    decided = act(leader, code, "approve_supplement", proposal=waiting["proposal"])
    assert decided.json()["state"] == "waiting_supplement", decided.content


def test_a_supplement_is_asked_for_and_answered(town: Town, counter: ApiClient) -> None:
    citizen = as_account(town.applicant.account)
    number = citizen.post("/dossiers", filing(town, channel="online", applicant=None)).json()["number"]
    response = act(counter, number, "request_supplement", items=["Bản chụp căn cước"], reason="Còn thiếu")
    assert response.json()["state"] == "waiting_supplement"
    file = citizen.upload("can-cuoc.pdf", PDF).json()["id"]
    paper = {"paper": "identity", "file": file}
    response = act(citizen, number, "answer_supplement", answer="Xin gửi bổ sung", papers=[paper])
    assert response.json()["state"] == "submitted", response.content
    papers = citizen.get(f"/dossiers/{number}").json()["papers"]
    assert [each["file"]["id"] for each in papers] == [file]


def test_who_has_read_an_older_version_is_too_late(town: Town, counter: ApiClient) -> None:
    number = counter.post("/dossiers", filing(town)).json()["number"]
    version = counter.get(f"/dossiers/{number}").json()["version"]
    assert act(counter, number, "accept", version=version + 1).status_code == 409
    assert act(counter, number, "accept", version=version).status_code == 200
    assert act(counter, number, "refuse", reason="Muộn", version=version).status_code in {403, 409}


def test_the_version_holds_for_every_act_on_a_step(town: Town, counter: ApiClient) -> None:
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    specialist = as_account(town.specialist)
    step, version = offered(specialist, code)["claim"]["step"], specialist.get(f"/dossiers/{code}").json()["version"]
    assert act(specialist, code, "claim", step=step, version=version - 1).status_code == 409
    assert act(specialist, code, "claim", step=step, version=version).status_code == 200


def test_mistakes_are_told_field_by_field_in_both_languages(town: Town, counter: ApiClient) -> None:
    wrong = filing(town, form={**COPY_FORM, "copies": "nhiều"}, channel="fax", copies=0)
    vietnamese = errors(counter.post("/dossiers", wrong))
    assert set(vietnamese) == {"channel", "copies"}
    english = errors(counter.post("/dossiers", wrong, Accept_Language="en"))
    assert english["copies"] == "The least value is 1."
    assert english["channel"] == "Choose one of: online, counter, post."
    assert vietnamese["copies"] != english["copies"]
    wrong = filing(town, form={**COPY_FORM, "copies": "nhiều", "surprise": 1})
    assert set(errors(counter.post("/dossiers", wrong))) == {"form.copies", "form.surprise"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"procedure": "9.999999"}, ""),
        ({"case": "nobody"}, "case"),
        ({"office": "H00.0"}, "office"),
        ({"applicant": None}, "applicant"),
        ({"applicant": {"name": "Người Khác", "identity_number": "KNOWN"}}, "applicant.name"),
        ({"applicant": {"name": "", "identity_number": "001099000555"}}, "applicant.name"),
        ({"papers": [{"paper": "passport"}]}, "papers.0.paper"),
        ({"papers": [{"name": ""}]}, "papers.0.name"),
        ({"case": "relative", "papers": [], "channel": "online"}, ""),
    ],
)
def test_what_cannot_be_filed_leaves_nothing_behind(
    town: Town, counter: ApiClient, changed: dict[str, Any], field: str
) -> None:
    applicant = changed.get("applicant") or {}
    if applicant.get("identity_number") == "KNOWN":
        applicant["identity_number"] = town.applicant.identity_number
    before = Party.objects.count()
    response = counter.post("/dossiers", filing(town, **changed))
    assert 400 <= response.status_code < 500
    assert field in {"", *errors(response)}
    assert not Dossier.objects.exists()
    assert Party.objects.count() == before


def test_the_same_key_files_once(town: Town, counter: ApiClient) -> None:
    first = counter.post("/dossiers", filing(town), Idempotency_Key="a-1")
    again = counter.post("/dossiers", filing(town), Idempotency_Key="a-1")
    assert (first.status_code, again.content) == (201, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert Dossier.objects.count() == 1
    other = counter.post("/dossiers", filing(town, copies=3), Idempotency_Key="a-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    refused = counter.post("/dossiers", filing(town, office="H00.0"), Idempotency_Key="a-2")
    assert refused.status_code == 422
    assert counter.post("/dossiers", filing(town), Idempotency_Key="a-2").status_code == 201


def test_an_act_under_a_key_locks_the_dossier_before_it_marks_the_step_as_seen(town: Town, counter: ApiClient) -> None:
    """The key makes one transaction of both: in another order than a move's they would wait for each other."""
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    asked = {"items": ["Bản chụp căn cước"], "reason": "Còn thiếu"}
    with CaptureQueriesContext(connection) as told:
        path = f"/dossiers/{code}/actions/request_supplement"
        done = as_account(town.specialist).post(path, asked, Idempotency_Key="a-2")
    assert done.status_code == 200, done.content
    statements = [each["sql"] for each in told]
    locked = next(at for at, sql in enumerate(statements) if "FOR NO KEY UPDATE OF d" in sql)
    written = next(at for at, sql in enumerate(statements) if "UPDATE" in sql and '"dossiers_workitem"' in sql)
    assert locked < written
    assert WorkItem.objects.get(state="open").seen_at is not None


def test_an_upload_under_a_key_is_stored_once(town: Town, counter: ApiClient) -> None:
    first = counter.upload("giay.pdf", PDF, Idempotency_Key="tệp".encode().hex())
    again = counter.upload("giay.pdf", PDF, Idempotency_Key="tệp".encode().hex())
    assert (first.status_code, again.json()) == (201, first.json())
    other = counter.upload("giay.pdf", PDF + b" ", Idempotency_Key="tệp".encode().hex())
    assert other.status_code == 422


def test_lists_are_narrowed_and_paged(town: Town, counter: ApiClient) -> None:
    codes = [counter.post("/dossiers", filing(town, accept=accept)).json()["number"] for accept in (False, True, True)]
    first = counter.get("/dossiers", limit=2).json()
    assert [row["number"] for row in first["items"]] == codes[:0:-1]
    assert [row["number"] for row in counter.get("/dossiers", limit=2, cursor=first["next"]).json()["items"]] == codes[
        :1
    ]
    assert [row["number"] for row in counter.get("/dossiers", state="submitted").json()["items"]] == codes[:1]
    assert counter.get("/dossiers", due_before="2020-01-01T00:00:00+07:00").json()["items"] == []
    assert len(counter.get("/dossiers", due_before="2099-01-01T00:00:00+07:00").json()["items"]) == 2
    assert counter.get("/dossiers", due_before="2020-01-01").json()["items"] == []
    assert len(counter.get("/dossiers", state="", due_before="2099-01-01", cursor="").json()["items"]) == 2
    assert len(counter.get("/dossiers", due_before="", limit=200).json()["items"]) == len(codes)
    for wrong in ("2020-01-01T00:00:00", "2020-13-01", "hôm nay"):
        assert set(errors(counter.get("/dossiers", due_before=wrong))) == {"due_before"}
    assert "Phạm" not in counter.get("/dossiers").content.decode()


def test_the_inbox_has_what_the_officer_may_do(town: Town, counter: ApiClient) -> None:
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    specialist = as_account(town.specialist)
    (row,) = specialist.get("/inbox").json()["items"]
    assert row["dossier"] == code
    assert act(specialist, code, "claim", step=row["step"]["id"]).status_code == 200
    assert len(specialist.get("/inbox", show="mine").json()["items"]) == 1
    assert specialist.get("/inbox", show="unclaimed").json()["items"] == []
    assert act(specialist, code, "release", step=row["step"]["id"]).status_code == 200
    assert as_account(town.applicant.account).get("/inbox").status_code == 403


def test_the_head_gives_a_step_to_an_officer_who_may_do_it(town: Town, counter: ApiClient) -> None:
    code = counter.post("/dossiers", filing(town, accept=True)).json()["code"]
    head, other = as_account(town.head), make_officer(office=town.office)
    step = offered(head, code)["reassign"]["step"]
    for nobody in (town.reception.username, make_officer().username, "khong-co"):
        assert set(errors(act(head, code, "reassign", step=step, to=nobody))) == {"to"}
    assert act(head, code, "reassign", step=step, to=other.username).status_code == 200
    assert head.get(f"/dossiers/{code}").json()["steps"][0]["assignee"] == other.username


def test_fees_and_papers_at_the_counter(town: Town, counter: ApiClient) -> None:
    papers = [{"paper": "identity", "form": "shown"}, {"name": "Giấy uỷ quyền", "form": "original", "copies": 2}]
    code = counter.post("/dossiers", filing(town, accept=True, papers=papers)).json()["code"]
    fee = offered(counter, code)["collect_fee"]["input"]["properties"]["fee"]["enum"][0]
    assert act(counter, code, "collect_fee", fee=fee, method="cash").status_code == 200
    assert act(counter, code, "waive_fee", fee=fee, reason="Đã thu").status_code == 409
    shown, deed = (paper["id"] for paper in counter.get(f"/dossiers/{code}").json()["papers"])
    assert act(counter, code, "record_no_scan", paper=shown, reason="shown_only").status_code == 200
    file = counter.upload("uy-quyen.pdf", PDF).json()["id"]
    assert act(counter, code, "digitise", paper=deed, file=file).status_code == 200
    assert act(counter, code, "add_paper", name="Đơn").status_code == 200
    added = counter.get(f"/dossiers/{code}").json()["papers"][-1]["id"]
    assert act(counter, code, "state_validity", paper=deed, valid_to="2031-05-06").status_code == 200
    assert counter.get(f"/dossiers/{code}").json()["papers"][1]["valid_to"] == "2031-05-06"
    assert act(counter, code, "remove_paper", paper=added, reason="Nhầm").status_code == 200
    assert [paper["digitised"] for paper in counter.get(f"/dossiers/{code}").json()["papers"]] == [False, True]


WAITS = (
    gateway("both", kind="parallelGateway"), flow("accepted", "both", "tax", "note"), flow("both", "pay"),
    task("tax", kind="receiveTask", message="tax.answer"), task("pay", kind="receiveTask", message="payment"),
    task("note"), end("note", "pay"),
)  # fmt: skip


def test_a_system_tells_the_process_of_what_it_waits_for() -> None:
    town = make_town(package(*WAITS, fees=FEE))
    code, tax = accept(town, submit(town)).code or "", as_service("Thuế")
    message = offered(tax, code)["deliver_message"]["input"]["properties"]["message"]
    assert message == {"enum": ["tax.answer"]}
    assert offered(as_account(town.head), code).keys() >= {"deliver_message"}
    for nobody in (town.specialist, town.reception, town.applicant.account):
        assert "deliver_message" not in offered(as_account(nobody), code)
        assert act(as_account(nobody), code, "deliver_message", message="tax.answer").status_code == 403
    assert act(tax, code, "deliver_message", message="payment").status_code == 409  # that comes with the money alone
    done = act(tax, code, "deliver_message", message="tax.answer")
    assert (done.status_code, done.json()["went_on"]) == (200, True)
    assert [step["name"] for step in tax.get(f"/dossiers/{code}").json()["steps"]] == ["note"]
    told = tax.get(f"/dossiers/{code}/timeline").json()["items"][-1]
    assert (told["kind"], told["title"]) == ("dossier.message_received", "Đã có điều mà bước “tax” chờ")
    assert act(tax, code, "deliver_message", message="tax.answer").status_code == 403


def test_the_coordinator_chooses_the_office_of_an_item() -> None:
    many = "<bpmn:multiInstanceLoopCharacteristics motcua:collection='[\"kind:court\"]' />"
    town = make_town(package(flow("accepted", "asked"), task("asked", many, office="item"), end("asked")))
    code, court = accept(town, submit(town)).code or "", make_office(kind="tax", level="commune", parent=town.office)
    admin = as_account(make_account("quan-tri", is_administrator=True))
    chosen = court.codes.get().code
    assert act(admin, code, "reroute", selector="kind:school", office=chosen).status_code == 422
    assert act(admin, code, "reroute", selector="kind:court", office=chosen).status_code == 200
    assert WorkItem.objects.get(kind="step", state="open").office == court


def test_a_file_at_the_counter_is_a_scan_and_online_the_paper_itself(town: Town, counter: ApiClient) -> None:
    scan, online = uploaded(counter), as_account(town.applicant.account)
    papers: list[dict[str, Any]] = [
        {"paper": "identity", "form": "original", "file": scan},
        {"name": "Giấy uỷ quyền", "form": "shown", "no_scan_reason": "shown_only"},
        {"name": "Trích lục", "reused": True, "valid_to": "2031-05-06"},
    ]
    refused = counter.post("/dossiers", filing(town, papers=[papers[0] | {"no_scan_reason": "secret"}]))
    assert set(errors(refused)) == {"papers.0.no_scan_reason"}

    def told(client: ApiClient, **changed: Any) -> list[tuple[Any, ...]]:
        number = client.post("/dossiers", filing(town, **changed)).json()["number"]
        rows = counter.get(f"/dossiers/{number}").json()["papers"]
        return [(row["digitised"], row["reused"], row["no_scan_reason"]) for row in rows]

    assert told(counter, papers=papers) == [(True, False, ""), (False, False, "shown_only"), (False, True, "")]
    own = papers[0] | {"file": uploaded(online), "reused": True}
    assert told(online, channel="online", applicant=None, papers=[own]) == [(False, False, "")]


def test_the_working_time_that_is_left_is_told(town: Town, counter: ApiClient) -> None:
    specialist = as_account(town.specialist)
    late, running, waiting = (counter.post("/dossiers", filing(town, accept=True)).json()["code"] for _ in range(3))
    asked = act(specialist, waiting, "request_supplement", items=["Bản vẽ"], reason="Thiếu")
    assert asked.status_code == 200
    now, long = timezone.now(), timedelta(days=400)
    Dossier.objects.filter(code=late).update(due_at=now - long)
    Dossier.objects.exclude(code=late).update(due_at=now + long)
    WorkItem.objects.filter(dossier__code=late).update(due_at=None)
    WorkItem.objects.exclude(dossier__code=late).update(due_at=now + long)
    rows = {row["number"]: row["remaining"] for row in specialist.get("/dossiers").json()["items"]}
    assert rows[waiting] is None
    assert (rows[late]["overdue"], rows[running]["overdue"]) == (True, False)
    assert min(rows[late]["days"], rows[running]["days"]) > 250
    for code in (late, running, waiting):
        detail = specialist.get(f"/dossiers/{code}").json()
        assert (detail["remaining"] is None) == (code == waiting)
        assert [step["remaining"] is None for step in detail["steps"]] == [code != running]
    inbox = {row["dossier"]: row["step"]["remaining"] for row in specialist.get("/inbox").json()["items"]}
    assert {code: left is None for code, left in inbox.items()} == {late: True, running: False, waiting: True}


def test_statements_are_bounded(town: Town, counter: ApiClient, django_assert_max_num_queries: Any) -> None:
    specialist = as_account(town.specialist)
    codes = [counter.post("/dossiers", filing(town, accept=True)).json()["code"] for _each in range(4)]
    for path, most in (("/dossiers", 6), ("/inbox", 6), (f"/dossiers/{codes[0]}", 15), ("/procedures", 4)):
        with django_assert_max_num_queries(most):
            assert specialist.get(path).status_code == 200
    with django_assert_max_num_queries(15):
        assert specialist.get(f"/dossiers/{codes[0]}/actions").status_code == 200


def test_another_office_has_its_own_counter(town: Town, counter: ApiClient) -> None:
    elsewhere = make_office(kind="commune_committee", level="commune")
    response = counter.post("/dossiers", filing(town, office=elsewhere.codes.get().code))
    assert (response.status_code, response.json()["code"]) == (403, "may_not_file")
    without = {name: value for name, value in filing(town).items() if name != "office"}
    assert counter.post("/dossiers", without).status_code == 201

"""Lists of officers: counts that agree, many at once, signing, returning, the office, hindrances, the book."""

import html
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.models import SigningCertificate
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import AccessRecord, Event
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party
from motcua.people.officers.actions import substitute
from motcua.people.officers.models import DeclaredRelative, Officer
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.models import Dossier, Incident, ResultDocument, State, WorkItem
from motcua.services.dossiers.pages.desk import scans
from motcua.services.dossiers.secrets import lookup_url
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.replay import again
from tests.services.dossiers.factories import Town, accept, accepted, make_town, open_step, pay, submit
from tests.site.api_client import as_account

pytestmark = pytest.mark.django_db


def content_of(response: Any) -> bytes:
    """All of a streamed answer."""
    return b"".join(response.streaming_content)


@pytest.fixture
def town() -> Town:
    return make_town()


def desk(account: Account) -> Client:
    return sign_in(Client(), account)


def to_sign(town: Town) -> Dossier:
    """A dossier whose result waits for the leader."""
    return again(("to sign", town.version.pk), lambda: _to_sign(town), unless=[Dossier], upon=[town.office])


def _to_sign(town: Town) -> Dossier:
    dossier, by = accepted(town), town.actor(town.specialist)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="found", by=by)
    step = open_step(dossier, "extract")
    written = {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    actions.prepare_result(dossier.pk, item=step.pk, template="copy", data=written, by=by)
    actions.complete(dossier.pk, item=step.pk, outcome=None, by=by)
    return dossier


def decided(town: Town) -> Dossier:
    """One whose result is signed and sealed with the keys of the town."""
    keys = tuple(SigningCertificate.objects.order_by("id").values_list("id", "provider"))
    key = ("decided", town.version.pk, keys, settings.SIGNATURE_LEVEL)
    return again(key, lambda: _decided(town), unless=[Dossier], upon=[town.office])


def _decided(town: Town) -> Dossier:
    dossier = to_sign(town)
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    return dossier


def test_counts_agree_with_their_lists(town: Town) -> None:
    for _ in range(3):
        accepted(town)
    dossier = Dossier.objects.first()
    assert dossier is not None
    actions.claim(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.specialist))
    WorkItem.objects.filter(assignee=None).update(due_at=None)
    held, now = desk_of(town.specialist, timezone.now()), timezone.now()
    counts = queries.inbox_counts(held, at=now)
    client = desk(town.specialist)
    for name in queries.INBOX_FILTERS:
        shown = client.get(reverse("dossiers:desk-inbox"), {"filter": name}).content.decode()
        assert shown.count("mc-pick") == getattr(counts, name), name


@pytest.mark.parametrize("left", [timedelta(hours=-3), timedelta(hours=3)])
def test_what_waits_for_a_supplement_is_neither_late_nor_due_soon(town: Town, left: timedelta) -> None:
    waiting, running = (accepted(town) for _ in range(2))
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(waiting.pk, **asked)
    now = timezone.now()
    WorkItem.objects.update(due_at=now + left)
    Dossier.objects.update(due_at=now + left)

    def shown(account: Account, name: str, **query: Any) -> str:
        return desk(account).get(reverse(name), query).content.decode()

    def counted() -> list[int]:
        counts = queries.inbox_counts(desk_of(town.specialist, now), at=now)
        (load,) = queries.workload(desk_of(town.head, now), at=now)
        return [counts.overdue + counts.due_soon, load.overdue + load.due_soon, counts.all]

    assert counted() == [1, 1, 2]
    inbox = shown(town.specialist, "dossiers:desk-inbox", filter="overdue" if left < timedelta(0) else "due_soon")
    assert (running.number in inbox, waiting.number in inbox) == (True, False)
    assert "Tạm dừng tính thời hạn" in shown(town.specialist, "dossiers:desk-inbox")
    assert waiting.number not in shown(town.head, "dossiers:desk-office", overdue="1")
    assert waiting.number not in shown(town.specialist, "dossiers:desk-search", due="overdue")
    assert waiting.number not in shown(town.specialist, "site:desk")
    actions.answer_supplement(waiting.pk, answer="Đây", by=town.citizen)
    WorkItem.objects.update(due_at=now + left)
    assert counted() == [2, 2, 2]


def test_overdue_dossiers_are_found_by_their_index(town: Town) -> None:
    """Two hundred among two thousand: of an empty table the planner may read any index, or none."""
    columns = {field.attname for field in Dossier._meta.concrete_fields} - {"id"}
    one, now = submit(town), timezone.now()
    overdue = {name: getattr(one, name) for name in columns} | {"due_at": now - timedelta(days=1)}
    closed = overdue | {"state": State.WITHDRAWN, "closed_at": now}
    rows = ((closed if n % 10 else overdue) | {"submission_number": f"row {n}"} for n in range(2_000))
    Dossier.objects.bulk_create(Dossier(**row) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier")
    chosen = Dossier.objects.overdue(at=now).order_by("-submitted_at", "-id").values("pk")
    assert "Index Only Scan using dossier_clock_runs" in chosen[:25].explain()


def test_steps_that_stand_still_already_are_marked_by_the_migration(town: Town) -> None:
    waiting, running = (accepted(town) for _ in range(2))
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(waiting.pk, **asked)
    WorkItem.objects.update(paused=False)
    with connection.cursor() as cursor:
        cursor.execute(import_module("motcua.services.dossiers.migrations.0021_paused_steps")._MARK)
    assert (open_step(waiting).paused, open_step(running).paused) == (True, False)


def test_many_steps_end_at_once_each_by_itself(town: Town) -> None:
    dossiers = [accepted(town) for _ in range(3)]
    items = [open_step(dossier) for dossier in dossiers]
    client, url = desk(town.specialist), reverse("dossiers:desk-finish-many")
    asked = client.get(url, {"item": [str(item.pk) for item in items]})
    assert asked.content.decode().count('name="version-') == 3
    late = dossiers[0]
    late.refresh_from_db()
    seen = {f"version-{dossier.pk}": Dossier.objects.get(pk=dossier.pk).version for dossier in dossiers}
    actions.claim(late.pk, item=items[0].pk, by=town.actor(town.specialist))
    chosen = {"item": [item.pk for item in items], **seen}
    without = client.post(url, chosen)
    assert without.status_code == 422
    for name, version in seen.items():
        assert f'name="{name}" value="{version}"' in without.content.decode()
    told = client.post(url, chosen | {"outcome": "found"}).content.decode()
    assert told.count("mc-tag--green") == 2
    assert told.count("mc-tag--red") == 1
    assert WorkItem.objects.filter(node="look-up", state="done").count() == 2


def test_a_list_says_that_nothing_was_chosen(town: Town) -> None:
    for officer, act, back in (
        (town.specialist, "desk-finish-many", "desk-inbox"),
        (town.leader, "desk-sign-many", "desk-signing"),
        (town.head, "desk-reassign-many", "desk-office"),
    ):
        told = desk(officer).get(reverse(f"dossiers:{act}"), follow=True)
        assert told.redirect_chain == [(reverse(f"dossiers:{back}"), 302)]
        assert "Hãy chọn ít nhất một hồ sơ" in told.text


def test_who_receives_reads_that_the_applicant_has_completed(town: Town) -> None:
    dossier = submit(town)
    actions.request_supplement(dossier.pk, items=["Bản vẽ"], reason="Thiếu", by=town.actor(town.reception))
    reception, page = desk(town.reception), reverse("dossiers:desk-dossier", args=[dossier.number])
    assert "Đang chờ người nộp bổ sung" in reception.get(page).text
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen)
    assert "Người nộp đã bổ sung hồ sơ lúc" in reception.get(page).text


def test_many_are_signed_and_what_cannot_be_opened_is_not(town: Town, settings: Any) -> None:
    good, broken = to_sign(town), to_sign(town)
    leader = desk(town.leader)
    file = ResultDocument.objects.get(dossier=broken).file
    other = ResultDocument.objects.get(dossier=good).file
    assert file.blob_id != other.blob_id
    (settings.BLOBS_ROOT / file.blob_id[:2] / file.blob_id[2:4] / file.blob_id).unlink()
    assert leader.get(reverse("dossiers:desk-signing")).content.decode().count("mc-pick") == 2
    items = [open_step(dossier).pk for dossier in (good, broken)]
    told = leader.post(reverse("dossiers:desk-sign-many"), {"item": items}, follow=True).content.decode()
    assert told.count("mc-tag--green") == 1
    assert f"{broken.number}: " in told
    assert ResultDocument.objects.get(dossier=good).state == "signed"
    assert ResultDocument.objects.get(dossier=broken).state == "prepared"


def test_a_result_is_never_passed_on_unsigned(town: Town) -> None:
    dossier = to_sign(town)
    leader, step = desk(town.leader), open_step(dossier)
    url = reverse("dossiers:desk-complete", args=[dossier.code, step.pk])
    assert leader.post(url, {"outcome": "signed"}).status_code == 422
    assert open_step(dossier).pk == step.pk
    assert leader.post(url, {"outcome": "corrected"}).status_code == 302
    assert open_step(dossier).node == "extract"


def test_the_return_desk_finds_a_scanned_receipt(town: Town) -> None:
    dossier = decided(town)
    reception = desk(town.reception)
    listed = reception.get(reverse("dossiers:desk-returns")).content.decode()
    assert dossier.number in listed
    assert "16.000 đ chưa thu" in listed
    unpaid = reception.get(reverse("dossiers:desk-returns"), {"q": lookup_url(dossier)})
    assert unpaid["Location"] == reverse("dossiers:desk-papers", args=[dossier.code])
    pay(town, dossier)
    assert "chưa thu" not in reception.get(reverse("dossiers:desk-returns")).content.decode()
    found = reception.get(reverse("dossiers:desk-returns"), {"q": lookup_url(dossier)})
    assert found["Location"] == reverse("dossiers:desk-act", args=[dossier.code, "return"])


def test_search_finds_by_code_card_and_state(town: Town) -> None:
    dossier, url = accepted(town), reverse("dossiers:desk-search")
    client = desk(town.specialist)
    assert client.get(url, {"q": dossier.number})["Location"].endswith(f"/{dossier.number}/")
    card = f"{town.applicant.identity_number}||Lê Văn Mẫu|01021999|Nam|Xã Mẫu Sơn|01072024"
    assert dossier.number in client.get(url, {"state": "in_process"}).content.decode()
    assert not AccessRecord.objects.exists()
    assert dossier.number in client.get(url, {"q": card}).content.decode()
    assert AccessRecord.objects.get().whose == town.applicant.pk, "who names somebody is told of"
    assert dossier.number in client.get(url, {"state": "in_process"}).content.decode()
    assert dossier.number not in client.get(url, {"state": "decided"}).content.decode()
    stranger = desk(make_officer(office=make_office()))
    assert dossier.number not in stranger.get(url).content.decode()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("https://h99.example/track/H99.1-261122-0001?k=ABC", "H99.1-261122-0001"),
        ("https://h99.example/other", ""),
        ("H99.1-261122-0001", ""),
    ],
)
def test_scans_of_receipts_are_told_from_text(typed: str, number: str) -> None:
    assert scans.read(typed).number == number


def test_the_head_gives_work_to_others(town: Town) -> None:
    dossiers = [accepted(town) for _ in range(2)]
    colleague = make_officer(roles=["specialist"], office=town.office)
    head, url = desk(town.head), reverse("dossiers:desk-reassign-many")
    shown = head.get(reverse("dossiers:desk-office")).content.decode()
    assert shown.count("mc-pick") == 2
    items = [open_step(dossier).pk for dossier in dossiers]
    assert head.post(url, {"item": items, "to": ""}).status_code == 422
    told = head.post(url, {"item": items, "to": colleague.pk, "reason": "nghỉ phép"}).content.decode()
    assert told.count("mc-tag--green") == 2
    assert WorkItem.objects.filter(assignee=colleague.pk).count() == 2
    assert desk(town.specialist).get(reverse("dossiers:desk-office")).status_code == 403


def test_a_transfer_is_taken_back_until_the_receiver_has_opened_it(town: Town) -> None:
    dossier = to_sign(town)
    url = reverse("dossiers:desk-dossier", args=[dossier.code])
    specialist = desk(town.specialist)
    assert "take_back" in specialist.get(url).content.decode()
    leader = desk(town.leader)
    send_back = reverse("dossiers:desk-act-on", args=[dossier.code, "send_back", open_step(dossier).pk])
    assert leader.post(send_back, {"reason": ""}).status_code == 422
    assert "take_back" in specialist.get(url).content.decode()  # a form that was sent is no look
    leader.get(url)
    assert "take_back" not in specialist.get(url).content.decode()


def test_a_substitute_takes_over_and_finishes_what_an_absent_colleague_has(town: Town) -> None:
    dossier, today = accepted(town), timezone.localdate()
    step = open_step(dossier)
    actions.claim(dossier.pk, item=step.pk, by=town.actor(town.specialist))
    colleague = make_officer(roles=["specialist"], office=town.office)
    client, code = desk(colleague), dossier.code
    claim = reverse("dossiers:desk-act-on", args=[code, "claim", step.pk])
    assert client.post(claim).status_code == 403
    absent, by = town.specialist.officer, town.specialist
    substitute(absent=absent, substitute=colleague.officer, valid_from=today, last_day=today, by=by)

    assert code in client.get(reverse("dossiers:desk-inbox"), {"filter": "mine"}).content.decode()
    assert claim in client.get(reverse("dossiers:desk-dossier", args=[code])).content.decode()
    assert client.post(claim).status_code == 302
    told = Event.objects.filter(stream=dossier.stream, kind="dossier.step_claimed").latest("version")
    had = (told.actor, told.references["was"], told.references["assignee"])
    assert had == (colleague.pk, str(town.specialist.pk), str(colleague.pk))
    story = client.get(reverse("dossiers:desk-story", args=[code])).content.decode()
    assert "nhận thay đồng nghiệp vắng mặt" in story
    done = client.post(reverse("dossiers:desk-complete", args=[code, step.pk]), {"outcome": "found"})
    assert done.status_code == 302
    step.refresh_from_db()
    assert (step.state, step.finished_by) == ("done", colleague)


WAYS: dict[str, Callable[[Town, Dossier], HttpResponse]] = {
    "file": lambda town, dossier: desk(town.leader).get(
        reverse("dossiers:desk-file", args=[dossier.code, ResultDocument.objects.get().file_id])
    ),
    "step": lambda town, dossier: desk(town.leader).get(
        reverse("dossiers:desk-sign", args=[dossier.code, open_step(dossier).pk])
    ),
    "api": lambda town, dossier: as_account(town.leader).get(f"/dossiers/{dossier.code}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_the_receiver_reads_is_not_taken_back(town: Town, way: str) -> None:
    """Being listed is not being read; the result opened from the list, the step's own page, a program's look are."""
    dossier = to_sign(town)
    url = reverse("dossiers:desk-act-on", args=[dossier.code, "take_back", open_step(dossier).pk])
    assert dossier.code in desk(town.leader).get(reverse("dossiers:desk-signing")).content.decode()
    assert desk(town.specialist).get(url).status_code == 200
    read = WAYS[way](town, dossier)
    assert (read.status_code, b"".join(read) != b"") == (200, True)
    assert desk(town.specialist).post(url, {"reason": "Nhầm"}).status_code == 403
    assert open_step(dossier).role == "leader"


def hindrance(town: Town, dossier: Dossier, **given: Any) -> Incident:
    values = {"kind": "process", "message": "Không chạy được", "happened_at": timezone.now(), "office": town.office}
    return Incident.objects.create(dossier=dossier, **(values | given))


def test_hindrances_are_settled_by_the_head_of_the_office_whose_step_it_is(town: Town) -> None:
    incident = hindrance(town, accepted(town))
    assert desk(town.specialist).get(reverse("dossiers:desk-incidents")).status_code == 403
    hindrance(town, incident.dossier, kind="routing", message="No office", retry={"selector": "kind:police"})
    head = desk(town.head)
    shown = html.unescape(head.get(reverse("dossiers:desk-incidents")).content.decode())
    assert "Quy trình không đi tiếp được. Lý do: Không chạy được" in shown
    assert "Không tìm thấy cơ quan cho “kind:police”." in shown
    assert "No office" not in shown
    head.post(reverse("dossiers:desk-mend", args=[incident.pk, "settle"]))
    assert Incident.objects.get(kind="process").resolved_by_id == town.head.pk


def test_hindrances_of_another_offices_step_are_for_its_head_and_administrators(town: Town) -> None:
    tax = make_office("Chi cục Thuế Mẫu", kind="tax", level="commune")
    dossier = accept(town, submit(town))  # the head's own office receives and resolves it
    incident = hindrance(town, dossier, office=tax)
    lost = hindrance(town, dossier, office=None, message="Không của ai")
    queue, settle = reverse("dossiers:desk-incidents"), reverse("dossiers:desk-mend", args=[incident.pk, "settle"])
    head, theirs = desk(town.head), desk(make_officer(roles=["head"], office=tax))
    assert "Không chạy được" not in head.get(queue).content.decode()
    assert head.post(settle).status_code == 404
    assert "Không của ai" not in theirs.get(queue).content.decode()
    assert theirs.post(settle).status_code == 302
    incident.refresh_from_db()
    assert incident.resolved_at is not None
    administrator = desk(make_account("quan-tri", is_administrator=True))
    assert "Không của ai" in administrator.get(queue).content.decode()
    administrator.post(reverse("dossiers:desk-mend", args=[lost.pk, "settle"]))
    lost.refresh_from_db()
    assert lost.resolved_at is not None


def test_a_dossiers_page_says_how_much_working_time_is_left(town: Town) -> None:
    shown = desk(town.specialist).get(reverse("dossiers:desk-dossier", args=[accepted(town).code]))
    assert "còn " in shown.content.decode()


def test_a_conflict_keeps_what_was_typed(town: Town) -> None:
    dossier = accepted(town)
    client, url = desk(town.reception), reverse("dossiers:desk-act", args=[dossier.code, "withdraw"])
    typed = {"version": dossier.version + 7, "reason": "Người dân đổi ý"}
    response = client.post(url, typed)
    assert response.status_code == 409
    assert "Người dân đổi ý" in response.content.decode()
    assert client.post(url, {**typed, "version": dossier.version}).status_code == 302


def test_the_home_page_says_what_waits(town: Town, django_assert_max_num_queries: Any) -> None:
    accepted(town)
    submit(town)
    client = desk(town.reception)
    client.get(reverse("site:desk"))
    with django_assert_max_num_queries(10):
        shown = client.get(reverse("site:desk")).content.decode()
    assert reverse("dossiers:desk-reception") in shown


def test_running_dossiers_are_taken_over_or_none(town: Town) -> None:
    admin = desk(make_account("quan-tri", is_administrator=True))
    code = town.office.codes.get().code
    head = "Mã hồ sơ,Mã thủ tục,Người nộp,Số định danh,Mã cơ quan,Ngày tiếp nhận,Ngày hẹn trả,Bước,Ngày có kết quả\n"
    lines = (
        f"CU-1,2.000908,Phạm Thị Mẫu,001099000055,{code},01/10/2026,01/12/2026,extract,\n"
        f"CU-2,2.000908,Phạm Văn Mẫu,,{code},01/10/2026,01/12/2026,,05/10/2026\n"
    )
    url = reverse("dossiers:desk-import")
    wrong = SimpleUploadedFile("cu.csv", (head + lines + "CU-1,9.9,,1,X,sai,sai,,\n").encode())
    report = admin.post(url, {"file": wrong}).content.decode()
    assert '<th scope="row" class="govuk-table__header">4</th>' in report
    to_come = f"CU-3,2.000908,Phạm Văn Mẫu,,{code},01/10/2026,01/12/2026,,01/01/2999\n"
    early = SimpleUploadedFile("cu.csv", (head + to_come).encode())
    assert '<th scope="row" class="govuk-table__header">2</th>' in admin.post(url, {"file": early}).content.decode()
    admin.post(url, {"file": SimpleUploadedFile("cu.csv", (head + lines).encode())})
    assert not Dossier.objects.exists()
    assert admin.post(url, {"confirm": "1"}).status_code == 302
    first, second = Dossier.objects.order_by("code")
    assert (first.state, open_step(first).node) == ("in_process", "extract")
    assert second.state == "decided"
    assert desk(town.specialist).get(url).status_code == 403


def test_lists_keep_to_their_statements(
    town: Town, django_assert_max_num_queries: Any, subtests: pytest.Subtests
) -> None:
    submit(town)
    accept(town, submit(town))
    decided(town)
    to_sign(town)
    lists = {
        "reception": ["desk-reception", "desk-returns", "desk-book"],
        "specialist": ["desk-inbox", "desk-search"],
        "leader": ["desk-signing"],
        "head": ["desk-office", "desk-incidents"],
    }
    for who, names in lists.items():
        client = desk(getattr(town, who))
        for name in names:
            client.get(reverse(f"dossiers:{name}"))
            # The workload of the office beside its list; what the events tell of the lines of the book.
            most = {"desk-office": 6, "desk-book": 6}.get(name, 5)
            with subtests.test(name=name), django_assert_max_num_queries(most):
                assert client.get(reverse(f"dossiers:{name}")).status_code == 200


def test_nobody_handles_a_relatives_dossier_in_bulk(town: Town) -> None:
    working, signing = accepted(town), to_sign(town)
    number = identity_hash(town.applicant.identity_number or "")
    for account in (town.specialist, town.leader, town.head):
        DeclaredRelative.objects.create(officer=account.officer, identity_hash=number, relation="Anh")
    step, signature = open_step(working), open_step(signing)
    desk(town.specialist).post(reverse("dossiers:desk-finish-many"), {"item": [step.pk], "outcome": "found"})
    to_list = desk(town.leader).post(reverse("dossiers:desk-sign-many"), {"item": [signature.pk]})
    assert to_list["Location"] == reverse("dossiers:desk-signing")
    to = {"item": [step.pk], "to": str(town.specialist.pk)}
    told = desk(town.head).post(reverse("dossiers:desk-reassign-many"), to).content.decode()
    assert "mc-tag--green" not in told
    assert (open_step(working), open_step(signing)) == (step, signature)
    assert open_step(working).assignee is None
    assert ResultDocument.objects.get().state == "prepared"


def test_an_officer_does_not_settle_hindrances_of_their_own_dossier(town: Town) -> None:
    Officer.objects.filter(pk=town.head.pk).update(identity_hash=identity_hash(town.applicant.identity_number or ""))
    incident = hindrance(town, accept(town, submit(town)))
    desk(town.head).post(reverse("dossiers:desk-mend", args=[incident.pk, "resolve"]))
    incident.refresh_from_db()
    assert incident.resolved_at is None


def test_an_officer_who_applies_is_an_applicant_and_no_more(town: Town) -> None:
    dossier = to_sign(town)
    Party.objects.filter(pk=town.applicant.pk).update(account=town.specialist)
    client, result = desk(town.specialist), ResultDocument.objects.get()
    for name in ("desk-dossier", "desk-story", "desk-papers", "desk-control-slip"):
        assert client.get(reverse(f"dossiers:{name}", args=[dossier.number])).status_code == 403
    assert client.get(reverse("dossiers:desk-file", args=[dossier.number, result.file_id])).status_code == 403


def test_only_a_step_that_signs_is_signed(town: Town) -> None:
    dossier = to_sign(town)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="corrected", by=town.actor(town.leader))
    with pytest.raises(Refused) as refused:
        actions.sign_result(dossier.pk, item=open_step(dossier, "extract").pk, by=town.actor(town.leader))
    assert refused.value.code == "no_result"
    assert ResultDocument.objects.get().state == "prepared"

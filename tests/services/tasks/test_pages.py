"""The pages of tasks: ordering, acts, the board with its figures and sheet, what stands on a document's page."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.kernel.blobs.actions import store_bytes
from motcua.services.tasks import actions
from motcua.services.tasks.models import Involved, ReportFile, Task
from tests.coming_back import overtaken
from tests.engines.signing.factories import LEADER, signed_by_leader
from tests.factories import make_officer, sign_in
from tests.jobs import run_jobs
from tests.services.correspondence.factories import noted, registered
from tests.services.diary.factories import entered
from tests.services.tasks.factories import (
    SUBJECT,
    Town,
    doing,
    in_days,
    make_town,
    ordered,
    part_of,
    reported,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def at_fault(response: Any) -> set[str]:
    return set(re.findall(r'id="(\w+)-error"', response.content.decode()))


def text_of(client: Client, url: str, **asked: str) -> str:
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def act(task: Task, name: str) -> str:
    return reverse("tasks:act", args=[task.pk, name])


def test_a_leader_orders_from_the_note_on_a_document(client: Client, town: Town) -> None:
    agency, unit = town.agency, noted(town.agency, due_on=in_days(9))
    page = reverse("correspondence:document", args=[unit.document_id])
    sign_in(client, agency.leader)
    new = f"{reverse('tasks:new')}?document={unit.document_id}"
    assert f'href="{new}"' in text_of(client, page)
    form = text_of(client, new)
    for part in ("Giao phòng tham mưu.", unit.document.subject, in_days(9).isoformat(), "được đọc văn bản"):
        assert part in form, part
    assert re.search(rf'name="part-{agency.unit.pk}"[^§]*?value="leads" selected', form)
    sent = {"leader": str(agency.leader.pk), "subject": "", f"part-{agency.unit.pk}": "leads", "due_on": "x"}
    wrong = client.post(new, sent)
    assert (wrong.status_code, at_fault(wrong)) == (422, {"due_on"})
    sent |= {"subject": "Trả lời Sở Xây dựng", "due_on": in_days(9).isoformat()}
    assert client.post(new, sent).status_code == 302
    task = Task.objects.get()
    assert (task.source, task.document_id, task.unit_id) == ("document", unit.document_id, agency.unit.pk)
    assert "Trả lời Sở Xây dựng" in text_of(client, page)
    for account, status in ((agency.first, 404), (town.other_head, 404)):
        assert sign_in(client, account).get(new).status_code == status


def test_a_clerk_orders_in_a_leaders_name_and_others_nothing(client: Client, town: Town) -> None:
    agency, new = town.agency, reverse("tasks:new")
    sent = {
        "subject": SUBJECT, "limit_days": "5", "meeting": "Giao ban tuần 47", "concluded_on": in_days(0).isoformat(),
        f"part-{town.other.pk}": "leads", f"part-{agency.unit.pk}": "supports",
    }  # fmt: skip
    sign_in(client, agency.clerk)
    assert at_fault(client.post(new, {**sent, "leader": str(agency.head.pk)})) == {"leader"}
    assert client.post(new, {**sent, "leader": str(agency.leader.pk)}).status_code == 302
    task = Task.objects.get()
    assert (task.leader_id, task.given_by_id, task.source) == (agency.leader.pk, agency.clerk.pk, "meeting")
    assert "Giao ban tuần 47" in text_of(client, reverse("tasks:task", args=[task.pk]))
    assert sign_in(client, agency.first).get(new).status_code == 403
    stranger = make_officer(roles=["head"])
    assert sign_in(client, stranger).get(new, {"parent": str(task.pk)}).status_code == 404
    assert client.get(new, {"parent": "x"}).status_code == 404


def test_a_task_goes_its_way_by_forms(client: Client, town: Town) -> None:
    agency, task = town.agency, ordered(town, support=True)
    sign_in(client, agency.head)
    assert at_fault(client.post(act(task, "assign"), {"to": str(town.helper.pk)})) == {"to"}
    assert client.post(act(task, "assign"), {"to": str(agency.first.pk), "text": "Làm sớm"}).status_code == 302
    whole = f"{reverse('tasks:new')}?parent={task.pk}"
    assert in_days(21).isoformat() in text_of(client, whole)
    part = {
        "leader": str(agency.head.pk), "subject": "Lập danh sách", "due_on": in_days(3).isoformat(),
        f"part-{agency.unit.pk}.{agency.second.pk}": "leads",
    }  # fmt: skip
    assert client.post(whole, part).status_code == 302
    assert "Lập danh sách" in text_of(client, reverse("tasks:task", args=[task.pk]))
    actions.withdraw(Task.objects.get(parent=task).pk, reason="Thôi", by=agency.actor(agency.head))

    sign_in(client, agency.first)
    file = SimpleUploadedFile("danh-sach.pdf", b"%PDF-1.4\n%%EOF")
    wrong = client.post(act(task, "progress"), {"percent": "150", "text": "Xong 3 thôn", "files": file})
    assert at_fault(wrong) == {"percent"}
    kept = re.search(r'name="kept" value="([^"]+)"', wrong.content.decode())
    assert kept is not None
    client.post(act(task, "progress"), {"percent": "60", "text": "Xong 3 thôn", "kept": kept[1]})
    page = text_of(client, reverse("tasks:task", args=[task.pk]))
    assert "danh-sach.pdf" in page
    assert "60 %" in page
    stored = reverse("tasks:file", args=[task.pk, ReportFile.objects.get().pk])
    assert b"".join(client.get(stored)) == b"%PDF-1.4\n%%EOF"
    assert client.post(act(task, "ask_extension"), {"until": in_days(30).isoformat(), "reason": "Mưa"}).url
    assert client.post(act(task, "report"), {"text": "Đã xong"}).status_code == 302
    assert client.get(act(task, "report")).status_code == 403
    assert client.get(act(task, "nothing")).status_code == 404

    helper = sign_in(Client(), town.other_head)
    support = Involved.objects.get(task=task, part="supports")
    helper.post(act(task, "assign_support"), {"to": f"{support.pk}.{town.helper.pk}"})
    assert sign_in(Client(), town.helper).post(act(task, "finish_support"), {"text": "Đã góp ý"}).status_code == 302

    sign_in(client, agency.leader)
    assert in_days(30).isoformat() in text_of(client, act(task, "grant"))
    client.post(act(task, "decline"), {"reason": "Việc gấp"})
    sign_in(client, agency.head).post(act(task, "pass_up"), {})
    sign_in(client, agency.leader)
    assert at_fault(client.post(act(task, "send_back"), {"reason": ""})) == {"reason"}
    assert client.post(act(task, "accept"), {}).status_code == 302
    page = text_of(client, reverse("tasks:task", args=[task.pk]))
    for part_of_page in ("Hoàn thành", "Đã góp ý", "Việc gấp", "Nghiệm thu, nhiệm vụ hoàn thành"):
        assert part_of_page in page, part_of_page
    other = ordered(town)
    sign_in(client, agency.head)
    assert at_fault(client.post(act(other, "return"), {"reason": ""})) == {"reason"}
    assert client.post(act(other, "return"), {"reason": "Việc của Phòng Văn hóa"}).status_code == 302
    sign_in(client, agency.leader)
    assert "Việc của Phòng Văn hóa" in text_of(client, reverse("tasks:task", args=[other.pk]))
    shown = text_of(client, act(other, "reassign"))
    assert str(town.other.pk) in shown
    assert f'value="{agency.unit.pk}"' not in shown
    assert at_fault(client.post(act(other, "reassign"), {"to": ""})) == {"to"}
    assert client.post(act(other, "reassign"), {"to": str(town.other.pk)}).status_code == 302
    stranger = sign_in(Client(), make_officer(roles=["head"]))
    assert stranger.get(stored).status_code == 404


def test_a_form_that_was_refused_does_not_pass_over_what_it_has_not_shown(client: Client, town: Town) -> None:
    task, by = doing(town), town.agency.actor(town.agency.first)
    sign_in(client, town.agency.first)
    said = {"percent": "60", "text": "Xong 3 thôn"}
    overtaken(
        client,
        act(task, "progress"),
        lambda: actions.progress(task.pk, percent=80, text="Xong 4 thôn", by=by),
        wrong=said | {"percent": "nhiều"},
        right=said,
        reading='"tasks_task"."subject"',
    )


def test_what_a_meeting_concluded_is_ordered_from_its_page(client: Client, town: Town) -> None:
    agency, now, hour = town.agency, timezone.now(), timedelta(hours=1)
    met = entered(agency, subject="Giao ban & phòng chống bão", starts_at=now - hour, ends_at=now + hour)
    coming = entered(agency, starts_at=now + hour, ends_at=now + 2 * hour)
    sign_in(client, agency.leader)
    new = re.search(r'href="(/desk/tasks/new/[^"]+)"', text_of(client, reverse("diary:appointment", args=[met.pk])))
    assert new is not None
    assert "/desk/tasks/new/" not in text_of(client, reverse("diary:appointment", args=[coming.pk]))
    form = text_of(client, new[1].replace("&amp;", "&"))
    day = timezone.localtime(met.starts_at).date().isoformat()
    assert 'value="Giao ban &amp; phòng chống bão"' in form
    assert f'value="{day}"' in form
    sign_in(client, agency.head)  # who takes part sees it, and orders for the own unit
    assert "/desk/tasks/new/" in text_of(client, reverse("diary:appointment", args=[met.pk]))
    sign_in(client, agency.first)
    assert "/desk/tasks/new/" not in text_of(client, reverse("diary:appointment", args=[met.pk]))


def in_every_state(town: Town) -> dict[str, Task]:
    """One task for each filter of the board; what is late has a deadline that is over."""
    agency, past = town.agency, timezone.now() - timedelta(days=9)
    found = {
        "running": doing(town), "soon": doing(town), "overdue": doing(town), "submitted": submitted(town),
        "in_time": submitted(town), "late": submitted(town), "withdrawn": ordered(town),
    }  # fmt: skip
    for name in ("in_time", "late"):
        actions.accept(found[name].pk, by=agency.actor(agency.leader))
    actions.withdraw(found["withdrawn"].pk, reason="Thôi", by=agency.actor(agency.leader))
    Task.objects.filter(pk=found["soon"].pk).update(soon_at=past)
    for name in ("overdue", "late"):
        Task.objects.filter(pk=found[name].pk).update(due_at=past, sort_due=past, soon_at=past)
    for name, task in found.items():
        Task.objects.filter(pk=task.pk).update(subject=f"Mục {name}")
    return found


def test_figures_of_the_board_agree_with_the_lists_they_lead_to(client: Client, town: Town) -> None:
    found = in_every_state(town)
    part_of(town, found["running"])
    sign_in(client, town.agency.leader)
    board = reverse("tasks:board")
    page = text_of(client, board)
    figures = re.findall(r'mc-figure__number">(\d+)</span>\s*<a class="mc-figure__label" href="([^"]+)"', page)
    assert len(figures) == 6
    for number, link in figures:
        listed = text_of(client, board + link.replace("&amp;", "&"))
        assert listed.count('<th scope="row"') == int(number), link
    expected = {"running": {"running", "soon", "overdue"}}
    for state in found:
        listed = text_of(client, board, state=state)
        assert set(re.findall(r"Mục (\w+)", listed)) == expected.get(state, {state}), state
    assert len(re.findall(r"Mục \w+", page)) == len(found)
    assert "Lập danh sách đèn hỏng" not in page
    assert "Lập danh sách đèn hỏng" in text_of(client, board, parts="1")


def test_the_board_is_filtered_and_keeps_to_what_may_be_seen(client: Client, town: Town) -> None:
    agency, mine = town.agency, ordered(town)
    other = make_town()
    Task.objects.filter(pk=ordered(other).pk).update(subject="Việc của xã khác")
    sign_in(client, agency.leader)
    board = reverse("tasks:board")
    assert "Việc của xã khác" not in text_of(client, board)
    fitting = {
        "leader": str(agency.leader.pk), "unit": "kinh te", "first": in_days(0).isoformat(),
        "last": in_days(0).isoformat(),
    }  # fmt: skip
    assert mine.code in text_of(client, board, **fitting)
    for name, value in {
        "leader": str(agency.head.pk), "unit": "văn hóa", "first": in_days(1).isoformat(), "last": "2026-01-01",
    }.items():  # fmt: skip
        unfit = {**fitting, name: value} if name != "first" else {"first": value}
        unfit = {"last": value} if name == "last" else unfit
        assert mine.code not in text_of(client, board, **unfit), name
    for wrong in ({"first": "9999-12-31"}, {"leader": "x"}, {"first": "2026-02-02", "last": "2026-02-01"}):
        assert client.get(board, wrong).status_code == 422
        assert client.get(reverse("tasks:sheet"), wrong).status_code == 422


def test_the_sheet_has_the_rows_of_the_board(client: Client, town: Town) -> None:
    found = in_every_state(town)
    Task.objects.filter(pk=found["soon"].pk).update(subject="=HYPERLINK(1)")
    sign_in(client, town.agency.leader)
    url = reverse("tasks:sheet")
    sheet = load_workbook(BytesIO(client.get(url).getvalue())).active
    rows = [list(row) for row in sheet.values]
    assert len(rows) == len(found) + 1
    assert {len(row) for row in rows} == {14}
    assert not any(str(cell).startswith("=") for row in rows for cell in row)
    late = load_workbook(BytesIO(client.get(url, {"state": "late"}).getvalue())).active
    assert [row[1] for row in late.values][1:] == [found["late"].code]
    assert [row[-1] for row in late.values][1:] == ["Quá hạn"]


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_a_set_number_of_statements(client: Client, town: Town, many: int) -> None:
    agency = town.agency
    tasks = [reported(town, document=registered(agency).pk) for _turn in range(many)]
    for _turn in range(many):
        part_of(town, doing(town, support=True))
    whole = Task.objects.filter(parts__isnull=False).order_by("id").first()
    assert whole is not None
    asked = {}
    for name, account, url in (
        ("head", agency.head, reverse("tasks:mine")),
        ("leader", agency.leader, reverse("tasks:mine") + "?filter=ordered"),
        ("board", agency.leader, reverse("tasks:board")),
        ("sheet", agency.leader, reverse("tasks:sheet")),
        ("task", agency.head, reverse("tasks:task", args=[whole.pk])),
        ("document", agency.leader, reverse("correspondence:document", args=[tasks[0].document_id])),
        ("home", agency.leader, reverse("site:desk")),
    ):
        sign_in(client, account)
        client.get(url).getvalue()
        with CaptureQueriesContext(connection) as found:
            response = client.get(url)
            assert response.status_code == 200
        response.getvalue()
        asked[name] = len(found)
    assert asked == {"head": 7, "leader": 7, "board": 8, "sheet": 5, "task": 13, "document": 19, "home": 13}


def test_what_the_signatures_in_reported_files_are_worth_is_told(client: Client, town: Town) -> None:
    agency, task = town.agency, doing(town)
    file = store_bytes(signed_by_leader(), name="bao-cao.pdf", media_type="application/pdf", by=agency.first.pk)
    actions.progress(task.pk, percent=60, text="Đã xong", files=[file.pk], by=agency.actor(agency.first))
    page = reverse("tasks:task", args=[task.pk])
    sign_in(client, agency.head)
    assert "bao-cao.pdf: " not in (shown := text_of(client, page))
    assert shown.count("Chưa quét vi-rút") == 1
    run_jobs()
    assert re.search(rf"bao-cao.pdf: [^<]*{LEADER}", text_of(client, page))


def test_the_home_page_counts_what_waits_for_heads_and_leaders(client: Client, town: Town) -> None:
    home = reverse("site:desk")
    sign_in(client, town.agency.leader)
    assert ">Nhiệm vụ</h2>" not in text_of(client, home)
    in_every_state(town)
    page = text_of(client, home)
    assert ">Nhiệm vụ</h2>" in page
    for link, number in {"state=overdue": 1, "state=soon": 1, "filter=judge": 1, "filter=todo": 0}.items():
        figure = re.search(rf'number">(\d+)</span>\s*<a class="mc-figure__label" href="/desk/tasks/[^"]*{link}"', page)
        assert figure is not None, link
        assert int(figure[1]) == number, link
    assert ">Nhiệm vụ</h2>" not in text_of(sign_in(Client(), town.agency.first), home)

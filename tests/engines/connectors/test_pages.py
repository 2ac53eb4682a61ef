"""What the caretakers of line systems see and do."""

import html
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from motcua.engines.connectors.cli import check_connector, import_connector
from motcua.engines.connectors.models import Call, LineSystem
from motcua.engines.connectors.simulator.system import DOCUMENT, Illness
from motcua.engines.connectors.simulator.system import LineSystem as Simulated
from motcua.kernel.events.models import Event
from tests.engines.connectors.house import FILES, NUMBER, Room, ask, described, ill, work
from tests.factories import make_account, make_citizen, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(room: Room) -> Client:
    return sign_in(Client(), make_account(is_administrator=True))


def shown(desk: Client, name: str, *given: Any) -> str:
    answer = desk.get(reverse(f"connectors:{name}", args=given))
    assert answer.status_code == 200
    return answer.content.decode()


def post(desk: Client, page: str, /, *given: Any, **fields: Any) -> Any:
    return desk.post(reverse(f"connectors:{page}", args=given), fields)


def test_a_system_is_described_changed_and_switched_off(desk: Client) -> None:
    assert "Chưa mô tả hệ thống nào" in shown(desk, "overview")
    wrong = post(desk, "new", code="dat-dai", content=FILES.replace("format: 1", "format: 2"))
    assert wrong.status_code == 422
    assert "format: " in wrong.content.decode()
    assert post(desk, "new", code="Đất Đai", content=FILES).status_code == 422
    assert post(desk, "new", code="dat-dai", content=FILES).status_code == 302
    assert "answers_within: 24" in shown(desk, "system", "dat-dai")
    assert post(desk, "system", "dat-dai", content=FILES.replace("24", "48")).status_code == 302
    assert LineSystem.objects.get().number == 2
    post(desk, "switch", "dat-dai")
    assert not LineSystem.objects.get().is_active
    assert "Tắt" in shown(desk, "overview")
    post(desk, "switch", "dat-dai", active="yes")
    kinds = Event.objects.filter(stream="connector:dat-dai").order_by("version").values_list("kind", flat=True)
    assert list(kinds) == [
        "connector.described",
        "connector.described",
        "connector.switched_off",
        "connector.switched_on",
    ]


def test_operations_are_proposed_from_a_document(desk: Client) -> None:
    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("openapi.json", json.dumps(DOCUMENT).encode())

    assert post(desk, "propose").status_code == 422
    assert post(desk, "propose", document=SimpleUploadedFile("a.json", b"{}")).status_code == 422
    page = post(desk, "propose", document=file()).content.decode()
    assert "openapi: getPerson" in page
    content = "\n".join(
        line.replace("personal: '?'", "personal: procedure") for line in _content_of(page).splitlines()
    )
    assert post(desk, "new", code="mo-phong", content=content).status_code == 422  # without the document
    assert post(desk, "new", code="mo-phong", content=content, document=file()).status_code == 302
    assert post(desk, "system", "mo-phong", content=content.replace("Ghi sổ", "Ghi")).status_code == 302
    assert LineSystem.objects.get().descriptions.latest("number").document == DOCUMENT


def _content_of(page: str) -> str:
    return html.unescape(page.partition('name="content"')[2].partition(">")[2].partition("</textarea>")[0])


def test_questions_that_wait_for_a_person(
    desk: Client, system: Simulated, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ill(system, Illness.REFUSES)
    person = make_citizen()
    for number in range(3):
        ask("person", str(number), whose=person.pk, number=NUMBER)
    ask("wishes", "cho phép", whose=person.pk, number=NUMBER)
    work()
    with django_assert_num_queries(4):
        page = shown(desk, "calls")
    assert page.count("HTTP 422") == 3
    assert NUMBER not in page
    assert "Chờ người dân cho phép" in page
    ill(system, None)
    first, second, _third = Call.objects.filter(state="dead").order_by("id")
    post(desk, "again", first.pk)
    refused = post(desk, "leave", second.pk, reason="L" * 301)
    assert (refused.status_code, "L" * 301 in refused.content.decode()) == (422, True)
    assert refused.content.decode().count("HTTP 422") == 1  # only the question at fault
    post(desk, "leave", second.pk, reason="Không cần nữa")
    work()
    assert set(room.answers) == {first.key}
    page = post(desk, "again", first.pk).url
    assert "Việc này đã được xử lý" in desk.get(page).content.decode()
    with django_assert_num_queries(5):
        shown(desk, "overview")


def test_an_answer_that_nobody_takes_is_seen(desk: Client, system: Simulated, room: Room) -> None:
    room.faults["một"] = ZeroDivisionError()
    ask("person", whose=make_citizen().pk, number=NUMBER)
    work()
    assert "ZeroDivisionError" in shown(desk, "calls")


def test_the_description_is_imported_from_a_file(desk: Client, system: Simulated, tmp_path: Path) -> None:
    file, document = tmp_path / "a.yaml", tmp_path / "b.json"
    file.write_text(described(system).replace("Hệ thống chuyên ngành", "Hệ thống khác"))
    document.write_text(json.dumps(DOCUMENT))
    done = CliRunner().invoke(import_connector, ["khac", str(file), "--openapi", str(document)])
    assert (done.exit_code, done.output) == (0, "khac: Hệ thống khác, description 1\n")
    assert CliRunner().invoke(check_connector, [str(file)]).exit_code == 1
    assert LineSystem.objects.filter(code="khac", at_once=2).exists()

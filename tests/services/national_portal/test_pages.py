"""What the caretakers of the connection see and do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.services.dossiers.models import Dossier
from motcua.services.national_portal import comparing, reporting
from motcua.services.national_portal.models import Arrival, Exchange
from tests.factories import make_officer, sign_in
from tests.jobs import queued
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.national_portal.connected import Simulated, hear_and_send, simulated_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town(code="H99.7")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Simulated]:
    with simulated_here(tmp_path) as portal:
        yield portal


@pytest.fixture
def desk() -> Client:
    return sign_in(Client(), make_officer(roles=["admin"], is_administrator=True))


def shown(desk: Client, name: str) -> str:
    answer = desk.get(reverse(f"national_portal:{name}"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_house_that_is_not_connected_says_so(desk: Client) -> None:
    assert "chưa kết nối" in shown(desk, "overview")


def test_how_the_connection_stands(there: Simulated, town: Town, desk: Client) -> None:
    assert "Chưa gửi yêu cầu nào" in shown(desk, "overview")
    lost = accept(town, submit(town))
    hear_and_send()
    assert "Đang hoạt động" in shown(desk, "overview")
    there.forget(MaHoSo=lost.number)
    comparing.compare(timezone.localdate())
    reporting.report(timezone.localdate().replace(day=1))
    page = shown(desk, "overview")
    for text in (f"{lost.number}: ", "Cổng chưa có", "H99.7", "0,00 %"):
        assert text in page
    there.misbehave("down")
    hear_and_send()
    assert "Không trả lời từ" in shown(desk, "overview")


def test_a_day_is_compared_on_request(there: Simulated, desk: Client) -> None:
    assert desk.post(reverse("national_portal:compare"), {"day": "2026-11-02"}).status_code == 302
    assert [name.rpartition(".")[2] for name, _args in queued()] == ["compare"]
    desk.post(reverse("national_portal:compare"), {"day": "mai"})
    assert "Chọn một ngày đã qua." in shown(desk, "overview")
    assert len(queued()) == 1


def test_what_is_refused_is_sent_again_or_left_out(
    there: Simulated, town: Town, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bad = [accept(town, submit(town)) for _each in range(3)]
    Dossier.objects.update(subject="")
    hear_and_send()
    with django_assert_max_num_queries(6):
        page = shown(desk, "refused")
    assert all(dossier.number in page for dossier in bad)
    assert "TrichYeuHoSo" in page
    leave = reverse("national_portal:leave-out", args=[bad[0].pk])
    assert "Ghi lý do không gửi hồ sơ này." in desk.post(leave, {"reason": ""}).content.decode()
    assert "L" * 501 in desk.post(leave, {"reason": "L" * 501}).content.decode()
    assert desk.post(leave, {"reason": "Hồ sơ thử"}).status_code == 302
    desk.post(reverse("national_portal:send-again", args=[bad[1].pk]))
    states = Exchange.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["left", "stuck", "waiting"]


def test_messages_that_cannot_be_taken_in_are_settled(desk: Client) -> None:
    rows = [
        Arrival.objects.create(
            code=f"G99-{n}", digest=f"{n}" * 64, state="stuck", fault="Sai mã", received_at=timezone.now()
        )
        for n in (1, 2)
    ]
    assert "G99-1" in shown(desk, "arrivals")
    desk.post(reverse("national_portal:try-again", args=[rows[0].pk]))
    aside = reverse("national_portal:leave-aside", args=[rows[1].pk])
    assert "L" * 501 in desk.post(aside, {"reason": "L" * 501}).content.decode()
    desk.post(aside, {"reason": "Nhầm tỉnh"})
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["left", "waiting"]
    assert "đã được tiếp nhận" in shown(desk, "arrivals")


@pytest.mark.parametrize("name", ["overview", "refused", "arrivals"])
def test_only_administrators_get_in(name: str, client: Client) -> None:
    assert sign_in(client, make_officer(roles=["head"])).get(reverse(f"national_portal:{name}")).status_code == 403

"""Rules that hold from one day to the next: read strictly, published once a day, never changed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pydantic import BaseModel, ConfigDict

from motcua.engines.editions.actions import publish, settle
from motcua.engines.editions.kinds import EVER, Kind, declare, kinds
from motcua.engines.editions.models import Edition
from motcua.engines.editions.queries import in_force, numbered
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from tests.factories import make_account, make_officer, sign_in

pytestmark = pytest.mark.django_db


class Limits(BaseModel):
    """What a kind of rules says in these tests."""

    model_config = ConfigDict(extra="forbid")
    days: int


@pytest.fixture
def limits(tmp_path: Path) -> Kind[Limits]:
    shipped = tmp_path / "limits.yaml"
    shipped.write_text("days: 15\n")
    return Kind(code="limits", label="Thời hạn", text="", model=Limits, shipped=shipped)


def test_what_ships_holds_until_a_province_publishes_its_own(limits: Kind[Limits]) -> None:
    now, today, by = timezone.now(), timezone.localdate(), make_account().pk
    assert in_force(limits, today).rules.days == 15
    begins = today + timedelta(days=3)
    published = publish(limits, content="days: 10", valid_from=begins, basis="QĐ 163/2025/QĐ-UBND", by=by, at=now)
    assert published.number == 2
    assert in_force(limits, begins - timedelta(days=1)).rules.days == 15
    assert in_force(limits, begins).rules.days == 10
    assert (numbered(limits, 1).rules.days, numbered(limits, 2).rules.days) == (15, 10)
    told = Event.objects.get(stream="rules:limits")
    assert (told.kind, told.references["number"]) == ("rules.published", 2)


def test_what_something_rests_on_stays_when_the_program_ships_other_rules(limits: Kind[Limits]) -> None:
    settle(limits, timezone.localdate(), at=timezone.now())
    limits.shipped.write_text("days: 99\n")
    renewed = Kind(code="limits", label="", text="", model=Limits, shipped=limits.shipped)
    assert numbered(renewed, 1).rules.days == 15
    settle(renewed, timezone.localdate(), at=timezone.now())
    assert Edition.objects.filter(kind="limits").count() == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("days: [", "YAML"),
        ("days: many", "days"),
        ("days: 3\nhours: 4", "hours"),
        ("days: &a 3\nmore: *a", "neo"),
        ("!!python/object/apply:os.system ['true']", "kiểu"),
        ("days: !!bool x", "kiểu"),
        ("days: 2026-02-30", "không có thật"),
        ("days: " + "9" * 5_000, "không có thật"),
        ("days: 3\n" + "#" * 50_000, "dài quá"),
        ("days: " + "[" * 19_000 + "]" * 19_000, "quá sâu"),
    ],
)
def test_rules_that_cannot_be_read_are_refused_beside_their_field(
    limits: Kind[Limits], content: str, message: str
) -> None:
    with pytest.raises(Refused, match=message) as refused:
        limits.read(content)
    assert refused.value.field == "content"


def test_an_edition_begins_today_at_the_earliest_and_alone_on_its_day(limits: Kind[Limits]) -> None:
    now, today, by = timezone.now(), timezone.localdate(), make_account().pk
    with pytest.raises(Refused, match="hôm nay"):
        publish(limits, content="days: 1", valid_from=today - timedelta(days=1), basis="QĐ", by=by, at=now)
    with pytest.raises(Refused, match="văn bản"):
        publish(limits, content="days: 1", valid_from=today, basis=" ", by=by, at=now)
    with pytest.raises(Refused, match="300"):
        publish(limits, content="days: 1", valid_from=today, basis="x" * 301, by=by, at=now)
    publish(limits, content="days: 1", valid_from=today, basis="QĐ", by=by, at=now)
    with pytest.raises(Conflict):
        publish(limits, content="days: 2", valid_from=today, basis="QĐ", by=by, at=now)
    with pytest.raises(NotFound):
        numbered(limits, 7)


def test_a_kind_is_declared_once(limits: Kind[Limits]) -> None:
    taken = next(iter(kinds.values()))
    with pytest.raises(ValueError, match="twice"):
        declare(taken)
    assert in_force(limits, EVER).number == 1


def test_an_administrator_publishes_from_the_present_words(client: Client) -> None:
    sign_in(client, make_account(is_administrator=True))
    assert "Phiếu" in client.get(reverse("editions:list")).content.decode()
    address = reverse("editions:publish", args=["questionnaire"])
    assert "window_days: 30" in client.get(address).content.decode()
    wrong = client.post(address, {"content": "window_days: 0", "valid_from": "2099-01-01", "basis": "QĐ 1"})
    assert wrong.status_code == 422
    assert "window_days: 0" in wrong.content.decode()
    words = kinds["questionnaire"].shipped.read_text()
    given = {"content": words, "valid_from": "2099-01-01", "basis": "QĐ 1/QĐ-UBND"}
    assert client.post(address, given).status_code == 302
    assert "QĐ 1/QĐ-UBND" in client.get(reverse("editions:kind", args=["questionnaire"])).content.decode()
    assert client.get(reverse("editions:kind", args=["no-such"])).status_code == 404


def test_nobody_else_sees_the_rules_page(client: Client) -> None:
    sign_in(client, make_officer(roles=["head"]))
    assert client.get(reverse("editions:list")).status_code == 403

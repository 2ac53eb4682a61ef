"""Questions are put once, answers taken once; what fails holds up only itself, and nothing is lost."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from motcua.engines.connectors import actions, calling, taking
from motcua.engines.connectors.consumers import Consumer, NotYet, consumers
from motcua.engines.connectors.models import Call, LineSystem
from motcua.engines.connectors.simulator.system import Illness
from motcua.engines.connectors.simulator.system import LineSystem as Simulated
from motcua.engines.exchange import rules
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import AccessRecord, Event
from tests.engines.connectors.house import NUMBER, Room, ask, described, ill, wait_no_longer, work
from tests.factories import make_account, make_citizen

pytestmark = pytest.mark.django_db


def asked(system: Simulated) -> int:
    """How many requests reached the register."""
    return len([call for call in system.calls if call.path.startswith("/v1/")])


def only() -> Call:
    return Call.objects.get()


def test_json_and_xml_become_facts(system: Simulated, room: Room) -> None:
    person = make_citizen()
    ask("person", "json", whose=person.pk, number=NUMBER)
    ask("tax", "xml", whose=person.pk, number="001099000002")
    ask("tax", "không nợ", whose=person.pk, number=NUMBER)
    ask("person", "không có", whose=person.pk, number="001099999999")
    ask("described", "theo mô tả", whose=person.pk, number="001099000002")
    ask("enter", "ghi", number=NUMBER, text="Đã cấp")
    work()
    assert room.answers == {
        "json": {"name": "Lê Văn Mẫu", "married": False, "debt": 0},
        "xml": {"known": True, "debt": 250_000},
        "không nợ": {"known": True, "debt": 0},
        "không có": {"name": None, "married": None, "debt": None},
        "theo mô tả": {"debt": 250_000},
        "ghi": {"entry": "so-1"},
    }
    assert set(Call.objects.values_list("state", flat=True)) == {"taken"}
    rows = Call.objects.values_list("said", "found")
    assert {(bytes(said), bytes(found)) for said, found in rows} == {(b"", b"")}


def test_the_same_question_is_asked_once(system: Simulated, room: Room) -> None:
    person = make_citizen()
    first = ask("person", whose=person.pk, number=NUMBER)
    assert ask("person", whose=person.pk, number=NUMBER).pk == first.pk
    work()
    assert (asked(system), room.answers.pop("một")["debt"]) == (1, 0)
    ask("person", whose=person.pk, number=NUMBER)  # whoever asks once more wants it anew
    work()
    assert (asked(system), len(room.answers)) == (2, 1)


@pytest.mark.parametrize(
    ("illness", "code"),
    [
        (Illness.DOWN, "unanswered"),
        (Illness.SILENT, "unanswered"),
        (Illness.DRIPPING, "unanswered"),
        (Illness.LOSES_ANSWERS, "unanswered"),
        (Illness.HUGE, "unanswered"),
        (Illness.REDIRECTS, "unanswered"),
        (Illness.LOCKS_OUT, "unanswered"),
        (Illness.GARBAGE, "unreadable"),
        (Illness.LIES, "media_type"),
        (Illness.MISLABELS, "media_type"),
        (Illness.BOMB, "media_type"),
        (Illness.OTHERWISE, "answer"),
    ],
)
def test_what_can_be_repeated_waits_out_every_illness(
    system: Simulated, room: Room, illness: Illness, code: str
) -> None:
    ill(system, illness)
    ask("person", whose=make_citizen().pk, number=NUMBER)
    work()
    call = only()
    assert (call.state, call.code) == ("waiting", code)
    assert call.fault
    assert not room.lost
    ill(system, None)
    wait_no_longer()
    work()
    assert room.answers["một"]["name"] == "Lê Văn Mẫu"
    found = LineSystem.objects.get()
    assert (found.failures, found.down_since, found.fault) == (0, None, "")


@pytest.mark.parametrize("illness", [Illness.BOMB, Illness.GARBAGE, Illness.MISLABELS])
def test_xml_that_is_none_is_not_believed(system: Simulated, room: Room, illness: Illness) -> None:
    ill(system, illness)
    ask("tax", whose=make_citizen().pk, number=NUMBER)
    work()
    assert (only().state, room.answers) == ("waiting", {})
    assert only().code == ("unreadable" if illness is Illness.BOMB else "media_type")


@pytest.mark.parametrize("illness", [Illness.SILENT, Illness.LOSES_ANSWERS, Illness.GARBAGE])
def test_what_may_not_be_asked_twice_goes_to_a_person(system: Simulated, room: Room, illness: Illness) -> None:
    ill(system, illness)
    ask("enter", number=NUMBER, text="Đã cấp")
    work()
    wait_no_longer()
    work()
    assert (only().state, only().code) == ("dead", "unsure")
    assert asked(system) <= 1
    assert [lost.key for lost in room.lost] == ["một"]
    ill(system, None)
    actions.ask_again(only().pk, by=make_account().pk, at=timezone.now())
    work()
    assert room.answers == {"một": {"entry": "so-1"}}


def test_what_a_worker_left_under_way_is_not_asked_again(system: Simulated, room: Room) -> None:
    call = ask("enter", number=NUMBER, text="Đã cấp")
    assert calling._begin(call.pk) is not None  # and the worker dies
    ask("enter", number=NUMBER, text="Đã cấp")
    work()
    assert (only().state, only().code, asked(system)) == ("dead", "unsure", 0)
    assert [lost.fault for lost in room.lost] == ["it was being asked when the worker ended"]
    actions.ask_again(call.pk, by=make_account().pk, at=timezone.now())
    work()
    assert room.answers == {"một": {"entry": "so-1"}}


def test_a_question_that_cannot_be_begun_does_not_hold_up_the_others(
    system: Simulated, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wants(key: str) -> bool:
        return bool(1 / (key != "một"))

    monkeypatch.setitem(consumers, "thử", Consumer("thử", room.take, room.lost.append, wants))
    first = ask("enter", number=NUMBER, text="Đã cấp")
    ask("enter", "hai", number=NUMBER, text="Đã cấp")
    work()
    first.refresh_from_db()
    assert (first.state, first.next_at > timezone.now(), list(room.answers)) == ("waiting", True, ["hai"])


def test_what_cannot_be_unsealed_goes_to_a_person(system: Simulated, room: Room) -> None:
    ask("enter", number=NUMBER, text="Đã cấp")
    Call.objects.update(said=b"under another key")
    work()
    assert (only().state, only().code, asked(system)) == ("dead", "sealed", 0)


def test_a_system_that_knows_the_key_is_asked_again_and_acts_once(system: Simulated, room: Room) -> None:
    ill(system, Illness.LOSES_ANSWERS)
    ask("keyed", number=NUMBER, text="Đã cấp")
    work()
    ill(system, None)
    wait_no_longer()
    work()
    assert (asked(system), len(system.entries)) == (2, 1)
    assert room.answers == {"một": {"entry": "so-1"}}


def test_a_request_that_is_refused_goes_to_a_person_and_says_nothing_personal(
    system: Simulated, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    ill(system, Illness.REFUSES)
    ask("person", whose=make_citizen().pk, number=NUMBER)
    work()
    call = only()
    assert (call.state, call.code, call.fault) == ("dead", "http_422", "HTTP 422")
    told = [*Event.objects.filter(kind__startswith="connector.").values_list("references", flat=True), caplog.text]
    assert NUMBER not in str(told)
    assert NUMBER.encode() not in bytes(call.said)


def test_an_outage_is_no_questions_fault_and_costs_one_attempt_a_round(system: Simulated, room: Room) -> None:
    person = make_citizen()
    ill(system, Illness.DOWN)
    for number in range(5):
        ask("person", str(number), whose=person.pk, number=NUMBER)
    for _round in range(rules.ATTEMPTS + 2):
        wait_no_longer()
        work()
    assert asked(system) == 0  # the 503 comes before the register
    assert not Call.objects.exclude(state="waiting", attempts=0).exists()
    assert LineSystem.objects.get().failures == rules.ATTEMPTS + 2
    ill(system, None)
    wait_no_longer()
    work()
    assert len(room.answers) == 5


def test_a_question_that_alone_is_never_answered_is_given_up(system: Simulated, room: Room) -> None:
    person = make_citizen()
    ask("person", "xấu", whose=person.pk, number="../../khac")
    for number in range(rules.ATTEMPTS + 1):
        ill(system, Illness.DOWN)
        Call.objects.filter(key="xấu").update(next_at=timezone.now() - timedelta(hours=1))
        LineSystem.objects.update(retry_at=None)
        calling.call_some()
        ill(system, None)
        LineSystem.objects.update(retry_at=None)
        Call.objects.filter(key="xấu").update(next_at=timezone.now() + timedelta(hours=1))
        ask("person", str(number), whose=person.pk, number=NUMBER)
        work()
    assert Call.objects.get(key="xấu").state == "dead"
    assert len(room.answers) == rules.ATTEMPTS + 1


def test_a_worker_that_died_holds_up_its_question_for_the_lease(system: Simulated, room: Room) -> None:
    ask("person", whose=make_citizen().pk, number=NUMBER)
    assert calling._take(timezone.now()) == only().pk  # and is never heard of again
    assert calling.call_some() == 0
    Call.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work()
    assert "một" in room.answers


def test_an_answer_that_cannot_be_taken_yet_stays_and_is_taken_once(system: Simulated, room: Room) -> None:
    room.faults["một"] = NotYet("hồ sơ đang chờ bổ sung")
    ask("person", whose=make_citizen().pk, number=NUMBER)
    work()
    assert (only().state, only().code, room.answers) == ("answered", "not_yet", {})
    room.faults["một"] = ZeroDivisionError()
    wait_no_longer()
    assert taking.take_some() == 0
    assert only().fault == "ZeroDivisionError"
    del room.faults["một"]
    wait_no_longer()
    work()
    assert (only().state, asked(system), len(room.answers)) == ("taken", 1, 1)


def test_the_path_cannot_lead_elsewhere(system: Simulated, room: Room) -> None:
    person = make_citizen()
    for key, number in {"lên": "..", "rẽ": "a/../../x", "hỏi": "a?b=c#d"}.items():
        ask("person", key, whose=person.pk, number=number)
    work()
    assert {call.path for call in system.calls} == {"/v1/people/a%2F..%2F..%2Fx", "/v1/people/a%3Fb%3Dc%23d"}
    assert Call.objects.get(key="lên").state == "dead"


def test_a_request_that_its_description_does_not_allow_never_leaves(system: Simulated, room: Room) -> None:
    ask("described", whose=make_citizen().pk, number="không phải số")
    ask("enter", "dài", number=NUMBER, text="x" * 201)
    work()
    assert asked(system) == 0
    assert list(Call.objects.order_by("key").values_list("state", "code")) == [("dead", "request")] * 2
    assert "text: maxLength" in Call.objects.get(key="dài").fault


@pytest.mark.parametrize(
    ("operation", "inputs", "code"),
    [
        ("person", {}, "inputs"),
        ("person", {"number": 5}, "inputs"),
        ("person", {"number": NUMBER, "khac": 1}, "inputs"),
        ("không-có", {}, "not_found"),
        ("person", {"number": NUMBER}, "person"),
    ],
)
def test_a_question_that_cannot_be_put_is_refused_at_once(
    system: Simulated, operation: str, inputs: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(operation, **inputs)
    assert refused.value.code == code
    assert not Call.objects.exists()


def test_secrets_are_files_only_the_program_reads(system: Simulated, room: Room) -> None:
    (Path(settings.CONNECTORS["secrets"]) / "token").chmod(0o644)
    ask("person", whose=make_citizen().pk, number=NUMBER)
    work()
    assert "chmod 600" in LineSystem.objects.get().fault
    assert only().state == "waiting"
    content = described(system)
    for wrong in ("secret: ../../secret_key", "secret: /etc/passwd"):
        with pytest.raises(Refused):
            actions.save("khac", content=content.replace("secret: token", wrong), by=None, at=timezone.now())
    (Path(settings.CONNECTORS["secrets"]) / "token").chmod(0o600)
    wait_no_longer()
    work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event WHERE \"references\"::text LIKE '%khoa-thu%'")
        assert cursor.fetchone() == (0,)


def test_a_system_that_is_switched_off_is_not_asked(system: Simulated, room: Room) -> None:
    by = make_account().pk
    actions.switch("beside", active=False, by=by, at=timezone.now())
    ask("person", whose=make_citizen().pk, number=NUMBER)
    work()
    assert asked(system) == 0
    actions.switch("beside", active=True, by=by, at=timezone.now())
    work()
    assert "một" in room.answers


def test_a_description_is_mended_and_what_was_given_up_is_asked_anew(system: Simulated, room: Room) -> None:
    good = described(system)
    actions.save("beside", content=good.replace("answer.name", "answer.ten + 1"), by=None, at=timezone.now())
    ask("enter", number=NUMBER, text="Đã cấp")
    work()
    broken = good.replace("value: answer.id", "value: answer.ma")
    actions.save("beside", content=broken, by=None, at=timezone.now())
    ask("keyed", "hai", number=NUMBER, text="Đã cấp")
    work()
    assert room.answers["hai"] == {"entry": None}  # what is not there is null
    before = LineSystem.objects.get().number
    actions.save("beside", content=broken, by=None, at=timezone.now())
    assert LineSystem.objects.get().number == before


def test_what_is_left_out_is_told_and_can_be_asked_anew_by_who_wanted_it(system: Simulated, room: Room) -> None:
    ill(system, Illness.REFUSES)
    call, by = ask("enter", number=NUMBER, text="Đã cấp"), make_account().pk
    work()
    with pytest.raises(Refused):
        actions.leave_out(call.pk, reason=" ", by=by, at=timezone.now())
    actions.leave_out(call.pk, reason="Hỏi bằng điện thoại", by=by, at=timezone.now())
    work()
    assert [lost.fault for lost in room.lost] == ["HTTP 422", "Hỏi bằng điện thoại"]
    with pytest.raises(Conflict):
        actions.ask_again(call.pk, by=by, at=timezone.now())
    ill(system, None)
    ask("enter", number=NUMBER, text="Đã cấp")
    work()
    assert room.answers == {"một": {"entry": "so-1"}}


def test_each_call_is_one_record_for_the_person(system: Simulated, room: Room) -> None:
    person = make_citizen()
    ill(system, Illness.SILENT)
    ask("person", "một", whose=person.pk, number=NUMBER)
    for _round in range(3):
        wait_no_longer()
        work()
    ill(system, None)
    ask("tax", "hai", whose=person.pk, number=NUMBER)
    ask("enter", "ba", number=NUMBER, text="không về ai")
    wait_no_longer()
    work()
    records = AccessRecord.objects.filter(whose=person.pk)
    assert {record.who for record in records} == {LineSystem.objects.get().pk}
    assert {record.subject.split(":")[1] for record in records} == {
        str(call.pk) for call in Call.objects.filter(key__in=["một", "hai"])
    }
    assert len(records) == 2

"""The board: the whole state on the page, who may follow it, what it says, and the stream from end to end."""

import array
import urllib.error
import urllib.request
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from motcua.people.accounts.models import Account
from motcua.services.service_centre import actions
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.models import Centre, Device, SpecialDay, Ticket
from motcua.services.service_centre.pages.board import LARGE, state
from motcua.services.service_centre.rules.spoken import announcement, cardinal, spelled
from tests.factories import make_officer, sign_in
from tests.services.dossiers.test_desk_browser import inspect
from tests.services.service_centre.factories import Hall, make_hall
from tests.streams import PATIENCE, free_port, wire


@pytest.fixture(autouse=True)
def own_speech(tmp_path: Path) -> Iterator[None]:
    before = settings.SPEECH_ROOT
    settings.SPEECH_ROOT = tmp_path / "speech"
    yield
    settings.SPEECH_ROOT = before


def open_hall() -> Hall:
    """A centre that is open at any hour, with somebody at counter 1."""
    made = make_hall()
    hours = [["00:00", "12:00"], ["12:00", "23:59"]]
    SpecialDay.objects.create(centre=made.centre, date=timezone.localdate(), intervals=hours, reason="Thử")
    Centre.objects.update(last_minutes=0)
    now = timezone.now()
    made.manned(at=now)
    for _n in range(3):
        made.issue(at=now, even_if_long=True)
    made.call(at=now)
    return made


def key_of_board(hall: Hall) -> str:
    by, now = hall.administrator.pk, timezone.now()
    _device, code = actions.add_device(centre=hall.centre, kind="board", name="Sảnh", by=by, at=now)
    return actions.pair(code=code, at=now)[1]


def at_board(hall: Hall) -> Client:
    client = Client()
    client.cookies[DEVICE_COOKIE] = key_of_board(hall)
    return client


@pytest.mark.django_db
def test_the_page_shows_the_whole_state_and_goes_on_without_scripts():
    board = at_board(open_hall()).get("/board/")
    text = board.content.decode()
    assert "A001" in text
    assert "Quầy 1" in text
    assert 'http-equiv="refresh"' in text
    policy = board["Content-Security-Policy"]
    assert "media-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_every_number_at_a_counter_stands_on_the_board():
    """However many counters call: who was called first has perhaps not reached theirs yet."""
    hall, now = open_hall(), timezone.now()
    for number in range(3, 3 + LARGE + 4):
        counter = actions.add_counter(
            centre=hall.centre, number=number, services=[hall.papers.pk], by=hall.administrator.pk, at=now
        )
        Ticket.objects.create(
            centre=hall.centre, service=hall.papers, day=timezone.localdate(now), number=f"C{number:03}",
            state="called", counter=counter, officer=hall.ann, calls=1, issued_at=now, rank_at=now, called_at=now,
            taken_at=now, announced_at=now, channel="reception", not_before=now,
        )  # fmt: skip
    drawn = str(state(str(hall.centre.pk)))
    assert drawn.count("data-call=") == LARGE + 5
    assert drawn.count("mc-board__before") == 5
    assert 'data-call="A001:1:1"' in drawn, "the first call of all"


@pytest.mark.django_db
def test_only_registered_boards_and_officers_of_the_centre_see_it(client: Client):
    hall = open_hall()
    assert client.get("/board/").status_code == 403
    address = f"/desk/queue/centres/{hall.centre.pk}/board/"
    assert sign_in(client, hall.ann).get(address).status_code == 200
    assert sign_in(client, make_officer(roles=["reception"])).get(address).status_code == 404


@pytest.mark.django_db
def test_the_board_takes_a_fixed_number_of_statements(django_assert_num_queries: Any):
    board = at_board(open_hall())
    board.get("/board/")
    with django_assert_num_queries(11):
        board.get("/board/")


def test_numbers_are_spoken_as_vietnamese_are():
    assert spelled("A012") == "a, không một hai"
    assert [cardinal(number) for number in (1, 10, 15, 20, 21, 24, 35, 99)] == [
        "một", "mười", "mười lăm", "hai mươi", "hai mươi mốt", "hai mươi tư", "ba mươi lăm", "chín mươi chín"
    ]  # fmt: skip
    assert announcement("BC105", 3) == "Mời số bê xê, một không năm, đến quầy số ba."
    with pytest.raises(ValueError):
        spelled("../A1")


@pytest.mark.django_db
def test_a_called_number_is_spoken_and_kept():
    hall = open_hall()
    board = at_board(hall)
    assert 'data-speech="/board/speech/A001/1.wav"' in board.get("/board/").content.decode()
    spoken = board.get("/board/speech/A001/1.wav")
    assert spoken["Content-Type"] == "audio/wav"
    kept = list(settings.SPEECH_ROOT.glob("*.wav"))
    assert len(kept) == 1
    assert b"".join(spoken.streaming_content) == kept[0].read_bytes()
    with wave.open(str(kept[0])) as sound:
        assert sound.getnframes() / sound.getframerate() > 1  # seconds
        assert sound.getsampwidth() == 2
        heard = array.array("h", sound.readframes(sound.getnframes()))
    loud = sum(abs(each) > 1_000 for each in heard)  # of 32,767
    assert loud > len(heard) / 10, "a sound file with nothing in it is no announcement"
    assert b"".join(board.get("/board/speech/A001/1.wav").streaming_content)
    assert list(settings.SPEECH_ROOT.glob("*.wav")) == kept
    for nobody in ("A002/1", "A001/2", "x/1"):
        assert board.get(f"/board/speech/{nobody}.wav").status_code == 404
    assert sign_in(Client(), make_officer(roles=["reception"])).get("/board/speech/A001/1.wav").status_code == 404


@pytest.mark.django_db
def test_without_the_program_the_board_is_silent_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    hall = open_hall()
    board = at_board(hall)
    assert "data-speaks" not in board.get("/board/").content.decode()
    refused = board.get("/board/speech/A001/1.wav")
    assert refused.status_code == 503
    assert "apt-get install espeak-ng" in refused.content.decode()
    settings_page = sign_in(Client(), hall.administrator).get(f"/desk/queue/centres/{hall.centre.pk}/")
    assert "espeak-ng" in settings_page.content.decode()


def asked(address: str, cookie: str) -> Any:
    return urllib.request.Request(address, headers={"Cookie": cookie})


def status(address: str, cookie: str = "") -> int:
    try:
        with urllib.request.urlopen(asked(address, cookie), timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def cookie_of(account: Account) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in sign_in(Client(), account).cookies.items())


def next_state(stream: Any) -> tuple[str, str]:
    """The id and the HTML of the next event."""
    number, lines = "", []
    while True:
        line = stream.readline().decode().rstrip("\n")
        if line.startswith("id: "):
            number = line[4:]
        elif line.startswith("data: "):
            lines.append(line[6:])
        elif not line and lines:
            return number, "\n".join(lines)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_call_reaches_a_board_that_may_follow_and_no_other(streams_port: int):
    hall, server = open_hall(), f"http://127.0.0.1:{streams_port}"
    key = key_of_board(hall)
    address = f"{server}/streams/queue-board/{hall.centre.pk}/"
    assert status(address) == 403
    assert status(address, f"{DEVICE_COOKIE}=forged") == 403
    assert status(address, f"{DEVICE_COOKIE}={key_of_board(make_hall())}") == 404
    assert status(address, cookie_of(make_officer(roles=["reception"]))) == 404
    assert status(f"{server}/streams/unknown/1/", f"{DEVICE_COOKIE}={key}") == 404
    assert status(f"{server}/desk/") == 404  # nothing else is served here
    with urllib.request.urlopen(asked(address, f"{DEVICE_COOKIE}={key}"), timeout=PATIENCE) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        first, html = next_state(stream)
        assert "A001" in html
        hall.call(hall.second, at=timezone.now())
        number, html = next_state(stream)
        while "A002" not in html:
            number, html = next_state(stream)
        assert number != first
    again = f"{address}?last={number}"
    with urllib.request.urlopen(asked(again, f"{DEVICE_COOKIE}={key}"), timeout=PATIENCE) as stream:
        hall.issue(at=timezone.now(), even_if_long=True)
        assert next_state(stream)[0] not in (first, number)  # what it had was not sent again
    Device.objects.update(ended_at=timezone.now())
    assert status(address, f"{DEVICE_COOKIE}={key}") == 403
    _the_queue_of_a_counter_reaches_who_sits_there(hall, server)


def _the_queue_of_a_counter_reaches_who_sits_there(hall: Hall, server: str) -> None:
    address = f"{server}/streams/queue-waiting/{hall.first.pk}/"
    assert status(address) == 403
    assert status(address, cookie_of(hall.binh)) == 404  # sits at the second
    with urllib.request.urlopen(asked(address, cookie_of(hall.ann)), timeout=PATIENCE) as stream:
        _number, html = next_state(stream)
        made = hall.issue(at=timezone.now(), even_if_long=True)
        while made.number not in html:
            _number, html = next_state(stream)
        assert "csrfmiddlewaretoken" not in html


# Instead of a loudspeaker: keeps what is said, and is done when the test says so.
SPEAKER = """
window.spoken = [];
window.Audio = class {
  play() { window.spoken.push(new URL(this.src, location.href).pathname.split("/")[3]); window.speaker = this;
           return Promise.resolve(); }
};
"""
BURST = """numbers => {
  const place = document.querySelector("[data-stream]");
  place.innerHTML = numbers.map(number =>
    `<div data-call="${number}:1:1" data-speech="/board/speech/${number}/1.wav"></div>`).join("");
  place.dispatchEvent(new CustomEvent("stream:drawn", { bubbles: true }));
}"""


def _says_every_call_of_a_burst(board: Page) -> None:
    """Each once, in the order in which they were called, but those that left the board before their turn."""
    said_before = board.evaluate("spoken.length")
    waits = [f"C{number:03}" for number in range(12, 0, -1)]  # the newest first, as the board has them
    board.evaluate(BURST, waits)
    board.evaluate("speaker.onerror()")  # the sound that was on: it may fail, too
    for _each in range(4):
        board.evaluate("speaker.onended()")
    board.evaluate(BURST, ["C014", "C013", *(each for each in waits if each != "C009")])
    for _each in range(12):
        board.evaluate("speaker.onended()")
    said = board.evaluate("spoken")[said_before:]
    assert said == [f"C{number:03}" for number in range(1, 15) if number != 9]


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_board_survives_loss_and_reload(
    page: Page,
    live_server: Any,
    streams_port: int,
    monkeypatch: pytest.MonkeyPatch,
):
    hall = open_hall()
    key = {"name": DEVICE_COOKIE, "value": key_of_board(hall), "url": live_server.url}
    page.context.add_cookies([key])
    assert page.context.browser is not None
    # The console of this one tells of lost connections, as it should.
    watching = page.context.browser.new_context(viewport={"width": 1920, "height": 1080})
    watching.set_default_timeout(PATIENCE * 1000)
    watching.add_cookies([key])
    watching.add_init_script(SPEAKER)
    board = watching.new_page()
    board.clock.install()
    port = free_port()
    monkeypatch.setattr(settings, "STREAMS_URL", f":{port}")
    with wire(port, streams_port):
        board.goto(live_server.url + "/board/")
        board.wait_for_selector(".mc-board__call--latest:has-text('A001')")
        hall.call(hall.second, at=timezone.now())
        board.wait_for_selector(".mc-board__call--latest:has-text('A002')")
        assert not board.is_visible("[data-stream-lost]")
        inspect(page, live_server.url + "/board/")
        page.goto("about:blank")
    board.wait_for_selector("[data-stream-lost]", state="visible")
    _says_every_call_of_a_burst(board)  # now nothing else draws the board for a while
    present = hall.second.tickets.get(state="called").pk
    hall.call(hall.second, at=timezone.now(), finishing=present)
    board.clock.run_for(10_000)  # then it asks the page itself
    board.wait_for_selector(".mc-board__call--latest:has-text('A003')")
    with wire(port, streams_port):
        board.wait_for_selector("[data-stream-lost]", state="hidden")
        board.reload()
        board.wait_for_selector(".mc-board__call--latest:has-text('A003')")
        watching.close()

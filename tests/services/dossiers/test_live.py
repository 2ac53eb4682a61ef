"""Pages of a dossier that change while they are looked at: who may follow, what is drawn, and the way of the news."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from icalendar import Calendar
from playwright.sync_api import Page, expect

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.models import Event
from motcua.kernel.streams.hub import message
from motcua.kernel.streams.topics import topic
from motcua.kernel.text import local_datetime
from motcua.kernel.web.rate_limit import TooMany
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from motcua.services.dossiers.followers import LOOKED_UP, OWN
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.portal import live
from motcua.services.dossiers.secrets import lookup_secret
from motcua.services.dossiers.subscribers import tell_pages
from tests.factories import make_citizen, sign_in
from tests.services.dossiers.factories import Town, accept, accepted, decide, make_town, submit
from tests.site.test_browser import stands_axe

pytestmark = pytest.mark.django_db
REASON = "Thiếu giấy tờ mẫu."


@pytest.fixture
def town() -> Town:
    return make_town()


def request_of(account: Account | None, query: str = "") -> HttpRequest:
    """A request of this person as the middleware makes it."""
    client = Client() if account is None else sign_in(Client(), account)
    return client.get(f"/accessibility/{query}").wsgi_request


def ask(town: Town, dossier: Dossier) -> None:
    actions.request_supplement(dossier.pk, items=["Bản chụp"], reason=REASON, by=town.actor(town.reception))


def event_of(address: str, client: Client) -> Any:
    response = client.get(address)
    assert response["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(response.content).walk("VEVENT")[0]


def test_only_the_applicant_follows_the_own_page(town: Town) -> None:
    dossier = accepted(town)
    follow = topic(OWN)
    assert follow is not None
    follow.may_follow(request_of(town.applicant.account), str(dossier.pk))
    for person, refusal in (
        (make_citizen().account, NotFound),
        (town.specialist, NotAllowed),
        (None, NotAllowed),
    ):
        with pytest.raises(refusal):
            follow.may_follow(request_of(person), str(dossier.pk))
    with pytest.raises(NotFound):
        follow.may_follow(request_of(town.applicant.account), "x")


def test_the_receipts_secret_opens_the_look_up_and_nothing_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, other = accepted(town), accepted(town)
    follow = topic(LOOKED_UP)
    assert follow is not None
    follow.may_follow(request_of(None, f"?k={lookup_secret(dossier.pk)}"), str(dossier.pk))
    for query in ("", "?k=", "?k=AAAAAAAAAAAA", f"?k={lookup_secret(other.pk)}"):
        with pytest.raises(NotFound):
            follow.may_follow(request_of(None, query), str(dossier.pk))
    with pytest.raises(NotAllowed):
        live.may_follow_own(request_of(None, f"?k={lookup_secret(dossier.pk)}"), str(dossier.pk))
    monkeypatch.setattr(live, "LIMIT", 0)
    with pytest.raises(TooMany):
        follow.may_follow(request_of(None, f"?k={lookup_secret(dossier.pk)}"), str(dossier.pk))


def test_a_drawing_holds_what_everybody_who_follows_may_see(town: Town, django_assert_num_queries: Any) -> None:
    """The reason of a supplement and the applicant's name are for the applicant; the secret is in neither."""
    dossier = submit(town)
    ask(town, dossier)
    dossier = Dossier.objects.for_list().get(pk=dossier.pk)
    own, looked_up = topic(OWN), topic(LOOKED_UP)
    assert own is not None
    assert looked_up is not None
    with django_assert_num_queries(5):
        mine = own.draw(str(dossier.pk))
    with django_assert_num_queries(3):
        theirs = looked_up.draw(str(dossier.pk))

    assert REASON in mine
    assert REASON not in theirs
    for private in (dossier.applicant_name, lookup_secret(dossier.pk)):
        assert private not in theirs
    for drawing in (mine, theirs):
        assert f'data-version="{dossier.version}"' in drawing
        assert str(dossier.get_state_display()) in drawing


def test_what_only_one_of_several_applicants_may_do_is_not_drawn_for_all(town: Town, client: Client) -> None:
    """The first applicant answers for all: the button stands on that person's page, not in what all are sent."""
    dossier = submit(town)
    ask(town, dossier)
    answer = f"/my/dossiers/{dossier.number}/supplement/"
    follow = topic(OWN)
    assert follow is not None
    assert answer in follow.draw(str(dossier.pk))
    Dossier.objects.filter(pk=dossier.pk).update(is_joint=True)

    assert answer not in follow.draw(str(dossier.pk))
    assert town.applicant.account is not None
    shown = sign_in(client, town.applicant.account).get(f"/my/dossiers/{dossier.number}/")
    assert answer in shown.content.decode()


def test_the_pages_show_the_state_by_themselves_and_say_where_it_is_followed(town: Town, client: Client) -> None:
    dossier = accepted(town)
    assert town.applicant.account is not None
    own = sign_in(client, town.applicant.account).get(f"/my/dossiers/{dossier.number}/").content.decode()
    track = Client().get(f"/track/{dossier.number}?k={lookup_secret(dossier.pk)}").content.decode()
    bare = Client().get("/track/", {"q": dossier.number}).content.decode()

    state = live.own(dossier)
    assert f"/streams/{OWN}/{dossier.pk}/?last={message(state)[0]}" in own  # what is on the page is not sent again
    assert state.strip() in own
    assert f"/streams/{LOOKED_UP}/{dossier.pk}/?k={lookup_secret(dossier.pk)}&amp;last=" in track
    assert "data-stream=" not in bare


def test_a_batch_of_events_tells_each_page_once(town: Town, django_assert_num_queries: Any) -> None:
    dossier = accepted(town)
    events = batch(dossier)
    with django_assert_num_queries(1) as done:
        tell_pages(events)
    assert len(events) > 1
    assert all(done[0]["sql"].count(f"{name} {dossier.pk}") == 1 for name in (OWN, LOOKED_UP))


def test_the_date_is_kept_in_a_calendar_and_moves_there(town: Town, client: Client) -> None:
    """One event for good, numbered by the dossier's events; while a supplement is waited for it is off."""
    dossier = submit(town)
    assert town.applicant.account is not None
    sign_in(client, town.applicant.account)
    own = f"/my/dossiers/{dossier.number}/date.ics"
    assert client.get(own).status_code == 404
    dossier = accept(town, dossier)
    own = f"/my/dossiers/{dossier.number}/date.ics"
    track = f"/track/{dossier.number}/date.ics?k={lookup_secret(dossier.pk)}"
    assert own in client.get(f"/my/dossiers/{dossier.number}/").content.decode()

    first, known = event_of(own, client), event_of(track, Client())
    assert dossier.due_at is not None
    assert first["DTSTART"].dt == dossier.due_at.replace(microsecond=0)
    assert (known["UID"], known["SEQUENCE"]) == (first["UID"], first["SEQUENCE"])
    ask(town, dossier)
    asked = event_of(track, Client())
    assert (asked["UID"], asked["STATUS"]) == (first["UID"], "CANCELLED")
    assert asked["SEQUENCE"] > first["SEQUENCE"]
    for wrong in ("", "?k=AAAAAAAAAAAA"):
        assert Client().get(f"/track/{dossier.number}/date.ics{wrong}").status_code == 404
    assert sign_in(Client(), make_citizen().account).get(own).status_code == 404


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_an_open_page_moves_on_by_itself(
    page: Page,
    live_server: Any,
    streams_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The applicant sees the acceptance without touching anything, and is told that there is more to load."""
    town = make_town()
    dossier = submit(town)
    assert town.applicant.account is not None
    cookies = sign_in(Client(), town.applicant.account).cookies
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in cookies.items()]
    )
    monkeypatch.setattr(settings, "STREAMS_URL", f":{streams_port}")
    page.goto(f"{live_server.url}/my/dossiers/{dossier.number}/")
    page.wait_for_function("performance.getEntriesByType('resource').length > 0")
    expect(page.locator("[data-stream-changed]")).to_be_hidden()
    accepted = accept(town, dossier)
    tell_pages(batch(accepted))
    expect(page.locator("[data-stream]")).to_contain_text(str(accepted.get_state_display()), timeout=60_000)
    expect(page.locator("[data-stream-changed]")).to_be_visible()
    expect(page.locator("[data-stream-part]")).to_contain_text(local_datetime(accepted.accepted_at))
    stands_axe(page)


def batch(dossier: Dossier) -> list[Event]:
    """The dossier's events, as a subscriber is given them."""
    return list(Event.objects.filter(stream=dossier.stream).order_by("version"))


def test_a_decided_dossier_keeps_its_date_and_a_withdrawn_one_loses_it(town: Town, client: Client) -> None:
    decided, withdrawn = accepted(town), accepted(town)
    decide(town, decided)
    actions.withdraw(withdrawn.pk, reason="Nộp nhầm", by=town.citizen)
    found = {
        dossier.pk: event_of(f"/track/{dossier.number}/date.ics?k={lookup_secret(dossier.pk)}", Client())["STATUS"]
        for dossier in (decided, withdrawn)
    }

    assert found == {decided.pk: "CONFIRMED", withdrawn.pk: "CANCELLED"}

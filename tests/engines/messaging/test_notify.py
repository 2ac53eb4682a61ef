"""Nobody is told twice, nobody is told what they did not want, and mail outlives a mail server that is away."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings
from django.core import mail as django_mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.messaging import actions, places, rules
from motcua.engines.messaging.kinds import Contact, Group, Kind, groups, kinds
from motcua.engines.messaging.mailing import send
from motcua.engines.messaging.models import Mail, Notice, NoticeTemplate
from motcua.kernel.errors import Conflict, Invalid, NotFound
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from tests.factories import make_account, make_citizen, make_officer, sign_in
from tests.jobs import queued

TESTS = Group(code="my-dossiers", label="Hồ sơ")
READY = Kind(
    code="dossier.decided",
    group=TESTS,
    subject="Hồ sơ {code}",
    body="Kết quả của {code} đã có.",
    fields=frozenset({"code"}),
)


def told(*accounts: Account, key: str = "dossier:1:7") -> int:
    """Tell the accounts that a result is ready."""
    facts = {"code": "H99.1-261122-0001"}
    return actions.notify(READY, recipients=[account.pk for account in accounts], facts=facts, key=key, url="/my/")


@pytest.mark.django_db
def test_many_occasions_take_as_many_statements_as_one(django_assert_num_queries: Any) -> None:
    one, two = make_account(), make_account()
    told(one, key="1")
    facts = {"code": "H99.1-261122-0001"}
    many = [
        actions.Occasion(kind=READY, recipients=[one.pk, two.pk], facts=facts, key=f"{number}")
        for number in range(1, 9)
    ]
    with django_assert_num_queries(7):  # with BEGIN and COMMIT
        assert actions.notify_all(many) == 15
    assert Notice.objects.count() == 16


@pytest.mark.django_db
def test_contacts_are_looked_up_once_for_many_occasions(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.EMAIL_HOST = "thu.vidu.vn"
    asked, people = list[Any](), [new_id(), new_id()]

    def contacts(keys: Any) -> dict[UUID, Contact]:
        asked.append(keys)
        return {key: Contact(key, "", f"{key}@vidu.vn") for key in keys}

    group = Group(code="known-to-a-room", label="Hồ sơ", contacts=contacts)
    monkeypatch.setitem(groups, group.code, group)
    kind = Kind(code="room.told", group=group, subject="Hồ sơ {code}", body="{code}", fields=frozenset({"code"}))
    monkeypatch.setitem(kinds, kind.code, kind)
    many = [
        actions.Occasion(kind=kind, recipients=[], contacts=people, facts={"code": "H99"}, key=f"{number}")
        for number in range(4)
    ]
    assert (actions.notify_all(many), len(asked), Mail.objects.count()) == (8, 1, 8)


@given(st.text(), st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text()))
def test_texts_are_filled_and_never_evaluated(text: str, facts: dict[str, str]) -> None:
    filled = rules.fill(text, facts)
    if not rules.fields_of(text):
        assert filled == text


@pytest.mark.django_db
def test_the_same_occasion_tells_nobody_twice() -> None:
    one, two = make_account(), make_account()
    assert told(one) == 1
    assert told(one, two) == 1
    assert told(one, key="dossier:1:8") == 1
    assert Notice.objects.count() == 3
    assert Notice.objects.filter(recipient=one).first().subject == "Hồ sơ H99.1-261122-0001"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_who_switched_a_group_off_hears_nothing_of_it() -> None:
    account = make_account(email="mau@example.test")
    actions.choose(account=account, group="my-dossiers", in_app=False, email=False)
    assert told(account) == 0
    with pytest.raises(NotFound):
        actions.choose(account=account, group="nothing", in_app=True, email=True)


@pytest.mark.django_db
def test_own_words_of_a_province_are_used_and_checked() -> None:
    account = make_account()
    which: dict[str, Any] = {"kind": "dossier.decided", "language": "vi", "by": account.pk, "at": timezone.now()}
    which["seen"] = ""
    kept = actions.word(**which, subject="Đã có kết quả {code}", body="Mời Ông/Bà đến nhận.")
    with pytest.raises(Conflict):
        actions.word(**which, subject="Của người khác", body="Đã đọc trước đó.")
    which["seen"] = rules.mark_of((kept.subject, kept.body))
    told(account)
    assert Notice.objects.get().subject == "Đã có kết quả H99.1-261122-0001"
    with pytest.raises(Invalid) as invalid:
        actions.word(**which, subject="{secret}", body=" ")
    assert set(invalid.value.errors) == {"subject", "body"}
    with pytest.raises(Invalid):
        actions.word(**which, subject="x" * 201, body="x")
    with pytest.raises(Invalid) as carried:
        actions.word(**which | {"kind": "dossier.accepted"}, subject="{due}", body="{due}")
    assert set(carried.value.errors) == {"subject"}
    with pytest.raises(NotFound):
        actions.word(**which | {"language": "fr"}, subject="x", body="x")


@pytest.mark.django_db
def test_an_administrator_words_a_notice_and_goes_back(client: Client) -> None:
    sign_in(client, make_account(is_administrator=True))
    page = reverse("messaging:wording", args=["dossier.decided", "vi"])
    assert "{code}" in client.get(page).content.decode()
    words = {"subject": "Đã có kết quả {code}", "body": "Mời Ông/Bà đến nhận."}
    looked = client.post(page, words | {"act": "look"}).content.decode()
    assert "Đã có kết quả ‹" in looked
    assert not NoticeTemplate.objects.exists()
    wrong = client.post(page, words | {"act": "keep", "body": "{secret}"})
    assert wrong.status_code == 422
    assert "{secret}" in wrong.content.decode()
    assert client.post(page, words | {"act": "keep"}).status_code == 302
    assert "Đã có kết quả ‹" in client.get(reverse("messaging:wordings")).content.decode()
    (kept,) = NoticeTemplate.objects.all()
    seen = rules.mark_of((kept.subject, kept.body))
    assert seen in client.get(page).content.decode()
    late = client.post(page, words | {"act": "keep", "body": "Của người khác.", "seen": ""})  # read before that
    assert late.status_code == 409
    assert all(text in late.content.decode() for text in (kept.body, "Của người khác.", seen))
    asked = client.post(page, {"act": "restore"}).content.decode()
    assert kept.body in asked
    assert seen in asked
    assert NoticeTemplate.objects.get() == kept  # until it is confirmed
    client.post(page, {"act": "restore", "seen": "0" * 16})
    assert NoticeTemplate.objects.get() == kept  # other words than those that were shown
    assert client.post(page, {"act": "restore", "seen": seen}).status_code == 302
    assert not NoticeTemplate.objects.exists()
    told = Event.objects.filter(stream="notice:dossier.decided").order_by("version")
    assert [event.kind for event in told] == ["notice.worded", "notice.wording_ended"]
    assert client.get(reverse("messaging:wording", args=["dossier.decided", "fr"])).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_notices_have_one_title(language: str) -> None:
    """Whoever words them finds each by its title."""
    with translation.override(language):
        assert [
            title for title, times in Counter(str(kind.subject) for kind in kinds.values()).items() if times > 1
        ] == []


def test_every_place_of_every_notice_is_explained() -> None:
    assert {field for kind in kinds.values() for field in kind.fields} <= places.PLACES.keys()


class Mailbox:
    """A mail server that first says "later" as often as asked."""

    def __init__(self, *, later: int) -> None:
        self.later = later
        self.received: list[bytes] = []
        self.meanwhile: Callable[[], object] = lambda: None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.later:
            self.later -= 1
            return "451 4.3.0 Try again later"
        await asyncio.to_thread(self.meanwhile)
        self.received.append(bytes(envelope.content or b""))
        return "250 OK"


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Mailbox]:
    """A real SMTP peer on loopback."""
    box = Mailbox(later=1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    controller.stop()


@pytest.mark.django_db
def test_mail_is_sent_once_though_the_server_first_says_later(mailbox: Mailbox) -> None:
    told(make_account(email="mau@example.test"))
    waiting = Mail.objects.get()
    assert queued() == [("motcua.engines.messaging.jobs.send_mail", {"mail": str(waiting.pk)})]
    with pytest.raises(Exception, match="451"):
        send(waiting.pk)
    assert send(waiting.pk) is True
    assert send(waiting.pk) is False
    assert len(mailbox.received) == 1
    assert str(waiting.pk).encode() in mailbox.received[0]


@pytest.mark.django_db(transaction=True)
def test_a_slow_mail_server_holds_back_nobody_and_no_second_worker_sends(mailbox: Mailbox) -> None:
    told(make_account(email="mau@example.test"))
    key, mailbox.later = Mail.objects.get().pk, 0
    seen: list[tuple[bool, int]] = []

    def meanwhile() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND xact_start IS NOT NULL"
            )
            seen.append((send(key), cursor.fetchone()[0]))
        connection.close()

    mailbox.meanwhile = meanwhile
    assert send(key) is True
    assert seen == [(False, 0)]
    assert len(mailbox.received) == 1


@pytest.mark.django_db
def test_a_subject_is_one_line_whatever_people_are_called(mailbox: Mailbox) -> None:
    mailbox.later = 0
    account = make_account(email="mau@example.test")
    facts = {"code": "H99.1\r\nBcc: ai@example.test"}
    actions.notify(READY, recipients=[account.pk], facts=facts, key="1", url="/my/")
    assert send(Mail.objects.get().pk) is True
    assert Notice.objects.get().subject == "Hồ sơ H99.1 Bcc: ai@example.test"


@pytest.mark.django_db
def test_without_a_mail_server_nothing_is_queued() -> None:
    told(make_account(email="mau@example.test"))
    assert not Mail.objects.exists()
    assert not django_mail.outbox


@pytest.mark.django_db
def test_a_person_reads_their_own_messages_only(client: Client) -> None:
    mine, other = make_citizen().account, make_citizen().account
    assert mine is not None and other is not None  # noqa: PT018
    told(mine, other)
    sign_in(client, mine)
    page = client.get(reverse("messaging:inbox"))
    assert page.content.decode().count("H99.1-261122-0001") >= 1
    theirs = Notice.objects.get(recipient=other)
    assert client.post(reverse("messaging:open", kwargs={"notice_id": theirs.pk})).status_code == 404
    ours = Notice.objects.get(recipient=mine)
    answer: Any = client.post(reverse("messaging:open", kwargs={"notice_id": ours.pk}))
    assert answer.url == "/my/"
    ours.refresh_from_db()
    assert ours.read_at is not None


@pytest.mark.django_db
def test_choices_are_kept(client: Client) -> None:
    account = make_citizen().account
    assert account is not None
    sign_in(client, account)
    assert client.get(reverse("messaging:preferences")).status_code == 200
    client.post(reverse("messaging:preferences"), {"my-dossiers": ["in_app"]})
    assert account.notice_preferences.get(group="my-dossiers").email is False


@pytest.mark.django_db
def test_everybody_chooses_among_what_concerns_them(client: Client) -> None:
    citizen = make_citizen().account
    assert citizen is not None
    shown = sign_in(client, citizen).get(reverse("messaging:preferences")).content.decode()
    assert 'name="my-dossiers"' in shown
    assert 'name="work"' not in shown
    client.post(reverse("messaging:preferences"), {"work": ["in_app", "email"]})
    assert not citizen.notice_preferences.filter(group="work").exists()
    for account in (make_officer(), make_account(is_administrator=True)):
        shown = sign_in(Client(), account).get(reverse("messaging:preferences")).content.decode()
        assert 'name="my-dossiers"' not in shown
        assert 'name="work"' in shown

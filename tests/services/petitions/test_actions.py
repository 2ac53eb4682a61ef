"""The life of a petition: in, routed, taken up, asked about, answered, published, opened again; and who sent it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua.engines.messaging.mailing import send as send_mail
from motcua.engines.messaging.models import Mail, Notice
from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import AccessRecord, Event
from motcua.people.officers.queries import desk_of
from motcua.services.petitions import actions
from motcua.services.petitions.access import petition_for, petitioner_for
from motcua.services.petitions.actions import Sender
from motcua.services.petitions.models import Entry, Petition, Petitioner
from motcua.services.petitions.notices import tell, warn_of_limits
from motcua.services.petitions.secrets import petition_secret
from motcua.services.ratings.models import Measure
from tests.factories import make_account, make_office, make_officer
from tests.services.dossiers.factories import Town
from tests.services.petitions.factories import SENDER, answered, make_town_with_commune, published, receive, taken_up

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 19, 2, 0, tzinfo=UTC)  # nine o'clock in Vietnam


@pytest.fixture
def town() -> Town:
    return make_town_with_commune()


def days(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


def test_a_petition_goes_to_the_office_of_its_place_with_a_limit_of_two_days(town: Town) -> None:
    petition = receive(at=MONDAY)
    assert petition.code == "PA-261019-0001"
    assert petition.office == town.office
    assert (petition.due_at, petition.ask_by) == (days(2), days(7))
    assert receive(at=MONDAY).code == "PA-261019-0002"
    told = Event.objects.get(stream=petition.stream)
    assert told.kind == "petition.received"
    assert "Kín" not in str(told.references)
    assert told.personal["text"] == petition.text


def test_what_is_missing_is_named_by_its_field(town: Town) -> None:
    wrong = {"kind": "praise", "topic": "none", "text": "ngắn", "unit": "99999"}
    with pytest.raises(Invalid) as refused:
        receive(Sender("", phone="12"), **wrong)
    assert set(refused.value.errors) == {"kind", "topic", "text", "unit", "name", "phone"}
    assert not Petition.objects.exists()


def test_what_nobody_is_competent_for_waits_for_an_administrator(town: Town) -> None:
    petition, administrator = receive(topic="regulations"), make_account(is_administrator=True)
    assert petition.office is None
    accessed = petition_for(desk_of(administrator, timezone.now()), petition.code)
    assert [act for act, may in accessed.abilities.items() if may] == ["forward"]
    actions.forward(petition.pk, office=town.office.pk, reason="Thuộc xã", by=administrator.pk)
    petition.refresh_from_db()
    assert petition.office == town.office
    with pytest.raises(NotFound):
        petition_for(desk_of(administrator, timezone.now()), petition.code)


def test_the_answer_is_due_fifteen_working_days_after_it_was_taken_up(town: Town) -> None:
    petition = taken_up(town, at=MONDAY)
    assert petition.state == "handling"
    assert petition.handle_by == petition.due_at == days(21)


def test_asking_stops_the_clock_and_the_answer_lets_it_run_on(town: Town) -> None:
    petition = taken_up(town, at=MONDAY)
    actions.ask(petition.pk, text="Ở số nhà nào?", by=town.specialist.pk, at=days(1))
    petition.refresh_from_db()
    assert (petition.state, petition.due_at) == ("waiting", days(8))
    actions.complete(petition.pk, text="Số 7", at=days(3))
    petition.refresh_from_db()
    assert (petition.state, petition.handle_by) == ("handling", days(23))


def test_a_question_before_it_was_taken_up_gives_the_office_its_two_days_anew(town: Town) -> None:
    petition = receive(at=MONDAY)
    actions.ask(petition.pk, text="Ở đâu?", by=town.specialist.pk, at=days(1))
    actions.complete(petition.pk, text="Ngõ 7", at=days(2))
    petition.refresh_from_db()
    assert (petition.state, petition.due_at) == ("received", days(4))


def test_after_five_working_days_nobody_is_asked_any_more(town: Town) -> None:
    petition = taken_up(town, at=MONDAY)
    with pytest.raises(Refused) as refused:
        actions.ask(petition.pk, text="Ở đâu?", by=town.specialist.pk, at=days(8))
    assert refused.value.code == "too_late"


def test_what_its_sender_does_not_complete_is_closed_in_time_and_not_before(town: Town) -> None:
    petition = taken_up(town, at=MONDAY)
    actions.ask(petition.pk, text="Ở đâu?", by=town.specialist.pk, at=days(1))
    assert not actions.lapse(petition.pk, at=days(7))
    assert actions.lapse(petition.pk, at=days(8))
    assert not actions.lapse(petition.pk, at=days(9))
    petition.refresh_from_db()
    assert (petition.state, petition.closed_at) == ("refused", days(8))
    with pytest.raises(Conflict):
        actions.complete(petition.pk, text="Muộn rồi", at=days(9))


def test_the_evaluation_counts_answers_in_time_late_and_missing(town: Town) -> None:
    def counted() -> dict[str, str]:
        return dict(Measure.objects.filter(source="petitions").values_list("subject", "category"))

    early, late = taken_up(town, at=MONDAY), taken_up(town, at=MONDAY)
    actions.answer(early.pk, text="Đã sửa", by=town.specialist.pk, at=days(21))
    assert counted() == {early.stream: "on_time"}
    warn_of_limits(at=days(22))
    assert counted() == {early.stream: "on_time", late.stream: "unanswered"}
    actions.answer(late.pk, text="Đã sửa", by=town.specialist.pk, at=days(22))
    assert counted() == {early.stream: "on_time", late.stream: "late"}


def test_the_evaluation_counts_what_nobody_takes_up_and_what_is_refused_or_published_late(town: Town) -> None:
    def counted(petition: Petition) -> list[tuple[str, datetime]]:
        return list(Measure.objects.filter(subject=petition.stream).values_list("category", "at"))

    ignored, refused, published = receive(at=MONDAY), receive(at=MONDAY), taken_up(town, at=MONDAY)
    actions.answer(published.pk, text="Đã sửa", by=town.specialist.pk, at=days(1))
    assert [category for category, _at in counted(published)] == ["on_time"]
    warn_of_limits(at=days(4))
    assert counted(ignored) == [("unanswered", days(2))]
    assert counted(published) == [("late", days(3))]
    actions.refuse(refused.pk, reason="Không thuộc thẩm quyền", by=town.specialist.pk, at=days(4))
    actions.accept(ignored.pk, by=town.specialist.pk, at=days(4))
    assert counted(refused) == counted(ignored) == [("late", days(2))]
    actions.answer(ignored.pk, text="Đã sửa", by=town.specialist.pk, at=days(5))
    assert counted(ignored) == [("late", days(2))], "an answer in time does not make good for taking it up late"


def test_who_was_joined_with_another_gets_its_answer_along_the_chain_and_may_go_on(town: Town) -> None:
    account = make_account()
    sender = Sender("Lê Văn Mẫu", phone="0900 000 456", account=account.pk)
    first, second, third = receive(sender, at=MONDAY), receive(at=MONDAY), taken_up(town, at=MONDAY)
    by = town.specialist.pk
    actions.merge(first.pk, into=second.code, by=by, at=days(1))
    actions.merge(second.pk, into=third.code, by=by, at=days(1))
    with pytest.raises(Refused) as refused:
        actions.answer(third.pk, text="Kính gửi bà Nguyễn Thị Kín: đã sửa", by=by, at=days(2))
    assert refused.value.code == "names_petitioner"
    actions.answer(third.pk, text="Đã sửa", by=by, at=days(2))
    first.refresh_from_db()
    assert (first.state, first.answer, first.merged_into, first.due_at) == ("answered", "Đã sửa", None, None)
    tell(list(Event.objects.filter(stream=first.stream, kind="petition.answered")))
    assert Notice.objects.filter(kind="petition.answered", recipient=account).count() == 1
    actions.follow_up(first.pk, text="Bao giờ xong?", at=days(3))
    actions.rate(first.pk, satisfied=False, at=days(3))
    actions.reopen(first.pk, text="Vẫn hỏng", at=days(3))
    late = receive(at=days(3))
    actions.merge(late.pk, into=third.code, by=by, at=days(4))
    late.refresh_from_db()
    assert (late.state, late.answer) == ("answered", "Đã sửa")


def test_who_was_joined_with_another_that_ends_without_an_answer_is_not_forgotten(town: Town) -> None:
    by = town.specialist.pk
    lapsed, refused, silent, other = (receive(at=MONDAY) for _time in range(4))
    actions.merge(lapsed.pk, into=silent.code, by=by, at=days(1))
    actions.merge(refused.pk, into=other.code, by=by, at=days(1))
    actions.ask(silent.pk, text="Ở đâu?", by=by, at=days(1))
    assert actions.lapse(silent.pk, at=days(9))
    actions.refuse(other.pk, reason="Không thuộc thẩm quyền", by=by, at=days(2))
    for each in (lapsed, refused):
        each.refresh_from_db()
    assert (lapsed.state, lapsed.merged_into, lapsed.due_at) == ("received", None, days(11))
    assert (refused.state, refused.reason) == ("refused", "Không thuộc thẩm quyền")


def test_offices_are_warned_once_of_each_limit(town: Town) -> None:
    petition = receive(at=MONDAY)
    assert warn_of_limits(at=MONDAY) == 0
    assert (warn_of_limits(at=days(1)), warn_of_limits(at=days(1.1))) == (1, 0)
    assert (warn_of_limits(at=days(2.5)), warn_of_limits(at=days(5))) == (1, 0)
    kinds = set(Notice.objects.values_list("kind", "recipient"))
    people = (town.reception, town.leader, town.head)
    assert kinds == {(kind, who.pk) for kind in ("petition.due", "petition.late") for who in people}
    actions.accept(petition.pk, by=town.specialist.pk, at=days(5))
    assert warn_of_limits(at=days(5)) == 0


def test_offices_are_warned_on_friday_of_what_is_due_on_monday(town: Town) -> None:
    petition = receive(at=MONDAY)
    Petition.objects.filter(pk=petition.pk).update(due_at=days(7))
    opening = days(4 - 1.5 / 24)
    assert [warn_of_limits(at=at) for at in (opening - timedelta(minutes=1), opening, days(6))] == [0, 1, 0]


def test_what_is_published_never_names_its_sender(town: Town) -> None:
    petition = answered(town)
    for text in ("Bà Nguyễn Thị Kín hỏi", "Gọi 0900000123"):
        with pytest.raises(Refused) as refused:
            actions.publish(petition.pk, public_text="Đèn hỏng", public_answer=text, by=town.head.pk)
        assert (refused.value.field, refused.value.code) == ("public_answer", "names_petitioner")
    actions.publish(petition.pk, public_text="Đèn hỏng", public_answer="Đã thay", by=town.head.pk)
    petition.refresh_from_db()
    assert petition.published_at is not None
    assert petition.due_at is None


def test_a_sender_may_ask_again_rate_once_and_open_once_within_the_time(town: Town) -> None:
    petition = answered(town, at=MONDAY)
    actions.follow_up(petition.pk, text="Bao giờ xong cả ngõ?", at=days(1))
    actions.reply(petition.pk, text="Trong tuần sau.", by=town.specialist.pk, at=days(1))
    actions.rate(petition.pk, satisfied=True, at=days(1))
    with pytest.raises(Refused):
        actions.rate(petition.pk, satisfied=False, at=days(1))
    actions.reopen(petition.pk, text="Vẫn chưa sửa.", at=days(2))
    petition.refresh_from_db()
    assert (petition.state, petition.reopened, petition.handle_by) == ("handling", 1, days(23))
    actions.answer(petition.pk, text="Đã sửa xong.", by=town.specialist.pk, at=days(3))
    with pytest.raises(Refused) as again:
        actions.reopen(petition.pk, text="Vẫn chưa.", at=days(4))
    assert again.value.code == "closed"
    late = answered(town, at=MONDAY)
    with pytest.raises(Refused):
        actions.reopen(late.pk, text="Muộn", at=days(15))


def test_a_petition_is_joined_with_another_of_the_same_office(town: Town) -> None:
    first, second = taken_up(town), receive()
    with pytest.raises(NotFound):
        actions.merge(second.pk, into=second.code, by=town.specialist.pk)
    actions.merge(second.pk, into=first.code.lower(), by=town.specialist.pk)
    second.refresh_from_db()
    assert (second.state, second.merged_into) == ("merged", first)
    with pytest.raises(NotFound):
        actions.merge(first.pk, into=second.code, by=town.specialist.pk)


def test_closed_petitions_are_left_alone(town: Town) -> None:
    petition = receive()
    actions.refuse(petition.pk, reason="Không rõ nội dung", by=town.specialist.pk)
    for act in (
        lambda: actions.accept(petition.pk, by=town.specialist.pk),
        lambda: actions.answer(petition.pk, text="Có", by=town.specialist.pk),
        lambda: actions.reopen(petition.pk, text="Sao lại thế"),
    ):
        with pytest.raises(Conflict):
            act()


def test_every_look_at_the_sender_needs_a_reason_and_is_told(town: Town) -> None:
    petition = receive()
    desk = desk_of(town.specialist, timezone.now())
    for reason in (" ", "x" * 301):
        with pytest.raises(Refused) as without:
            petitioner_for(petition_for(desk, petition.code), reason=reason, at=timezone.now())
        assert without.value.field == "reason"
    assert not AccessRecord.objects.exists()
    found = petitioner_for(petition_for(desk, petition.code), reason="Gọi hỏi lại", at=timezone.now())
    assert found.name == "Nguyễn Thị Kín"
    looked = AccessRecord.objects.get()
    assert (looked.who, looked.whose, looked.purpose) == (town.specialist.pk, found.pk, "petitioner")
    assert Event.objects.get(kind="petition.identity_seen").references == {"reason": "Gọi hỏi lại"}


def test_what_only_heads_may_read_nobody_else_sees(town: Town) -> None:
    now = timezone.now()
    for petition in (receive(topic="conduct"), receive(confidential=True)):
        for account in (town.specialist, town.reception, make_account(is_administrator=True)):
            with pytest.raises(NotFound):
                petition_for(desk_of(account, now), petition.code)
        for account in (town.leader, town.head):
            assert petition_for(desk_of(account, now), petition.code).abilities["accept"]


def test_officers_see_neither_other_offices_nor_what_they_sent_themselves(town: Town) -> None:
    now = timezone.now()
    other = make_officer(roles=["reception", "specialist", "leader", "head"], office=make_office())
    own = receive(Sender("Trần Thị Mẫu", account=town.specialist.pk))
    for account in (other, town.specialist):
        with pytest.raises(NotFound):
            petition_for(desk_of(account, now), own.code)
    accessed = petition_for(desk_of(town.reception, now), own.code)
    with pytest.raises(NotAllowed):
        accessed.require("publish")


def test_senders_with_an_account_are_told_of_every_turn_and_offices_of_theirs(town: Town) -> None:
    account = town.applicant.account
    assert account is not None
    petition = receive(Sender(town.applicant.name, account=account.pk))
    assert Petitioner.objects.get().party == town.applicant
    actions.accept(petition.pk, by=town.specialist.pk)
    actions.ask(petition.pk, text="Ở đâu?", by=town.specialist.pk)
    actions.complete(petition.pk, text="Ngõ 7", by=account.pk)
    actions.answer(petition.pk, text="Đã sửa", by=town.specialist.pk)
    tell(list(Event.objects.filter(stream=petition.stream).order_by("version")))
    told = set(Notice.objects.filter(recipient=account).values_list("kind", flat=True))
    assert told == {"petition.accepted", "petition.info_asked", "petition.answered"}
    office = set(Notice.objects.filter(recipient=town.head).values_list("kind", flat=True))
    assert office == {"petition.new", "petition.heard"}


def test_senders_without_an_account_are_told_by_what_they_left_and_their_address_stays_where_it_is(
    town: Town, settings: LazySettings, mailoutbox: list[EmailMessage]
) -> None:
    settings.EMAIL_HOST = "mail.example.test"
    sent, taken_down = receive(), receive(Sender(SENDER.name, email="nghe@vidu.example", wrote_down=town.reception.pk))
    silent = receive(Sender(SENDER.name))
    for each in (sent, taken_down, silent):
        actions.refuse(each.pk, reason="Không thuộc thẩm quyền", by=town.specialist.pk)
        for _time in range(2):
            tell(list(Event.objects.filter(stream=each.stream).order_by("version")))
    told = Notice.objects.filter(contact__isnull=False).order_by("id")
    assert [(each.kind, each.shown, each.party) for each in told] == [
        ("petition.refused", False, None), ("petition.received", False, None), ("petition.refused", False, None)
    ]  # fmt: skip
    for mail in Mail.objects.order_by("id"):
        send_mail(mail.pk)
    assert [each.to for each in mailoutbox] == [["kin@vidu.example"], ["nghe@vidu.example"], ["nghe@vidu.example"]]
    assert petition_secret(sent.pk) in str(mailoutbox[0].body)
    for each in told:
        assert not {SENDER.name, SENDER.phone, SENDER.email} & {each.subject, each.body}
    assert not AccessRecord.objects.exists(), "nobody has looked at who sent it"
    Petitioner.objects.filter(petition=sent).update(email="")
    assert told[0].to.email == "", "the address is asked when it is sent"


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"state": "answered"}, "petition_answered_with_answer"),
        ({"published_at": MONDAY}, "petition_published_with_texts"),
        ({"state": "merged", "closed_at": MONDAY}, "petition_merged_into_one"),
        ({"latitude": 21}, "petition_whole_point"),
        ({"state": "refused"}, "petition_closed_with_state"),
    ],
)
def test_the_database_holds_no_petition_that_cannot_be(
    town: Town, changed: dict[str, object], constraint: str
) -> None:
    petition = receive()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(**changed)


def test_the_story_of_a_petition_has_what_was_said_and_no_name(town: Town) -> None:
    petition = published(town)
    kinds = list(Event.objects.filter(stream=petition.stream).order_by("version").values_list("kind", flat=True))
    assert kinds == ["petition.received", "petition.accepted", "petition.answered", "petition.published"]
    assert not any(SENDER.name in str(event.references) for event in Event.objects.filter(stream=petition.stream))
    assert Entry.objects.filter(petition=petition).count() == 1

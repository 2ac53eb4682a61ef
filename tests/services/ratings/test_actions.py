"""One return, one invitation, one answer; and the answer heads read has no name."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.editions.actions import publish
from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.ratings import actions
from motcua.services.ratings.models import Answer, Invitation, Share
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.ratings.rules import Questionnaire
from motcua.services.ratings.secrets import rating_path
from motcua.services.ratings.subscribers import invite
from tests.factories import make_account, sign_in
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.ratings.factories import HAPPY, UNHAPPY, invited, returned, screen
from tests.services.service_centre.factories import make_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def events_of(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("position"))


def test_a_return_brings_one_invitation_and_one_notice_with_the_personal_link(town: Town) -> None:
    dossier = returned(town)
    invite(events_of("dossier.returned"))
    invite(events_of("dossier.returned"))
    invitation = Invitation.objects.get(dossier=dossier)
    notice = Notice.objects.get(kind="rating.invited")
    assert notice.recipient_id == town.applicant.account_id
    assert notice.url == rating_path(invitation.pk)
    who = set(Share.objects.filter(invitation=invitation).values_list("officer", "office"))
    assert who == {(town.specialist.pk, town.office.pk), (town.reception.pk, town.office.pk)}


@pytest.mark.parametrize("ending", ["refused", "stopped", "withdrawn"])
def test_whose_dossier_ended_without_a_result_is_asked_too(town: Town, client: Client, ending: str) -> None:
    end = {"refused": dossier_actions.refuse, "stopped": dossier_actions.stop, "withdrawn": dossier_actions.withdraw}
    dossier = submit(town) if ending == "refused" else accept(town, submit(town))
    by = town.citizen if ending == "withdrawn" else town.actor(town.reception)
    end[ending](dossier.pk, reason="Theo đề nghị", by=by)
    invite(events_of(f"dossier.{ending}"))
    invitation = Invitation.objects.get(dossier=dossier)
    assert (invitation.ending, invitation.method, invitation.returned_by) == (ending, "", None)
    shares = Share.objects.filter(invitation=invitation).values_list("officer", "office")
    assert list(shares) == [(town.reception.pk, town.office.pk)]  # the applicant, who withdrew it, is no officer
    notice = Notice.objects.get(kind="rating.invited_otherwise")
    page = client.get(notice.url).content.decode()
    assert "đã kết thúc" in page
    assert "được trả cho" not in page
    actions.answer(invitation.pk, typed=UNHAPPY)
    sign_in(client, make_account(is_administrator=True))
    assert str(invitation.get_ending_display()) in client.get(reverse("ratings:answers")).content.decode()


def test_nobody_is_asked_long_afterwards_nor_about_what_no_officer_has_touched(town: Town) -> None:
    old = returned(town)
    assert old.returned_at is not None
    assert actions.invite(old, at=old.returned_at + timedelta(days=31)) is None
    dossier_actions.withdraw(submit(town).pk, reason="Nhầm", by=town.citizen)
    invite(events_of("dossier.withdrawn"))
    refused = submit(town)
    dossier_actions.refuse(refused.pk, reason="Sai nơi nhận", by=town.actor(town.reception))
    (told,) = events_of("dossier.refused")
    told.references["parent"] = str(old.pk)  # as of a dossier that ended with the one that opened it
    invite([told])
    assert not Invitation.objects.exists()


def test_the_questionnaire_of_the_day_says_who_is_asked(town: Town) -> None:
    first = QUESTIONNAIRE.first.model_dump(mode="json") | {"asked_after": ["returned"]}
    administrator, today = make_account(is_administrator=True), timezone.localdate()
    publish(
        QUESTIONNAIRE, content=json.dumps(first), valid_from=today, basis="Mẫu", by=administrator.pk, at=timezone.now()
    )
    dossier_actions.refuse(submit(town).pk, reason="Sai nơi nhận", by=town.actor(town.reception))
    invite(events_of("dossier.refused"))
    assert not Invitation.objects.exists()
    before = Questionnaire.model_validate({key: said for key, said in first.items() if key != "asked_after"})
    assert "refused" in before.asked_after  # an edition that was published before says nothing of it


def test_an_answer_is_stored_once_and_told_without_a_name(town: Town) -> None:
    invitation = invited(town)
    made = actions.answer(invitation.pk, typed=HAPPY, comment="  Rất nhanh. ")
    assert (made.overall, made.satisfied, made.comment) == (5, True, "Rất nhanh.")
    with pytest.raises(Conflict):
        actions.answer(invitation.pk, typed=UNHAPPY)
    (told,) = events_of("rating.answered")
    assert told.actor is None
    assert told.references == {"overall": 5, "channel": "link"}
    assert told.personal == {"comment": "Rất nhanh."}


def test_an_answer_may_be_refused_for_its_time_its_place_its_author_and_its_words(town: Town) -> None:
    invitation = invited(town)
    with pytest.raises(Refused, match="hết thời hạn"):
        actions.answer(invitation.pk, typed=HAPPY, at=invitation.closes_at)
    with pytest.raises(Refused) as elsewhere:
        actions.answer(invitation.pk, typed=HAPPY, device=screen(make_hall()))
    assert elsewhere.value.code == "not_here"
    with pytest.raises(Refused) as own:
        actions.answer(invitation.pk, typed=HAPPY, by=town.specialist.pk)
    assert own.value.code == "own_work"
    with pytest.raises(Invalid):
        actions.answer(invitation.pk, typed={})
    with pytest.raises(Refused) as long:
        actions.answer(invitation.pk, typed=HAPPY, comment="a" * 2001)
    assert long.value.field == "comment"
    with pytest.raises(NotFound):
        actions.answer(town.office.pk, typed=HAPPY)
    assert not Answer.objects.exists()
    kiosk = screen(make_hall(town.office))
    made = actions.answer(invitation.pk, typed=HAPPY, device=kiosk)
    assert (made.channel, made.device) == ("kiosk", kiosk)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(town: Town) -> None:
    invitation, told = invited(town), list[str]()

    def send() -> None:
        try:
            actions.answer(invitation.pk, typed=HAPPY)
            told.append("stored")
        except Conflict:
            told.append("there already")
        finally:
            connection.close()

    threads = [Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["stored", "there already", "there already", "there already"]
    assert Answer.objects.count() == 1
    assert Answer.objects.get().answered_at <= timezone.now()

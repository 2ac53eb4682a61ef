"""Issued documents sent by e-mail: to whom the server takes them, what is left to the clerk, and never twice."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.correspondence import jobs, mailing, notices
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.outgoing.mailed import queue_mails
from motcua.services.correspondence.models import OutgoingDocument, Recipient
from tests.factories import sign_in
from tests.jobs import queued, run_jobs
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import Act, drafted

pytestmark = pytest.mark.django_db
FIRST, SECOND = "van-thu@so.example", "phong@so.example"


@pytest.fixture
def agency(settings: Any) -> Agency:
    settings.EMAIL_HOST, settings.PUBLIC_URL = "127.0.0.1", "https://mau.example"
    return make_agency(signing=True)


def issued_by_mail(agency: Agency) -> OutgoingDocument:
    """Issued with an annex to two by e-mail and to one by post."""
    due = timezone.localdate() + timedelta(days=3)
    lines = "Rà soát đèn đường\nnăm 2026"
    document, by = drafted(agency, annex=True, urgency=1, due_on=due, subject=lines), agency.actor(agency.first)
    for name, address in (("Sở Xây dựng", FIRST), ("Phòng Quy hoạch", SECOND)):
        actions.add_recipient(document.pk, way="mail", name=name, address=address, by=by)
    actions.submit(document.pk, by=by)
    actions.pass_review(document.pk, by=agency.actor(agency.clerk))
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk))
    actions.issue(document.pk, by=agency.actor(agency.clerk))
    document.refresh_from_db()
    return document


def standing(document: OutgoingDocument) -> dict[str, tuple[str, bool]]:
    rows = document.recipients.filter(way="mail")
    return {row.address: (row.mailing, row.sent_at is not None) for row in rows}


def refusing(monkeypatch: pytest.MonkeyPatch, errors: dict[str, Exception]) -> None:
    """A mail server that answers so to some addresses."""
    send = EmailMessage.send

    def answered(message: EmailMessage, *args: Any, **kwargs: Any) -> int:
        if error := errors.get(message.to[0]):
            raise error
        return send(message, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", answered)


def test_each_recipient_gets_the_document_with_its_annexes_once(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issued_by_mail(agency)
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    assert standing(document) == {FIRST: ("queued", False), SECOND: ("queued", False)}
    recipient = document.recipients.get(address=FIRST)
    with pytest.raises(NotFound):  # the house is sending it: nothing to note by hand
        actions.note_sent(document.pk, recipient=recipient.pk, by=agency.actor(agency.clerk))
    run_jobs()
    assert mailing.send_out(document.pk) == 0
    assert sorted(message.to[0] for message in mail.outbox) == [SECOND, FIRST]
    assert standing(document) == {FIRST: ("sent", True), SECOND: ("sent", True)}
    message = next(each for each in mail.outbox if each.to == [FIRST])
    assert message.subject == f"{document.notation}: Rà soát đèn đường năm 2026"
    assert message.message()["Subject"]
    assert message.extra_headers["Message-ID"].startswith(f"<{recipient.pk}@")
    files = [document.file, document.annexes.get().file]
    assert [(name, content) for name, content, _type in message.attachments] == [
        (file.name, read_bytes(file)) for file in files if file
    ]
    for part in ("Công văn 01/UBND-PK", "Khẩn.", "Hạn trả lời:", files[1].blob_id, "https://mau.example/verify/"):
        assert part in message.body, part
    told = Event.objects.filter(stream=document.stream, kind="correspondence.sent")
    assert {event.references["recipient"] for event in told} == {"Sở Xây dựng", "Phòng Quy hoạch"}


def test_an_address_that_is_refused_is_left_to_the_clerk_who_is_told(
    agency: Agency, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issued_by_mail(agency)
    refusing(monkeypatch, {FIRST: smtplib.SMTPRecipientsRefused({FIRST: (550, b"no such user")})})
    run_jobs()
    assert standing(document) == {FIRST: ("failed", False), SECOND: ("sent", True)}
    notices.tell_of_outgoing(list(Event.objects.filter(kind="correspondence.unsent")))
    assert Notice.objects.get(kind="document.unsent").recipient_id == agency.clerk.pk
    page = reverse("correspondence:sending", args=[document.pk])
    assert (
        "Không gửi được: máy chủ thư từ chối địa chỉ này" in sign_in(client, agency.clerk).get(page).content.decode()
    )
    recipient = document.recipients.get(address=FIRST)
    actions.note_sent(document.pk, recipient=recipient.pk, by=agency.actor(agency.clerk))
    assert standing(document)[FIRST] == ("failed", True)


def test_a_server_that_is_away_holds_up_no_other_and_is_given_up_in_the_end(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issued_by_mail(agency)
    refusing(monkeypatch, {FIRST: smtplib.SMTPAuthenticationError(535, b"no")})
    with pytest.raises(smtplib.SMTPAuthenticationError):  # nobody is asked with the wrong password again and again
        mailing.send_out(document.pk)
    assert standing(document) == {FIRST: ("queued", False), SECOND: ("queued", False)}
    refusing(monkeypatch, {FIRST: smtplib.SMTPServerDisconnected("away")})
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mailing.send_out(document.pk)
    assert standing(document) == {FIRST: ("queued", False), SECOND: ("sent", True)}
    jobs.give_up_mails()
    assert standing(document)[FIRST] == ("queued", False)  # the job is tried again
    ProcrastinateJob.objects.filter(task_name=jobs.mail_out.name).update(status="failed")
    jobs.give_up_mails()
    assert standing(document)[FIRST] == ("failed", False)


def test_nothing_is_sent_of_what_was_recalled_is_too_large_or_has_no_server(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    by, recalled = agency.actor(agency.clerk), issued_by_mail(agency)
    actions.recall(recalled.pk, reason="Sai số liệu", by=by)
    large = issued_by_mail(agency)
    monkeypatch.setattr(mailing, "LARGEST", 100)
    run_jobs()
    assert mail.outbox == []
    ProcrastinateJob.objects.filter(task_name=jobs.mail_out.name).update(status="succeeded")
    jobs.give_up_mails()
    assert standing(recalled) == {FIRST: ("", False), SECOND: ("", False)}
    assert not Event.objects.filter(stream=recalled.stream, kind="correspondence.unsent").exists()
    assert standing(large) == {FIRST: ("failed", False), SECOND: ("failed", False)}
    settings.EMAIL_HOST = ""
    before = len(queued())
    by_hand = issued_by_mail(agency)
    assert standing(by_hand) == {FIRST: ("", False), SECOND: ("", False)}
    assert [name for name, _given in queued()[before:] if name == jobs.mail_out.name] == []
    with pytest.raises(Refused) as refused:
        actions.add_recipient(drafted(agency).pk, way="mail", name="Sở", address="không phải", by=by)
    assert refused.value.field == "address"


def test_whom_an_earlier_version_named_by_another_address_is_left_to_the_clerk(settings: Any) -> None:
    settings.EMAIL_HOST, known = "127.0.0.1", {"way": Recipient.Way.MAIL, "mailing": ""}
    rows = [Recipient(address=address, **known) for address in ("Sở Xây dựng, Hà Nội", f"{FIRST}, {SECOND}", "Sở")]
    queue_mails(OutgoingDocument(), rows)
    assert [row.mailing for row in rows] == ["", "", ""]
    assert queued() == []

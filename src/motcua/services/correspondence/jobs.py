"""Work on documents that is done later."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.kernel.jobs import defer_once, pending, periodic, task


@task
def conclude_signing(*, signing: str) -> None:
    """Put what a signer has answered into its document, or keep the copy."""
    from motcua.engines.signing.models import SigningTransaction
    from motcua.services.correspondence.actions import outgoing
    from motcua.services.correspondence.actions.copying import conclude_copies
    from motcua.services.correspondence.actions.stamping import conclude_stamps

    outgoing.conclude_signing(UUID(signing))
    asked, now = SigningTransaction.objects.get(pk=signing), timezone.now()
    conclude_copies(asked, at=now)
    conclude_stamps(asked, at=now)


@task
def hand_over(*, officer: str, to: str) -> None:
    """Give the documents of an officer who left to who takes over."""
    from motcua.services.correspondence.actions import succeeding

    succeeding.hand_over(officer=UUID(officer), to=UUID(to), at=timezone.now())


@task(priority=-5)  # nobody waits for it
def read_contents(*, digest: str) -> None:
    """Read the words of a file, so that its documents are found by them."""
    from motcua.services.correspondence import searching

    searching.read_contents(digest)


@periodic("25 * * * *")
def give_up_unread() -> None:
    """Note the files whose words nobody reads any more, so that their pages say it."""
    from motcua.services.correspondence import searching

    searching.give_up_unread(pending(read_contents, "digest"))


@task(priority=-5)
def recognise_file(*, file: str) -> None:
    """Have the text of a file recognised that came on paper."""
    from motcua.services.correspondence.actions import recognising

    recognising.recognise(UUID(file))


@task
def leave_unit(*, officer: str, office: str) -> None:
    """Have given anew what an officer had to do in a unit who has gone on."""
    from motcua.services.correspondence.actions import succeeding

    succeeding.leave_unit(officer=UUID(officer), office=UUID(office), at=timezone.now())


@task(queue="scanning", priority=-10, attempts=3)
def look_through(*, stack: str) -> None:
    """Look for the separator pages of a stack of papers."""
    from motcua.services.correspondence.actions import stacks

    stacks.look_through(UUID(stack))


@periodic("*/10 * * * *")
def end_left_stacks() -> None:
    """End the stacks whose job has died or was given up."""
    from motcua.services.correspondence.actions import stacks

    stacks.end_left(pending(look_through, "stack"))


@task
def deliver_inside(*, document: str) -> None:
    """Put an issued document into the lists of the next offices; the others follow after what waits already."""
    from motcua.services.correspondence.actions.outgoing.inside import deliver_some

    if deliver_some(UUID(document)):
        deliver_inside.defer(document=document)


@periodic("*/5 * * * *")
def collect_mail() -> None:
    """Look for documents that came by e-mail, each mailbox by a job of its own."""
    for code in settings.MAILBOXES:
        defer_once(collect_mailbox, lock=f"mailbox:{code}", once=f"mailbox:{code}", mailbox=code)


@task(queue="mail", attempts=2)
def collect_mailbox(*, mailbox: str) -> None:
    """Take in what is new in one mailbox; what fails is tried again with the next look."""
    from motcua.services.correspondence.mailboxes import collect

    collect(mailbox)


@task(queue="mail")
def mail_out(*, document: str) -> None:
    """Send an issued document to its recipients by e-mail; tried again while the mail server is away."""
    from motcua.services.correspondence import mailing

    if mailing.send_out(UUID(document)) == mailing.AT_ONCE:
        mail_out.defer(document=document)


@periodic("40 * * * *")
def give_up_mails() -> None:
    """Leave to the clerk what no job sends any more."""
    from motcua.services.correspondence.actions.outgoing.mailed import give_up

    give_up([*pending(mail_out, "document")], at=timezone.now())


@task
def correct_inside(*, document: str, version: int, after: str) -> None:
    """Have the next offices read which data of a document were corrected."""
    from motcua.services.correspondence.actions.outgoing.correcting import correct_some

    if last := correct_some(UUID(document), version, after=UUID(after)):
        correct_inside.defer(document=document, version=version, after=str(last))


@task
def recall_inside(*, document: str) -> None:
    """Take a recalled document from the next offices; the others have their turn after what waits already."""
    from motcua.services.correspondence.actions.outgoing.inside import recall_some

    if recall_some(UUID(document)):
        recall_inside.defer(document=document)


@periodic("*/10 * * * *")
def forget_unsent_signings() -> None:
    """Free documents whose request to a signer was lost, and put in answers that were left lying."""
    from motcua.services.correspondence.actions import outgoing, sealing
    from motcua.services.correspondence.actions.copying import conclude_copies
    from motcua.services.correspondence.actions.stamping import conclude_stamps
    from motcua.services.correspondence.models import ArrivalStamp, DocumentCopy

    now = timezone.now()
    outgoing.forget_unsent(at=now)
    outgoing.conclude_left(at=now)
    sealing.forget_unsent(DocumentCopy, at=now)
    sealing.conclude_left(DocumentCopy, conclude_copies, at=now)
    sealing.forget_unsent(ArrivalStamp, at=now)
    sealing.conclude_left(ArrivalStamp, conclude_stamps, at=now)


@periodic("10 * * * *")
def warn_of_deadlines() -> None:
    """Warn officers of tasks that are due soon or overdue."""
    from motcua.services.correspondence import notices

    now = timezone.now()
    while notices.warn_of_deadlines(at=now) == notices.AT_ONCE:
        pass  # however many are due together, all are warned of within the hour

"""Work of signing done later: ask providers that do not call back, raise signed files."""

from uuid import UUID

from django.utils import timezone

from motcua.engines.signing.actions import (
    check_again,
    check_earlier,
    check_signatures,
    forget_requests,
    settle_service,
    settle_signing,
)
from motcua.engines.signing.care.actions import heed_authorities, warn_of_expiry
from motcua.engines.signing.care.revocation import ask_authorities
from motcua.engines.signing.levels.actions import bring_renewals_forward, raise_due
from motcua.engines.signing.levels.fetching import new_client
from motcua.engines.signing.levels.revocation import refresh_lists
from motcua.engines.signing.levels.stamps import note_stamps
from motcua.engines.signing.models import SigningCertificate
from motcua.engines.signing.queries import services_to_ask, trusted_authorities
from motcua.kernel.jobs import defer_once, periodic, task

AFTER_RECEIPTS = -10  # what is judged anew or late goes on for hours: whoever waits for a paper goes first


@task
def settle(*, transaction_id: str) -> None:
    """Settle one that its service has called about."""
    settle_signing(transaction_id=UUID(transaction_id), at=timezone.now())


@task
def settle_one_service(*, provider: str) -> None:
    """Ask one service about what waits there."""
    settle_service(provider=provider, at=timezone.now())


@periodic("* * * * *")
def settle_waiting() -> None:
    """Have each service asked in a job of its own: one that does not answer keeps no other waiting."""
    for code in services_to_ask():
        lock = f"signing-service:{code}"
        defer_once(settle_one_service, lock=lock, once=lock, provider=code)


@task(queue="documents")
def check_file(*, file: str) -> None:
    """Judge the signatures of a file that came in, and keep what was found."""
    check_signatures(UUID(file), at=timezone.now())


@task(queue="documents", priority=AFTER_RECEIPTS, attempts=1)
def check_some_again() -> None:
    """Judge some files anew; when there were any, the next have their turn after the jobs that wait already."""
    if check_again(at=timezone.now()):
        check_files_again()


@periodic("*/10 * * * *")
def check_files_again() -> None:
    """Have files judged anew whose verdict is old, or rests on authorities or certificates that have changed."""
    defer_once(check_some_again, lock="signing-checks", once="signing-checks")


@task(queue="documents", priority=AFTER_RECEIPTS, attempts=1)
def check_some_earlier() -> None:
    """Judge some of the files that came before verdicts were kept; the next have their turn after what waits."""
    later = check_file.configure(priority=AFTER_RECEIPTS)
    if check_earlier(later=lambda file: later.defer(file=str(file)), at=timezone.now()):
        check_earlier_files()


@periodic("5-59/10 * * * *")
def check_earlier_files() -> None:
    """Go on with the files that came before verdicts were kept, until all have theirs."""
    defer_once(check_some_earlier, lock="signing-checks", once="signing-earlier")


@task(attempts=1)
def raise_some() -> None:
    """Raise one batch of signed files; when it was full, the next has its turn after the jobs that wait already."""
    if raise_due(at=timezone.now()):
        raise_levels()


@periodic("* * * * *")
def raise_levels() -> None:
    """Have signed files raised to their level and archive time stamps renewed, one batch at a time."""
    defer_once(raise_some, lock="signing-levels", once="signing-levels")


@periodic("50 20 * * *")
def plan_renewals() -> None:
    """Every night, 03:50 in Vietnam: heed newer data on how long kinds of keys are held to be strong."""
    note_older_stamps()
    bring_renewals_forward(at=timezone.now())


@task(queue="documents", priority=AFTER_RECEIPTS, attempts=1)
def note_some_stamps() -> None:
    """Read the kind of key of some archive time stamps from their files; the next have their turn after what waits."""
    if note_stamps():
        note_older_stamps()


def note_older_stamps() -> None:
    """Have noted of which kind the keys are that older archive time stamps were made with."""
    defer_once(note_some_stamps, lock="signing-stamps", once="signing-stamps")


@periodic("17 * * * *")
def refresh_revocation_lists() -> None:
    """Every hour: fetch anew the revocation lists in use that are past the middle of their time, and heed them."""
    with new_client() as client:
        refresh_lists(at=timezone.now(), client=client)
    heed_authorities(at=timezone.now())


@periodic("40 21 * * *")
def care_for_certificates() -> None:
    """Every night, 04:40 in Vietnam: ask authorities about our certificates, and warn of those that end soon."""
    at = timezone.now()
    usable = SigningCertificate.objects.filter(
        withdrawn_at=None, valid_from__lte=at, valid_to__gt=at, demonstration=False
    )
    rows = usable.only("der", "chain").order_by("id").iterator(chunk_size=500)
    with new_client() as client:
        ask_authorities(rows, anchors=trusted_authorities(), at=at, client=client)
    heed_authorities(at=at)
    while warn_of_expiry(at=at):
        pass


@periodic("10 21 * * *")
def forget_partner_requests() -> None:
    """Every night, 04:10 in Vietnam: forget what partners' requests of some days ago were about."""
    forget_requests(at=timezone.now())

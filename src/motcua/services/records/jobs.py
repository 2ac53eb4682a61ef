"""Work on files that is done later."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.kernel.jobs import periodic, task
from motcua.kernel.jobs.tasks import defer_once


# Text is recognised as for scans: in their lanes, and behind those that somebody waits for.
@task(queue="scanning", priority=-20, attempts=3)
def pack_transfer(*, transfer: str) -> None:
    """Pack the next file of a transfer; the others have their turn after the scans that wait already."""
    from motcua.services.records.actions import pack

    if pack(UUID(transfer)):
        defer_packing(UUID(transfer))


def defer_packing(transfer: UUID) -> None:
    """Queue the packing of a transfer's next file, one job at a time."""
    lane = transfer.int % settings.SCANS_AT_ONCE
    defer_once(pack_transfer, lock=f"scanning-{lane}", once=f"transfer:{transfer}", transfer=str(transfer))


@task(queue="documents")
def destroy_files(*, appraisal: str) -> None:
    """Carry out what was decided on an appraisal; begun again after a crash, it goes on behind the last file."""
    from motcua.services.records.actions import carry_out

    carry_out(UUID(appraisal))


def defer_destruction(appraisal: UUID) -> None:
    """Queue the destruction of an appraisal's files, one job at a time."""
    defer_once(destroy_files, lock=f"appraisal:{appraisal}", once=f"appraisal:{appraisal}", appraisal=str(appraisal))


@periodic("20 18 * * *", queue="documents")
def go_on_destroying() -> None:
    """Every night at 01:20 in Vietnam: carry on what a job has given up, when what stood in its way is mended."""
    from motcua.services.records import queries

    for key in queries.unfinished_destructions():
        defer_destruction(key)


@task
def follow_officer(*, officer: str, to: str) -> None:
    """Hand the files of an officer who has left to the colleague who takes over."""
    from motcua.services.records.actions import hand_over_all

    hand_over_all(UUID(officer), to=UUID(to))


@task
def follow_move(*, officer: str, office: str, by: str) -> None:
    """Tell the heads of a unit of the files that an officer keeps who works there no more, and have them confirm that
    what is shared with one who has gone on to another agency ends.
    """
    from motcua.services.records import notices
    from motcua.services.records.actions import ask_to_end_all

    now = timezone.now()
    notices.tell_of_move(officer=UUID(officer), office=UUID(office), at=now)
    if by:
        ask_to_end_all(UUID(officer), left=UUID(office), by=UUID(by), at=now)


@periodic("40 0 * * *")
def warn_of_transfers() -> None:
    """Every morning at 07:40 in Vietnam: warn keepers of files whose transfer is due within 30 days."""
    from motcua.services.records import notices

    notices.warn_of_transfers(at=timezone.now())


@task(queue="documents", priority=-20, attempts=1)
def look_at_some() -> None:
    """Look at the next batch of stored contents."""
    from motcua.services.records import fixity

    fixity.go_on(at=timezone.now())


@periodic("* * * * *")
def check_fixity() -> None:
    """Have stored contents looked at, one batch at a time, behind the jobs that somebody waits for."""
    defer_once(look_at_some, lock="fixity", once="fixity")

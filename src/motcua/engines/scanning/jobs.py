"""Scans are made in few lanes (``SCANS_AT_ONCE``), so that a stack of papers leaves the machine to those who wait."""

from uuid import UUID

from motcua.kernel.jobs import pending, periodic, task


# One that is to be tried again holds up its lane: what passes, passes soon.
@task(queue="scanning", priority=-10, attempts=3)
def make_scan(*, scan: str) -> None:
    """Make the PDF of a scan."""
    from motcua.engines.scanning.actions import work

    work(UUID(scan))


@periodic("*/10 * * * *")
def end_broken_off() -> None:
    """End the scans whose job has died or was given up, so that nobody waits for them."""
    from motcua.engines.scanning.actions import end_left

    end_left(pending(make_scan, "scan"))

"""Scans are made in few lanes (``SCANS_AT_ONCE``), so that a stack of papers leaves the machine to those who wait."""

from uuid import UUID

from motcua.kernel.jobs import task


@task(queue="scanning", priority=-10)
def make_scan(*, scan: str) -> None:
    """Make the PDF of a scan."""
    from motcua.engines.scanning.actions import work

    work(UUID(scan))

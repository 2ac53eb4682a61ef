"""Commands for the operator: checking the log, and looking after subscribers."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click
from django.db import connection, transaction
from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.kernel.events import actions, queries, roots
from motcua.kernel.events.verification import Checked, Gap, gaps, verify

MOST_GAPS = 20


@click.command("verify-events")
@click.option(
    "--root",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A signed root, or the list of them, that was saved from /transparency (JSON) and kept elsewhere.",
)
def verify_events(files: tuple[Path, ...]) -> None:
    """Check that no event was altered, lost or reordered. Exit 1 if anything is found."""
    outside = [root for file in files for root in _outside_roots(file)]
    checked, findings = Checked(), 0
    with transaction.atomic():
        # One state of the database for all passes; must come before the first query.
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for finding in verify(checked, outside=outside):
            findings += 1
            click.echo(str(finding))
        told = _Gaps.counted(gaps())
    click.echo(
        f"{checked.events} events in {checked.streams} streams, {checked.leaves} leaves, {checked.roots} signed roots:"
        + (f" {findings} findings." if findings else " nothing wrong.")
    )
    told.tell()
    if not outside:
        click.echo(
            "No outside root was given (--root): a log that was rewritten as a whole, together with its tree and its"
            " signed roots, cannot be told from a true one by this check."
        )
    sys.exit(1 if findings else 0)


@dataclass
class _Gaps:
    """What is no finding, and yet all that a stream deleted before the tree took it in leaves behind."""

    shown: list[Gap] = field(default_factory=list)
    count: int = 0
    numbers: int = 0

    @classmethod
    def counted(cls, found: Iterable[Gap]) -> "_Gaps":
        counted = cls()
        for gap in found:
            counted.count += 1
            counted.numbers += gap.size
            if len(counted.shown) < MOST_GAPS:
                counted.shown.append(gap)
        return counted

    def tell(self) -> None:
        if not self.count:
            return
        click.echo(
            f"Numbers that no event bears: {self.numbers}. A transaction that was rolled back leaves such a gap; so"
            " does an event that was deleted before a signed root covered it:"
        )
        for gap in self.shown:
            click.echo(f"  {gap}")
        if self.count > len(self.shown):
            click.echo(f"  and {self.count - len(self.shown)} more gaps")


def _outside_roots(file: Path) -> list[roots.SignedRoot]:
    try:
        return roots.read_all(json.loads(file.read_bytes()))
    except ValueError as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="--root") from error


@click.command("subscribers")
def subscribers() -> None:
    """Show how far each subscriber has read the events, and which is stuck. Exit 1 if one is."""
    statuses = queries.subscriber_statuses()
    for status in statuses:
        lag = "1000 or more" if status.lag >= queries.LAG_LIMIT else str(status.lag)
        click.echo(f"{status.name}: {lag} unread")
        if status.failures:
            click.echo(f"  stuck at position {status.stuck_at} after {status.failures} failures: {status.last_error}")
    sys.exit(1 if any(status.failures for status in statuses) else 0)


@click.command("skip-event")
@click.argument("subscriber")
@click.argument("position", type=int)
@click.option("--reason", required=True, help="Why; kept for ever.")
def skip_event(subscriber: str, position: int, reason: str) -> None:
    """Take the event at POSITION, on which SUBSCRIBER is stuck, out of its way."""
    try:
        actions.skip_event(subscriber=subscriber, position=position, reason=reason, at=timezone.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{subscriber} passes over position {position}.")


commands = [verify_events, subscribers, skip_event]

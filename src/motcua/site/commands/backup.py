"""``motcua backup`` and ``motcua restore``."""

import sys
from pathlib import Path

import click
from django.core.management import call_command

from motcua.kernel.events.actions import rebase_transaction_ids
from motcua.kernel.events.verification import Checked, verify
from motcua.site import archive


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Save database, files and keys into a new folder below FOLDER, while everything runs.

    The backup holds the keys of this installation: keep it as you keep them. Exit 1 if a file was lost before.
    """
    try:
        made = archive.save(folder, tell=click.echo)
    except archive.ArchiveError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Saved in {made}")
    sys.exit(1 if _missing() else 0)


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is here.")
def restore(folder: Path, force: bool) -> None:
    """Restore the backup in FOLDER, check every file and every event, and bring it up to this version.

    Stop web and workers first.
    """
    try:
        found = archive.restore(folder, force=force, tell=click.echo)
    except archive.ArchiveError as error:
        raise click.ClickException(str(error)) from error
    rebase_transaction_ids()
    call_command("migrate", verbosity=0)
    click.echo("Checking events …")
    checked = Checked()
    findings = list(verify(checked, outside=[]))
    for finding in findings:
        click.echo(str(finding), err=True)
    wrong = len(findings) + _missing()
    click.echo(
        f"Restored the backup of {found.made_at} (version {found.version}): {found.files} files and"
        f" {checked.events} events checked, {wrong or 'nothing'} wrong."
    )
    sys.exit(1 if wrong else 0)


def _missing() -> int:
    """Names the kept files that are not there; how many."""
    lost = archive.missing()
    for digest in lost:
        click.echo(f"file missing: {digest}", err=True)
    return len(lost)


commands = [backup, restore]

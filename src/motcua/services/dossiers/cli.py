"""``motcua import-dossiers``: running dossiers from a spreadsheet."""

from pathlib import Path

import click
from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account
from motcua.people.officers.imports import read_table
from motcua.services.dossiers import actions, imports
from motcua.services.dossiers.actors import Actor


@click.command("import-dossiers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The administrator in whose name they are taken over.")
@click.option("--dry-run", is_flag=True, help="Check only; store nothing.")
def import_dossiers(file: Path, username: str, dry_run: bool) -> None:
    """Take over running dossiers; every wrong line is named and then nothing is stored.

    The first line names the columns: code, procedure, applicant, office code, accepted, due; and, if you like, case,
    channel (online, counter, post), number, address, phone, step, subject, decided; Vietnamese headings too.

    Times are written 01/07/2025 or 01/07/2025 14:30. A day alone means 08:00 for the acceptance, 17:00 for the
    appointment and the result.
    """
    administrator = Account.objects.filter(username=username.lower(), is_administrator=True, is_active=True).first()
    if administrator is None:
        raise click.ClickException(f"{username} is not an administrator.")
    try:
        with file.open("rb") as stream:
            found = imports.checked(read_table(stream, file.name))
        for number, problems in found.errors.items():
            click.echo(f"Line {number}: {'; '.join(problems)}", err=True)
        if found.errors:
            raise click.ClickException(f"{len(found.errors)} lines have errors; nothing was stored.")
        if dry_run:
            click.echo(f"{len(found.entries)} dossiers checked.")
            return
        by = Actor(account=administrator.pk)
        count = actions.import_dossiers(entries=found.entries, source=file.name, by=by, at=timezone.now())
        click.echo(f"{count} dossiers imported.")
    except Refused as refused:
        raise click.ClickException(refused.message) from refused


commands = [import_dossiers]

"""``motcua import-officers``: the directory of officers from a spreadsheet."""

from pathlib import Path

import click

from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account
from motcua.people.officers import actions, imports, queries


@click.command("import-officers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The administrator in whose name they are added.")
@click.option("--dry-run", is_flag=True, help="Check only; store nothing.")
def import_officers(file: Path, username: str, dry_run: bool) -> None:
    """Import officers and their positions; every wrong line is named and then nothing is stored."""
    administrator = Account.objects.filter(username=username.lower(), is_administrator=True, is_active=True).first()
    if administrator is None:
        raise click.ClickException(f"{username} is not an administrator.")
    try:
        with file.open("rb") as stream:
            table = imports.read_table(stream, file.name)
        directory = queries.checked_directory(table)
        for number, problems in directory.errors.items():
            click.echo(f"Line {number}: {'; '.join(problems)}", err=True)
        if directory.errors:
            raise click.ClickException(f"{len(directory.errors)} lines have errors; nothing was stored.")
        if dry_run:
            click.echo(f"{len(directory.entries)} positions checked.")
        else:
            click.echo(f"{actions.import_officers(entries=directory.entries, by=administrator)} positions imported.")
    except Refused as refused:
        raise click.ClickException(refused.message) from refused


commands = [import_officers]

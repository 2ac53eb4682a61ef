"""``motcua trust-anchors`` and ``motcua import-signing-means``: whom the house trusts and who signs, from files."""

from pathlib import Path

import click
from django.utils import timezone

from motcua.engines.signing import actions
from motcua.engines.signing.care.actions import import_means
from motcua.engines.signing.care.anchors import Authority, in_groups, read_authorities, recorded_as
from motcua.engines.signing.care.checking import checked_means
from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account
from motcua.people.officers.imports import read_table
from motcua.people.officers.queries import desk_of, local_day


@click.command("trust-anchors")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="Where the files come from; without it, their names.")
@click.option("--yes", is_flag=True, help="Do not ask: the fingerprints were compared before.")
def trust_anchors(files: tuple[Path, ...], source: str, yes: bool) -> None:
    """Trust the authorities whose certificates stand in FILES (PEM, DER or PKCS #7), once confirmed."""
    found: dict[str, tuple[Authority, str]] = {}
    for file in files:
        try:
            read = read_authorities(file.read_bytes())
        except Refused as refused:
            raise click.ClickException(f"{file}: {refused.message}") from refused
        found |= {each.fingerprint: (each, source or file.name) for each in read}
    for authority, _source in found.values():
        click.echo(f"{authority.subject}\n  {in_groups(authority.fingerprint)}\n  to {local_day(authority.valid_to)}")
        known = recorded_as(authority.fingerprint)
        click.echo(f"  as recorded in this program for {known}" if known else "  not recorded in this program")
    if not yes:
        click.confirm("Do the fingerprints match those that the authorities publish? Trust them?", abort=True)
    for authority, said in found.values():
        actions.add_trust_anchors(ders=[authority.der], source=said, by=None, at=timezone.now())
    click.echo(f"{len(found)} authorities are trusted.")


@click.command("import-signing-means")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The administrator in whose name they are registered.")
@click.option("--dry-run", is_flag=True, help="Check only; store nothing.")
def import_signing_means(file: Path, username: str, dry_run: bool) -> None:
    """Register ways of signing of officers and offices from FILE (xlsx or CSV).

    When lines are wrong, each is named and nothing is stored. When a service refuses a line, it is named, the others
    are registered, and the exit status is 1; the same file again registers what is missing.
    """
    by = Account.objects.filter(username=username.lower(), is_administrator=True, is_active=True).first()
    if by is None:
        raise click.ClickException(f"{username} is not an administrator.")
    try:
        with file.open("rb") as stream:
            checked = checked_means(read_table(stream, file.name), desk_of(by, timezone.now()))
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    for line, problems in checked.errors.items():
        click.echo(f"Line {line}: {'; '.join(problems)}", err=True)
    if checked.errors:
        raise click.ClickException(f"{len(checked.errors)} lines have errors; nothing was stored.")
    if dry_run:
        click.echo(f"{len(checked.entries)} to be registered, {checked.known} registered already.")
        return
    refusals = import_means(entries=checked.entries, vouched=True, by=by.pk, at=timezone.now())
    for line, text in refusals.items():
        click.echo(f"Line {line}: {text}", err=True)
    click.echo(f"{len(checked.entries) - len(refusals)} registered, {checked.known} were registered already.")
    if refusals:
        raise click.ClickException(f"{len(refusals)} lines were refused by their service.")


commands = [trust_anchors, import_signing_means]

"""``motcua trust-anchors``: whom the house trusts, from files."""

from pathlib import Path

import click
from django.utils import timezone

from motcua.engines.signing import actions
from motcua.engines.signing.care.anchors import Authority, in_groups, read_authorities
from motcua.kernel.errors import Refused
from motcua.people.officers.queries import local_day


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
    if not yes:
        click.confirm("Do the fingerprints match those that the authorities publish? Trust them?", abort=True)
    for authority, said in found.values():
        actions.add_trust_anchors(ders=[authority.der], source=said, by=None, at=timezone.now())
    click.echo(f"{len(found)} authorities are trusted.")


commands = [trust_anchors]

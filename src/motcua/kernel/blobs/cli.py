"""The operator's command for what the virus scanner has locked away."""

import click

from motcua.kernel.blobs import actions, scanner
from motcua.kernel.blobs.models import Blob, ScanState


@click.command("quarantine")
@click.option("--look-again", is_flag=True, help="Have the scanner look once more; what it finds clean is opened.")
def quarantine(look_again: bool) -> None:
    """List the files that are locked in quarantine, or have the scanner look at them again."""
    if look_again:
        try:
            clean = actions.look_again()
        except scanner.ScannerError as error:
            raise click.ClickException(f"The virus scanner cannot be asked: {error}") from error
        click.echo(f"{len(clean)} contents are clean and can be opened.")
    infected = Blob.objects.filter(scan_state=ScanState.INFECTED).order_by("created_at").prefetch_related("files")
    for blob in infected:
        names = ", ".join(sorted({file.name for file in blob.files.all()})) or "-"
        click.echo(f"{blob.scanned_at:%Y-%m-%d %H:%M} {blob.digest} {blob.size} bytes: {names}")

"""``motcua check-connector`` and ``import-connector``: descriptions of line systems from files."""

from pathlib import Path
from typing import Any

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check-connector")
@click.argument("file", type=_FILE)
@click.option("--openapi", "document", type=_FILE, help="The OpenAPI document that operations name.")
def check_connector(file: Path, document: Path | None) -> None:
    """Say what is wrong with the description of a line system; needs no database."""
    from motcua.engines.connectors import descriptions
    from motcua.engines.signing.standalone import configure_texts
    from motcua.kernel.errors import Refused

    configure_texts()
    try:
        spec = descriptions.checked(file.read_text(), _read(document))
    except (Refused, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(f"{file}: {spec.name}: {', '.join(spec.operations)}")


@click.command("import-connector")
@click.argument("code")
@click.argument("file", type=_FILE)
@click.option("--openapi", "document", type=_FILE, help="The OpenAPI document that operations name.")
def import_connector(code: str, file: Path, document: Path | None) -> None:
    """Describe the line system CODE as FILE says; the same again changes nothing."""
    from django.utils import timezone

    from motcua.engines.connectors import actions
    from motcua.kernel.errors import Refused

    try:
        found = _read(document)
        system = actions.save(code, content=file.read_text(), document=found, by=None, at=timezone.now())
    except (Refused, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(f"{system.code}: {system.name}, description {system.number}")


def _read(document: Path | None) -> dict[str, Any] | None:
    from motcua.engines.connectors import openapi

    return openapi.read_document(document.read_bytes()) if document else None


commands = [check_connector, import_connector]

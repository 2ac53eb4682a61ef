"""``motcua check-archive-package``: whether packages for the archive are what they say."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from motcua.services.records.packages.checking import check, gravest

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("check-archive-package")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option(
    "--schemas", type=_FOLDER, help="A folder with XSD files of METS, PREMIS 3 and EAD 3 to validate against."
)
@click.option("--json", "as_lines", is_flag=True, help="One line of JSON for each file.")
@click.pass_context
def check_archive_package(ctx: click.Context, files: Sequence[Path], schemas: Path | None, as_lines: bool) -> None:
    """Check packages for the archive (ZIP): structure, E-ARK CSIP and Circular 05/2025/TT-BNV, references, digests.

    Every fault is named with the requirement that it breaks. The exit status is 0 only when no package has an error.
    """
    known, all_well = sorted(schemas.glob("*.xsd")) if schemas else [], True
    for path in files:
        with path.open("rb") as opened:
            found = check(opened, schemas=known)
        level = gravest(found)
        all_well = all_well and level != "error"
        if as_lines:
            told = {"file": str(path), "result": level or "ok", "findings": [asdict(each) for each in found]}
            click.echo(json.dumps(told, ensure_ascii=False))
            continue
        click.echo(f"{path}: {level or 'ok'}")
        for each in found:
            click.echo(f"  {each.level} {each.code} {each.place}: {each.text}")
    ctx.exit(0 if all_well else 1)


commands = [check_archive_package]

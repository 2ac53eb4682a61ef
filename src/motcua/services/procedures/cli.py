"""Commands of this room: ``import-catalogue``, ``check-package``, ``import-package``."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click


class _ReportFile:
    """Writes the report's entries as they come, so that a long import holds none of them."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._first = True

    def tell(self, entry: dict[str, Any]) -> None:
        self._out.write("" if self._first else ",\n")
        json.dump(entry, self._out, ensure_ascii=False)
        self._first = False


@contextmanager
def _report_file(path: Path | None) -> Iterator[_ReportFile]:
    if path is None:
        with open("/dev/null", "w", encoding="utf-8") as nowhere:
            yield _ReportFile(nowhere)
        return
    with path.open("w", encoding="utf-8") as out:
        out.write('{"records": [\n')
        yield _ReportFile(out)
        out.write("\n]}\n")


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


@click.command("import-catalogue")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--report", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write what was read.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_catalogue(file: Path, report: Path | None, dry_run: bool) -> None:
    """Import national procedure records, a JSON object a line (plain or .gz).

    Importing the same file again changes nothing; a changed record makes a new version.
    """
    from django.utils import timezone

    from motcua.services.procedures import actions

    with _opened(file) as lines:
        total = sum(1 for _line in lines)
    with (
        _opened(file) as lines,
        _report_file(report) as out,
        click.progressbar(length=total, label="Records") as bar,
    ):
        done = actions.import_catalogue(lines, dry_run=dry_run, at=timezone.now(), progress=bar.update, tell=out.tell)
    for number, reason in done.unreadable:
        click.echo(f"line {number}: {reason}", err=True)
    verb = "would be" if dry_run else "were"
    click.echo(f"{done.created} procedures {verb} created, {done.changed} changed, {done.unchanged} unchanged.")
    if done.unreadable:
        raise click.exceptions.Exit(1)


commands = [import_catalogue]

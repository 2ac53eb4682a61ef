"""Commands of this room: the catalogue, packages and guides are imported and checked."""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from motcua.services.procedures.packages import CheckedPackage, Problem


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
    try:
        out = path.open("w", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"The report cannot be written: {error}") from error
    with out:
        out.write('{"records": [\n')
        yield _ReportFile(out)
        out.write("\n]}\n")


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a file that may be compressed; of a line that is too long only so much that it is seen to be."""
    from motcua.services.procedures.catalogue import LONGEST_LINE

    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        # A byte order mark is passed over.
        with io.TextIOWrapper(gzip.GzipFile(fileobj=file) if packed else file, encoding="utf-8-sig") as text:
            yield _bounded(text, LONGEST_LINE)


def _bounded(text: IO[str], longest: int) -> Iterator[str]:
    while line := text.readline(longest + 1):
        yield line
        while line and not line.endswith("\n"):
            line = text.readline(longest)


def _count_lines(path: Path) -> int:
    """Read the whole file once, before anything is stored of one that breaks off in the middle."""
    read = 0
    try:
        with _lines(path) as lines:
            for _line in lines:
                read += 1
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read as UTF-8 text after line {read}: {error}") from error
    if not read:
        raise click.ClickException(f"{path} is empty.")
    return read


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

    if report is not None and report.exists() and report.samefile(file):
        raise click.ClickException("The report would overwrite the file that it is about.")
    total = _count_lines(file)
    with (
        _lines(file) as lines,
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


@click.command("check-package")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON line a package.")
def check_package(paths: tuple[Path, ...], as_json: bool) -> None:
    """Explain every mistake of procedure packages (folders or zip files). Needs no database."""
    _check(paths, _problems, as_json=as_json)


def _check(paths: tuple[Path, ...], find: "Callable[[Path], list[Problem]]", *, as_json: bool) -> None:
    wrong = 0
    for path in paths:
        problems = find(path)
        wrong += bool(problems)
        _print_json(path, problems) if as_json else _print_text(path, problems)
    raise click.exceptions.Exit(1 if wrong else 0)


def _problems(path: Path) -> "list[Problem]":
    from motcua.services.procedures.packages import PackageError, load

    try:
        load(path)
    except PackageError as error:
        return error.problems
    return []


def _print_json(path: Path, problems: "list[Problem]") -> None:
    told = {"package": str(path), "ok": not problems, "problems": [asdict(problem) for problem in problems]}
    click.echo(json.dumps(told, ensure_ascii=False))


def _print_text(path: Path, problems: "list[Problem]") -> None:
    for problem in problems:
        click.echo(f"{path}/{problem}")
    found = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    click.echo(f"{path}: {found if problems else 'in order'}")


@click.command("import-package")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--draft", is_flag=True, help="Store the version without publishing it.")
@click.option("--filing", type=click.Choice(["local", "national", "off"]), help="Also say where it is filed online.")
def import_package(paths: tuple[Path, ...], draft: bool, filing: str | None) -> None:
    """Import procedure packages and publish them: all or none."""
    from django.db import transaction

    from motcua.services.procedures.packages import PackageError, load

    packages = []
    for path in paths:
        try:
            packages.append(load(path))
        except PackageError as error:
            _print_text(path, error.problems)
    if len(packages) < len(paths):
        raise click.ClickException("Nothing was imported.")
    with transaction.atomic():
        told = [_import(package, draft=draft, filing=filing) for package in packages]
    click.echo("\n".join(told))


def _import(package: "CheckedPackage", *, draft: bool, filing: str | None) -> str:
    from django.utils import timezone

    from motcua.kernel.errors import Refused
    from motcua.services.procedures import actions

    code, now = package.manifest.code, timezone.now()
    version, is_new = actions.import_package(package=package, at=now)
    try:
        if not draft:
            actions.publish(version=version, at=now)
        if filing:
            actions.set_filing(code=code, filing=filing, at=now, by=None)
    except Refused as error:
        raise click.ClickException(f"{code}: {error.message} Nothing was imported.") from error
    return f"{code} version {version.number}: " + ("imported" if is_new else "is here already")


@click.command("check-guide")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON line a guide.")
def check_guide(paths: tuple[Path, ...], as_json: bool) -> None:
    """Explain every mistake of guides (folders or zip files). Needs no database.

    Whether the procedures that a guide leads to are published is asked when it is imported.
    """
    _check(paths, _guide_problems, as_json=as_json)


def _guide_problems(path: Path) -> "list[Problem]":
    from motcua.services.procedures.guides.checks import load
    from motcua.services.procedures.packages import PackageError

    try:
        load(path)
    except PackageError as error:
        return error.problems
    return []


@click.command("import-guide")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--draft", is_flag=True, help="Store the version without publishing it.")
def import_guide(paths: tuple[Path, ...], draft: bool) -> None:
    """Import guides and publish them, all or none. The procedures they lead to must be published."""
    from django.db import transaction
    from django.utils import timezone

    from motcua.services.procedures import actions
    from motcua.services.procedures.guides.checks import load
    from motcua.services.procedures.packages import PackageError

    now = timezone.now()
    with transaction.atomic():
        for path in paths:
            try:
                version, is_new = actions.import_guide(checked=load(path), at=now)
                if not draft:
                    actions.publish_guide(version=version, at=now)
            except PackageError as error:
                _print_text(path, error.problems)
                raise click.ClickException("Nothing was imported.") from error
            told = "imported" if is_new else "is here already"
            click.echo(f"{version.guide.code} version {version.number}: {told}")


commands = [import_catalogue, check_package, import_package, check_guide, import_guide]

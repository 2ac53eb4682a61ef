"""``motcua import-units`` and ``motcua import-offices``."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from django.db import transaction

from motcua.kernel.errors import Invalid, Refused
from motcua.people.organisations import actions, queries
from motcua.people.organisations.imports import Report, read_mapping, read_units, reconcile
from motcua.people.organisations.models import OfficeCode
from motcua.people.organisations.office_list import read_offices

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


def _failure(refused: Refused) -> click.ClickException:
    details = list(refused.errors.values()) if isinstance(refused, Invalid) else []
    return click.ClickException("\n  ".join([refused.message, *details]))


@click.command("import-units")
@click.argument("file", type=_FILE)
@click.option("--from", "since", type=_DAY, required=True, help="First day of this list, such as 2025-07-01.")
@click.option("--mapping", type=_FILE, help="Which unit of the list before went into which of this one.")
@click.option("--dry-run", is_flag=True, help="Report only; store nothing.")
def import_units(file: Path, since: datetime, mapping: Path | None, dry_run: bool) -> None:
    """Import a complete list of administrative units; the list before ends on its first day."""
    try:
        with transaction.atomic():
            _import_units(file, since.date(), mapping)
            transaction.set_rollback(dry_run)
            if dry_run:
                click.echo("Nothing of this was stored.")
    except Refused as refused:
        raise _failure(refused) from refused
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"Not a CSV file in UTF-8: {error}") from error


def _import_units(file: Path, since: date, mapping: Path | None) -> None:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        new = read_units(lines)
    old = queries.unit_rows(since - timedelta(days=1))
    click.echo(f"{actions.import_units(units=new, valid_from=since, by=None)} units from {since}.")
    if mapping is None:
        return
    with mapping.open(encoding="utf-8-sig", newline="") as lines:
        report = reconcile(old, new, read_mapping(lines))
    _print(report)
    click.echo(f"{actions.link_units(links=report.links, on=since, by=None)} successions.")


def _print(report: Report) -> None:
    for wrong, right in report.corrected.items():
        click.echo(f"Code {wrong} of the mapping is {right} in the list: corrected by name.")
    for code, name in report.renamed.items():
        click.echo(f"Unit {code} is called {name} in the mapping, otherwise in the list.")
    for row in report.unknown_targets:
        click.echo(f"Not found: {row.level} {row.new_code} {row.new_name}, successor of {row.old_code}.")
    for row in report.unknown_sources:
        click.echo(f"Not in the list before: {row.level} {row.old_code}.")
    for level in ("province", "district", "commune"):
        click.echo(f"Without successor: {len(report.unmapped_at(level))} of level {level}.")
    click.echo(f"Split, a person chooses the heir: {len(report.split)}.")
    click.echo(f"New units without predecessor: {len(report.unfounded)}.")


@click.command("import-offices")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check only; store nothing.")
def import_offices(file: Path, dry_run: bool) -> None:
    """Import offices with their codes; every wrong line is named and then nothing is stored."""
    known = OfficeCode.objects.filter(valid_to=None).values_list("code", flat=True)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = read_offices(lines, known_codes=set(known))
        with transaction.atomic():
            count = actions.import_offices(rows=rows, by=None)
            transaction.set_rollback(dry_run)
    except Refused as refused:
        raise _failure(refused) from refused
    click.echo(f"{count} offices checked." if dry_run else f"{count} offices imported.")


commands = [import_units, import_offices]

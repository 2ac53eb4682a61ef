"""``motcua migrate``."""

import click
from django.core.management import call_command


@click.command("migrate")
def migrate() -> None:
    """Bring the database up to this version of the program."""
    call_command("migrate", verbosity=1)


commands = [migrate]

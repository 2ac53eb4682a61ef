"""``motcua migrate``."""

import click
from django.conf import settings
from django.core.management import call_command

from motcua.site import baseline


@click.command("migrate")
def migrate() -> None:
    """Bring the database up to this version of the program."""
    baseline.lay(settings.DATABASE_URL)
    call_command("migrate", verbosity=1)


commands = [migrate]

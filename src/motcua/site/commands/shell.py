"""``motcua shell``."""

import click
from django.core.management import call_command


@click.command("shell")
def shell() -> None:
    """Open a Python shell with the house loaded. Write through the rooms' actions only."""
    call_command("shell")


commands = [shell]

"""``motcua verifier``."""

import click

from motcua.engines.signing.verification import service
from motcua.site import configuration


@click.command("verifier")
@click.option("--at-once", default=service.AT_ONCE, show_default=True, help="Files judged side by side.")
def verifier(at_once: int) -> None:
    """Judge the signatures of files for this machine's web processes and workers, each file in a process of its own.

    Needs neither the database nor secrets. Without it every file costs the start of a program, about a second.
    """
    service.run(configuration.home() / "verifier.sock", at_once=at_once)


commands = [verifier]

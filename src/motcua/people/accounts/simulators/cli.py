"""``motcua simulate-identity``."""

import click

from motcua.kernel.web.simulated import until_stopped
from motcua.people.accounts.simulators.identity import SECRET, IdentityService


@click.command("simulate-identity")
@click.option("--port", default=8097, show_default=True, help="Port on this machine; 0 takes a free one.")
@click.option("--level", default="2", show_default=True, help="What it vouches for (acr); 2 proves the person.")
def simulate_identity(port: int, level: str) -> None:
    """Serve a simulated provider of electronic identities; prints the section of identity.toml that uses it."""
    service = IdentityService(level=level)
    with service.serving(port):
        click.echo(f"{service.section('…')}# the file holds: {SECRET}")
        until_stopped()


commands = [simulate_identity]

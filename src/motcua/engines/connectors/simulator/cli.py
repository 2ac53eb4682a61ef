"""``motcua simulate-line-system``."""

import click

from motcua.engines.connectors.simulator.system import PEOPLE, TOKEN, Illness, LineSystem
from motcua.kernel.web.simulated import until_stopped


@click.command("simulate-line-system")
@click.option("--port", default=8097, show_default=True, help="Port on this machine.")
def simulate_line_system(port: int) -> None:
    """Serve a simulated line system (JSON and XML) on this machine, for tests and demonstrations.

    Its description stands at /openapi.json. POST /misbehave {"how": "down"} lets it fail until {} makes it well.
    """
    with LineSystem().serving(port) as url:
        click.echo(f"line system: {url}/v1")
        click.echo(f"token: {TOKEN}; people: {', '.join(PEOPLE)}")
        click.echo(f"misbehaves: {', '.join(Illness)}")
        until_stopped()


commands = [simulate_line_system]

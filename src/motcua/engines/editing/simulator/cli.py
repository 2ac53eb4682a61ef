"""``motcua simulate-editor``."""

import click

from motcua.engines.editing.simulator.editor import Misbehaviour, SimulatedEditor
from motcua.kernel.web.simulated import until_stopped


@click.command("simulate-editor")
@click.option("--port", default=0, help="Where it listens on this machine; 0 takes a free one.")
@click.option("--here", default="", help="Where it reaches this house, if not at MOTCUA_PUBLIC_URL.")
@click.option(
    "--misbehave", type=click.Choice([each.value for each in Misbehaviour]), help="What it does when it saves."
)
def simulate_editor(port: int, here: str, misbehave: str | None) -> None:
    """Serve a simulated editor for Word files until stopped; prints the editing.toml that uses it."""
    service = SimulatedEditor(misbehaves=Misbehaviour(misbehave) if misbehave else None)
    with service.serving(port) as url:
        click.echo(f"# Simulated editor at {url}")
        click.echo(service.section(here=here))
        until_stopped()


commands = [simulate_editor]

"""``motcua demo``."""

import click

from motcua.site import demo as demonstration


@click.command("demo")
@click.option("--tiers", type=click.Choice(["2", "3"]), default="2", show_default=True, help="3: with districts.")
def demo(tiers: str) -> None:
    """Build the demonstration province Mẫu Sơn in an empty database and print who may sign in."""
    if not demonstration.build_once(tell=click.echo, tiers=int(tiers)) and not demonstration.is_built():
        raise click.ClickException(
            "The demonstration is built from a checkout of motcua, into a database that holds nothing yet."
        )
    click.echo(demonstration.sign_in_table())


commands = [demo]

"""``motcua simulate-national-portal``."""

import click

from motcua.kernel.web.simulated import until_stopped
from motcua.services.national_portal.simulator.portal import PASSWORD, UNIT, USER, Portal


@click.command("simulate-national-portal")
@click.option("--port", default=8095, show_default=True, help="Port on this machine.")
@click.option("--house", default="http://127.0.0.1:8000", show_default=True, help="Where motcua is told of dossiers.")
@click.option("--token", default="", help="Token of a service with the scope national_portal, to tell of dossiers.")
def simulate_national_portal(port: int, house: str, token: str) -> None:
    """Serve a simulated national portal on this machine, for tests and demonstrations.

    POST /misbehave {"how": "down"} lets it fail (down, silent, late, loses_answers, garbage, slow, refuses,
    forgets_sessions; nothing for health), with "after": 2 when two more requests are answered; POST /file
    {"MaHoSo": …, "files": {"don.pdf": "25504446…"}} files a dossier.
    """
    with Portal(house=house, token=token).serving(port) as url:
        click.echo(f'url = "{url}"\nunit = "{UNIT}"\nusername = "{USER}"\npassword_file = "…" # {PASSWORD}')
        until_stopped()


commands = [simulate_national_portal]

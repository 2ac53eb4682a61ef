"""``motcua simulate-axis``."""

import click

from motcua.engines.exchange.simulator.axis import Axis
from motcua.kernel.web.simulated import until_stopped

AGENCIES = ("H99.01=Sở Tư pháp tỉnh Mẫu Sơn", "H98.01=Sở Tư pháp tỉnh Ví Dụ", "H98.02=Sở Nội vụ tỉnh Ví Dụ")


@click.command("simulate-axis")
@click.option("--port", default=8096, show_default=True, help="Port on this machine.")
@click.option("--agency", "agencies", multiple=True, metavar="CODE=NAME", help="An agency of the axis; repeatable.")
def simulate_axis(port: int, agencies: tuple[str, ...]) -> None:
    """Serve a simulated document axis (provincial REST) on this machine, for tests and demonstrations.

    Each agency signs in with its code as X-SystemId and khoa-CODE as X-SecretKey. POST /misbehave {"how": "down"}
    lets the axis fail (down, silent, dripping, loses_answers, garbage, slow, repeats, reorders, refuses; nothing for
    health), POST /put {"from": …, "to": …, "content": base64} has anything wait for an agency, POST /told tells
    what waits.
    """
    pairs = [each.partition("=") for each in agencies or AGENCIES]
    with Axis({code: name or code for code, _sign, name in pairs}).serving(port) as url:
        click.echo(f"axis: {url}")
        until_stopped()


commands = [simulate_axis]

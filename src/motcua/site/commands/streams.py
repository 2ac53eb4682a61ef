"""``motcua streams``."""

import os
import sys

import click

from motcua.site import configuration


def streams_command(*, address: str, port: int) -> list[str]:
    """The command line that serves the streams: one ASGI process, however many follow.

    Streams have no end that a stopping server could wait for: after two seconds they are cut; followers come again.
    """
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", address, "--port", str(port),
        "--workers", "1", "--workers-kill-timeout", "2", "--backlog", "2048", "--respawn-failed-workers", "--no-ws",
        "--log-level", "warning", "motcua.site.asgi:application",
    ]  # fmt: skip


@click.command("streams")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
def streams(address: str) -> None:
    """Send pages that are being looked at what changes on them (server-sent events), at MOTCUA_STREAMS_PORT.

    A proxy leads /streams/ here. Needs a direct connection to PostgreSQL: LISTEN does not pass a pooler.
    """
    command = streams_command(address=address, port=configuration.streams_port())
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


commands = [streams]

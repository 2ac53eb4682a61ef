"""``motcua web``."""

import os
import sys

import click

from motcua.site import configuration


def granian_command(*, address: str, port: int, workers: int, threads: int) -> list[str]:
    """The command line that serves the site: WSGI, ``threads`` blocking threads in each of ``workers`` processes."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", address, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--backpressure", str(threads * 64),
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning", "motcua.site.wsgi:application",
    ]  # fmt: skip


@click.command("web")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=1, show_default=True, help="Threads a process; more than 1 for the slow lane.")
def web(address: str, workers: int, threads: int) -> None:
    """Serve the web pages. In production: fast lane with one thread, slow lane (uploads, exports) with several."""
    command = granian_command(address=address, port=configuration.port(), workers=workers, threads=threads)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


commands = [web]

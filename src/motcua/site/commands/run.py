"""``motcua run``: the whole house with one command."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from motcua.site import demo as demonstration
from motcua.site.commands.web import granian_command

STOP_SECONDS = 15


class Stopped(Exception):
    """The person or the system asked to stop."""


@click.command("run")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, help="Web processes.")
@click.option("--demo/--no-demo", default=True, help="Build the demonstration province when the database is empty.")
def run(address: str, workers: int, demo: bool) -> None:
    """Start everything: database, migrations, demonstration province, worker and web. Ctrl-C stops it all."""
    _require_free_port(address)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        _bring_up_to_date(demo=demo)
        is_demonstration = demonstration.is_built()
        connection.close()
        if is_demonstration:
            os.environ.setdefault("MOTCUA_DEMO", "1")  # every page says that the data are invented
        web = granian_command(address=address, port=settings.PORT, workers=workers, threads=4)
        children.append(_start(web))
        children.append(_start([sys.executable, "-m", "motcua", "worker"]))
        _announce(address)
        _watch(children)
    except Stopped:
        click.echo("\nStopping …")
    finally:
        _stop_all(children)


def _require_free_port(address: str) -> None:
    """Say so before anything is done; otherwise another program's answer would be taken for ours."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.create_server((address, settings.PORT), family=family).close()
    except OSError as error:
        text = f"Port {settings.PORT} at {address} cannot be used ({error.strerror}); choose another in MOTCUA_PORT."
        raise click.ClickException(text) from error


def _stop(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _bring_up_to_date(*, demo: bool) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        click.echo("Preparing the database …")
        call_command("migrate", verbosity=0)
    if demo:
        demonstration.build_once(tell=click.echo)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this program alone, which then stops its children in order.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own interpreter, no shell


def _announce(address: str) -> None:
    home = f"http://{address}:{settings.PORT}/"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{home}livez", timeout=5).close()  # noqa: S310 - our own address
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.05)
    if table := demonstration.sign_in_table():
        click.echo(table)
    click.echo(f"motcua is at {home}  (Ctrl-C stops it)")


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    while True:
        for child in children:
            if child.poll() is not None:
                click.echo(f"A part of the house has ended with {child.returncode}; the log above says why.", err=True)
                raise Stopped
        time.sleep(0.5)


def _stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


commands = [run]

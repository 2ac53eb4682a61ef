"""``motcua run``: the whole house with one command.

This process loads no Django: it starts the database, has it prepared when that is needed, and looks after its
children. So the second start waits for the web process alone.
"""

import importlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import click

from motcua.site import configuration, preparing
from motcua.site.commands.streams import streams_command
from motcua.site.commands.web import granian_command

STOP_SECONDS = 15
STOPPING = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """The person or the system asked to stop."""


@click.command("run")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, help="Web processes.")
@click.option("--demo/--no-demo", default=True, help="Build the demonstration province when the database is empty.")
def run(address: str, workers: int, demo: bool) -> None:
    """Start everything: database, migrations, demonstration, worker, verifier, streams, web. Ctrl-C stops it all."""
    port = configuration.port()
    # Reading the settings checks every variable: a wrong one is told here, not in the log of a child.
    importlib.import_module("motcua.site.settings")
    _require_free_port(address, port)
    for number in STOPPING:
        signal.signal(number, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        _prepare(children, demo=demo)
        note = preparing.read(configuration.home())
        if note is not None and note.sign_ins:
            os.environ.setdefault("MOTCUA_DEMO", "1")  # every page says that the data are invented
        streams_port = _free_port(address)
        os.environ.setdefault("MOTCUA_STREAMS_URL", f":{streams_port}")
        web = _start(granian_command(address=address, port=port, workers=workers, threads=4), children)
        home = f"http://{address}:{port}/"
        _wait_for(home, web)  # before the others start: together they would take four times as long
        _start(streams_command(address=address, port=streams_port), children)
        _start([sys.executable, "-m", "motcua", "worker"], children)
        _start([sys.executable, "-m", "motcua", "verifier"], children)
        if note is not None and note.sign_ins:
            click.echo(note.sign_ins)
        click.echo(f"motcua is at {home}  (Ctrl-C stops it)")
        _watch(children)
    except Stopped:
        click.echo("\nStopping …")
    finally:
        _stop_all(children)


def _require_free_port(address: str, port: int) -> None:
    """Say so before anything is done; otherwise another program's answer would be taken for ours."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.create_server((address, port), family=family).close()
    except OSError as error:
        text = f"Port {port} at {address} cannot be used ({error.strerror}); choose another in MOTCUA_PORT."
        raise click.ClickException(text) from error


def _free_port(address: str) -> int:
    """A port for the streams, which pages name themselves."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as free:
        port: int = free.getsockname()[1]
    return port


def _stop(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _prepare(children: list[subprocess.Popen[bytes]], *, demo: bool) -> None:
    """Run ``motcua prepare`` unless its note still holds. Raises ``ClickException`` when it fails."""
    if preparing.is_prepared(configuration.home(), configuration.database_url()):
        return
    child = _start([sys.executable, "-m", "motcua", "prepare", "--demo" if demo else "--no-demo"], children)
    failed = child.wait()
    children.remove(child)
    if failed:
        raise click.ClickException("The database could not be prepared; the lines above say why.")


def _start(command: list[str], children: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Start one more child. Who asks to stop meanwhile is heard when it is among the others: it would stay behind."""
    asked: list[int] = []
    heard = {number: signal.signal(number, lambda number, _frame: asked.append(number)) for number in STOPPING}
    # A session of its own: Ctrl-C reaches this program alone, which then stops its children in order.
    child = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own interpreter, no shell
    children.append(child)
    for number, handler in heard.items():
        signal.signal(number, handler)
    if asked:
        raise Stopped
    return child


def _wait_for(home: str, web: subprocess.Popen[bytes]) -> None:
    """Until the first page has been answered, whatever it says; no longer than a minute, nor for a process that ended.

    It is asked for here so that whoever opens it next finds it made.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and web.poll() is None:
        try:
            left = max(1, deadline - time.monotonic())
            urllib.request.urlopen(home, timeout=left).close()  # noqa: S310 - our own address
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)


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
            os.killpg(child.pid, signal.SIGKILL)  # its own children too: a web process left behind keeps the port
            child.wait()


commands = [run]

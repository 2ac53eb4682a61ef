"""``motcua run`` as a person uses it: from the command to the first page, and what all of it holds in memory."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.house import ROOT, House
from benchmarks.meters import family, memory_of
from benchmarks.results import Result, at_most
from benchmarks.servers import free_port
from benchmarks.visitors import HOST, HttpVisitor

SECONDS, ALL_MB, REQUESTS = 5, 1024, 10_000
PATIENCE = 600
OFFICER, PASSWORD = "cv.mauson", "mau-son-2026"  # of the demonstration
PATHS = ("/desk/", "/desk/inbox/", "/desk/dossiers/", "/", "/procedures/")


def measure(house: House) -> Iterator[Result]:
    """A home of its own: the first start builds the demonstration, the second is the one that is timed."""
    with tempfile.TemporaryDirectory(prefix="motcua-run-") as home, _readable(Path(home)):
        with _running(Path(home)) as (_pid, first, _port):
            pass
        with _running(Path(home)) as (pid, second, port):
            yield Result(what="first start to the first page, demonstration built", figure=f"{first:.1f} s")
            yield at_most("second start to the first page", second, SECONDS, "s")
            _ask(port)
            held = _memory(pid, Path(home)) / 2**20
            yield at_most(f"all of `motcua run` after {REQUESTS:,} requests", held, ALL_MB, "MB")


@contextmanager
def _readable(home: Path) -> Iterator[None]:
    """The database's own user must pass through the folder."""
    home.chmod(0o755)
    yield


@contextmanager
def _running(home: Path) -> Iterator[tuple[int, float, int]]:
    """The program, the seconds it took to its first page, its port."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MOTCUA_", "DJANGO_"))}
    environment |= {"MOTCUA_HOME": str(home), "MOTCUA_PORT": str(port)}
    command = [sys.executable, "-m", "motcua", "run"]
    began = time.monotonic()
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            yield process.pid, _first_page(port, began), port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _first_page(port: int, began: float) -> float:
    while time.monotonic() - began < PATIENCE:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", "/")
            response = connection.getresponse()
            response.read()
        except OSError:
            time.sleep(0.02)
            continue
        assert response.status == 200, response.status
        return time.monotonic() - began
    raise TimeoutError("motcua run shows no page")


def _memory(pid: int, home: Path) -> int:
    """Bytes of everything that was started, PostgreSQL with its sessions included (PSS)."""
    (postmaster,) = home.rglob("postmaster.pid")
    database = int(postmaster.read_text().split()[0])
    return sum(map(memory_of, {*family(pid), *family(database)}))


def _ask(port: int) -> None:
    officer = HttpVisitor(_signed_in(port), port)
    for turn in range(REQUESTS):
        answer = officer.get(PATHS[turn % len(PATHS)])
        assert answer.status == 200, answer


def _signed_in(port: int) -> str:
    """The cookies of an officer who typed the demonstration's password."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", "/account/sign-in/")
    response = connection.getresponse()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', response.read().decode()))
    cookies = _cookies(response)
    body = urlencode({"csrfmiddlewaretoken": token, "username": OFFICER, "password": PASSWORD})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/account/sign-in/", body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302, answer.status
    return f"{cookies}; {_cookies(answer)}"


def _cookies(response: http.client.HTTPResponse) -> str:
    return "; ".join(header.partition(";")[0] for header in response.headers.get_all("Set-Cookie", []))

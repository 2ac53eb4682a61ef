"""Starting the house's own server for a measurement, and stopping it."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.house import ROOT, House
from benchmarks.meters import cpu_of, family, memory_of
from benchmarks.visitors import HOST
from motcua.site.commands.web import granian_command


@dataclass(frozen=True)
class Server:
    """A running server: its port and the processes that do its work."""

    port: int
    pid: int

    @property
    def cpu(self) -> float:
        """CPU seconds of all its processes so far."""
        return sum(map(cpu_of, family(self.pid)))

    @property
    def memory(self) -> int:
        """Bytes that all its processes hold."""
        return sum(map(memory_of, family(self.pid)))

    @property
    def largest_process(self) -> int:
        """Bytes that its largest process holds: the worker."""
        return max(map(memory_of, family(self.pid)))


@contextmanager
def serving(house: House, database: str, *, threads: int = 1) -> Iterator[Server]:
    """The web server as ``motcua web`` starts it, one worker."""
    port = free_port()
    command = granian_command(address=HOST, port=port, workers=1, threads=threads)
    with subprocess.Popen(command, env=house.environment_of(database), cwd=ROOT) as process:
        try:
            wait_for(port)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, *, seconds: float = 120) -> float:
    """Wait until the server answers; returns how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=10)
            connection.request("GET", "/livez")
            connection.getresponse().read()
            return time.monotonic() - began
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing answers on port {port}")

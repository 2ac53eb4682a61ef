"""The verification service of a machine: started once, it forks a fresh, bounded process for every file.

It has the libraries loaded and warmed up, so a fork judges at once; a file that eats memory or time, or makes a
library crash, takes only its own process along, and nothing of one file is left for the next. It listens on a socket
that only its own user may open, knows no settings and no database, and reads nothing itself.
"""

import gc
import os
import selectors
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from motcua.engines.signing.verification import isolated
from motcua.engines.signing.verification.sample import warm_up
from motcua.engines.signing.verification.verdicts import unverifiable

AT_ONCE = 2
WAITING = 64


def address(folder: int, name: str) -> str:
    """The address of a socket in an open folder: short, whatever the path (a socket's has room for 108 bytes)."""
    return f"/proc/self/fd/{folder}/{name}"


def listen(path: Path) -> socket.socket:
    """A socket at ``path`` for this user alone; what an earlier service left there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = os.open(path.parent, os.O_DIRECTORY)
    try:
        with suppress(FileNotFoundError):
            os.unlink(path.name, dir_fd=folder)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listening.bind(address(folder, path.name))
        finally:
            os.umask(before)
    finally:
        os.close(folder)
    listening.listen(WAITING)
    return listening


@dataclass
class Service:
    """Serves a listening socket until the process is told to stop; ``at_once`` files are judged side by side."""

    listening: socket.socket
    at_once: int = AT_ONCE
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _running: int = 0

    def run(self) -> None:
        """Warm up, then accept and fork for ever."""
        warm_up()
        # Memory that no collection touches stays shared with the children, and these live too short to need one.
        gc.collect()
        gc.disable()
        self._accepting(True)
        while True:
            for key, _events in self._selector.select():
                act: Callable[[], None] = key.data
                act()

    def _accepting(self, wanted: bool) -> None:
        if wanted:
            self._selector.register(self.listening, selectors.EVENT_READ, self._accept)
        else:
            self._selector.unregister(self.listening)

    def _accept(self) -> None:
        connection, _address = self.listening.accept()
        child = os.fork()
        if child == 0:
            self._judge(connection)
        watched = os.pidfd_open(child)
        self._selector.register(watched, selectors.EVENT_READ, lambda: self._ended(child, watched, connection))
        self._running += 1
        if self._running == self.at_once:
            self._accepting(False)

    def _judge(self, connection: socket.socket) -> None:
        """The child's whole life."""
        status = 1
        try:
            isolated.bound(isolated.SECONDS)
            self.listening.close()
            with connection, connection.makefile("rb") as incoming, connection.makefile("wb") as outgoing:
                isolated.serve(incoming, outgoing)
            status = 0
        finally:
            os._exit(status)

    def _ended(self, child: int, watched: int, connection: socket.socket) -> None:
        _pid, status = os.waitpid(child, 0)
        self._selector.unregister(watched)
        os.close(watched)
        with connection, suppress(OSError):
            code = os.waitstatus_to_exitcode(status)
            if code:
                connection.settimeout(1)
                connection.sendall(isolated.answer(unverifiable(isolated.problem_of(code))))
        if self._running == self.at_once:
            self._accepting(True)
        self._running -= 1


def run(path: Path, *, at_once: int = AT_ONCE) -> None:
    """Be the service at ``path`` until SIGTERM or SIGINT."""
    listening = listen(path)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        Service(listening, at_once=at_once).run()
    except SystemExit:
        path.unlink(missing_ok=True)
        raise


def _stop(number: int, frame: object) -> None:
    raise SystemExit(0)

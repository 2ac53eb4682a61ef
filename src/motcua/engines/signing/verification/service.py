"""The verification service of a machine: a few processes, bounded and kept warm, that judge one file after another.

Its parent has the libraries loaded and warmed up, forks the judges and replaces those that end: after so many files,
or at once when a file eats memory or time or makes a library crash. It listens on a socket that only its own user may
open, and knows no settings, no database and no secrets.
"""

import gc
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from motcua.engines.signing.verification import isolated
from motcua.engines.signing.verification.sample import warm_up
from motcua.kernel import bounded

AT_ONCE = 2
WAITING = 64
# What one file may have left behind is gone after so many.
FILES = 50
# A judge looks so often (seconds) whether its parent still lives, and the parent whether it shall stop.
IDLE = 5
# Between two replacements, so that a judge that cannot even start does not keep the machine busy.
PAUSE = 0.05
TO_STOP = (signal.SIGTERM, signal.SIGINT)


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
    """Keeps ``at_once`` judges at a listening socket until the process is told to stop."""

    listening: socket.socket
    at_once: int = AT_ONCE
    _judges: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Warm up, then replace every judge that ends."""
        warm_up()
        # Memory that no collection touches stays shared with the judges.
        gc.collect()
        gc.freeze()
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        while True:
            while len(self._judges) < self.at_once:
                self._fork(parent)
            ended, _status = os.waitpid(-1, os.WNOHANG)
            if not ended:
                # Not without end: a signal to stop that came just before this would wait for the next death.
                signal.sigtimedwait({signal.SIGCHLD}, IDLE)
                continue
            self._judges.discard(ended)
            time.sleep(PAUSE)

    def stop(self) -> None:
        """End the judges, whatever they are at."""
        for judge in self._judges:
            with suppress(ProcessLookupError):
                os.kill(judge, signal.SIGKILL)

    def _fork(self, parent: int) -> None:
        # A signal to stop waits meanwhile: what it raises amid the callbacks of a fork is lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_STOP)
        judge = os.fork()
        if judge == 0:
            try:
                _judge(self.listening, parent)
            finally:
                os._exit(1)
        self._judges.add(judge)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_STOP)


def _judge(listening: socket.socket, parent: int) -> None:
    """A judge's whole life: so many files, each with the full time."""
    for number in TO_STOP:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_STOP)
    isolated.bound()
    listening.settimeout(IDLE)
    for _file in range(FILES):
        connection = _accepted(listening, parent)
        bounded.allow(isolated.SECONDS)
        with connection, connection.makefile("rb") as incoming, connection.makefile("wb") as outgoing:
            # Who asks learns that the waiting is over, and has as long to send the file.
            connection.sendall(isolated.BEGUN)
            with suppress(BrokenPipeError, ConnectionResetError):
                request = isolated.read(incoming)
                # Who is slow in sending takes nothing from the file's time; so whoever has sent all of it and sees
                # this process die before that time knows that it was not the time (``client``).
                bounded.allow(isolated.allowed(request[0]))
                outgoing.write(isolated.work(*request))
                outgoing.flush()
        bounded.rest()
    os._exit(0)


def _accepted(listening: socket.socket, parent: int) -> socket.socket:
    while True:
        try:
            connection, _address = listening.accept()
        except TimeoutError:
            if os.getppid() != parent:
                os._exit(0)
            continue
        connection.settimeout(None)
        return connection


def run(path: Path, *, at_once: int = AT_ONCE) -> None:
    """Be the service at ``path`` until SIGTERM or SIGINT."""
    for number in TO_STOP:
        signal.signal(number, _stop)
    service = Service(listen(path), at_once)
    try:
        service.run()
    finally:
        service.stop()
        path.unlink(missing_ok=True)


def _stop(number: int, frame: object) -> None:
    raise SystemExit(0)

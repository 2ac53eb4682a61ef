"""Asking the process that makes PDFs of pictures (``isolated``): started, listened to, ended when it takes long."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from motcua.engines.scanning import programs
from motcua.engines.scanning.protocol import ANSWER, REQUEST, Problem, ScanError, Seen, Source

MAKER = "motcua.engines.scanning.isolated"
SECONDS = 1_800
"""By the clock, for a whole stack; single pages have their own bounds."""
FOLDER = "motcua-scan-"
MOST_ANSWER = 32 * 1024 * 1024

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Product:
    """A PDF that was made, while its folder is there."""

    path: Path
    pages: int
    recognised: bool
    text: str
    codes: tuple[str, ...]


@contextmanager
def made(
    sources: Sequence[Source], *, progress: Progress, seconds: float = SECONDS, recognise: bool = True
) -> Iterator[Product]:
    """The PDF made of these files; its folder goes when the block ends. Raises :class:`ScanError`.

    ``recognise`` false: pages are joined as they are.
    """
    with _answered(sources, progress, seconds, recognise=recognise) as told:
        path, codes = Path(told["path"]), tuple(told["codes"])
        yield Product(path, told["pages"], told["recognised"], told["text"], codes)


def looked(source: Source, *, progress: Progress, seconds: float = SECONDS) -> list[Seen]:
    """What the pages of a stack are (:mod:`looking`). Raises :class:`ScanError`."""
    with _answered([source], progress, seconds, look=True) as told:
        return [Seen(**each) for each in told["seen"]]


@contextmanager
def _answered(
    sources: Sequence[Source], progress: Progress, seconds: float, *, look: bool = False, recognise: bool = True
) -> Iterator[dict[str, Any]]:
    """What the process answers, while its folder is there."""
    _sweep()
    with TemporaryDirectory(prefix=FOLDER) as name:
        folder = Path(name)
        request = {
            "sources": [{**asdict(each), "path": str(each.path)} for each in sources],
            "recognise": recognise and not programs.missing(),
            "look": look,
        }
        (folder / REQUEST).write_text(json.dumps(request))
        yield _answer(folder, _run(folder, progress, seconds))


def _sweep() -> None:
    """Delete the folders that killed workers left behind on this machine: papers of people are in them."""
    for left in Path(gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):
            told = left.lstat()
            if told.st_uid == os.getuid() and told.st_mtime < time.time() - 2 * SECONDS:
                rmtree(left)


def _run(folder: Path, progress: Progress, seconds: float) -> int:
    # Only what programs need: no setting of ours, and one core for a scan however many the machine has.
    surroundings = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
    }
    running = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", MAKER, str(folder)],
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    late = threading.Timer(seconds, os.killpg, [running.pid, signal.SIGKILL])
    late.start()
    try:
        assert running.stdout is not None
        with running.stdout as lines:
            for line in lines:
                told = json.loads(line)
                progress(told["stage"], told["done"], told["of"])
        os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
    finally:
        # Until it is waited for, its number stays that of its group, to which the programs belong that it has started:
        # one of them may have outlived it.
        late.cancel()
        late.join()
        os.killpg(running.pid, signal.SIGKILL)
        status = running.wait()
    return status


def _answer(folder: Path, status: int) -> dict[str, Any]:
    kept = folder / ANSWER
    if not kept.is_file():
        slow = status in (-signal.SIGKILL, -signal.SIGXCPU)
        raise ScanError(Problem.TOO_SLOW if slow else Problem.DAMAGED)
    if kept.stat().st_size > MOST_ANSWER:
        raise ScanError(Problem.DAMAGED)
    told: dict[str, Any] = json.loads(kept.read_text())
    if "problem" in told:
        raise ScanError(Problem(told["problem"]))
    return told

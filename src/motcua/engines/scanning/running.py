"""Asking the process that makes PDFs of pictures (``isolated``): started, listened to, ended when it takes long."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from motcua.engines.scanning import programs
from motcua.engines.scanning.protocol import ANSWER, REQUEST, Problem, ScanError, Source

MAKER = "motcua.engines.scanning.isolated"
SECONDS = 1_800
"""By the clock, for a whole stack; single pages have their own bounds."""

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
def made(sources: Sequence[Source], *, progress: Progress, seconds: float = SECONDS) -> Iterator[Product]:
    """The PDF made of these files; its folder goes when the block ends. Raises :class:`ScanError`."""
    with TemporaryDirectory(prefix="motcua-scan-") as name:
        folder = Path(name)
        request = {
            "sources": [{"path": str(each.path), "media_type": each.media_type} for each in sources],
            "recognise": not programs.missing(),
        }
        (folder / REQUEST).write_text(json.dumps(request))
        yield _product(folder, _run(folder, progress, seconds))


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
    late = threading.Timer(seconds, _end, [running])
    late.start()
    try:
        assert running.stdout is not None
        with running.stdout as lines:
            for line in lines:
                told = json.loads(line)
                progress(told["stage"], told["done"], told["of"])
        return running.wait()
    finally:
        late.cancel()
        _end(running)


def _end(running: "subprocess.Popen[str]") -> None:
    """With the programs that it has started: they are of its group."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _product(folder: Path, status: int) -> Product:
    kept = folder / ANSWER
    if not kept.is_file():
        slow = status in (-signal.SIGKILL, -signal.SIGXCPU)
        raise ScanError(Problem.TOO_SLOW if slow else Problem.DAMAGED)
    told = json.loads(kept.read_text())
    if "problem" in told:
        raise ScanError(Problem(told["problem"]))
    return Product(Path(told["path"]), told["pages"], told["recognised"], told["text"], tuple(told["codes"]))

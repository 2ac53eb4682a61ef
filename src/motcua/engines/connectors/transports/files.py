"""Questions and answers as files: each appears whole under its name, and is taken by one worker alone.

``out`` holds questions for the system, ``in`` its answers under the same names; what was understood goes to ``done``,
what was not to ``failed`` with a note beside it. ``work`` is where an answer lies while it is read.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from motcua.engines.connectors import config
from motcua.engines.connectors.spec import Operation

AT_ONCE = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(json|xml)")
_PARTS = ("out", "in", "done", "failed", "work")


class Drop:
    """The folder of a name. Raises ``Misconfigured`` for an unknown one, ``OSError`` for one that cannot be used."""

    def __init__(self, name: str) -> None:
        self.path = config.folder_of(name)
        for part in _PARTS:
            (self.path / part).mkdir(mode=0o2770, exist_ok=True)

    def lay_out(self, operation: Operation, code: str, call: UUID, content: bytes) -> None:
        """Lay a question out. Once more it is the same file. Raises ``OSError``, and leaves nothing half written."""
        name = f"{code}-{call}.{operation.form}"
        scratch = self.path / "work" / f".{name}.part"
        try:
            with scratch.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self.path / "out" / name)
        finally:
            scratch.unlink(missing_ok=True)

    def waiting(self) -> Iterator[str]:
        """The names of answers that lie there; what has another name is no answer, hidden files are on their way."""
        with os.scandir(self.path / "in") as found:
            names = sorted(each.name for each in found if not each.name.startswith("."))
        yield from names[:AT_ONCE]

    def take(self, name: str) -> Path | None:
        """The answer for this worker alone; none when another was faster."""
        mine = self.path / "work" / name
        try:
            (self.path / "in" / name).rename(mine)
        except FileNotFoundError:
            return None
        os.utime(mine, follow_symlinks=False)  # its age says since when somebody reads it
        return mine

    def give_back(self, older_than: float) -> None:
        """What a worker that died had taken lies among the answers again. ``older_than``: seconds since the epoch."""
        with os.scandir(self.path / "work") as found:
            for each in found:
                with suppress(FileNotFoundError):
                    if each.stat(follow_symlinks=False).st_mtime < older_than and not each.name.startswith("."):
                        (self.path / "work" / each.name).rename(self.path / "in" / each.name)

    def put_away(self, taken: Path, *, fault: str = "") -> None:
        """Keep an answer that was read, or was not understood, with why."""
        target = self.path / ("failed" if fault else "done")
        if fault:
            (target / f"{taken.name}.txt").write_text(f"{fault}\n")
        taken.replace(target / taken.name)


def call_of(name: str) -> tuple[UUID, str] | None:
    """The question that a file answers, and the form of the answer; none for a name that is no answer's."""
    found = _NAME.fullmatch(name)
    return (UUID(found[1]), found[2]) if found else None


def content_of(path: Path, most: int) -> bytes | None:
    """The content of a plain file of at most so many bytes; links lead elsewhere and are not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        content = file.read(most + 1)
    return content if len(content) <= most else None

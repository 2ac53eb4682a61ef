"""Jobs that only tests enqueue. Their effects are files, which a killed worker cannot roll back."""

import time
from pathlib import Path

from motcua.kernel.errors import Refused
from motcua.kernel.jobs import task


@task(name="tests.note")
def note(folder: str, line: str) -> None:
    with (Path(folder) / "notes").open("a") as notes:
        notes.write(f"{line}\n")


@task(name="tests.wait_for_go")
def wait_for_go(folder: str) -> None:
    note(folder=folder, line="started")
    while not (Path(folder) / "go").exists():
        time.sleep(0.02)
    (Path(folder) / "done").write_text("once or twice, the same")


@task(name="tests.break_down")
def break_down() -> None:
    raise ValueError("broken")


@task(name="tests.refuse")
def refuse() -> None:
    raise Refused("no")

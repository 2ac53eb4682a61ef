"""Jobs that only tests enqueue. Their effects are files, which a killed worker cannot roll back."""

import time
from pathlib import Path

from motcua.kernel.errors import Refused
from motcua.kernel.jobs import task


@task(name="tests.note", queue="tests")
def note(folder: str, line: str) -> None:
    with (Path(folder) / "notes").open("a") as notes:
        notes.write(f"{line}\n")


@task(name="tests.wait_for_go", queue="tests")
def wait_for_go(folder: str) -> None:
    note(folder=folder, line="started")
    for _turn in range(3000):
        if (Path(folder) / "go").exists():
            break
        time.sleep(0.02)
    else:
        raise TimeoutError("Nobody said go.")
    (Path(folder) / "done").write_text("once or twice, the same")


@task(name="tests.break_down", queue="tests")
def break_down() -> None:
    raise ValueError("broken")


@task(name="tests.refuse", queue="tests")
def refuse() -> None:
    raise Refused("no")

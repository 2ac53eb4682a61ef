"""Somebody at the desk who answers the agent's questions as a test has told them; what was asked is written down.

Runs in place of the agent's window: ``python person.py FOLDER``. ``answers`` holds one answer a line, used in order;
with none left the person says no.
"""

import json
import sys
from pathlib import Path
from typing import Any


class Person:
    """The test's side of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._answers, self._asked = folder / "answers", folder / "asked"
        self.command = [sys.executable, "-I", "-S", str(Path(__file__)), str(folder)]  # without packages: at once

    def will_say(self, *answers: dict[str, Any]) -> None:
        """Set what is answered from now on, and forget what was asked."""
        self._answers.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
        self._asked.write_text("")

    @property
    def was_asked(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._asked.read_text().splitlines()]


def main(folder: Path) -> None:
    with (folder / "asked").open("a") as asked:
        asked.write(json.dumps(json.load(sys.stdin)) + "\n")
    left = (folder / "answers").read_text().splitlines()
    (folder / "answers").write_text("".join(line + "\n" for line in left[1:]))
    sys.stdout.write(left[0] if left else "{}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

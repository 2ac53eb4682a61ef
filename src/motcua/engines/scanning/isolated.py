"""What bounds the process that opens pictures and files from anywhere, and how it is asked.

``python -m motcua.engines.scanning.isolated FOLDER`` reads ``request.json`` in the folder, writes lines of JSON that
tell how far it is, and leaves ``answer.json``. The programs that it calls inherit the bounds.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from motcua.engines.scanning.looking import look
from motcua.engines.scanning.making import make
from motcua.engines.scanning.protocol import ANSWER, REQUEST, Problem, ScanError, Source
from motcua.kernel import bounded

MEMORY = 2 * 1024**3
FILE = 2 * 1024**3
CPU_SECONDS = 900


def answer(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Make what is asked for: the PDF, or what the pages of a stack are; or the problem."""
    sources = [Source(Path(each["path"]), each["media_type"], each["pages"]) for each in request["sources"]]
    try:
        if request["look"]:
            return {"seen": [asdict(each) for each in look(sources[0], folder, tell=_tell)]}
        made = make(sources, folder, recognise=request["recognise"], tell=_tell)
    except ScanError as error:
        return {"problem": error.problem.value}
    except MemoryError:
        return {"problem": Problem.TOO_LARGE.value}
    except subprocess.TimeoutExpired:
        return {"problem": Problem.TOO_SLOW.value}
    return made.as_json()


def _tell(stage: str, done: int, of: int) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "done": done, "of": of}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    asked = json.loads((place / REQUEST).read_text())
    bounded.bound(MEMORY, files=FILE)
    bounded.allow(CPU_SECONDS, by_the_clock=False)  # whoever asks looks at the clock
    (place / ANSWER).write_text(json.dumps(answer(asked, place)))
    sys.stdout.flush()
    # Whatever the libraries left behind is not worth an orderly end.
    os._exit(0)

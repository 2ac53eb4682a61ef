"""Checking the template of a procedure package before it is published, in a process of its own.

A template can loop or ask for all memory there is; the check is where that may happen without stopping a counter.
What passed is remembered: who mends one line of a package after the other has its other templates set only once.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from motcua.engines.rendering.templates import package_problems, unpack_template
from motcua.engines.rendering.typesetting import check_template
from motcua.kernel import bounded

SECONDS = 20
MEMORY = 2 * 1024 * 1024 * 1024
FILES = 64 * 1024 * 1024
MOST_KEPT = 256
_passed: set[bytes] = set()


def check_package(
    files: Mapping[str, bytes], main: str, sample: Mapping[str, Any], *, seconds: int = SECONDS
) -> list[str]:
    """The problems of a package's template, one English sentence each: its files, then compiling with ``sample``."""
    problems = package_problems(files, main)
    if problems:
        return problems
    encoded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    request = json.dumps({"files": encoded, "main": main, "sample": sample})
    digest = hashlib.sha256(request.encode()).digest()
    if digest in _passed:
        return []
    command = [sys.executable, "-m", "motcua.engines.rendering.publication", str(seconds)]
    try:
        # The command holds nothing that came with the package.
        done = subprocess.run(  # noqa: S603
            command, input=request, capture_output=True, text=True, timeout=seconds + 10, check=True
        )
    except subprocess.SubprocessError:
        return [f"{main}: compiling took more than {seconds} seconds of work or {MEMORY} bytes of memory"]
    problems = [str(problem) for problem in json.loads(done.stdout)]
    if not problems:  # what is wrong today, such as fonts that are missing, need not be wrong tomorrow
        if len(_passed) >= MOST_KEPT:
            _passed.clear()
        _passed.add(digest)
    return problems


def main() -> None:
    """The separate process: bound itself, compile, tell the problems."""
    seconds = int(sys.argv[1])
    bounded.bound(MEMORY, files=FILES)
    bounded.allow(seconds, by_the_clock=False)
    request = json.load(sys.stdin)
    files = {name: base64.b64decode(content) for name, content in request["files"].items()}
    with tempfile.TemporaryDirectory() as folder:
        template = unpack_template(files, request["main"], into=Path(folder))
        json.dump(check_template(template, request["sample"]), sys.stdout)


if __name__ == "__main__":
    main()

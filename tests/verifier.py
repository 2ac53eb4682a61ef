"""The verification service, running for tests."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RUN = (
    "import sys; from pathlib import Path; from motcua.engines.signing.verification import service;"
    "service.run(Path(sys.argv[1]))"
)


@contextmanager
def running_verifier(path: Path) -> Iterator[Path]:
    """The service at a socket until the block ends."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(path)])
    try:
        while not path.exists():
            assert process.poll() is None, "the service has ended"
            time.sleep(0.02)
        yield path
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0

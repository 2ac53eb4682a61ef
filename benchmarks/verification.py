"""What it costs to judge a signed PDF: in process, and in the service with its fork and its queue."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.engines.signing import pki as authorities
from tests.engines.signing.factories import AT
from tests.engines.signing.signed import signed_to

from benchmarks.house import House
from benchmarks.meters import TICKS, family, memory_of, p95
from benchmarks.results import Result, at_most
from motcua.engines.signing.verification import Level, State, examine, verify

ROUNDS, EACH, CLIENTS, FILES = 5, 10, 4, 10
LTA_MS, HONEST_SECONDS = 80, 2.0
_RUN = "import sys; from pathlib import Path; from motcua.engines.signing.verification import service; "


def measure(house: House) -> Iterator[Result]:
    """Every level in process; B-B and B-LTA in the service."""
    with tempfile.TemporaryDirectory() as keys, authorities.running(Path(keys)) as pki:
        files = {level: signed_to(pki, level) for level in (Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA)}
        anchors = [pki.certificate("root")]
    for level, pdf in files.items():
        what = f"CPU of judging a {level} PDF of {len(pdf) // 1024} KB"
        cost = _in_process(pdf, anchors)
        if level is Level.B_LTA:
            yield at_most(what, cost, LTA_MS, "ms")
        else:
            yield Result(what=what, figure=f"{cost:.1f} ms")
    with _service() as (path, process):
        cost = _in_the_service(files[Level.B_LTA], anchors, path, process)
        yield at_most("the same B-LTA in the service, socket and replacements of judges included", cost, LTA_MS, "ms")
        waits = _crowd(files[Level.B_B], anchors, path)
        what = f"B-B in the service, wall, p95 of {CLIENTS} who ask at once, queue included"
        yield at_most(what, p95(waits), HONEST_SECONDS, "s", note=f" (median {median(waits):.2f} s)")
        memory = sum(memory_of(pid) for pid in family(process.pid))
        yield Result(what="memory of the service with its judges", figure=f"{memory / 2**20:.0f} MiB")


def _in_process(pdf: bytes, anchors: list[bytes]) -> float:
    """Milliseconds of CPU, the median of rounds after one that warms up."""
    found = []
    for number in range(ROUNDS + 1):
        began = time.process_time()
        for _time in range(EACH):
            (verdict,) = examine(pdf, anchors=anchors, at=AT)
        if number:
            found.append((time.process_time() - began) * 1000 / EACH)
    assert verdict.state is State.VALID
    return median(found)


@contextmanager
def _service() -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "verifier.sock"
        process = subprocess.Popen([sys.executable, "-c", f"{_RUN} service.run(Path(sys.argv[1]))", str(path)])
        while not path.exists():
            time.sleep(0.05)
        try:
            yield path, process
        finally:
            process.terminate()
            process.wait()


def _in_the_service(pdf: bytes, anchors: list[bytes], path: Path, process: subprocess.Popen[bytes]) -> float:
    """Milliseconds of CPU of the service and its judges for one file."""
    (verdict,) = verify(pdf, anchors=anchors, at=AT, service=path)
    assert verdict.state is State.VALID
    began, count = _with_children(process.pid), ROUNDS * EACH
    for _time in range(count):
        verify(pdf, anchors=anchors, at=AT, service=path)
    return (_with_children(process.pid) - began) * 1000 / count


def _with_children(pid: int) -> float:
    """CPU seconds of a process, of its children, and of those that have ended."""
    lines = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in family(pid)]
    return sum(int(part) for parts in lines for part in parts[11:15]) / TICKS


def _crowd(pdf: bytes, anchors: list[bytes], path: Path) -> list[float]:
    """Seconds that each of many files took from asking to its verdict."""
    waits: list[float] = []

    def ask() -> None:
        for _file in range(FILES):
            began = time.monotonic()
            verify(pdf, anchors=anchors, at=AT, service=path)
            waits.append(time.monotonic() - began)

    clients = [threading.Thread(target=ask) for _client in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return waits

"""What it costs to judge a signed PDF: in process, and in the service with its fork and its queue."""

import os
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
from benchmarks.meters import family, memory_of, p95
from benchmarks.results import Result, at_most
from motcua.engines.signing.verification import Level, State, examine, isolated, verify

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
    cost = _in_a_judge(files[Level.B_LTA], anchors)
    yield at_most("the same B-LTA in a judge of the service, forked and bounded", cost, LTA_MS, "ms")
    with _service() as (path, process):
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


def _in_a_judge(pdf: bytes, anchors: list[bytes]) -> float:
    """As :func:`_in_process`, in a process made as the service makes its judges."""
    reading, writing = os.pipe()
    judge = os.fork()
    if judge == 0:
        isolated.bound()
        os.write(writing, str(_in_process(pdf, anchors)).encode())
        os._exit(0)
    os.waitpid(judge, 0)
    os.close(writing)
    with open(reading) as answered:
        return float(answered.read())


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

"""What it costs to judge a signed PDF: in process, and in the service with its fork and its queue."""

import io
import json
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

import pikepdf
from pyhanko.pdf_utils import embed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from tests.engines.signing import bad_files
from tests.engines.signing import pki as authorities
from tests.engines.signing.factories import AT, decision
from tests.engines.signing.signed import issued, signed_to

from benchmarks.house import House
from benchmarks.meters import additions, family, memory_of, p95
from benchmarks.results import Result, at_most, cpu_at_most
from motcua.engines.signing.verification import Level, State, examine, isolated, verify

ROUNDS, EACH, CLIENTS, FILES = 5, 10, 4, 10
LTA_MS, HONEST_SECONDS = 80, 2.0
_RUN = "import sys; from pathlib import Path; from motcua.engines.signing.verification import service; "


def measure(house: House) -> Iterator[Result]:
    """Every level in process; B-B, B-LTA and large files in the service."""
    with tempfile.TemporaryDirectory() as keys, authorities.running(Path(keys)) as pki:
        files = {level: signed_to(pki, level) for level in (Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA)}
        house_made = issued(pki)
        large = {
            "30 MB": issued(pki, _of_megabytes(29)),
            "500 pages, six revisions": issued(pki, _of_pages(500)),
        }
        anchors = [pki.certificate("root")]
    for level, pdf in files.items():
        what = f"CPU of judging a {level} PDF of {len(pdf) // 1024} KB"
        cost, pace = _in_process(pdf, anchors)
        if level is Level.B_LTA:
            yield cpu_at_most(what, cost, pace, LTA_MS)
        else:
            yield Result(what=what, figure=f"{cost:.1f} ms")
    what = (
        f"the same of a B-LTA with leader's signature and seal, {len(house_made) // 1024} KB, as the house issues it"
    )
    yield cpu_at_most(what, *_in_process(house_made, anchors), LTA_MS)
    cost, pace = _in_a_judge(files[Level.B_LTA], anchors)
    yield cpu_at_most("the B-LTA with one signature in a judge of the service, forked and bounded", cost, pace, LTA_MS)
    with _service() as (path, process):
        waits = _crowd(files[Level.B_B], anchors, path)
        what = f"B-B in the service, wall, p95 of {CLIENTS} who ask at once, queue included"
        yield at_most(what, p95(waits), HONEST_SECONDS, "s", note=f" (median {median(waits):.2f} s)")
        for what, pdf in large.items():
            took = _honest(pdf, anchors, path)
            yield at_most(f"B-LTA with two signatures of {what} in the service, wall", took, HONEST_SECONDS, "s")
        memory = sum(memory_of(pid) for pid in family(process.pid))
        yield Result(what="memory of the service with its judges", figure=f"{memory / 2**20:.0f} MiB")


def _of_pages(count: int) -> bytes:
    """A decision with so many pages; its fields stand on the first."""

    def add(pdf: pikepdf.Pdf) -> None:
        for _page in range(count - 1):
            pdf.pages.append(pdf.pages[0])
            del pdf.pages[-1]["/Annots"]

    return bad_files.saved(add)


def _of_megabytes(count: int) -> bytes:
    """A decision that carries so much along, as scans do."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(decision())), io.BytesIO()
    data = embed.EmbeddedFileObject.from_file_data(writer, os.urandom(count * 2**20), compress=False)
    embed.embed_file(writer, embed.FileSpec("ban-quet.bin", embedded_data=data))
    writer.write(output)
    return output.getvalue()


def _honest(pdf: bytes, anchors: list[bytes], path: Path) -> float:
    """Seconds until both signatures are found valid."""
    began = time.monotonic()
    verdicts = verify(pdf, anchors=anchors, at=AT, service=path)
    took = time.monotonic() - began
    assert [each.state for each in verdicts] == [State.VALID] * 2, verdicts
    return took


def _in_process(pdf: bytes, anchors: list[bytes]) -> tuple[float, float]:
    """Milliseconds of CPU, the median of rounds after one that warms up; and of a million additions meanwhile."""
    found, paces = [], []
    for number in range(ROUNDS + 1):
        began = time.process_time()
        for _time in range(EACH):
            verdicts = examine(pdf, anchors=anchors, at=AT)
        if number:
            found.append((time.process_time() - began) * 1000 / EACH)
            paces.append(additions(200_000))
    assert {verdict.state for verdict in verdicts} == {State.VALID}
    return median(found), median(paces)


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


def _in_a_judge(pdf: bytes, anchors: list[bytes]) -> tuple[float, float]:
    """As :func:`_in_process`, in a process made as the service makes its judges."""
    reading, writing = os.pipe()
    judge = os.fork()
    if judge == 0:
        isolated.bound()
        os.write(writing, json.dumps(_in_process(pdf, anchors)).encode())
        os._exit(0)
    os.waitpid(judge, 0)
    os.close(writing)
    with open(reading) as answered:
        cost, pace = json.load(answered)
        return cost, pace


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

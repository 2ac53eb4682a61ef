"""What the house holds in memory after many requests, and while files of the largest size go through it."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.house import House
from benchmarks.results import Result, at_most
from benchmarks.servers import Server, serving
from benchmarks.transition import YOUNG
from benchmarks.visitors import CSRF, HOST, HttpVisitor, officer_with, sign_in
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, DraftFile
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.runtime import package_of

REQUESTS = 10_000
WORKER_MB, GROWTH_MB = 200, 20
FILE_MB = 500
PART = 1 << 20
BOUNDARY = "motcua-bench-boundary"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{CSRF}\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{name}}"; filename="mau.pdf"\r\n'
    "Content-Type: application/pdf\r\n\r\n"
)
TAIL = f"%%EOF\r\n--{BOUNDARY}--\r\n"


def measure(house: House) -> Iterator[Result]:
    """Many pages first, then one large file up and down."""
    with house.copy(YOUNG) as database:
        with serving(house, database) as server:
            _ask(server)
            yield at_most(f"web worker after {REQUESTS:,} requests", server.largest_process / 2**20, WORKER_MB, "MB")
        with serving(house, database, threads=4) as server:
            yield from _large_file(server)


def _ask(server: Server) -> None:
    number = Dossier.objects.filter(state="in_process").order_by("id")[:1].get().number
    officer = HttpVisitor(sign_in(officer_with("specialist")), server.port)
    paths = ("/desk/inbox/", f"/desk/dossiers/{number}/", "/", "/procedures/", "/desk/dossiers/")
    for turn in range(REQUESTS):
        officer.get(paths[turn % len(paths)])


def _large_file(server: Server) -> Iterator[Result]:
    account = Party.objects.select_related("account").get(account__isnull=False).account
    assert isinstance(account, Account)
    version = ProcedureVersion.objects.get(process__isnull=False)
    case = package_of(version.pk).first_case
    draft = actions.start_draft(account=account, version=version, case=case, applicant=account.party.pk)
    (paper, *_others) = package_of(version.pk).papers(case.pk)
    cookies = sign_in(account)
    before = server.memory
    with _watched(server) as most:
        status = _upload(server, cookies, f"/apply/drafts/{draft.pk}/papers/", f"paper-{paper.code}")
    assert status == 302, status
    yield _constant(f"growth while {FILE_MB} MB come in", most[0] - before)
    attached = DraftFile.objects.get(draft=draft)
    before = server.memory
    with _watched(server) as most:
        answer = HttpVisitor(cookies, server.port).get(f"/apply/drafts/{draft.pk}/files/{attached.pk}/")
    assert answer.length > (FILE_MB - 1) * 2**20, answer
    yield _constant(f"growth while {FILE_MB} MB go out", most[0] - before)


def _constant(what: str, grown: int) -> Result:
    return at_most(what, max(0, grown) / 2**20, GROWTH_MB, "MB")


@contextmanager
def _watched(server: Server) -> Iterator[list[int]]:
    """The most memory that the server held within the block."""
    most, over = [server.memory], threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            most[0] = max(most[0], server.memory)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _upload(server: Server, cookies: str, path: str, name: str) -> int:
    """Send a PDF of nearly the largest size, in parts."""
    head, size = HEAD.format(name=name).encode(), FILE_MB * 2**20 - 4096
    connection = http.client.HTTPConnection(HOST, server.port, timeout=300)
    connection.putrequest("POST", path)
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(head) + size + len(TAIL)))
    connection.endheaders()
    connection.send(head)
    sent, opening = 0, b"%PDF-1.7\n" + time.time_ns().to_bytes(8, "big")
    while sent < size:
        part = (opening if not sent else b"").ljust(min(PART, size - sent), b"\0")
        connection.send(part)
        sent += len(part)
    connection.send(TAIL.encode())
    response = connection.getresponse()
    response.read()
    return response.status

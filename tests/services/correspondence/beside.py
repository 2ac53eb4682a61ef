"""The house beside, with a database of its own, forked from the tests' process.

It serves its addresses, and answers what it is asked over a line.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from motcua.engines.exchange.edxml import Organ
from motcua.people.accounts.actions import issue_token
from motcua.people.organisations.models import OfficeCode
from motcua.services.correspondence import queries
from motcua.services.correspondence.models import IncomingDocument
from tests.databases import migrated_database
from tests.engines.exchange.house import keep_secret, line, own_fingerprint, partner
from tests.forks import forked
from tests.services.correspondence.factories import desk, make_agency
from tests.services.correspondence.outgoing_factories import issued_to_axis
from tests.services.correspondence.pair import register_and_finish, settle

CODE = "H98.07"


class Quiet(WSGIRequestHandler):
    """Says nothing of what it is asked."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class House:
    """An agency of the other house."""

    def __init__(self) -> None:
        self.agency = make_agency("Sở Xây dựng tỉnh Ví Dụ", signing=True)
        OfficeCode.objects.filter(office=self.agency.office).update(code=CODE)
        settings.EXCHANGE = {"secrets": str(settings.HOME / "lines")}
        (settings.HOME / "lines").mkdir()
        self.server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self.server.daemon_threads = True
        self.server.set_app(get_wsgi_application())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def introduce(self) -> dict[str, str]:
        """What the other side must know of this one."""
        return {
            "url": f"http://127.0.0.1:{self.server.server_address[1]}",
            "token": issue_token(service="Nhà này", label="thử", scopes=("exchange",)),
            "code": CODE,
            "name": self.agency.office.name,
            "signer": own_fingerprint(),
        }

    def connect(self, *, url: str, token: str, code: str, name: str, signer: str) -> dict[str, Any]:
        """A line to the other side."""
        connect(url=url, token=token, code=code, name=name, signer=signer, service="Nhà này")
        return self.settle()

    def settle(self) -> dict[str, Any]:
        """Let the house work; what waits for its clerk."""
        settle()
        found = queries.to_register(desk(self.agency.clerk)).order_by("id")
        return {
            "waiting": [
                {
                    "identifier": each.identifier,
                    "subject": each.subject,
                    "signature": each.delivery.signature["state"],
                    "files": [row.file.blob_id for row in each.files.select_related("file")],
                }
                for each in found
            ]
        }

    def write(self, *, to: str, subject: str) -> dict[str, Any]:
        """Issue a document to an agency of the other house; in answer to what was registered last, if anything was."""
        answered = IncomingDocument.objects.order_by("-id").first()
        issued_to_axis(self.agency, to, subject=subject, answers=answered.pk if answered else None)
        return self.settle()

    def handle(self) -> dict[str, Any]:
        """Register the one document, have it worked on, and finish it."""
        register_and_finish(self.agency, IncomingDocument.objects.get())
        return self.settle()


class Beside:
    """The house beside, as the tests see it."""

    def __init__(self, line: "Connection[Any, Any]") -> None:
        self.line = line

    def ask(self, what: str, **given: str) -> Any:
        """Have it do something; what it answers."""
        self.line.send((what, given))
        return self.line.recv()


@contextmanager
def house_beside(folder: Path) -> Iterator[Beside]:
    """Another house with its own database, files and keys."""
    folder.mkdir()
    name, (here, there) = f"beside_{os.getpid()}", Pipe()
    with migrated_database(name), here, forked(lambda: serve(there, database=name, home=folder)):
        there.close()  # it has its own: when it ends, so does the line
        yield Beside(here)


def connect(*, url: str, token: str, code: str, name: str, signer: str, service: str) -> None:
    """A line to another house, and its agency there."""
    secret = keep_secret("beside", token)
    channel = line("beside", url, service=service, secret=secret, kinds=("document", "status"))
    partner(channel, Organ(code, name), signers=(signer,))


def serve(asked: "Connection[Any, Any]", *, database: str, home: Path) -> None:
    """Be the house beside: do what is asked over the line, until nobody asks any more."""
    asyncio._set_running_loop(None)  # a browser's, which stayed with the parent
    connections.settings["default"]["NAME"] = database
    settings.HOME, settings.BLOBS_ROOT = home, home / "blobs"
    house = House()
    while True:
        what, given = asked.recv()
        asked.send(getattr(house, what)(**given))

"""Two agencies that exchange documents over sockets, each the partner of the other; and a house beside."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from motcua.engines.exchange import edxml, pulling, sending, taking
from motcua.engines.exchange.models import Account
from motcua.engines.exchange.models import Outgoing as Sent
from motcua.kernel.events.subscriptions import run_once
from motcua.people.accounts.actions import issue_token
from motcua.people.organisations.models import OfficeCode
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from tests.databases import migrated_database
from tests.engines.exchange.house import keep_secret, line, partner, wait_no_longer
from tests.engines.exchange.messages import PDF
from tests.kernel.events.factories import settle as all_below_the_horizon
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import issued_to_axis

ROOT = Path(__file__).parents[3]


class Beside:
    """The house beside, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, what: str, **given: str) -> Any:
        """Have it do something; what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, given]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def house_beside(folder: Path) -> Iterator[Beside]:
    """Another house with its own database, files and keys."""
    folder.mkdir()
    with migrated_database(f"beside_{os.getpid()}") as database:
        own = {"MOTCUA_DATABASE_URL": database, "MOTCUA_HOME": str(folder)}
        environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "motcua.site.settings_test"}
        command = [sys.executable, "-m", "tests.services.correspondence.beside"]
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                yield Beside(process)
            finally:
                process.terminate()


@dataclass
class Pair:
    """Two agencies; what one sends to the other goes over a socket and its own line."""

    here: Agency
    there: Agency
    codes: tuple[str, str]

    def issue(self, *, to: str = "", **changed: Any) -> OutgoingDocument:
        """A document with an annex to the other agency (or the one with the code ``to``), by its code alone."""
        return issued_to_axis(self.here, to or self.codes[1], annex=True, **changed)

    def arrived(self) -> IncomingDocument:
        """The document there."""
        return IncomingDocument.objects.get(office=self.there.office)

    def clerk(self) -> Any:
        """Who keeps the register there."""
        return self.there.actor(self.there.clerk)


def settle() -> None:
    """Let the house hear its events, send and take in until nothing is left."""
    wait_no_longer()
    done = 1
    while done:
        all_below_the_horizon()
        Account.objects.update(pull_at=None)
        done = run_once() + sending.send_some() + pulling.pull_some() + taking.take_some()


def told(kind: str = "status") -> list[str]:
    """The states that were sent, in their order."""
    return [row.key.rpartition(":")[2] for row in Sent.objects.filter(kind=kind, state="sent").order_by("id")]


@pytest.fixture
def pair(live_server: Any, tmp_path: Path) -> Iterator[Pair]:
    before, settings.EXCHANGE = settings.EXCHANGE, {"secrets": str(tmp_path / "secrets")}
    (tmp_path / "secrets").mkdir()
    here, there = make_agency(signing=True), make_agency("Sở Xây dựng tỉnh Ví Dụ")
    codes = tuple(OfficeCode.objects.get(office=each.office).code for each in (here, there))
    services = ("Nhà này", "Nhà bên")
    tokens = [issue_token(service=service, label="thử", scopes=("exchange",)) for service in services]
    for place, agency in enumerate((here, there)):
        secret = keep_secret(f"token-{place}", tokens[1 - place])
        channel = line(
            f"line-{place}", live_server.url, service=services[place], secret=secret, kinds=("document", "status")
        )
        partner(channel, edxml.Organ(codes[place], agency.office.name))
    settle()
    yield Pair(here, there, (codes[0], codes[1]))
    settings.EXCHANGE = before


def register_and_finish(there: Agency, document: IncomingDocument) -> None:
    """All that is done with a document, as fast as nobody could."""
    actions.register(document.pk, by=there.actor(there.clerk))
    given = [Given(office=there.unit.pk, officer=there.first.pk, part="lead")]
    (task,) = actions.note(document.pk, text="Xử lý", given=given, by=there.actor(there.leader))
    settle()
    actions.finish(document.pk, task=task.pk, report="Đã xử lý", by=there.actor(there.first))
    settle()


def again_of(content: bytes, **changed: Any) -> Any:
    """A message once more, with other files and perhaps changed."""
    message = edxml.parse(content).message
    assert isinstance(message, edxml.Document)
    names = ("van-ban.pdf", "so-lieu.rar")
    files = tuple(edxml.attached(name, PDF, number=place, media_type="") for place, name in enumerate(names, 1))
    return replace(message, attachments=files, **changed), lambda _attachment: [PDF]

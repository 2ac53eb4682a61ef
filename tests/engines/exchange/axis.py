"""The simulated axis in a process of its own, and this house with two agencies there."""

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.utils import timezone

from motcua.engines.exchange import actions, pulling, sending, taking
from motcua.engines.exchange.models import Account, Channel
from motcua.kernel.web.outgoing import client_context
from tests.engines.exchange.house import keep_secret, line, partner
from tests.engines.exchange.messages import HERE, THERE

SOURCE = Path(__file__).parents[3] / "src"


class Simulated:
    """The axis as a tester sees it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def misbehave(self, how: str = "") -> None:
        """Let it fail; nothing for health."""
        self._ask("misbehave", {"how": how})

    def put(self, content: bytes, *, sender: str = HERE.id, to: str = THERE.id) -> str:
        """Have anything wait for an agency; returns its name."""
        return str(
            self._ask("put", {"from": sender, "to": to, "content": base64.b64encode(content).decode()})["docId"]
        )

    def told(self) -> dict[str, Any]:
        """What waits and what was settled."""
        return dict(self._ask("told", {}))

    def _ask(self, path: str, asked: dict[str, Any]) -> Any:
        address, context = f"{self.url}/{path}", client_context()
        return httpx.post(address, json=asked, trust_env=False, verify=context).raise_for_status().json()


@contextmanager
def simulated(*agencies: str) -> Iterator[Simulated]:
    """The axis while the block runs, with agencies of these codes, or its own."""
    command = [sys.executable, "-m", "motcua", "simulate-axis", "--port", "0"]
    command += [part for code in agencies for part in ("--agency", code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=SOURCE) as running:
        assert running.stdout is not None
        found = re.search(r"axis: (.+)", running.stdout.readline())
        assert found is not None
        try:
            yield Simulated(found[1])
        finally:
            running.terminate()


def connect(axis: Simulated, **changed: Any) -> Channel:
    """A line to the axis with both agencies, each of which is the other's partner."""
    channel = line("axis", axis.url, kind="axis", kinds=("document", "status"), **changed)
    for organ in (HERE, THERE):
        sign_in(channel, organ.id)
        partner(channel, organ)
    return channel


def sign_in(channel: Channel, code: str) -> None:
    """An agency of this house has its account at the simulated axis."""
    given = {"code": code, "system": code, "secret": keep_secret(f"axis-{code}", f"khoa-{code}")}
    actions.add_account(channel, **given, by=None, at=timezone.now())


def pull_now() -> None:
    """Fetch for every agency, and have what came taken in."""
    Account.objects.update(pull_at=None)
    pulling.pull_some()
    while taking.take_some():
        pass


def send_now() -> None:
    """Send what waits, however long lines are to be left alone."""
    Channel.objects.update(retry_at=None)
    while sending.send_some():
        pass

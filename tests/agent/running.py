"""The agent as a program of its own, with a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from motcua.kernel.web.outgoing import client_context
from tests.agent.person import Person
from tests.engines.signing.softhsm import ROOT, SoftHSM


@dataclass(frozen=True)
class Desk:
    """A machine with an agent: its folder, the environment that its programs get, and who sits there."""

    home: Path
    environment: dict[str, str]
    person: Person

    @classmethod
    def made(cls, folder: Path, softhsm: SoftHSM, **settings: Any) -> "Desk":
        """Write the agent's settings: SoftHSM's module, and the person in place of its window."""
        home = folder / "agent"
        home.mkdir(parents=True)
        person = Person(folder / "person")
        person.will_say()
        values = {"modules": [str(softhsm.module)], "prompt": person.command, **settings}
        lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        (home / "config.toml").write_text("\n".join(lines), encoding="utf-8")
        environment = os.environ | softhsm.environment
        environment |= {"MOTCUA_TOKEN_AGENT_HOME": str(home), "PYTHONPATH": f"{ROOT / 'agent' / 'src'}:{ROOT}"}
        return cls(home, environment, person)

    @contextmanager
    def trusting_for_a_while(self) -> Iterator[None]:
        """Whom the user allows in the block is a stranger afterwards."""
        file = self.home / "trusted.json"
        before = file.read_bytes() if file.exists() else None
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            if before is not None:
                file.write_bytes(before)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """One command of the program."""
        command = [sys.executable, "-m", "motcua_token_agent", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    @contextmanager
    def serving(self, *arguments: str, program: str = "motcua_token_agent") -> Iterator[str]:
        """The agent's address while it answers on the loopback interface."""
        command = [sys.executable, "-m", program, "serve", "--port", "0", *arguments]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            try:
                yield address
            finally:
                process.terminate()


def ask(address: str, path: str, request: str, *, origin: str, **options: Any) -> dict[str, Any]:
    """What a page does by ``fetch``."""
    headers = {"Origin": origin}
    how = {"timeout": 60, "verify": client_context(), **options}
    response = httpx.post(f"{address}{path}", json={"request": request}, headers=headers, **how)
    answer: dict[str, Any] = response.json()
    return answer

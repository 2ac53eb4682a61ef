"""The whole house for the journeys: a province in a database of its own, granian and a worker in front of it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.test import override_settings
from psycopg.rows import namedtuple_row

from motcua.services.dossiers.secrets import lookup_secret
from motcua.site.commands.web import granian_command
from motcua.site.demo import files
from tests.databases import migrated_database

STARTING = 180.0
PATIENCE = 180.0
POLL = 0.1

# The open steps of a dossier and of those that it opened.
STANDING = """
    WITH RECURSIVE family AS (
        SELECT id, code, procedure_version_id FROM dossiers_dossier WHERE code = %(number)s
        UNION SELECT child.id, child.code, child.procedure_version_id
        FROM dossiers_dossier child JOIN family ON child.parent_id = family.id)
    SELECT item.id, item.node, item.name, item.role, item.state, item.kind, code.code AS office, family.code AS number,
           procedure.code AS procedure
    FROM family
    JOIN dossiers_workitem item ON item.dossier_id = family.id AND item.finished_at IS NULL
    JOIN procedures_procedureversion version ON version.id = family.procedure_version_id
    JOIN procedures_procedure procedure ON procedure.id = version.procedure_id
    LEFT JOIN organisations_officecode code ON code.office_id = item.office_id AND code.valid_to IS NULL
        AND code.scheme = 'new'
    ORDER BY item.opened_at, item.id"""


@dataclass(frozen=True)
class House:
    """A running installation."""

    url: str
    database: str
    tokens: dict[str, str]
    environment: dict[str, str]

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the database answers."""
        with psycopg.connect(self.database, autocommit=True, row_factory=namedtuple_row) as connection:
            return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def value(self, statement: str, **values: Any) -> Any:
        """The first column of the one row."""
        return self.rows(statement, **values)[0][0]

    def standing(self, number: str) -> list[Any]:
        """Where a dossier stands, and those that it opened: open work items with the columns of ``STANDING``."""
        return self.rows(STANDING, number=number)

    def state(self, number: str) -> str:
        """The state of the dossier with this code or submission number."""
        found = self.value(
            "SELECT state FROM dossiers_dossier WHERE code = %(number)s OR submission_number = %(number)s",
            number=number,
        )
        return str(found)

    def code(self, number: str) -> str:
        """The code of the dossier with this submission number."""
        return str(
            self.value(
                "SELECT coalesce(code, submission_number) FROM dossiers_dossier"
                " WHERE code = %(number)s OR submission_number = %(number)s",
                number=number,
            )
        )

    def secret(self, number: str) -> str:
        """What the QR code of a dossier's receipt holds."""
        key = self.value("SELECT id FROM dossiers_dossier WHERE code = %(number)s", number=number)
        own = Path(self.environment["MOTCUA_HOME"]) / "secrets" / "secret_key"
        with override_settings(SECRET_KEY=self.environment.get("MOTCUA_SECRET_KEY") or own.read_text()):
            return lookup_secret(key)

    def let_time_pass(self) -> None:
        """Fire the timers that run."""
        _beside("time-passes", self.environment)

    def wait_for(self, statement: str, **values: Any) -> None:
        """Until the worker has made a condition true."""
        deadline = time.monotonic() + PATIENCE
        while not self.value(f"SELECT ({statement})", **values):
            if time.monotonic() > deadline:
                raise AssertionError(f"Waited in vain for: {statement} {values}")
            time.sleep(POLL)

    def officer(self, office: str, role: str) -> str:
        """The username of an officer who has a role in an office (``demo/officers.csv``)."""
        in_words = {
            "reception": "Tiếp nhận", "specialist": "Chuyên viên", "leader": "Lãnh đạo", "clerk": "Văn thư",
            "return": "Trả kết quả", "head": "Thủ trưởng",
        }[role]  # fmt: skip
        for row in files.rows("officers.csv"):
            if row["Mã cơ quan"] == office and in_words in row["Vai trò"]:
                return row["Tên đăng nhập"]
        raise LookupError(f"demo/officers.csv: nobody is {role} in {office}")


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """Build the province, start the servers, and clear all away in the end."""
    name = f"journeys_{os.getpid()}_{secrets.token_hex(3)}"
    with migrated_database(name) as database, _free_port() as port, _free_port() as streams:
        environment = {
            **os.environ,
            "MOTCUA_DATABASE_URL": database,
            "MOTCUA_HOME": str(folder),
            "MOTCUA_PORT": str(port),
            "MOTCUA_STREAMS_PORT": str(streams),
            "MOTCUA_STREAMS_URL": f":{streams}",
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "PYTHONPATH": os.pathsep.join([str(files.ROOT / "src"), str(files.ROOT)]),
        }
        tokens = _beside("build", environment)
        with _running(environment, port, streams, folder):
            yield House(f"http://127.0.0.1:{port}", database, tokens, environment)


def _beside(what: str, environment: dict[str, str]) -> Any:
    command = [sys.executable, "-m", "tests.journeys.building", what]
    done = subprocess.run(command, env=environment, cwd=files.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    yield port


@contextmanager
def _running(environment: dict[str, str], port: int, streams: int, folder: Path) -> Iterator[None]:
    web = granian_command(address="127.0.0.1", port=port, workers=1, threads=2)
    commands = [web, *([sys.executable, "-m", "motcua", name] for name in ("worker", "streams", "verifier"))]
    log = folder / "servers.log"
    with log.open("ab") as said:
        children = [subprocess.Popen(command, env=environment, stdout=said, stderr=said) for command in commands]
        try:
            _wait_until_alive(f"http://127.0.0.1:{port}/livez", children, log)
            _wait_until_alive(f"http://127.0.0.1:{streams}/", children, log)
            yield
        finally:
            for child in children:
                child.terminate()
            for child in children:
                try:
                    child.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


def _wait_until_alive(url: str, children: list[subprocess.Popen[bytes]], log: Path) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        with suppress(OSError):
            try:
                urllib.request.urlopen(url, timeout=5).close()
            except urllib.error.HTTPError as answer:  # an answer all the same
                answer.close()
            return
        time.sleep(POLL)
    raise AssertionError(f"The servers did not start:\n{log.read_text()[-4000:]}")

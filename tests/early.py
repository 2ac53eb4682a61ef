"""Loaded before Django reads its settings (``-p tests.early``): the test home, its PostgreSQL, a migrated template.

``MOTCUA_DATABASE_URL`` names a server to test against; without it embedded ones are started, without fsync, one for
each worker: subscriptions wait for every open transaction of their server, whatever its database, and a test is one.
Every run has a database of its own name, copied from a template that is migrated once for each state of migrations.
"""

import fcntl
import gc
import hashlib
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parent.parent
HOME = ROOT / "var" / "test"
PREFIX = "motcua_template_"
KEPT = 4  # templates of other branches and of runs that have just begun
# Nothing outlives a crash. Dead rows do get tidied up: thousands of tests that roll back leave more than they make.
FORGETFUL = [
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200",
    "wal_level=minimal", "max_wal_senders=0", "checkpoint_timeout=1h", "max_wal_size=4GB",
]  # fmt: skip


_servers: Final = ExitStack()


def prepare() -> None:
    """Point the environment at a running server, once in a process; xdist's first worker shares that of its parent."""
    gc.disable()  # loading the house makes no garbage; conftest switches it on again
    HOME.mkdir(parents=True, exist_ok=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if "MOTCUA_TEST_DATABASE" not in os.environ:
        os.environ["MOTCUA_HOME"] = str(HOME)
        os.environ["MOTCUA_TEST_DATABASE"] = f"test_motcua_{os.getpid()}"
        if not os.environ.get("MOTCUA_DATABASE_URL"):
            os.environ["MOTCUA_TEST_SERVERS"] = "embedded"
            _start(HOME)
    elif os.environ.get("MOTCUA_TEST_SERVERS") == "embedded" and worker != "gw0":
        _start(HOME / worker)
    os.environ["MOTCUA_TEST_TEMPLATE"] = _template(os.environ["MOTCUA_DATABASE_URL"])


def _start(home: Path) -> None:
    from motcua.site.embedded_postgres import EmbeddedPostgres

    address = _servers.enter_context(EmbeddedPostgres(home, settings=FORGETFUL).running())
    os.environ["MOTCUA_DATABASE_URL"] = address


def pytest_unconfigure() -> None:
    """Leave the server; its last user stops it. Later, xdist would not wait for that."""
    _servers.close()


def _template(url: str) -> str:
    """The name of a database on this server that is migrated to the present state of the sources."""
    name = PREFIX + _state()
    with (HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(url, autocommit=True) as connection:
            kept = [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY oid")]
            if name not in kept:
                _make_template(connection, url, name, [old for old in kept if old.startswith(PREFIX)])
    return name


def _make_template(connection: psycopg.Connection, url: str, name: str, old: list[str]) -> None:
    making = f"{PREFIX}making"
    for database in [*old[:-KEPT], making]:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    made = _database(url, making)
    if elsewhere := os.environ.get("MOTCUA_TEST_MIGRATED"):
        fill(_database(elsewhere, name), made)
    else:
        environment = {**os.environ, "MOTCUA_DATABASE_URL": made}
        environment |= {"DJANGO_SETTINGS_MODULE": "motcua.site.settings_test", "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-m", "motcua", "migrate"]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))


def _database(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def fill(source: str, target: str) -> None:
    """Fill an empty database of whichever server with what another holds: seconds less than all migrations take."""
    from motcua.site.embedded_postgres import EmbeddedPostgres

    cluster = EmbeddedPostgres(HOME)
    dump = [cluster.program("pg_dump"), "--no-owner", "--no-privileges", source]
    dumped = subprocess.run(dump, capture_output=True, check=True).stdout
    fill = [cluster.program("psql"), "--quiet", "--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1", target]
    subprocess.run(fill, input=dumped, stdout=subprocess.DEVNULL, check=True)


def _state() -> str:
    """A digest of all migrations, and of the list of packages, which bring some of their own."""
    paths = [*sorted((ROOT / "src").glob("**/migrations/*.py")), ROOT / "src/motcua/site/baseline.sql"]
    digest = hashlib.sha256()
    for path in [*paths, ROOT / "requirements" / "base.txt"]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


prepare()

if __name__ == "__main__":  # before the tests begin, what two workers need
    os.environ["PYTEST_XDIST_WORKER"] = "gw1"
    if os.environ.get("MOTCUA_TEST_SERVERS") == "embedded":
        os.environ["MOTCUA_TEST_MIGRATED"] = os.environ["MOTCUA_DATABASE_URL"]
    prepare()
    _servers.close()

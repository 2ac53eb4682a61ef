"""The scratch house of the measurements: its own PostgreSQL, one database for each number of dossiers or documents."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parent.parent
HOME = ROOT / "var" / "bench"
# As deploy/postgresql says, in the size of a small machine. Commits are durable: fsync stays on.
SERVER = (
    "shared_buffers=1GB", "maintenance_work_mem=256MB", "max_wal_size=8GB", "checkpoint_timeout=15min",
    "random_page_cost=1.1", "wal_compression=on", "max_connections=60",
)  # fmt: skip


@dataclass(frozen=True)
class Load:
    """What fills a database: ``module`` is run with the number; its folder and ``sources`` say when it is outdated."""

    prefix: str
    module: str
    sources: tuple[str, ...] = ()


DOSSIERS = Load("bench", "benchmarks.loading", ("procedures/certified-copy/*.*",))
DOCUMENTS = Load("documents", "benchmarks.loading_documents")


@dataclass(frozen=True)
class House:
    """Where the measurements live. ``largest`` is the number of dossiers that stands for a full house, ``documents``
    that of documents.
    """

    url: str
    largest: int
    documents: int = 0

    def url_of(self, database: str) -> str:
        """The address of one of its databases."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))

    @property
    def environment(self) -> dict[str, str]:
        """What child processes need to find it."""
        return {**os.environ, "MOTCUA_HOME": str(HOME), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

    def environment_of(self, database: str) -> dict[str, str]:
        """The environment of a child process that works in one database."""
        return self.environment | {"MOTCUA_DATABASE_URL": self.url_of(database)}

    def database(self, number: int, load: Load = DOSSIERS) -> str:
        """The name of a database that holds this many, loaded when it is not there yet, and kept."""
        state = _state(load)
        name, making = f"{load.prefix}_{state}_{number}", f"{load.prefix}_making"
        with (HOME / "loading.lock").open("w") as lock, psycopg.connect(self.url, autocommit=True) as connection:
            fcntl.flock(lock, fcntl.LOCK_EX)
            there = _databases(connection)
            for old in there:
                if old.startswith(f"{load.prefix}_") and not old.startswith(f"{load.prefix}_{state}"):
                    _drop(connection, old)
            if name not in there:
                print(f"  loading {number:,} {'documents' if load is DOCUMENTS else 'dossiers'} …", flush=True)
                _drop(connection, making)
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
                self._run(making, "-m", "motcua", "migrate")
                self._run(making, "-m", load.module, str(number))
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                connection.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
        return name

    @contextmanager
    def copy(self, number: int, load: Load = DOSSIERS) -> Iterator[str]:
        """A copy of such a database that a measurement may change, gone afterwards."""
        source, name = self.database(number, load), f"measured_{number}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            _drop(connection, name)
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(source)))
            use(name)
            try:
                yield name
            finally:
                leave()
                _drop(connection, name)

    def _run(self, database: str, *arguments: str) -> None:
        environment = self.environment_of(database) | {"DJANGO_SETTINGS_MODULE": "motcua.site.settings"}
        subprocess.run([sys.executable, *arguments], env=environment, check=True, cwd=ROOT)

    def with_largest(self, dossiers: int) -> "House":
        """The same house with another full size."""
        return replace(self, largest=dossiers)


@contextmanager
def opened(*, largest: int, documents: int = 0) -> Iterator[House]:
    """Start the scratch PostgreSQL and make Django ready."""
    os.environ["MOTCUA_HOME"] = str(HOME)
    from motcua.site.embedded_postgres import EmbeddedPostgres

    with EmbeddedPostgres(HOME, settings=SERVER).running() as url:
        os.environ["MOTCUA_DATABASE_URL"] = url
        os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.site.settings"
        import django

        django.setup()
        yield House(url, largest, documents)


def pgbench() -> str:
    """Path of pgbench of the server's own version."""
    from motcua.site.embedded_postgres import EmbeddedPostgres

    return EmbeddedPostgres(HOME).program("pgbench")


def use(database: str) -> None:
    """Let Django work in a database; what processes keep of packages and calendars is forgotten."""
    from django.db import connection

    from motcua.kernel.time import queries as calendars
    from motcua.services.procedures import runtime

    connection.close()
    connection.settings_dict["NAME"] = database
    calendars._kept.clear()
    runtime._load.cache_clear()


def leave() -> None:
    """Close Django's connection, so that its database may be dropped."""
    from django.db import connection

    connection.close()


def _databases(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY datname")]


def _drop(connection: psycopg.Connection, name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _second in range(60):
        try:
            connection.execute(drop)
        except psycopg.errors.InsufficientPrivilege:  # PostgreSQL is vacuuming there by itself
            time.sleep(1)
        else:
            return
    connection.execute(drop)


def _state(load: Load) -> str:
    """Changes when the tables, the loader or what it loads do."""
    digest = hashlib.sha256()
    sources = [*(ROOT / "src").glob("**/migrations/*.py"), *(ROOT / load.module.replace(".", "/")).glob("*.py")]
    sources += [path for pattern in load.sources for path in ROOT.glob(pattern)]
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]

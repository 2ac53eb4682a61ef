"""An empty database begins with all tables at once; one that holds anything is left to the migrations."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from motcua.site import baseline
from tests.databases import drop


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a database without a table."""
    server, name = os.environ["MOTCUA_DATABASE_URL"], f"empty_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(server, autocommit=True) as administering:
        administering.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        drop(administering, name)


def value(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def test_an_empty_database_gets_everything_once(empty: str):
    assert baseline.lay(empty)
    assert value(empty, "SELECT count(*) > 150 FROM django_migrations")
    assert value(empty, "SELECT to_regclass('dossiers_dossier') IS NOT NULL")
    assert not baseline.lay(empty)


def test_a_command_says_in_one_sentence_what_an_empty_database_needs(empty: str, tmp_path: Path):
    given = {"MOTCUA_DATABASE_URL": empty, "MOTCUA_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "motcua", "verify-events"]
    done = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: The database is empty. Run `motcua migrate` first.\n")


def test_a_table_of_another_program_is_a_reason_to_do_nothing(empty: str):
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TABLE other (id int)")
    assert not baseline.lay(empty)


def test_what_cannot_be_laid_whole_is_not_laid(empty: str):
    with psycopg.connect(empty) as connection:  # a type that the baseline makes too
        connection.execute("CREATE DOMAIN procrastinate_job_status AS text")
    with pytest.raises(psycopg.errors.DuplicateObject):
        baseline.lay(empty)
    assert value(empty, "SELECT to_regclass('django_migrations') IS NULL")

"""Databases beside the one of the tests, for programs that are started as processes of their own."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

from tests import early

SECONDS = 60  # in which PostgreSQL has vacuumed a database of the tests


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database, if there is one, whoever is connected to it; the server's own vacuum there is waited for."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _second in range(SECONDS):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(1)
        else:
            return
    connection.execute(statement)


@contextmanager
def migrated_database(name: str) -> Iterator[str]:
    """The address of a migrated, empty database of its own on the tests' server; dropped in the end."""
    server, template = os.environ["MOTCUA_DATABASE_URL"], os.environ["MOTCUA_TEST_TEMPLATE"]
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as administering:
        drop(administering, name)
        administering.execute(copy)
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as administering:
        drop(administering, name)


def own_address() -> str:
    """The address of the database that this test works on."""
    given = connection.settings_dict
    user = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@" if given["USER"] else ""
    return f"postgresql://{user}/{given['NAME']}?host={quote(given['HOST'], safe='')}&port={given['PORT']}"


def fill_like_ours(address: str) -> None:
    """Give the empty database of another server the tables of ours."""
    template = urlsplit(os.environ["MOTCUA_DATABASE_URL"])._replace(path=f"/{os.environ['MOTCUA_TEST_TEMPLATE']}")
    early.fill(urlunsplit(template), address)

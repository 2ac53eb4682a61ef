"""Loaded before Django reads its settings (``-p tests.early``): the test home and its PostgreSQL.

``MOTCUA_DATABASE_URL`` names a server to test against; without it the embedded one is started, without fsync.
Every run has a database of its own name, so that several runs may share the server.
"""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path

HOME = Path(__file__).parent.parent / "var" / "test"


def prepare() -> None:
    """Point the environment at a running server, once: xdist's workers inherit what their parent prepared."""
    if "MOTCUA_TEST_DATABASE" in os.environ:
        return
    os.environ["MOTCUA_HOME"] = str(HOME)
    os.environ["MOTCUA_TEST_DATABASE"] = f"test_motcua_{os.getpid()}"
    if os.environ.get("MOTCUA_DATABASE_URL"):
        return
    from motcua.site.embedded_postgres import EmbeddedPostgres

    settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
    stack = ExitStack()
    os.environ["MOTCUA_DATABASE_URL"] = stack.enter_context(EmbeddedPostgres(HOME, settings=settings).running())
    atexit.register(stack.close)


prepare()

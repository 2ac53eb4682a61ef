"""Write src/motcua/site/baseline.sql: what all migrations together make of an empty database (``make baseline``)."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from motcua.site import baseline
from motcua.site.embedded_postgres import EmbeddedPostgres

# What other versions of the server do not know, and what says when the file was written rather than what stands in it.
PASSING = re.compile(
    r"^(?:\\(?:un)?restrict .*|SET transaction_timeout = 0;|-- Dumped .*|--\n-- (?:Name: |PostgreSQL ).*\n--)\n", re.M
)
HEAD = """-- What an empty database begins with (motcua.site.baseline). Written by tools/baseline.py: never by hand.
"""
MIGRATION = "INSERT INTO public.django_migrations (app, name, applied) VALUES ('{}', '{}', now());\n"


def tables(cluster: EmbeddedPostgres, url: str) -> str:
    """The statements that make the tables of a database, without its rows."""
    command = [cluster.program("pg_dump"), "--schema-only", "--no-owner", "--no-privileges", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\n{2,}", "\n\n", PASSING.sub("", told)).strip() + "\n"


def main() -> None:
    """The long way, once."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the database's own user goes through it
        cluster = EmbeddedPostgres(Path(folder) / "home", settings=["fsync=off"])
        with cluster.running() as url:
            given = {"MOTCUA_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "motcua.site.settings"}
            command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
            subprocess.run(command, env={**os.environ, **given}, check=True)
            with psycopg.connect(url) as connection:
                done = connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
            applied = "".join(MIGRATION.format(*each) for each in done)
            baseline.FILE.write_text(f"{HEAD}\n{tables(cluster, url)}\n{applied}")


if __name__ == "__main__":
    main()
